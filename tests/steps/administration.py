"""Steps about who gives seats to whom, and what is kept of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import InputRefused, MediationError
from mediation.operations.administration.journal import journal_told
from mediation.operations.administration.moving import move_body
from mediation.operations.administration.officers import (
    end_seat,
    give_seat,
    named_in_open_cases,
)
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.deadlines import sweep
from mediation.operations.office import Sitting
from mediation.records.cases import CaseNotFound
from mediation.records.database import Tx
from mediation.records.people import Directory
from tests.offices import Desk
from tests.steps.cases import sittings, view


@when(
    parsers.re(r"(?P<who>[^，“”]+)在“(?P<body>[^”]+)”给(?P<name>[^“”]+)席位“(?P<roles>[^”]+)”")
)
def a_seat_is_given(desk: Desk, who: str, body: str, name: str, roles: str) -> None:
    names = {
        words_of(desk).role(role): role for role in desk.office.catalogue.library.bodies.role
    }
    code, handle = code_of(desk, body), handle_of(desk, name)
    data = {"handle": handle, "roles": [names[role] for role in roles.split("、")]}
    tried(desk, lambda tx: give_seat(desk.office, tx, code, data, asking_of(desk, who)))


@when(parsers.re(r"(?P<who>[^，“”]+)结束(?P<name>[^“”]+)在“(?P<body>[^”]+)”的席位"))
def a_seat_is_ended(desk: Desk, who: str, name: str, body: str) -> None:
    code, handle = code_of(desk, body), handle_of(desk, name)
    (held,) = [
        seat for seat in directory_of(desk).seats if (seat.officer, seat.body) == (handle, code)
    ]
    data, asking = {"since": held.from_on.isoformat()}, asking_of(desk, who)
    tried(desk, lambda tx: end_seat(desk.office, tx, code, handle, data, asking))


@then(parsers.re(r"授权不成，因为“(?P<reason>.+)”$"))
def it_was_not_given(desk: Desk, reason: str) -> None:
    refused = desk.problem
    assert isinstance(refused, MediationError)
    faults = refused.faults if isinstance(refused, InputRefused) else ()
    said = [refused.message, *(fault.message for fault in faults)]
    assert reason in [message.to("zh") for message in said]


@then(parsers.re(r"(?P<name>[^“”]+)在“(?P<body>[^”]+)”(?P<held>有|没有)席位"))
def he_sits_there(desk: Desk, name: str, body: str, held: str) -> None:
    assert desk.problem is None
    seats = directory_of(desk).seats_of(handle_of(desk, name), shanghai_day(desk.now))
    assert (code_of(desk, body) in [seat.body for seat in seats]) == (held == "有")


@then(parsers.re(r"变动记录中有“(?P<what>[^：”]+)：(?P<name>[^”]+)”"))
def the_journal_says(desk: Desk, what: str, name: str) -> None:
    with desk.office.database.reading() as tx:
        asking = asking_of(desk, "系统管理员")
        told = journal_told(desk.office, tx, asking, words_of(desk))
    assert (what, name) in [(one["what_label"], one["subject_name"]) for one in told]


@then(parsers.re(r"“(?P<body>[^”]+)”还有(?P<count>\d+)件在办案件由(?P<name>\S+)办理"))
def cases_still_name_him(desk: Desk, body: str, count: str, name: str) -> None:
    with desk.office.database.reading() as tx:
        named = named_in_open_cases(desk.office, tx, code_of(desk, body))
    assert named[handle_of(desk, name)] == int(count)


@when(
    parsers.re(
        r"(?P<who>[^，“”]+)把“(?P<body>[^”]+)”移到“(?P<parent>[^”]+)”，由“(?P<overseer>[^”]+)”督办"
    )
)
def a_body_is_moved(desk: Desk, who: str, body: str, parent: str, overseer: str) -> None:
    data = {"parent": code_of(desk, parent), "supervised_by": code_of(desk, overseer)}
    code, asking = code_of(desk, body), asking_of(desk, who)
    tried(desk, lambda tx: move_body(desk.office, tx, code, data, asking), alone=True)


@given(parsers.re(r"期限届满无人办理，已升到“(?P<body>[^”]+)”"))
def it_has_risen(desk: Desk, body: str) -> None:
    code = code_of(desk, body)
    for _ in range(100):
        desk.now += timedelta(days=1)
        sweep(desk.office, desk.now)
        if view(desk).row.responsible_body == code:
            return
    pytest.fail(f"never rose to {body}")


@then(parsers.re(r"“(?P<body>[^”]+)”看得到本案，“(?P<other>[^”]+)”看不到"))
def one_sees_the_case_and_another_does_not(desk: Desk, body: str, other: str) -> None:
    assert desk.problem is None
    for name, seen in ((body, True), (other, False)):
        code, directory = code_of(desk, name), directory_of(desk)
        officer = directory.holders(code, "supervisor", shanghai_day(desk.now))[0]
        asking = Asking(Sitting(officer.handle, code), desk.now)
        with desk.office.database.reading() as tx:
            if seen:
                view_case(desk.office, tx, desk.number, asking)
            else:
                with pytest.raises(CaseNotFound):
                    view_case(desk.office, tx, desk.number, asking)


@then(parsers.re(r"变动记录中没有“(?P<what>[^”]+)”"))
def the_journal_does_not_say(desk: Desk, what: str) -> None:
    with desk.office.database.reading() as tx:
        asking = asking_of(desk, "系统管理员")
        told = journal_told(desk.office, tx, asking, words_of(desk))
    assert what not in [one["what_label"] for one in told]


def tried(desk: Desk, work: Callable[[Tx], Any], *, alone: bool = False) -> None:
    """Change people, or keep why it is refused."""
    desk.problem = None
    try:
        with desk.office.database.writing(alone=alone) as tx:
            work(tx)
    except MediationError as error:
        desk.problem = error


def asking_of(desk: Desk, name: str) -> Asking:
    """Give how an officer asks, from his only seat."""
    (sitting,) = sittings(desk, name)
    return Asking(sitting, desk.now)


def words_of(desk: Desk) -> Words:
    """Give the Chinese names of things."""
    return Words(desk.office.catalogue.library, "zh")


def directory_of(desk: Desk) -> Directory:
    """Give who is where."""
    with desk.office.database.reading() as tx:
        return desk.office.staff(tx).directory


def code_of(desk: Desk, name: str) -> str:
    """Find a body by its name."""
    return next(one.code for one in directory_of(desk).bodies.values() if one.name == name)


def handle_of(desk: Desk, name: str) -> str:
    """Find an officer by his name."""
    return next(one.handle for one in directory_of(desk).officers.values() if one.name == name)
