"""Steps about holiday notices that become known while cases are open."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pytest_bdd import given, parsers, then, when

from mediation.engine.legal_time.festivals import FESTIVALS
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import InputRefused, MediationError
from mediation.operations.administration.holidays import WORK, enter_notice
from mediation.operations.audit import verify
from mediation.operations.notices import put_in_force
from mediation.operations.projection import project
from mediation.records.people import Officer, Seat, save_people
from tests.offices import Desk
from tests.steps.administration import asking_of, code_of, tried
from tests.steps.cells import MOMENT, as_moment

SPAN = rf"{MOMENT}至{MOMENT}"
NOTICE_OF_2027 = {
    "元旦": "2027年1月1日至2027年1月3日",
    "春节": "2027年2月5日至2027年2月11日",
    "清明节": "2027年4月3日至2027年4月5日",
    "劳动节": "2027年5月1日至2027年5月5日",
    "端午节": "2027年6月9日至2027年6月9日",
    "国庆节": "2027年10月1日至2027年10月7日",
}


@when(
    parsers.re(
        rf"国务院办公厅通知(?P<first>{MOMENT})至(?P<last>{MOMENT})为(?P<name>[^，]+)"
        rf"(?:，(?P<worked>{MOMENT})上班)?"
    )
)
def a_notice_becomes_known(
    desk: Desk, first: str, last: str, name: str, worked: str | None
) -> None:
    begins, ends = (shanghai_day(as_moment(one)) for one in (first, last))
    holiday = {
        "name": {"zh": name, "en": name},
        "from": begins,
        "to": ends,
        "work": [shanghai_day(as_moment(worked))] if worked else [],
    }
    notice = {
        "year": ends.year,
        "document": f"国办发明电〔{ends.year - 1}〕9号",
        "published": begins - timedelta(days=30),
        "holiday": [holiday],
    }
    with desk.office.database.writing() as tx:
        put_in_force(tx, desk.office.staff(tx).calendar.with_notice(notice))
    project(desk.office, desk.now)


@given(parsers.re(rf"今天是(?P<today>{MOMENT})"))
def the_day_is(desk: Desk, today: str) -> None:
    desk.now = as_moment(today)


@given(parsers.re(r"“(?P<body>[^”]+)”有一位管理员(?P<name>\S+)"))
def he_manages(desk: Desk, body: str, name: str) -> None:
    since, roles = shanghai_day(desk.now), frozenset({"administrator"})
    with desk.office.database.writing() as tx:
        save_people(
            tx,
            officers=[Officer("admin-here", name)],
            seats=[Seat("admin-here", code_of(desk, body), roles, since, None)],
        )


@when(parsers.re(r"(?P<who>[^，“”]+)录入2027年的放假通知$"))
def a_notice_is_entered(
    desk: Desk, who: str, datatable: Sequence[Sequence[str]] | None = None
) -> None:
    rows = datatable[1:] if datatable else [[*one, ""] for one in NOTICE_OF_2027.items()]
    enter(desk, who, {name: (days, worked) for name, days, worked in rows})


@given(
    parsers.re(
        rf"(?P<who>[^，“”]+)已录入2027年的放假通知，其中(?P<name>[^，“”]+)为(?P<days>{SPAN})"
    )
)
@when(
    parsers.re(
        rf"(?P<who>[^，“”已]+)录入2027年的放假通知，其中(?P<name>[^，“”]+)为(?P<days>{SPAN})"
    )
)
def a_notice_is_entered_with(desk: Desk, who: str, name: str, days: str) -> None:
    rows = {**NOTICE_OF_2027, name: days}
    enter(desk, who, {feast: (span, "") for feast, span in rows.items()})


def enter(desk: Desk, who: str, rows: Mapping[str, tuple[str, str]]) -> None:
    """Enter the notice of 2027 and let the heartbeat beat once; a refusal is kept."""
    names = {festival.name.zh: name for name, festival in FESTIVALS.items()}
    data: dict[str, Any] = {
        names[feast]: dict(
            zip(("from_on", "to_on", *WORK), days_in(f"{days} {worked}"), strict=False)
        )
        for feast, (days, worked) in rows.items()
    }
    data |= {
        "document": "国办发明电〔2026〕8号",
        "published_on": "2026-11-10",
        "compared": True,
    }
    asking = asking_of(desk, who)
    tried(desk, lambda tx: enter_notice(desk.office, tx, 2027, data, asking))
    project(desk.office, desk.now)


def days_in(text: str) -> list[str]:
    """Read the days named in a text, as a form gives them."""
    return [shanghai_day(as_moment(one)).isoformat() for one in re.findall(MOMENT, text)]


@then(parsers.re(r"放假安排已知到(?P<year>\d{4})年"))
def holidays_are_known_until(desk: Desk, year: str) -> None:
    with desk.office.database.reading() as tx:
        assert desk.office.staff(tx).calendar.horizon == int(year)


@then(parsers.re(r"录入不成，因为“(?P<name>[^”]+)”的“(?P<reason>[^”]+)”"))
def the_field_is_named(desk: Desk, name: str, reason: str) -> None:
    assert isinstance(desk.problem, InputRefused)
    named = {one: festival.name.zh for one, festival in FESTIVALS.items()}
    found = [
        (named[one.field.partition(".")[0]], one.message.to("zh"))
        for one in desk.problem.faults
    ]
    assert found == [(name, reason)]


@then(parsers.re(r"录入不成，因为“(?P<reason>[^”]+)”$"))
def it_was_not_entered(desk: Desk, reason: str) -> None:
    assert isinstance(desk.problem, MediationError)
    assert desk.problem.message.to("zh") == reason


@then("办理记录和放假安排核对无误")
def all_is_proven(desk: Desk) -> None:
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []
