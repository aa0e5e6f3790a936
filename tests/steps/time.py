"""Steps about time: what a period is given, and when it runs out."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.calendars import WorkingCalendar, load_calendar
from mediation.engine.legal_time.periods import (
    Due,
    Span,
    Suspension,
    due,
    midnight_after,
    reprojected,
)
from mediation.engine.legal_time.spans import Unit
from mediation.resources import resource_dir

DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
SPAN = r"\d+(?:小时|日|个工作日|个月|年)"
UNITS: dict[str, Unit] = {
    "小时": "hours",
    "日": "days",
    "个工作日": "working_days",
    "个月": "months",
    "年": "years",
}


@dataclass
class Question:
    """What a scenario has said of a period, and the answer once it was computed."""

    calendar: WorkingCalendar
    anchor: date | datetime = date.max
    span: Span = field(default_factory=lambda: Span(1, "days"))
    suspensions: list[Suspension] = field(default_factory=list)
    extensions: list[Span] = field(default_factory=list)
    closing: time | None = None
    hours_from_next_hour: bool = False
    told: date | None = None
    answer: Due | None = None

    @property
    def answered(self) -> Due:
        assert self.answer is not None
        return self.answer

    def explanation(self) -> list[tuple[str, str]]:
        return [(line.law, line.text.to("zh")) for line in self.answered.derivation]


def as_day(text: str) -> date:
    year, month, day = re.findall(r"\d+", text)
    return date(int(year), int(month), int(day))


def as_moment(text: str) -> datetime:
    year, month, day, hour, minute = map(int, re.findall(r"\d+", text))
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def as_span(text: str) -> Span:
    value = re.match(r"\d+", text)
    assert value
    return Span(int(value[0]), UNITS[text[value.end() :]])


@pytest.fixture
def question() -> Question:
    return Question(load_calendar(resource_dir("workflows") / "holidays"))


@given(parsers.re(rf"(?P<anchor>{DAY})起算，期限(?P<span>{SPAN})$"))
def the_period_starts_on(question: Question, anchor: str, span: str) -> None:
    question.anchor, question.span = as_day(anchor), as_span(span)


@given(parsers.re(rf"(?P<anchor>{DAY}\d+时\d+分)起算，期限(?P<span>{SPAN})$"))
def the_period_starts_at(question: Question, anchor: str, span: str) -> None:
    question.anchor, question.span = as_moment(anchor), as_span(span)


@given(parsers.re(r"小时的起算依照(?P<law>.+)"))
def the_hours_start_by(question: Question, law: str) -> None:
    question.hours_from_next_hour = law == "民事诉讼法解释第125条"


@given(
    parsers.re(
        rf"自(?P<first>{DAY})起中止(?:（(?P<ground>.+)）)?，(?:(?P<resumed>{DAY})恢复|尚未恢复)$"
    )
)
def the_period_is_suspended(
    question: Question, first: str, ground: str | None, resumed: str | None
) -> None:
    end = as_day(resumed) if resumed else None
    question.suspensions.append(Suspension(as_day(first), end, ground or ""))


@given(parsers.re(rf"期限延长(?P<span>{SPAN})$"))
def the_period_is_extended(question: Question, span: str) -> None:
    question.extensions.append(as_span(span))


@given(parsers.re(r"受理单位(?P<hour>\d+)时(?P<minute>\d+)分停止业务活动"))
def business_ends_at(question: Question, hour: str, minute: str) -> None:
    question.closing = time(int(hour), int(minute))


@given(parsers.re(rf"(?P<year>\d+)年的通知规定(?P<first>{DAY})至(?P<last>{DAY})为(?P<name>.+)"))
def the_notice_of_a_year_says(
    question: Question, year: str, first: str, last: str, name: str
) -> None:
    holiday = {"name": {"zh": name, "en": name}, "from": as_day(first), "to": as_day(last)}
    notice = {"year": int(year), "document": f"{year}年放假通知", "holiday": [holiday]}
    question.calendar = question.calendar.with_notice(notice)


@given(parsers.re(rf"当事人已被告知届满日为(?P<told>{DAY})"))
def the_party_was_told(question: Question, told: str) -> None:
    question.told = as_day(told)


@when("计算届满日")
def the_due_day_is_computed(question: Question) -> None:
    fresh = due(
        question.anchor,
        question.span,
        question.calendar,
        suspensions=question.suspensions,
        extensions=question.extensions,
        closing=question.closing,
        hours_from_next_hour=question.hours_from_next_hour,
    )
    question.answer = reprojected(question.told, fresh)


@then(parsers.re(rf"期限于(?P<last>{DAY})24时届满"))
def the_period_ends_with(question: Question, last: str) -> None:
    assert question.answered.due_on == as_day(last)
    assert question.answered.due_at == midnight_after(as_day(last))


@then(parsers.re(rf"期限于(?P<moment>{DAY}\d+时\d+分)届满"))
def the_period_ends_at(question: Question, moment: str) -> None:
    assert question.answered.due_at == as_moment(moment)


@then("期限停止计算，没有届满日")
def the_clock_stands(question: Question) -> None:
    assert question.answered.due_on is None
    assert question.answered.due_at is None


@then(parsers.re(r"届满日(?P<how>只是暂定|已经确定)"))
def the_due_day_is_settled_or_not(question: Question, how: str) -> None:
    assert question.answered.provisional is (how == "只是暂定")


@then(parsers.re(r"计算说明写有“(?P<sentence>.+)”"))
def the_explanation_says(question: Question, sentence: str) -> None:
    assert sentence in [text for _, text in question.explanation()]


@then("计算说明依次为")
def the_explanation_is(question: Question, datatable: list[list[Any]]) -> None:
    cited = [
        (re.sub(r"民法典第(\d+)条", r"civil-code-\1", article), sentence)
        for article, sentence in datatable
    ]
    assert question.explanation() == cited


@then(parsers.re(rf"(?P<day>{DAY})是(?P<kind>休假日|工作日)(?P<name>.*)"))
def the_day_is(question: Question, day: str, kind: str, name: str) -> None:
    assert question.calendar.is_workday(as_day(day)) is (kind == "工作日")
    called = question.calendar.name(as_day(day))
    assert (called.zh if called else "") == name
