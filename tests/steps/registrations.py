"""Steps that register disputes and look for them: who may see a case, and like ones."""

from pytest_bdd import given, parsers, then, when

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.operations.cases.duplicates import ACKNOWLEDGED
from mediation.operations.cases.viewing import viewer
from mediation.records.gateway import READ, Sight, see_case
from tests.offices import Desk
from tests.steps.cases import (
    carry_to,
    nothing_was_refused,
    registered,
    sittings,
)
from tests.steps.cells import MOMENT, as_moment

PARTIES = r"(?P<first>[^与“”，]+)与(?P<second>[^与“”，]+)的(?P<kind>\S+纠纷)"


@given(parsers.re(rf"(?:(?P<moment>{MOMENT})，)?(?P<name>[^，“”]+?)登记了{PARTIES}"))
@when(parsers.re(rf"(?:(?P<moment>{MOMENT})，)?(?P<name>[^，“”]+?)登记{PARTIES}"))
def a_dispute_of_two_is_registered(
    desk: Desk,
    moment: str | None,
    name: str,
    first: str,
    second: str,
    kind: str,
    datatable: list[list[str]] | None = None,
) -> None:
    if moment:
        desk.now = as_moment(moment)
    people = ["当事人", f"{first}，哪一方：申请人；{second}，哪一方：被申请人"]
    registered(desk, name, kind, [people, *(datatable or [])])


@given(parsers.re(rf"(?:(?P<moment>{MOMENT})，)?(?P<name>[^，“”]+?)受理了{PARTIES}"))
def a_dispute_of_two_is_accepted(
    desk: Desk,
    moment: str | None,
    name: str,
    first: str,
    second: str,
    kind: str,
    datatable: list[list[str]] | None = None,
) -> None:
    a_dispute_of_two_is_registered(desk, moment, name, first, second, kind, datatable)
    nothing_was_refused(desk)
    carry_to(desk, "已受理，待确定调解员")


@given(parsers.re(rf"(?P<name>[^，“”]+?)登记了{PARTIES}，并注明与(?P<other>\S+)不是同一纠纷"))
@when(parsers.re(rf"(?P<name>[^，“”]+?)登记{PARTIES}，并注明与(?P<other>\S+)不是同一纠纷"))
def a_like_dispute_is_registered(
    desk: Desk, name: str, first: str, second: str, kind: str, other: str
) -> None:
    people = ["当事人", f"{first}，哪一方：申请人；{second}，哪一方：被申请人"]
    registered(desk, name, kind, [people], {ACKNOWLEDGED: [other]})


@given(parsers.re(rf"(?P<name>[^，“”]+?)补录了(?P<moment>{MOMENT})登记的{PARTIES}"))
@when(parsers.re(rf"(?P<name>[^，“”]+?)补录(?P<moment>{MOMENT})登记的{PARTIES}"))
def a_dispute_is_registered_afterwards(
    desk: Desk, name: str, moment: str, first: str, second: str, kind: str
) -> None:
    people = ["当事人", f"{first}，哪一方：申请人；{second}，哪一方：被申请人"]
    registered(desk, name, kind, [people], at=as_moment(moment))


@given(parsers.re(r"转到(?P<number>（\d{4}）\S+号)"))
@when(parsers.re(r"转到(?P<number>（\d{4}）\S+号)"))
def the_desk_turns_to(desk: Desk, number: str) -> None:
    desk.number = number


@then(parsers.re(r"案号为“(?P<number>[^”]+)”"))
def the_number_is(desk: Desk, number: str) -> None:
    nothing_was_refused(desk)
    assert desk.number == number


def sight(desk: Desk, name: str) -> Sight | None:
    """Give what an officer sees of the case in any of his seats, the most of it."""
    found = []
    with desk.office.database.reading() as tx:
        people = desk.office.staff(tx)
        for sitting in sittings(desk, name):
            actor = sitting.actor(people, shanghai_day(desk.now))
            try:
                found.append(see_case(tx, viewer(people, actor), desk.number))
            except MediationError:
                continue
    return max(found, key=lambda one: len(one.actions), default=None)


@then(parsers.re(r"(?P<name>\S+?)可以查看案件内容"))
def he_reads_the_case(desk: Desk, name: str) -> None:
    seen = sight(desk, name)
    assert seen is not None
    assert READ in seen.actions


@then(parsers.re(r"(?P<name>\S+?)只能查看办理进度"))
def he_follows_the_case(desk: Desk, name: str) -> None:
    seen = sight(desk, name)
    assert seen is not None
    assert READ not in seen.actions


@then(parsers.re(r"(?P<name>\S+?)查不到本案"))
def he_does_not_know_of_the_case(desk: Desk, name: str) -> None:
    assert sight(desk, name) is None
