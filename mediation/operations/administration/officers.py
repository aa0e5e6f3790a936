"""Officers and their seats: added, given, ended, never by an officer for himself."""

from collections import Counter
from datetime import date
from typing import Final

from mediation import text
from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.administration.journal import (
    OFFICER_ADDED,
    SEAT_ENDED,
    SEAT_GIVEN,
    seat_kept,
)
from mediation.operations.administration.managing import (
    ADMINISTRATOR,
    READERS,
    Manager,
    NotAdministered,
    cut,
)
from mediation.operations.administration.reading import (
    FIRST_DAY_OFF,
    SINCE,
    TODAY,
    UNTIL,
    Asked,
    Data,
    Filled,
    Schema,
)
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.operations.world import name_of
from mediation.records.custody import facts_of
from mediation.records.database import Tx
from mediation.records.people import Body, Officer, Seat, save_people

FIELD: Final = "officers"
"""The type of the facts that name who handles a case."""


def officer_form(office: Office, tx: Tx, code: str, asking: Asking, words: Words) -> Schema:
    """Give the form that adds an officer to a body, with his first seat.

    Raises:
        NotAdministered: the administrator does not manage that body.
    """
    Manager.of(office, tx, asking).body(code)
    asked = Asked(words)
    return asked.form(
        ("name", "handle", "roles"),
        name=asked.line(Message("姓名")),
        handle=asked.line(
            Message("登录名"), Message("小写字母、数字，如 wangguilan；以后不能更改")
        ),
        **seat_fields(asked),
    )


def seat_form(office: Office, tx: Tx, code: str, asking: Asking, words: Words) -> Schema:
    """Give the form that gives a seat in a body to an officer one manages.

    Raises:
        NotAdministered: the administrator does not manage that body.
    """
    manager = Manager.of(office, tx, asking)
    manager.body(code)
    asked, officers = Asked(words), manager.directory.officers
    named = {one: f"{officers[one].name}（{one}）" for one in managed(manager)}
    return asked.form(
        ("handle", "roles"), handle=asked.one(Message("人员"), named), **seat_fields(asked)
    )


def managed(manager: Manager) -> list[str]:
    """Give the officers who sit or sat in the bodies one manages, himself left out."""
    below = {one.code for one in manager.directory.bodies_under(manager.root.path)}
    found = {one.officer for one in manager.directory.seats if one.body in below}
    return sorted(found - {manager.asking.sitting.officer})


def seat_fields(asked: Asked) -> dict[str, Schema]:
    """Ask for what a seat is."""
    words = asked.words
    roles = {role: words.role(role) for role in words.library.bodies.role}
    return {
        "roles": asked.several(
            Message("角色"), roles, Message("管理员不办案，不能同时选别的角色")
        ),
        "from_on": asked.day(SINCE, TODAY),
        "until_on": asked.day(UNTIL, FIRST_DAY_OFF),
    }


def add_officer(office: Office, tx: Tx, code: str, data: Data, asking: Asking) -> Officer:
    """Add an officer with his first seat, in a body.

    Raises:
        NotAdministered: the administrator does not manage that body.
        InputRefused: with every fault.
    """
    manager, filled = Manager.of(office, tx, asking), Filled(data)
    body = manager.body(code)
    handle = filled.text("handle", name_of)
    if handle in manager.directory.officers:
        filled.faults.add("handle", Message("这个登录名已经有人用了"))
    officer = Officer(handle, filled.text("name", text.name))
    seat = read_seat(manager, body, handle, filled)
    filled.faults.refuse_any()
    save_people(tx, officers=[officer], seats=[seat])
    manager.note(OFFICER_ADDED, handle, body.path, after={"name": officer.name})
    manager.note(SEAT_GIVEN, handle, body.path, after=seat_kept(seat))
    return officer


def give_seat(office: Office, tx: Tx, code: str, data: Data, asking: Asking) -> Seat:
    """Give an officer a seat in a body; the roles of seats held at once are joined.

    Raises:
        NotAdministered: the administrator does not manage that body.
        OwnRights: the seat would be his own.
        InputRefused: with every fault.
    """
    manager, filled = Manager.of(office, tx, asking), Filled(data)
    body = manager.body(code)
    manager.another(str(data.get("handle")))
    handle = filled.one("handle", managed(manager))
    seat = read_seat(manager, body, handle, filled)
    filled.faults.refuse_any()
    save_people(tx, seats=[seat])
    manager.note(SEAT_GIVEN, handle, body.path, after=seat_kept(seat))
    return seat


def read_seat(manager: Manager, body: Body, handle: str, filled: Filled) -> Seat:
    """Read a seat, and note what it may not be together with the seats beside it."""
    roles = frozenset(filled.several("roles", manager.office.catalogue.library.bodies.role))
    since = filled.since(manager.day)
    seat = Seat(handle, body.code, roles, since, filled.until(since))
    beside = [one for one in manager.seats(handle) if one.body == body.code]
    if not roles:
        filled.faults.add("roles", Message("请至少选一个角色"))
    if any(one.from_on == since for one in beside):
        filled.faults.add("from_on", Message("此人在本单位已有从这天起的席位，请先结束它"))
    joined = roles.union(*(one.roles for one in beside if overlap(one, seat)))
    if ADMINISTRATOR in joined and joined & READERS:
        told = Message("管理员不查看案件：同一席位上，管理员和办案、督办、审计的角色不能兼任")
        filled.faults.add("roles", told)
    return seat


def overlap(one: Seat, other: Seat) -> bool:
    """Tell whether two seats are held on a common day."""
    far = date.max
    return one.from_on < (other.until_on or far) and other.from_on < (one.until_on or far)


def end_seat(
    office: Office, tx: Tx, code: str, handle: str, data: Data, asking: Asking
) -> Seat:
    """End an officer's seat in a body from a day on, at once if none is said.

    Args:
        data: `since`, the first day of the seat; `until_on`.

    Raises:
        NotAdministered: the administrator does not manage that body, or there is no such seat.
        OwnRights: it is his own.
        InputRefused: the day is past.
    """
    manager, filled = Manager.of(office, tx, asking), Filled(data)
    body = manager.body(code)
    since = filled.day("since")
    found = [
        one for one in manager.seats(handle) if (one.body, one.from_on) == (body.code, since)
    ]
    if not found:
        raise NotAdministered
    manager.another(handle)
    until = filled.not_before("until_on", manager.day, filled.day("until_on") or manager.day)
    filled.faults.refuse_any()
    seat, ended = found[0], cut(found[0], until)
    if seat.until_on is not None and until > seat.until_on:
        raise InputRefused(Message("席位只能提前结束，不能延长；要延长请另给席位"))
    save_people(tx, seats=[ended])
    kept = {"before": seat_kept(seat), "after": seat_kept(ended)}
    manager.note(SEAT_ENDED, handle, body.path, **kept)
    return ended


def named_in_open_cases(office: Office, tx: Tx, body: str) -> Counter[str]:
    """Count the open cases in a body's custody that name an officer, by handle."""
    naming = [n for n, one in office.catalogue.library.facts.fact.items() if one.type == FIELD]
    return Counter(
        handle
        for facts in facts_of(tx, body)
        for handle in {one for name in naming for one in facts.get(name) or ()}
    )
