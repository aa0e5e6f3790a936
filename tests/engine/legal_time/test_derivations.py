"""The derivation: every step told, cited, and said in both languages."""

import ast
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mediation.engine.legal_time import derivations
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.legal_time.derivations import CITATIONS
from mediation.engine.legal_time.periods import Span, Suspension, due, reprojected
from mediation.engine.legal_time.spans import Unit, amount
from mediation.language import Label
from mediation.resources import resource_dir

CALENDAR = load_calendar(resource_dir("workflows") / "holidays")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def told(anchor: date, value: int, unit: Unit, **more: Any) -> list[str]:
    found = due(anchor, Span(value, unit), CALENDAR, **more)
    return [line.text.to("zh") for line in found.derivation]


def test_every_holiday_on_the_way_is_named_day_by_day() -> None:
    assert told(date(2026, 1, 20), 30, "days") == [
        "2026年1月20日为起算当日，不计入期间，自次日2026年1月21日起计算",
        "期限30日，至2026年2月19日届满",
        "2026年2月19日是春节，不作为最后一日",
        "2026年2月20日是春节，不作为最后一日",
        "2026年2月21日是春节，不作为最后一日",
        "2026年2月22日是春节，不作为最后一日",
        "2026年2月23日是春节，不作为最后一日",
        "顺延至休假日结束的次日2026年2月24日",
        "2026年2月24日24时届满",
    ]


def test_a_month_end_that_is_a_worked_saturday_says_both() -> None:
    assert told(date(2026, 1, 31), 1, "months")[1:] == [
        "期限1个月，到期月没有31日，至其末日2026年2月28日届满",
        "2026年2月28日是周六，但依国办发明电〔2025〕7号调休上班，不顺延",
        "2026年2月28日24时届满",
    ]


def test_working_days_tell_what_was_left_out_and_what_was_made_up() -> None:
    assert told(date(2026, 2, 12), 8, "working_days", closing=time(17, 30))[1:] == [
        "2026年2月15日至2026年2月23日是春节，不是工作日，不计入",
        "2026年3月1日是周日，不是工作日，不计入",
        "2026年2月14日是周六，依国办发明电〔2025〕7号调休上班，计为工作日",
        "2026年2月28日是周六，依国办发明电〔2025〕7号调休上班，计为工作日",
        "只计工作日，期限8个工作日，至2026年3月2日届满",
        "至2026年3月2日停止业务活动的时间17:30届满",
    ]


def test_a_plain_saturday_and_sunday_are_told_as_a_weekend() -> None:
    assert "2026年11月21日至2026年11月22日是周末，不是工作日，不计入" in told(
        date(2026, 11, 20), 3, "working_days"
    )


def test_suspended_days_of_a_working_day_clock_are_told_once() -> None:
    stood = [Suspension(date(2026, 10, 6), date(2026, 10, 11), Label("鉴定", "appraisal"))]
    assert told(date(2026, 9, 30), 2, "working_days", suspensions=stood)[1:] == [
        "自2026年10月6日起中止，至2026年10月11日恢复，扣除3个工作日（鉴定）",
        "2026年10月1日至2026年10月5日是国庆节，不是工作日，不计入",
        "2026年10月11日是周日，不是工作日，不计入",
        "只计工作日，期限2个工作日，至2026年10月13日届满",
        "2026年10月13日24时届满",
    ]


def test_each_suspension_tells_only_what_it_took() -> None:
    stood = [
        Suspension(date(2026, 3, 15), date(2026, 3, 25), "公告", law="order-75-33"),
        Suspension(date(2026, 2, 20), date(2026, 3, 20), "鉴定"),
    ]
    found = due(date(2026, 3, 2), Span(30, "days"), CALENDAR, suspensions=stood)
    lines = {
        line.text.to("zh"): line.law for line in found.derivation if "中止" in line.text.text
    }
    lines |= {
        line.text.to("zh"): line.law for line in found.derivation if line.rule == "suspended"
    }
    assert lines == {
        "自2026年3月3日起中止，至2026年3月20日恢复，扣除17日（鉴定）": "civil-code-204",
        "自2026年3月20日起中止，至2026年3月25日恢复，扣除5日（公告）": "order-75-33",
        "扣除中止的时间后，至2026年4月23日届满": "civil-code-204",
    }


def test_extensions_are_told_with_their_sum_and_their_beginning() -> None:
    more = [Span(10, "days"), Span(1, "months"), Span(2, "months")]
    lines = told(date(2026, 3, 2), 20, "days", extensions=more)
    assert lines[1:6] == [
        "期限延长10日，合计30日",
        "期限30日，至2026年4月1日届满",
        "期限延长1个月，自2026年4月1日的次日起接续计算",
        "期限延长2个月，合计3个月",
        "期限3个月，至到期月的对应日2026年7月1日届满",
    ]


def test_a_last_day_in_a_suspension_says_when_the_clock_went_on() -> None:
    stood = [Suspension(date(2026, 10, 6), date(2026, 10, 17), "公告")]
    assert told(date(2026, 9, 19), 15, "days", suspensions=stood)[4:] == [
        "2026年10月6日是国庆节，不作为最后一日",
        "2026年10月7日是国庆节，不作为最后一日",
        "2026年10月8日在中止期间，不作为最后一日，至2026年10月17日恢复（公告）",
        "2026年10月17日是周六，不作为最后一日",
        "2026年10月18日是周日，不作为最后一日",
        "顺延至2026年10月19日",
        "2026年10月19日24时届满",
    ]


@pytest.mark.parametrize("stood", [date(2026, 9, 25), date(2026, 10, 5), date(2026, 10, 8)])
def test_a_clock_that_stands_says_so_last(stood: date) -> None:
    lines = told(date(2026, 9, 19), 15, "days", suspensions=[Suspension(stood)])
    since = f"{stood.year}年{stood.month}月{stood.day}日"
    assert lines[-1] == f"自{since}起中止，尚未恢复，恢复后再定届满日"
    assert not any("24时" in line for line in lines)


def test_working_days_that_stand_say_so() -> None:
    stood = [
        Suspension(date(2026, 3, 4), date(2026, 3, 6)),
        Suspension(date(2026, 3, 10)),
    ]
    assert told(date(2026, 3, 2), 15, "working_days", suspensions=stood)[1:] == [
        "自2026年3月4日起中止，至2026年3月6日恢复，扣除2个工作日",
        "自2026年3月10日起中止，尚未恢复，恢复后再定届满日",
    ]


def test_hours_tell_their_moments() -> None:
    anchor = datetime(2026, 10, 8, 10, 20, tzinfo=SHANGHAI)
    lines = told(
        anchor,
        16,
        "hours",
        extensions=[Span(8, "hours")],
        suspensions=[
            Suspension(anchor.replace(hour=12), anchor.replace(hour=13, minute=30), "午休")
        ],
        hours_from_next_hour=True,
    )
    assert lines == [
        "按小时计算，2026年10月8日10:20所在的一小时不计，自次时2026年10月8日11:00起计算",
        "期限延长8小时，合计24小时",
        "自2026年10月8日12:20起中止，至2026年10月8日13:30恢复，其间不计（午休）",
        "期限24小时，至2026年10月9日12:10届满；按小时计算的不因休假日顺延",
    ]
    precise = anchor.replace(second=5)
    assert told(precise, 1, "hours")[0] == "按小时计算，自2026年10月8日10:20:05起计算"
    standing = told(anchor, 1, "hours", suspensions=[Suspension(anchor)])
    assert standing[-1] == "自2026年10月8日起中止，尚未恢复，恢复后再定届满日"


def test_a_derivation_is_plain_values_in_either_language() -> None:
    found = due(date(2026, 8, 31), Span(6, "months"), CALENDAR)
    assert found.as_json("en") == {
        "due_on": "2027-03-01",
        "due_at": "2027-03-01T16:00:00+00:00",
        "provisional": True,
        "derivation": [
            {
                "rule": "starting_day_out",
                "text": "2026-08-31 is the starting day and is left out; counting begins on "
                "2026-09-01",
                "law": "civil-code-201",
                "day": "2026-08-31",
            },
            {
                "rule": "month_end",
                "text": "The period of 6 months ends in a month without a day 31, so on its "
                "last day, 2027-02-28",
                "law": "civil-code-202",
                "day": "2027-02-28",
            },
            {
                "rule": "day_off_skipped",
                "text": "2027-02-28 is off (Sunday) and cannot be the last day",
                "law": "civil-code-203",
                "day": "2027-02-28",
            },
            {
                "rule": "rolled",
                "text": "The last day moves to the day after the days off, 2027-03-01",
                "law": "civil-code-203",
                "day": "2027-03-01",
            },
            {
                "rule": "ends_at_24",
                "text": "It ends at 24:00 on 2027-03-01",
                "law": "civil-code-203",
                "day": "2027-03-01",
            },
            {
                "rule": "provisional",
                "text": "The holiday notice for 2027 is not out: the last day is provisional "
                "and will be computed anew",
                "law": "public-holidays",
                "day": "2027-02-28",
            },
        ],
    }


def test_a_standing_clock_is_plain_values_too() -> None:
    stood = [Suspension(date(2026, 3, 4))]
    found = due(date(2026, 3, 2), Span(6, "months"), CALENDAR, suspensions=stood)
    told_in_english = found.as_json("en")
    assert told_in_english["due_on"] is None
    assert told_in_english["due_at"] is None


def test_a_kept_day_tells_both_days() -> None:
    kept = reprojected(date(2026, 10, 9), due(date(2026, 9, 7), Span(1, "months"), CALENDAR))
    line = kept.derivation[-1]
    expected = "重新计算为2026年10月8日，早于已告知当事人的2026年10月9日，仍以2026年10月9日为准"
    assert line.text.to("zh") == expected
    assert line.law == ""


def test_every_citation_is_declared() -> None:
    source = Path(derivations.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source)
    written = {
        node.value.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant)
    }
    assert written == CITATIONS


@pytest.mark.parametrize("unit", ["hours", "days", "working_days", "months", "years"])
def test_every_amount_has_its_english(unit: Unit) -> None:
    assert amount(1, unit).to("en") == f"1 {unit.removesuffix('s').replace('_', ' ')}"
    assert amount(2, unit).to("en") == f"2 {unit.replace('_', ' ')}"
    assert amount(0, unit).to("zh").startswith("0")
