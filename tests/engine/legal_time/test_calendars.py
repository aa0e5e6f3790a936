"""The working calendar against the notices, and against a package that read them too."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest

from mediation.engine.errors import DefinitionError
from mediation.engine.legal_time.calendars import WorkingCalendar, load_calendar
from mediation.language import Label
from mediation.resources import resource_dir

HOLIDAYS = resource_dir("workflows") / "holidays"
CALENDAR = load_calendar(HOLIDAYS)

NEXT_YEAR: dict[str, Any] = {
    "year": 2027,
    "document": "国办发明电〔2026〕9号",
    "published": date(2026, 11, 25),
    "holiday": [
        {
            "name": {"zh": "元旦", "en": "New Year's Day"},
            "from": "2026-12-31",
            "to": "2027-01-02",
            "work": [date(2027, 1, 3)],
        }
    ],
}


def changed(**keys: object) -> dict[str, Any]:
    return {**NEXT_YEAR, **keys}


def changed_holiday(**keys: object) -> dict[str, Any]:
    return changed(holiday=[{**NEXT_YEAR["holiday"][0], **keys}])


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_year_is_what_the_notice_made_it(year: int) -> None:
    day = date(year, 1, 1)
    while day.year == year:
        off = chinese_calendar.is_holiday(day)
        assert CALENDAR.is_holiday(day) is off, day
        assert CALENDAR.is_workday(day) is not off, day
        assert (CALENDAR.name(day) is not None) is off, day
        named, festival = chinese_calendar.get_holiday_detail(day)
        if named and festival and festival != "Mid-autumn Festival":
            name = CALENDAR.name(day)
            assert name is not None
            # Where the notice joins two feasts the package knows one of them.
            assert festival in name.en, day
        day += timedelta(days=1)


def test_a_day_off_has_its_name() -> None:
    assert CALENDAR.name(date(2026, 10, 3)) == Label("国庆节", "National Day")
    assert CALENDAR.name(date(2026, 11, 21)) == Label("周六", "Saturday")
    assert CALENDAR.name(date(2026, 11, 22)) == Label("周日", "Sunday")
    assert CALENDAR.name(date(2026, 11, 23)) is None
    assert CALENDAR.name(date(2026, 10, 10)) is None


def test_a_makeup_workday_names_its_notice() -> None:
    notice = CALENDAR.makeup_notice(date(2026, 10, 10))
    assert notice is not None
    assert (notice.year, notice.document) == (2026, "国办发明电〔2025〕7号")
    assert notice.published == date(2025, 11, 4)
    assert CALENDAR.makeup_notice(date(2026, 10, 9)) is None


def test_the_horizon_is_the_last_year_with_a_notice() -> None:
    assert CALENDAR.horizon == 2026
    assert WorkingCalendar(()).horizon == 0


@pytest.mark.parametrize(
    ("day", "missing"),
    [
        (date(2019, 12, 31), 2019),
        (date(2020, 1, 1), None),
        (date(2026, 11, 22), None),
        # The next notice may make 29 December a workday, as the one for 2019 did.
        (date(2026, 12, 28), None),
        (date(2026, 12, 29), 2027),
        (date(2026, 12, 31), 2027),
        (date(2025, 12, 31), None),
        (date(2027, 1, 1), 2027),
    ],
)
def test_a_day_without_its_notice_is_provisional(day: date, missing: int | None) -> None:
    assert CALENDAR.missing_year(day) == missing
    assert CALENDAR.provisional(day) is (missing is not None)
    assert CALENDAR.first_provisional(day, day) == (day if missing else None)


def test_the_first_provisional_day_of_a_run_is_found() -> None:
    def first(start: date, end: date) -> date | None:
        return CALENDAR.first_provisional(start, end)

    assert first(date(2026, 1, 1), date(2026, 12, 28)) is None
    assert first(date(2024, 1, 1), date(2027, 3, 1)) == date(2026, 12, 29)
    assert first(date(2027, 2, 3), date(2030, 3, 1)) == date(2027, 2, 3)
    assert first(date(2018, 5, 1), date(2021, 1, 1)) == date(2018, 5, 1)


def test_a_year_without_notice_knows_weekends_and_fixed_holidays_only() -> None:
    year = [date(2029, 1, 1) + timedelta(days) for days in range(365)]
    off = {day for day in year if CALENDAR.is_holiday(day) and day.weekday() < 5}
    assert off == {
        date(2029, 1, 1),
        date(2029, 5, 1),
        date(2029, 5, 2),
        date(2029, 10, 1),
        date(2029, 10, 2),
        date(2029, 10, 3),
    }
    assert CALENDAR.name(date(2029, 10, 3)) == Label("国庆节", "National Day")
    assert CALENDAR.name(date(2029, 10, 6)) == Label("周六", "Saturday")


def test_a_new_notice_settles_its_year_and_changes_the_version() -> None:
    known = CALENDAR.with_notice(NEXT_YEAR)
    assert known.horizon == 2027
    assert known.version != CALENDAR.version
    assert CALENDAR.is_workday(date(2026, 12, 31))
    assert known.is_holiday(date(2026, 12, 31))
    assert known.is_workday(date(2027, 1, 3))
    assert not known.provisional(date(2027, 10, 8))


def test_an_amended_notice_replaces_the_one_of_its_year() -> None:
    first = CALENDAR.with_notice(NEXT_YEAR)
    longer = changed_holiday(to="2027-01-03", work=[])
    amended = first.with_notice(longer)
    assert len(amended.notices) == len(first.notices)
    assert amended.is_holiday(date(2027, 1, 3))


def test_a_calendar_survives_storage_and_keeps_its_version() -> None:
    stored = CALENDAR.to_json()
    again = WorkingCalendar.from_json(stored)
    assert again == CALENDAR
    assert hash(again) == hash(CALENDAR)
    assert again.version == CALENDAR.version
    assert again.to_json() == stored


def test_the_order_of_notices_and_keys_changes_nothing() -> None:
    notices = json.loads(CALENDAR.to_json())["notices"]
    backwards = [dict(reversed(notice.items())) for notice in reversed(notices)]
    assert WorkingCalendar.from_notices(backwards).version == CALENDAR.version


def test_a_notice_without_its_day_of_publication_is_kept_without() -> None:
    undated = {key: value for key, value in NEXT_YEAR.items() if key != "published"}
    calendar = WorkingCalendar.from_notices([undated])
    assert calendar.notices[0].published is None
    assert "published" not in calendar.to_json()


@pytest.mark.parametrize(
    ("raw", "where", "problem"),
    [
        (changed(holidays=[]), "holidays", "是否应为“holiday”"),
        (changed(moon="full"), "moon", "没有“moon”这个名称"),
        ({"year": 2027, "document": "x"}, "holiday", "缺少这一项"),
        (changed(year="2027"), "year", "应为年份，如2026"),
        (changed(year=True), "year", "应为年份，如2026"),
        (changed(year=1900), "year", "应为年份，如2026"),
        (changed(document=" "), "document", "应为文字，且不得为空"),
        (changed(document=7), "document", "应为文字，且不得为空"),
        (changed(published="soon"), "published", "应为日期，如2026-10-01，而不是soon"),
        (changed(published=7), "published", "应为日期，如2026-10-01，而不是7"),
        (changed(holiday=[]), "holiday", "应至少有一段假期"),
        (changed(holiday={}), "holiday", "应至少有一段假期"),
        (changed(holiday=["元旦"]), "holiday[1]", "应为一段假期"),
        (changed_holiday(name="元旦"), "holiday[1].name", "应为中英文名称"),
        (changed_holiday(name={"zh": "元旦"}), "holiday[1].name.en", "缺少这一项"),
        (changed_holiday(form="x"), "holiday[1].form", "是否应为“from”"),
        (changed_holiday(to="2026-12-30"), "holiday[1].to", "不是一段假期"),
        (changed_holiday(to="2027-01-16"), "holiday[1].to", "不是一段假期"),
        (changed_holiday(work="2027-01-03"), "holiday[1].work", "应为日期的列表"),
        (changed_holiday(work=["2027-01-04"]), "holiday[1].work", "2027年1月4日本来就是工作日"),
        (changed_holiday(work=["2026-11-28"]), "holiday[1].work", "不属于2027年的安排"),
        (changed_holiday(work=["2027-01-02"]), "holiday[1]", "2027年1月2日出现了两次"),
        (
            changed_holiday(**{"from": "2026-11-30", "to": "2026-12-01", "work": []}),
            "holiday[1].from",
            "2026年11月30日不属于2027年的安排",
        ),
    ],
)
def test_a_notice_that_is_not_understood_is_refused_with_its_place(
    raw: dict[str, Any], where: str, problem: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        WorkingCalendar.from_notices([raw], "holidays/2027.toml")
    assert refused.value.file == "holidays/2027.toml"
    assert refused.value.where == where
    assert problem in refused.value.problem.to("zh")
    assert refused.value.problem.to("en").isascii() or "“" in refused.value.problem.to("en")


def test_notices_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(DefinitionError, match="Two notices are for one year"):
        WorkingCalendar.from_notices([NEXT_YEAR, NEXT_YEAR])
    worked = {
        **changed_holiday(work=["2026-12-26"], to="2026-12-31"),
        "year": 2026,
        "holiday": [
            {
                "name": {"zh": "岁末", "en": "Year's end"},
                "from": "2026-12-26",
                "to": "2026-12-26",
            }
        ],
    }
    later = changed_holiday(work=["2026-12-26"])
    with pytest.raises(DefinitionError, match="2026-12-26 is both off and worked"):
        WorkingCalendar.from_notices([worked, later])


def test_stored_text_of_another_format_is_refused() -> None:
    for text in ("", "[]", '{"format": 2, "notices": []}', '{"notices": []}', '{"format": 1}'):
        with pytest.raises(DefinitionError):
            WorkingCalendar.from_json(text)


def test_a_folder_of_notices_is_read_strictly(tmp_path: Path) -> None:
    folder = tmp_path / "holidays"
    folder.mkdir()
    with pytest.raises(DefinitionError, match="no holiday notice"):
        load_calendar(folder)
    good = (HOLIDAYS / "2026.toml").read_text(encoding="utf-8")
    (folder / "2026.toml").write_text(good, encoding="utf-8")
    assert load_calendar(folder).horizon == 2026
    (folder / "2027.toml").write_text(good, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"holidays/2027\.toml.*named by its year"):
        load_calendar(folder)
    (folder / "2027.toml").write_text("year = ", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"holidays/2027\.toml.*not TOML"):
        load_calendar(folder)
    (folder / "2027.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(DefinitionError, match="not TOML"):
        load_calendar(folder)
