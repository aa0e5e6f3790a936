"""Counting: days, months, working days and hours from a beginning, past what stood still."""

from calendar import monthrange
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Final

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.derivations import Charge, Standstill, Stretch
from mediation.engine.legal_time.spans import ONE_DAY, Pause, Span, Suspension, shanghai_moment

MONTHS_IN: Final = {"months": 1, "years": 12}


def counted(
    start: date, spans: tuple[Span, ...], calendar: WorkingCalendar, stood: tuple[Pause, ...]
) -> Stretch:
    """Count one budget on from its day 0; the last day found never lies in a pause.

    Args:
        spans: of one unit, but not hours.

    Raises:
        PeriodRefused: the sum is too large.
        OverflowError: the end lies beyond the calendar.
    """
    total = added_up(spans)
    if total.unit == "working_days":
        charges, end = _working_days(start, total.value, calendar, stood)
        return Stretch(start, spans, total, None, charges, end)
    if total.unit == "days":
        bare = start + timedelta(days=total.value)
    else:
        bare = _corresponding_day(start, total.value * MONTHS_IN[total.unit])
    charges, end = _natural_days(start, bare, stood)
    return Stretch(start, spans, total, bare, charges, end)


def _corresponding_day(start: date, months: int) -> date:
    """Find the same day of a later month, or that month's last where it has none.

    Raises:
        OverflowError: that month lies beyond the calendar.

    Source:
        Civil Code art. 202.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        raise OverflowError
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _natural_days(
    start: date, last: date, stood: tuple[Pause, ...]
) -> tuple[tuple[Charge, ...], date | None]:
    """Lengthen a run by each pause in it, so that a later pause meets the lengthened run."""
    charges: list[Charge] = []
    for pause in stood:
        first = max(pause.first, start + ONE_DAY)
        if first > last:
            break
        if pause.resumed is None:
            return tuple(charges), None
        if first < pause.resumed:
            charges.append(Charge(pause, first, (pause.resumed - first).days))
            last += pause.resumed - first
    return tuple(charges), last


def _working_days(
    start: date, count: int, calendar: WorkingCalendar, stood: tuple[Pause, ...]
) -> tuple[tuple[Charge, ...], date | None]:
    """Count working days one by one, stepping over each pause met on the way."""
    charges: list[Charge] = []
    ahead = [pause for pause in reversed(stood) if not pause.over_by(start + ONE_DAY)]
    day = start
    while count:
        day += ONE_DAY
        if not (ahead and ahead[-1].first <= day):
            count -= calendar.is_workday(day)
            continue
        pause = ahead.pop()
        if pause.resumed is None:
            return tuple(charges), None
        charges.append(Charge(pause, day, _workdays_between(day, pause.resumed, calendar)))
        day = pause.resumed - ONE_DAY
    return tuple(charges), day


def _workdays_between(first: date, end: date, calendar: WorkingCalendar) -> int:
    ordinals = range(first.toordinal(), end.toordinal())
    return sum(calendar.is_workday(date.fromordinal(ordinal)) for ordinal in ordinals)


def rolled(last: date, calendar: WorkingCalendar, stood: tuple[Pause, ...]) -> date | None:
    """Move a last day that is off to the first day that is neither off nor in a pause.

    A last day is always one that was counted, so only a day it moves to can lie in a pause.

    Source:
        Civil Code art. 203 para. 1.
    """
    day = last
    while True:
        if calendar.is_holiday(day):
            day += ONE_DAY
            continue
        pause = next((pause for pause in stood if pause.covers(day)), None)
        if pause is None:
            return day
        if pause.resumed is None:
            return None
        day = pause.resumed


def counted_hours(
    start: datetime, hours: int, suspensions: tuple[Suspension, ...]
) -> tuple[tuple[Standstill, ...], datetime | None]:
    """Count hours from a moment in UTC past suspensions; the end is None if one is open.

    Source:
        Civil Code art. 201 para. 2.
    """
    stood: list[Standstill] = []
    end = start + timedelta(hours=hours)
    counted_to = start
    for suspension in sorted(suspensions, key=lambda one: shanghai_moment(one.start)):
        begun = max(shanghai_moment(suspension.start), counted_to)
        if begun >= end:
            break
        if suspension.end is None:
            return (*stood, Standstill(begun, None, suspension)), None
        resumed = shanghai_moment(suspension.end)
        if begun < resumed:
            stood.append(Standstill(begun, resumed, suspension))
            end += resumed - begun
            counted_to = resumed
    return tuple(stood), end


def added_up(spans: tuple[Span, ...]) -> Span:
    """Give the sum of spans of one unit.

    Raises:
        PeriodRefused: it is too large.
    """
    if len(spans) == 1:
        return spans[0]
    return Span(sum(span.value for span in spans), spans[0].unit)
