"""Legal time: the vectors of the law, its boundary days, and a what is refused."""

from datetime import UTC, date, datetime, time
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from mediation.engine.legal_time.calendars import WorkingCalendar, load_calendar
from mediation.engine.legal_time.periods import (
    Due,
    PeriodRefused,
    Span,
    Suspension,
    day_ended,
    due,
    midnight_after,
    reprojected,
    shanghai_day,
    shanghai_moment,
)
from mediation.engine.legal_time.spans import Unit
from mediation.resources import resource_dir

CALENDAR = load_calendar(resource_dir("workflows") / "holidays")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def ends(anchor: str, value: int, unit: Unit, **more: Any) -> str | None:
    found = due(day(anchor), Span(value, unit), CALENDAR, **more)
    return found.due_on.isoformat() if found.due_on else None


def paused(*stretches: tuple[str, str | None]) -> list[Suspension]:
    return [Suspension(day(first), day(end) if end else None) for first, end in stretches]


def rules(found: Due) -> list[str]:
    return [line.rule for line in found.derivation]


@pytest.mark.parametrize(
    ("anchor", "value", "unit", "last"),
    [
        ("2026-01-20", 30, "days", "2026-02-24"),
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2026-09-07", 1, "months", "2026-10-08"),
        ("2026-09-05", 30, "days", "2026-10-08"),
        ("2026-09-19", 15, "days", "2026-10-08"),
        ("2026-08-08", 60, "days", "2026-10-08"),
        ("2026-05-31", 6, "months", "2026-11-30"),
        ("2026-08-31", 6, "months", "2027-03-01"),
        ("2026-10-07", 2, "years", "2028-10-09"),
        ("2026-09-30", 3, "working_days", "2026-10-10"),
        ("2026-02-13", 7, "working_days", "2026-03-02"),
        ("2026-04-30", 5, "working_days", "2026-05-11"),
        ("2026-11-20", 3, "working_days", "2026-11-25"),
    ],
)
def test_the_vectors_of_the_law(anchor: str, value: int, unit: Unit, last: str) -> None:
    found = due(day(anchor), Span(value, unit), CALENDAR)
    assert found.due_on == day(last)
    assert found.due_at == midnight_after(day(last))
    assert found.provisional is (last > "2026-12-28")


@pytest.mark.parametrize(
    ("anchor", "value", "unit", "last"),
    [
        # The starting day is left out, so one day ends on the next.
        ("2026-03-02", 1, "days", "2026-03-03"),
        ("2026-03-02", 1, "working_days", "2026-03-03"),
        # The last day before a holiday stays, its first day moves past it.
        ("2026-09-20", 10, "days", "2026-09-30"),
        ("2026-09-20", 11, "days", "2026-10-08"),
        ("2026-09-20", 18, "days", "2026-10-08"),
        ("2026-09-20", 19, "days", "2026-10-09"),
        # 10 October is a Saturday that is worked, 11 October a Sunday that is not.
        ("2026-09-20", 20, "days", "2026-10-10"),
        ("2026-09-20", 21, "days", "2026-10-12"),
        # A starting day that is off changes nothing.
        ("2026-10-01", 7, "days", "2026-10-08"),
        ("2026-10-01", 1, "working_days", "2026-10-08"),
        # Month ends, leap years.
        ("2026-01-28", 1, "months", "2026-02-28"),
        ("2026-01-29", 1, "months", "2026-02-28"),
        ("2024-01-30", 1, "months", "2024-02-29"),
        ("2024-02-29", 1, "years", "2025-02-28"),
        ("2024-02-29", 12, "months", "2025-02-28"),
        ("2023-02-28", 1, "years", "2024-02-28"),
        ("2026-03-31", 1, "months", "2026-04-30"),
        ("2025-12-31", 2, "months", "2026-02-28"),
        # New Year's Eve of a year whose successor is known.
        ("2025-12-01", 1, "months", "2026-01-04"),
    ],
)
def test_boundary_days(anchor: str, value: int, unit: Unit, last: str) -> None:
    assert ends(anchor, value, unit) == last


def test_the_last_day_ends_at_24_in_shanghai() -> None:
    found = due(day("2026-03-02"), Span(10, "days"), CALENDAR)
    assert found.due_at == datetime(2026, 3, 12, 16, tzinfo=UTC)
    assert rules(found)[-1] == "ends_at_24"


def test_where_business_ends_earlier_the_last_day_does() -> None:
    found = due(day("2026-03-02"), Span(10, "days"), CALENDAR, closing=time(17, 30))
    assert found.due_on == day("2026-03-12")
    assert found.due_at == datetime(2026, 3, 12, 9, 30, tzinfo=UTC)
    assert rules(found)[-1] == "ends_at_closing"


def test_a_moment_starts_on_its_day_in_shanghai() -> None:
    before_midnight = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    assert due(before_midnight, Span(10, "days"), CALENDAR).due_on == day("2026-03-12")
    at_midnight = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert due(at_midnight, Span(10, "days"), CALENDAR).due_on == day("2026-03-13")


def test_summer_time_of_the_eighties_is_honoured() -> None:
    assert midnight_after(day("1986-07-01")) == datetime(1986, 7, 1, 15, tzinfo=UTC)
    assert midnight_after(day("1992-07-01")) == datetime(1992, 7, 1, 16, tzinfo=UTC)
    assert shanghai_day(datetime(1986, 7, 1, 15, 30, tzinfo=UTC)) == day("1986-07-02")
    assert shanghai_moment(day("1986-07-02")) == datetime(1986, 7, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchor", "value", "unit", "provisional"),
    [
        ("2026-11-28", 30, "days", False),  # 28 December, a Monday
        ("2026-11-29", 30, "days", True),  # 29 December may be moved by the notice for 2027
        ("2026-12-01", 1, "months", True),
        ("2026-12-01", 20, "working_days", True),
        ("2026-12-01", 19, "working_days", False),
        ("2019-12-01", 30, "days", True),
        ("2019-12-01", 1, "months", False),  # ends on 1 January 2020, which is known
        ("2019-12-31", 1, "working_days", False),
        ("2019-12-30", 2, "working_days", True),
    ],
)
def test_what_an_unknown_notice_may_move_is_provisional(
    anchor: str, value: int, unit: Unit, *, provisional: bool
) -> None:
    found = due(day(anchor), Span(value, unit), CALENDAR)
    assert found.provisional is provisional
    assert (rules(found)[-1] == "provisional") is provisional


def test_a_due_moment_ends_the_day_before_midnight() -> None:
    assert day_ended(midnight_after(day("2026-10-08"))) == day("2026-10-08")
    assert day_ended(moment("2026-10-08T17:30")) == day("2026-10-08")


# --- hours


def test_hours_run_from_the_moment_and_do_not_roll() -> None:
    found = due(moment("2026-09-30T10:20"), Span(24, "hours"), CALENDAR, closing=time(17))
    assert found.due_at == moment("2026-10-01T10:20")
    assert found.due_on == day("2026-10-01")
    assert not found.provisional
    assert rules(found) == ["hours_from_moment", "hours_do_not_roll"]


@pytest.mark.parametrize(
    ("anchor", "end"),
    [
        ("2026-03-02T10:00", "2026-03-04T11:00"),
        ("2026-03-02T10:20", "2026-03-04T11:00"),
        ("2026-03-02T10:59:59.999999", "2026-03-04T11:00"),
        ("2026-03-02T23:30", "2026-03-05T00:00"),
    ],
)
def test_in_litigation_hours_run_from_the_next_hour(anchor: str, end: str) -> None:
    found = due(moment(anchor), Span(48, "hours"), CALENDAR, hours_from_next_hour=True)
    assert found.due_at == moment(end)
    assert rules(found)[0] == "hours_from_next_hour"


def test_hours_that_end_at_midnight_end_on_the_day_before_at_24() -> None:
    found = due(moment("2026-03-02T00:00"), Span(24, "hours"), CALENDAR)
    assert found.due_on == day("2026-03-02")
    assert found.due_at == midnight_after(day("2026-03-02"))


def test_hours_stand_still_from_moment_to_moment() -> None:
    def end(*suspensions: Suspension, more: tuple[Span, ...] = ()) -> datetime | None:
        span = Span(10, "hours")
        anchor = moment("2026-03-02T08:00")
        return due(anchor, span, CALENDAR, suspensions=suspensions, extensions=more).due_at

    noon = Suspension(moment("2026-03-02T12:00"), moment("2026-03-02T13:30"))
    assert end(noon) == moment("2026-03-02T19:30")
    overlapping = Suspension(moment("2026-03-02T13:00"), moment("2026-03-02T14:00"))
    assert end(overlapping, noon) == moment("2026-03-02T20:00")
    inside = Suspension(moment("2026-03-02T12:30"), moment("2026-03-02T13:00"))
    assert end(noon, inside) == moment("2026-03-02T19:30")
    before = Suspension(moment("2026-03-02T06:00"), moment("2026-03-02T09:00"))
    assert end(before) == moment("2026-03-02T19:00")
    in_the_lengthened_run = Suspension(moment("2026-03-02T19:00"), moment("2026-03-02T20:00"))
    assert end(noon, in_the_lengthened_run) == moment("2026-03-02T20:30")
    assert end(in_the_lengthened_run) == moment("2026-03-02T18:00")
    assert end(Suspension(day("2026-03-02"), day("2026-03-03"))) == moment("2026-03-03T10:00")
    assert end(more=(Span(14, "hours"),)) == moment("2026-03-03T08:00")
    assert end(Suspension(moment("2026-03-02T17:59"))) is None
    assert end(Suspension(moment("2026-03-02T18:00"))) == moment("2026-03-02T18:00")


# --- suspensions


@pytest.mark.parametrize(
    ("suspended", "last"),
    [
        ([("2026-03-20", "2026-03-27")], "2026-04-16"),
        # Resumed on the day it was suspended, it costs nothing.
        ([("2026-03-20", "2026-03-20")], "2026-04-09"),
        # Clipped: the first counted day is the 11th, and nothing before it was lost.
        ([("2026-02-01", "2026-03-11")], "2026-04-09"),
        ([("2026-02-01", "2026-03-12")], "2026-04-10"),
        ([("2026-03-10", "2026-03-12")], "2026-04-10"),
        # The last day is in the run, the day after it is not.
        ([("2026-04-09", "2026-04-14")], "2026-04-14"),
        ([("2026-04-10", "2026-04-15")], "2026-04-09"),
        # Overlapping and touching ones are counted once.
        ([("2026-03-20", "2026-03-25"), ("2026-03-18", "2026-03-22")], "2026-04-16"),
        ([("2026-03-18", "2026-03-25"), ("2026-03-20", "2026-03-22")], "2026-04-16"),
        ([("2026-03-20", "2026-03-22"), ("2026-03-22", "2026-03-25")], "2026-04-14"),
        # A suspension that only the lengthened run reaches counts too.
        ([("2026-03-20", "2026-03-25"), ("2026-04-12", "2026-04-15")], "2026-04-17"),
        ([("2026-04-12", "2026-04-15")], "2026-04-09"),
        # Without an end the clock stands.
        ([("2026-04-09", None)], None),
        ([("2026-04-10", None)], "2026-04-09"),
        ([("2026-03-20", "2026-03-25"), ("2026-04-14", None)], None),
        ([("2026-03-20", None), ("2026-03-25", "2026-03-27")], None),
    ],
)
def test_suspensions_lengthen_the_run(
    suspended: list[tuple[str, str | None]], last: str | None
) -> None:
    # Thirty days from 10 March end on 9 April, a Thursday.
    assert ends("2026-03-10", 30, "days", suspensions=paused(*suspended)) == last


def test_a_suspension_of_moments_counts_its_days_in_shanghai() -> None:
    stood = Suspension(
        datetime(2026, 3, 9, 16, 30, tzinfo=UTC), datetime(2026, 3, 19, 15, 59, tzinfo=UTC)
    )
    # Suspended on the 10th at 0:30, resumed on the 19th at 23:59.
    assert ends("2026-03-01", 30, "days", suspensions=[stood]) == "2026-04-09"


def test_only_working_days_lost_lengthen_working_days() -> None:
    weekend = paused(("2026-03-07", "2026-03-09"))
    assert ends("2026-03-02", 10, "working_days", suspensions=weekend) == "2026-03-16"
    friday_to_tuesday = paused(("2026-03-06", "2026-03-10"))
    assert ends("2026-03-02", 10, "working_days", suspensions=friday_to_tuesday) == "2026-03-18"
    touching = paused(("2026-03-06", "2026-03-09"), ("2026-03-09", "2026-03-10"))
    assert ends("2026-03-02", 10, "working_days", suspensions=touching) == "2026-03-18"
    before = paused(("2026-02-01", "2026-03-03"))
    assert ends("2026-03-02", 10, "working_days", suspensions=before) == "2026-03-16"
    assert (
        ends("2026-03-02", 10, "working_days", suspensions=paused(("2026-03-16", None))) is None
    )
    after = paused(("2026-03-17", None))
    assert ends("2026-03-02", 10, "working_days", suspensions=after) == "2026-03-16"


def test_a_month_is_lengthened_by_the_days_it_stood() -> None:
    stood = paused(("2026-03-10", "2026-03-20"))
    assert ends("2026-03-02", 1, "months", suspensions=stood) == "2026-04-13"
    assert ends("2026-03-01", 1, "months", suspensions=stood) == "2026-04-13"
    assert ends("2026-02-28", 1, "months", suspensions=stood) == "2026-04-07"


def test_a_last_day_never_moves_into_a_suspension() -> None:
    def rolled(*suspended: tuple[str, str | None]) -> str | None:
        # Ends on 4 October, inside the National Day holiday.
        return ends("2026-09-19", 15, "days", suspensions=paused(*suspended))

    assert rolled(("2026-10-05", "2026-10-07")) == "2026-10-08"
    assert rolled(("2026-10-06", "2026-10-09")) == "2026-10-09"
    assert rolled(("2026-10-06", "2026-10-17")) == "2026-10-19"
    assert rolled(("2026-10-08", None)) is None
    assert rolled(("2026-10-09", None)) == "2026-10-08"
    assert rolled(("2026-10-08", "2026-10-09"), ("2026-10-09", "2026-10-12")) == "2026-10-12"


def test_a_clock_that_stands_has_no_due_moment_and_says_since_when() -> None:
    found = due(
        day("2026-12-20"),
        Span(1, "months"),
        CALENDAR,
        suspensions=[Suspension(day("2027-01-04"), ground="鉴定", law="order-75-33")],
    )
    assert found.due_on is None
    assert found.due_at is None
    assert not found.provisional
    last = found.derivation[-1]
    assert (last.rule, last.law, last.day) == ("clock_stands", "order-75-33", day("2027-01-04"))
    assert "鉴定" in last.text.to("zh")


# --- extensions


def test_an_extension_of_the_same_unit_adds_to_the_budget() -> None:
    assert ends("2026-01-31", 1, "months", extensions=[Span(1, "months")]) == "2026-03-31"
    assert ends("2026-09-19", 15, "days", extensions=[Span(15, "days")]) == "2026-10-19"
    assert (
        ends("2026-09-29", 2, "working_days", extensions=[Span(1, "working_days")])
        == "2026-10-09"
    )


def test_an_extension_of_another_unit_counts_on_from_the_end_before_any_roll() -> None:
    # The month ends on 7 October, not on the 8th to which it would roll.
    assert ends("2026-09-07", 1, "months", extensions=[Span(15, "days")]) == "2026-10-22"
    assert ends("2026-09-07", 1, "months", extensions=[Span(2, "working_days")]) == "2026-10-09"
    assert ends("2026-09-29", 1, "working_days", extensions=[Span(1, "months")]) == "2026-10-30"
    three = [Span(15, "days"), Span(1, "months"), Span(1, "months")]
    assert ends("2026-01-05", 1, "months", extensions=three) == "2026-04-20"


def test_a_suspension_meets_the_extended_run() -> None:
    stood = paused(("2026-10-12", "2026-10-14"))
    assert (
        ends("2026-09-07", 1, "months", extensions=[Span(15, "days")], suspensions=stood)
        == "2026-10-26"  # 24 October is a Saturday
    )
    stood = paused(("2026-09-10", None))
    assert (
        ends("2026-09-07", 1, "months", extensions=[Span(15, "days")], suspensions=stood)
        is None
    )


def test_an_extension_by_unsettled_working_days_is_provisional() -> None:
    found = due(
        day("2026-12-10"), Span(10, "days"), CALENDAR, extensions=[Span(10, "working_days")]
    )
    assert found.provisional


# --- what was told


def test_a_told_day_is_never_moved_forward() -> None:
    fresh = due(day("2026-09-07"), Span(1, "months"), CALENDAR)
    assert reprojected(None, fresh) is fresh
    assert reprojected(day("2026-10-08"), fresh) is fresh
    assert reprojected(day("2026-10-07"), fresh) is fresh
    kept = reprojected(day("2026-10-09"), fresh)
    assert kept.due_on == day("2026-10-09")
    assert kept.due_at == midnight_after(day("2026-10-09"))
    assert rules(kept) == [*rules(fresh), "told_day_kept"]
    assert kept.derivation[-1].day == day("2026-10-09")


def test_a_told_day_keeps_its_closing_time() -> None:
    fresh = due(day("2026-09-07"), Span(1, "months"), CALENDAR, closing=time(17))
    assert reprojected(day("2026-10-09"), fresh).due_at == moment("2026-10-09T17:00")


def test_a_told_day_of_a_clock_in_hours_ends_at_24() -> None:
    fresh = due(moment("2026-03-02T08:00"), Span(24, "hours"), CALENDAR)
    assert reprojected(day("2026-03-04"), fresh).due_at == midnight_after(day("2026-03-04"))


def test_a_clock_that_stands_keeps_standing() -> None:
    stood = due(
        day("2026-03-02"), Span(1, "months"), CALENDAR, suspensions=paused(("2026-03-03", None))
    )
    assert reprojected(day("2026-04-02"), stood) is stood


def test_a_new_notice_moves_a_provisional_day() -> None:
    notice = {
        "year": 2027,
        "document": "国办发明电〔2026〕9号",
        "holiday": [
            {
                "name": {"zh": "春节", "en": "Spring Festival"},
                "from": "2027-02-05",
                "to": "2027-02-11",
            }
        ],
    }
    span = Span(1, "months")
    guessed = due(day("2027-01-05"), span, CALENDAR)
    assert (guessed.due_on, guessed.provisional) == (day("2027-02-05"), True)
    known = due(day("2027-01-05"), span, CALENDAR.with_notice(notice))
    assert (known.due_on, known.provisional) == (day("2027-02-12"), False)


# --- what is refused


@pytest.mark.parametrize("value", [0, -1, 10_001, True, 1.5, "7", None])
def test_a_budget_outside_1_to_10_000_is_refused(value: Any) -> None:
    with pytest.raises(PeriodRefused):
        Span(value, "days")


@pytest.mark.parametrize("unit", ["", "weeks", "day", None])
def test_an_unknown_unit_is_refused(unit: Any) -> None:
    with pytest.raises(PeriodRefused):
        Span(1, unit)


@pytest.mark.parametrize("unit", get_args(Unit))
def test_the_longest_budget_is_accepted(unit: Unit) -> None:
    span = Span(10_000, unit)
    if unit == "years":
        with pytest.raises(PeriodRefused, match="beyond the calendar"):
            due(moment("2026-03-02T08:00"), span, CALENDAR)
    else:
        assert due(moment("2026-03-02T08:00"), span, CALENDAR).due_on


def test_what_lies_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(PeriodRefused):
        ends("2026-03-02", 7974, "years")
    assert ends("2026-03-02", 7973, "years") == "9999-03-02"
    for span in (Span(10_000, "days"), Span(10_000, "working_days")):
        with pytest.raises(PeriodRefused):
            due(day("9990-01-01"), span, CALENDAR)
    with pytest.raises(PeriodRefused):
        due(datetime(9999, 12, 31, 23, tzinfo=UTC), Span(1, "hours"), CALENDAR)
    far = [Suspension(day("2026-03-03"), day("9999-01-01"))]
    with pytest.raises(PeriodRefused):
        ends("2026-03-02", 1000, "days", suspensions=far)


def test_extensions_that_add_up_too_far_are_refused() -> None:
    with pytest.raises(PeriodRefused):
        ends("2026-03-02", 6000, "days", extensions=[Span(6000, "days")])


def test_hours_mix_with_no_other_unit() -> None:
    with pytest.raises(PeriodRefused, match="another unit"):
        due(
            moment("2026-03-02T08:00"), Span(8, "hours"), CALENDAR, extensions=[Span(1, "days")]
        )
    with pytest.raises(PeriodRefused, match="another unit"):
        ends("2026-03-02", 1, "days", extensions=[Span(8, "hours")])


def test_hours_need_a_moment() -> None:
    with pytest.raises(PeriodRefused, match="moment"):
        ends("2026-03-02", 8, "hours")


def test_a_moment_without_time_zone_is_refused() -> None:
    naive = datetime(2026, 3, 2, 8)  # noqa: DTZ001
    for unit in get_args(Unit):
        with pytest.raises(PeriodRefused, match="time zone"):
            due(naive, Span(1, unit), CALENDAR)
    with pytest.raises(PeriodRefused, match="time zone"):
        Suspension(naive)
    with pytest.raises(PeriodRefused, match="time zone"):
        ends("2026-03-02", 1, "days", closing=time(17, tzinfo=UTC))


def test_a_suspension_cannot_end_before_it_starts() -> None:
    with pytest.raises(PeriodRefused):
        Suspension(day("2026-03-03"), day("2026-03-02"))
    with pytest.raises(PeriodRefused):
        Suspension(moment("2026-03-03T09:00"), moment("2026-03-03T08:59"))


def test_a_refused_period_is_a_value_error_in_both_languages() -> None:
    with pytest.raises(ValueError, match="from 1 to 10000") as refused:
        Span(0, "days")
    assert isinstance(refused.value, PeriodRefused)
    assert refused.value.message.to("zh") == "期限应在1至10000之间"


def test_equal_questions_have_equal_answers() -> None:
    asked = [due(day("2026-03-02"), Span(1, "months"), CALENDAR) for _ in range(2)]
    assert asked[0] == asked[1]
    assert len(set(asked)) == 1
    empty = WorkingCalendar(())
    assert due(day("2026-03-02"), Span(1, "months"), empty) != asked[0]  # provisional there


def test_a_span_says_itself() -> None:
    assert Span(1, "working_days").label.to("en") == "1 working day"
    assert Span(30, "days").label.to("zh") == "30日"
