"""Legal time: when a period runs out, and why then."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.counting import added_up, counted, counted_hours, rolled
from mediation.engine.legal_time.derivations import DayCourse, HourCourse, Line, Stretch
from mediation.engine.legal_time.spans import (
    ONE_DAY,
    PeriodRefused,
    Span,
    Suspension,
    day_ended,
    midnight_after,
    pauses,
    shanghai_day,
    shanghai_moment,
)
from mediation.language import Language, Message

__all__ = [
    "Due",
    "Line",
    "PeriodRefused",
    "Span",
    "Suspension",
    "day_ended",
    "due",
    "midnight_after",
    "reprojected",
    "shanghai_day",
    "shanghai_moment",
]


@dataclass(frozen=True, slots=True)
class Due:
    """When a period runs out.

    Args:
        due_on: the last day in Shanghai; None while the clock stands.
        due_at: the UTC moment after which it is late; None while the clock stands.
        provisional: whether a holiday notice not yet known may move it (暂定).
        course: what was computed, kept so that the derivation is told only when asked for.
        recomputed: the day it would be, where a later day already told was kept.
    """

    due_on: date | None
    due_at: datetime | None
    provisional: bool
    course: DayCourse | HourCourse = field(compare=False, repr=False)
    recomputed: date | None = None

    @property
    def derivation(self) -> tuple[Line, ...]:
        """Every step from the starting day to the last moment, each with its article."""
        told = tuple(self.course.lines())
        if self.recomputed is None:
            return told
        days = {"day": self.recomputed, "told": self.due_on}
        text = Message("重新计算为{day}，早于已告知当事人的{told}，仍以{told}为准", days)
        return (*told, Line("told_day_kept", text, "", self.due_on))

    def as_json(self, language: Language) -> dict[str, object]:
        """Give it in plain values, days and moments as ISO text, sentences in one language."""
        return {
            "due_on": self.due_on and self.due_on.isoformat(),
            "due_at": self.due_at and self.due_at.isoformat(),
            "provisional": self.provisional,
            "derivation": [
                {
                    "rule": line.rule,
                    "text": line.text.to(language),
                    "law": line.law,
                    "day": line.day and line.day.isoformat(),
                }
                for line in self.derivation
            ],
        }


def due(
    anchor: datetime | date,
    span: Span,
    calendar: WorkingCalendar,
    *,
    suspensions: Iterable[Suspension] = (),
    extensions: Iterable[Span] = (),
    closing: time | None = None,
    hours_from_next_hour: bool = False,
) -> Due:
    """Give the day and moment on which a period runs out.

    1. The starting day is left out; hours run from the moment itself.
    2. Days are counted; months and years end on the corresponding day, else at the month's end;
       working days are those of the calendar.
    3. What the clock stood still in its run is added, and what it stood still in that again.
    4. Extensions follow: one of the same unit as the span before it adds to that; one of
       another unit is counted on from the last day found so far.
    5. A last day that is off, or in a suspension, gives way to the next that is neither.
    6. The last day ends at 24:00, or at closing time.

    Args:
        anchor: the starting day, or the aware moment it is taken from; hours need a moment.
        suspensions: in any order, overlapping or not.
        extensions: in the order granted.
        closing: when business ends, on the clock of Shanghai; hours know no closing.
        hours_from_next_hour: as in litigation, hours run from the next full hour.

    Raises:
        PeriodRefused: a moment without time zone, hours from a mere day or mixed with another
            unit, or a result beyond the calendar.

    Source:
        Civil Code arts. 200-204; Interpretation of the Civil Procedure Law art. 125 (hours).
    """
    spans = (span, *extensions)
    stood = tuple(suspensions)
    if len({one.unit == "hours" for one in spans}) > 1:
        raise PeriodRefused(Message("以小时计算的期限不能与其他单位相加"))
    try:
        if span.unit == "hours":
            return _due_in_hours(anchor, spans, stood, next_hour=hours_from_next_hour)
        return _due_in_days(shanghai_day(anchor), spans, calendar, stood, closing)
    except OverflowError:
        raise PeriodRefused(Message("届满日超出历法")) from None


def reprojected(told: date | None, fresh: Due) -> Due:
    """Give a due day computed anew, but never earlier than the day a party was told.

    Source:
        No article: our promise, because who was told a day relies on it.
    """
    if told is None or fresh.due_on is None or told <= fresh.due_on:
        return fresh
    closing = fresh.course.closing if isinstance(fresh.course, DayCourse) else None
    return replace(fresh, due_on=told, due_at=_end_of(told, closing), recomputed=fresh.due_on)


def _due_in_days(
    start: date,
    spans: tuple[Span, ...],
    calendar: WorkingCalendar,
    suspensions: tuple[Suspension, ...],
    closing: time | None,
) -> Due:
    stood = pauses(suspensions) if suspensions else ()
    stretches: list[Stretch] = []
    last: date | None = start
    for same in _by_unit(spans):
        if last is not None:
            stretches.append(counted(last, same, calendar, stood))
            last = stretches[-1].end
    due_on = None if last is None else rolled(last, calendar, stood)
    uncertain = _uncertain(stretches, due_on, calendar)
    course = DayCourse(calendar, tuple(stretches), stood, due_on, closing, uncertain)
    if due_on is None:
        return Due(None, None, provisional=False, course=course)
    return Due(due_on, _end_of(due_on, closing), uncertain is not None, course)


def _uncertain(
    stretches: list[Stretch], due_on: date | None, calendar: WorkingCalendar
) -> date | None:
    """Find the first day that decided the last day and may yet change.

    In a run of natural days only its end can; in one of working days, every day in it.
    """
    end = stretches[-1].end
    if due_on is None or end is None:
        return None
    for stretch in stretches:
        if stretch.bare is None and stretch.end is not None:
            found = calendar.first_provisional(stretch.start + ONE_DAY, stretch.end)
            if found is not None:
                return found
    return calendar.first_provisional(end, due_on)


def _end_of(day: date, closing: time | None) -> datetime:
    """Give the last moment of a last day.

    Raises:
        PeriodRefused: closing time carries a time zone.

    Source:
        Civil Code art. 203 para. 2.
    """
    if closing is None:
        return midnight_after(day)
    if closing.tzinfo is not None:
        raise PeriodRefused(Message("停止业务活动的时间应为北京时间，不带时区"))
    return datetime.combine(day, closing, SHANGHAI).astimezone(UTC)


def _due_in_hours(
    anchor: datetime | date,
    spans: tuple[Span, ...],
    suspensions: tuple[Suspension, ...],
    *,
    next_hour: bool,
) -> Due:
    """Count hours from moment to moment; they neither roll nor wait for midnight.

    Raises:
        PeriodRefused: there is a day to count from, but no moment.

    Source:
        Civil Code art. 201 para. 2; Interpretation of the Civil Procedure Law art. 125.
    """
    if not isinstance(anchor, datetime):
        raise PeriodRefused(Message("以小时计算的期限须有起算时刻"))
    given = shanghai_moment(anchor)
    start = given
    if next_hour:
        start = given.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    total = added_up(spans)
    stood, end = counted_hours(start, total.value, suspensions)
    course = HourCourse(given, start, spans, total, stood, end)
    if end is None:
        return Due(None, None, provisional=False, course=course)
    return Due(day_ended(end), end, provisional=False, course=course)


def _by_unit(spans: tuple[Span, ...]) -> list[tuple[Span, ...]]:
    """Put neighbours of one unit together; each group is counted on from the last."""
    return [tuple(same) for _, same in groupby(spans, key=lambda span: span.unit)]
