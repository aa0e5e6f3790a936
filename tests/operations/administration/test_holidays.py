"""A holiday notice that is entered: for everybody, from then on, and proven."""

from typing import Any

import pytest

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.festivals import FESTIVALS
from mediation.errors import InputRefused
from mediation.operations.administration.holidays import (
    NotAtTheTop,
    enter_notice,
    filled_as,
    holidays_told,
    notice_form,
)
from mediation.operations.administration.managing import NotAdministered
from mediation.operations.answers.words import Words
from mediation.operations.audit import verify
from mediation.operations.cases.requests import Asking
from mediation.operations.notices import settle_calendar
from mediation.operations.office import Office, Sitting
from mediation.records.people import Officer, Seat, save_people
from mediation.records.people_changes import changes_under
from tests.offices import Desk
from tests.operations.test_audit import findings, tamper

# As 2026 really was, with one day more of the Spring Festival.
NOTICE: dict[str, Any] = {
    "document": "国办发明电〔2026〕1号",
    "published_on": "2026-01-20",
    "new_year": {"from_on": "2026-01-01", "to_on": "2026-01-03", "work_1": "2026-01-04"},
    "spring": {"from_on": "2026-02-15", "to_on": "2026-02-24", "work_1": "2026-02-28"},
    "qingming": {"from_on": "2026-04-04", "to_on": "2026-04-06"},
    "labour": {"from_on": "2026-05-01", "to_on": "2026-05-05", "work_1": "2026-05-09"},
    "dragon_boat": {"from_on": "2026-06-19", "to_on": "2026-06-21"},
    "mid_autumn": {"from_on": "2026-09-25", "to_on": "2026-09-27"},
    "national": {"from_on": "2026-10-01", "to_on": "2026-10-07", "work_1": "2026-10-10"},
    "compared": True,
}
NEXT = {
    "document": "国办发明电〔2026〕2号",
    "published_on": "2026-03-01",
    "new_year": {"from_on": "2027-01-01", "to_on": "2027-01-03"},
    "spring": {"from_on": "2027-02-05", "to_on": "2027-02-11"},
    "qingming": {"from_on": "2027-04-03", "to_on": "2027-04-05"},
    "labour": {"from_on": "2027-05-01", "to_on": "2027-05-05"},
    "dragon_boat": {"from_on": "2027-06-09", "to_on": "2027-06-09"},
    "national": {"from_on": "2027-10-01", "to_on": "2027-10-07"},
    "compared": True,
}


def calendar_of(office: Office) -> WorkingCalendar:
    with office.database.reading() as tx:
        return office.staff(tx).calendar


def asking(desk: Desk, seat: Sitting = Sitting("admin", "yunxi")) -> Asking:  # noqa: B008
    return Asking(seat, desk.now)


def entered(desk: Desk, year: int, data: dict[str, Any]) -> None:
    with desk.office.database.writing() as tx:
        enter_notice(desk.office, tx, year, data, asking(desk))


def faults(desk: Desk, year: int, data: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InputRefused) as refused:
        entered(desk, year, data)
    return {fault.field: fault.message.to("zh") for fault in refused.value.faults}


def test_two_years_are_entered_and_another_process_decides_by_them_at_once(desk: Desk) -> None:
    other = Office(desk.office.database, desk.office.keys, desk.office.catalogue)
    assert calendar_of(other).horizon == 2026
    entered(desk, 2026, NOTICE)
    entered(desk, 2027, NEXT)
    known = calendar_of(other)
    assert (known.horizon, known) == (2027, calendar_of(desk.office))
    assert [one.document for one in known.notices[-2:]] == [
        "国办发明电〔2026〕1号",
        "国办发明电〔2026〕2号",
    ]
    # Mid-autumn was left empty: it is joined with National Day.
    assert known.notices[-1].holidays[-1].name.zh == "国庆节、中秋节"
    assert findings(desk) == []


def test_what_was_entered_is_kept_over_a_new_start_of_the_program(desk: Desk) -> None:
    entered(desk, 2027, NEXT)
    known = calendar_of(desk.office)
    with desk.office.database.writing() as tx:
        settle_calendar(desk.office.catalogue, tx)
    assert calendar_of(desk.office) == known


def test_every_fault_is_named_at_its_field(desk: Desk) -> None:
    wrong = {
        **NOTICE,
        "document": "",
        "published_on": "2026-03-03",
        "compared": False,
        "new_year": {},
        "spring": {"from_on": "2026-03-15", "to_on": "2026-03-23"},
        "qingming": {"from_on": "2026-04-06", "to_on": "2026-04-04"},
        "labour": {"from_on": "2026-05-01", "to_on": "2026-05-05", "work_2": "2026-05-06"},
    }
    assert faults(desk, 2026, wrong) == {
        "document": "不能为空",
        "published_on": "应在2025年1月1日到今天之间",
        "compared": "请先和通知原文核对，再选“是”",
        "new_year.from_on": "不能为空",
        "new_year.to_on": "不能为空",
        "spring.from_on": "2026年的春节不在这几天里",
        "qingming.to_on": "从2026年4月6日到2026年4月4日不是一段假期",
        "labour.work_2": "2026年5月6日本来就是工作日",
    }


def test_what_contradicts_another_holiday_or_says_nothing_new_is_refused(desk: Desk) -> None:
    national = {"from_on": "2026-09-26", "to_on": "2026-10-07"}
    assert faults(desk, 2026, {**NOTICE, "national": national}) == {
        "national.from_on": "2026年9月26日出现了两次"
    }
    entered(desk, 2026, NOTICE)
    assert faults(desk, 2026, NOTICE) == {"": "和现有的安排完全一样，没有改动"}
    december = {"from_on": "2026-12-26", "to_on": "2027-01-03"}
    assert faults(desk, 2027, {**NEXT, "new_year": december | {"work_1": "2026-10-03"}}) == {
        "new_year.work_1": "2026年10月3日不属于2027年的安排"
    }


def test_the_notices_that_ship_can_be_filled_in_as_the_form_asks(desk: Desk) -> None:
    for notice in desk.office.catalogue.calendar.notices:
        filled = filled_as(notice)
        assert {"document", "published_on", "national"} <= filled.keys()
        for holiday in notice.holidays:
            feasts = [f for f in FESTIVALS.values() if f.name.zh in holiday.name.zh.split("、")]
            assert feasts
            assert all(feast.falls_in(holiday, notice.year) for feast in feasts)


def test_only_the_highest_body_enters_and_only_this_year_or_the_next(desk: Desk) -> None:
    words = Words(desk.office.catalogue.library, "zh")
    with desk.office.database.writing() as tx:
        since = min(one.from_on for one in desk.office.staff(tx).directory.seats)
        seat = Seat("gao", "sc", frozenset({"administrator"}), since, None)
        save_people(tx, officers=[Officer("gao", "高管理")], seats=[seat])
    below = asking(desk, Sitting("gao", "sc"))
    with desk.office.database.reading() as tx:
        told = holidays_told(desk.office, tx, below, words)
        assert told["open_years"] == []
        with pytest.raises(NotAtTheTop):
            notice_form(desk.office, tx, 2027, below, words)
        with pytest.raises(NotAdministered):
            notice_form(desk.office, tx, 2028, asking(desk), words)
        assert holidays_told(desk.office, tx, asking(desk), words)["open_years"] == [2026, 2027]


FALSIFIED = {
    "the entry": "UPDATE people_changes SET after = replace(after, '2027-02-11', '2027-02-12')",
    "the calendar in force": (
        "UPDATE meta SET value = (SELECT min(version) FROM calendars"
        " WHERE length(body) = (SELECT min(length(body)) FROM calendars))"
        " WHERE key = 'calendar_in_force'"
    ),
    "the calendar": (
        "DELETE FROM calendars WHERE length(body) = (SELECT max(length(body)) FROM calendars)"
    ),
}


@pytest.mark.parametrize("what", FALSIFIED)
def test_a_notice_changed_by_hand_is_named(desk: Desk, what: str) -> None:
    entered(desk, 2027, NEXT)
    tamper(desk, FALSIFIED[what])
    # As another process proves it, which has read nothing before.
    desk.office = Office.unsettled(desk.office.database, desk.office.keys)
    with desk.office.database.reading() as tx:
        found = list(verify(desk.office, tx))
    assert "notice_differs" in {one.code for one in found}


def test_a_refused_notice_leaves_nothing(desk: Desk) -> None:
    faults(desk, 2027, {**NEXT, "spring": {}})
    assert calendar_of(desk.office).horizon == 2026
    with desk.office.database.reading() as tx:
        assert changes_under(tx, "/", 9) == []
