"""How a due day was found, told step by step: each with its rule, its article and its day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.calendars import WEEKDAYS, WorkingCalendar
from mediation.engine.legal_time.spans import ONE_DAY, Pause, Span, Suspension, amount
from mediation.language import Label, Message

UNITS: Final = "civil-code-200"
STARTING_DAY: Final = "civil-code-201"
CORRESPONDING_DAY: Final = "civil-code-202"
LAST_DAY: Final = "civil-code-203"
# Working days, suspensions and extensions come from another law or from agreement.
OTHER_LAW: Final = "civil-code-204"
NEXT_HOUR: Final = "procedure-interpretation-125"
PUBLIC_HOLIDAYS: Final = "public-holidays"

CITATIONS: Final = frozenset(
    {UNITS, STARTING_DAY, CORRESPONDING_DAY, LAST_DAY, OTHER_LAW, NEXT_HOUR, PUBLIC_HOLIDAYS}
)
"""What a derivation cites of itself; a suspension may bring an article of its own."""

WEEKEND: Final = Label("周末", "weekend")


@dataclass(frozen=True, slots=True)
class Line:
    """One step: a stable code, a sentence, an article (empty: our own promise), and its day."""

    rule: str
    text: Message
    law: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a pause took from a stretch: the first day it took, and how many of the unit."""

    pause: Pause
    first: date
    count: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """One budget counted on from its day 0; `spans` are of one unit and add up to `total`.

    `bare` is the last day as if nothing stood still, and None for working days, which are
    counted one by one; `end` is the last day, and None while the clock stands.
    """

    start: date
    spans: tuple[Span, ...]
    total: Span
    bare: date | None
    charges: tuple[Charge, ...]
    end: date | None


@dataclass(frozen=True, slots=True)
class DayCourse:
    """The course of a clock that counts days: its stretches, and where its last day lies.

    `uncertain` is the first day that mattered and that a notice not yet known may change.
    """

    calendar: WorkingCalendar
    stretches: tuple[Stretch, ...]
    pauses: tuple[Pause, ...]
    due_on: date | None
    closing: time | None
    uncertain: date | None

    def lines(self) -> Iterator[Line]:
        """Tell it from the starting day to the last moment."""
        start = self.stretches[0].start
        told = {"day": start, "next": start + ONE_DAY}
        text = Message("{day}为起算当日，不计入期间，自次日{next}起计算", told)
        yield Line("starting_day_out", text, STARTING_DAY, start)
        for position, stretch in enumerate(self.stretches):
            yield from _extended(stretch.spans, stretch.start if position else None)
            if stretch.bare is None:
                yield from self._working_days(stretch)
            else:
                yield from _natural_days(stretch, stretch.bare)
        yield from self._roll(self.stretches[-1])
        if self.due_on is None:
            yield _stands(self.pauses[-1].first, self.pauses[-1].suspension)
        else:
            yield _end(self.due_on, self.closing)
        if self.uncertain is not None:
            yield self._provisional(self.uncertain)

    def _working_days(self, stretch: Stretch) -> Iterator[Line]:
        yield from _charged(stretch)
        if stretch.end is None:
            return
        for first, last, name in self._days_off(stretch.start + ONE_DAY, stretch.end):
            told = {"first": first, "last": last, "name": name}
            text = Message("{first}至{last}是{name}，不是工作日，不计入", told)
            if first == last:
                text = Message("{first}是{name}，不是工作日，不计入", told)
            yield Line("day_off_left_out", text, OTHER_LAW, first)
        for day in _days(stretch.start + ONE_DAY, stretch.end):
            if (made_up := self._made_up(day)) and not self._paused(day):
                text = Message("{day}是{weekday}，依{document}调休上班，计为工作日", made_up)
                yield Line("makeup_workday_counted", text, PUBLIC_HOLIDAYS, day)
        told = {"span": stretch.total.label, "day": stretch.end}
        text = Message("只计工作日，期限{span}，至{day}届满", told)
        yield Line("working_days_counted", text, OTHER_LAW, stretch.end)

    def _roll(self, stretch: Stretch) -> Iterator[Line]:
        nominal = stretch.end
        if nominal is None:
            return
        last = self.pauses[-1].first if self.due_on is None else self.due_on
        day, after = nominal, Message("顺延至休假日结束的次日{day}", {"day": last})
        while day < last:
            name = self.calendar.name(day)
            pause = next((pause for pause in self.pauses if pause.covers(day)), None)
            if name is None and pause and pause.resumed:
                yield _last_day_suspended(pause, day)
                day, after = pause.resumed, Message("顺延至{day}", {"day": last})
            else:
                text = Message("{day}是{name}，不作为最后一日", {"day": day, "name": name})
                yield Line("day_off_skipped", text, LAST_DAY, day)
                day += ONE_DAY
        if self.due_on is None:
            return
        made_up = self._made_up(self.due_on)
        if nominal < self.due_on:
            yield Line("rolled", after, LAST_DAY, self.due_on)
        elif made_up and stretch.bare is not None:
            text = Message("{day}是{weekday}，但依{document}调休上班，不顺延", made_up)
            yield Line("makeup_workday_is_last", text, PUBLIC_HOLIDAYS, self.due_on)

    def _provisional(self, day: date) -> Line:
        told = {"year": self.calendar.missing_year(day)}
        text = Message("{year}年的节假日安排尚未公布，届满日暂定，公布后重新计算", told)
        return Line("provisional", text, PUBLIC_HOLIDAYS, day)

    def _days_off(self, first: date, last: date) -> list[tuple[date, date, Label]]:
        """Gather days off into runs of one name; a Saturday with its Sunday is a weekend."""
        runs: list[tuple[date, date, Label]] = []
        for day in _days(first, last):
            name = self.calendar.name(day)
            if name is None or self._paused(day):
                continue
            begun, until, called = runs[-1] if runs else (day, day, name)
            if until + ONE_DAY == day and called == name:
                runs[-1] = (begun, day, name)
            elif until + ONE_DAY == day and (called, name) == (WEEKDAYS[5], WEEKDAYS[6]):
                runs[-1] = (begun, day, WEEKEND)
            else:
                runs.append((day, day, name))
        return runs

    def _made_up(self, day: date) -> Mapping[str, object] | None:
        notice = self.calendar.makeup_notice(day)
        if notice is None:
            return None
        return {"day": day, "weekday": WEEKDAYS[day.weekday()], "document": notice.document}

    def _paused(self, day: date) -> bool:
        return any(pause.covers(day) for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Standstill:
    """What a suspension took from a clock that counts hours, from moment to moment."""

    begun: datetime
    resumed: datetime | None
    suspension: Suspension

    def line(self) -> Line:
        """Tell it."""
        day = self.begun.astimezone(SHANGHAI).date()
        if self.resumed is None:
            return _stands(day, self.suspension)
        told = {"first": spoken(self.begun), "resumed": spoken(self.resumed)}
        text = Message("自{first}起中止，至{resumed}恢复，其间不计", told)
        ground, law = _with_ground(text, self.suspension), _law(self.suspension)
        return Line("suspended", ground, law, day)


@dataclass(frozen=True, slots=True)
class HourCourse:
    """The course of a clock that counts hours; all its moments are in UTC.

    `anchor` is what it was given and `start` where it begins to count; `end` is None while it
    stands still.
    """

    anchor: datetime
    start: datetime
    spans: tuple[Span, ...]
    total: Span
    stood: tuple[Standstill, ...]
    end: datetime | None

    def lines(self) -> Iterator[Line]:
        """Tell it from the first hour to the last."""
        first = self.start.astimezone(SHANGHAI).date()
        told: dict[str, object] = {"anchor": spoken(self.anchor), "start": spoken(self.start)}
        if self.start == self.anchor:
            text = Message("按小时计算，自{start}起计算", told)
            yield Line("hours_from_moment", text, STARTING_DAY, first)
        else:
            text = Message("按小时计算，{anchor}所在的一小时不计，自次时{start}起计算", told)
            yield Line("hours_from_next_hour", text, NEXT_HOUR, first)
        yield from _extended(self.spans, None)
        for standstill in self.stood:
            yield standstill.line()
        if self.end is not None:
            told = {"span": self.total.label, "moment": spoken(self.end)}
            text = Message("期限{span}，至{moment}届满；按小时计算的不因休假日顺延", told)
            day = self.end.astimezone(SHANGHAI).date()
            yield Line("hours_do_not_roll", text, LAST_DAY, day)


def spoken(moment: datetime) -> Message:
    """Say a moment on the clock of Shanghai, to the minute, or the second if it has seconds."""
    local = moment.astimezone(SHANGHAI)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return Message("{day}{clock}", {"day": local.date(), "clock": clock})


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _extended(spans: tuple[Span, ...], from_end: date | None) -> Iterator[Line]:
    """Tell the extensions in a stretch; one of another unit begins at the end of the last."""
    if from_end is not None:
        told = {"span": spans[0].label, "day": from_end}
        text = Message("期限延长{span}，自{day}的次日起接续计算", told)
        yield Line("extended", text, OTHER_LAW, from_end)
    for position, span in enumerate(spans[1:], start=2):
        whole = Span(sum(part.value for part in spans[:position]), span.unit)
        text = Message(
            "期限延长{span}，合计{whole}", {"span": span.label, "whole": whole.label}
        )
        yield Line("extended", text, OTHER_LAW, from_end)


def _natural_days(stretch: Stretch, bare: date) -> Iterator[Line]:
    told = {"span": stretch.total.label, "day": bare, "number": stretch.start.day}
    if stretch.total.unit == "days":
        yield Line("days_counted", Message("期限{span}，至{day}届满", told), UNITS, bare)
    elif bare.day == stretch.start.day:
        text = Message("期限{span}，至到期月的对应日{day}届满", told)
        yield Line("corresponding_day", text, CORRESPONDING_DAY, bare)
    else:
        text = Message("期限{span}，到期月没有{number}日，至其末日{day}届满", told)
        yield Line("month_end", text, CORRESPONDING_DAY, bare)
    yield from _charged(stretch)
    if stretch.charges and stretch.end is not None:
        text = Message("扣除中止的时间后，至{day}届满", {"day": stretch.end})
        yield Line("lengthened", text, OTHER_LAW, stretch.end)


def _charged(stretch: Stretch) -> Iterator[Line]:
    for charge in stretch.charges:
        lost = amount(charge.count, "working_days" if stretch.bare is None else "days")
        told = {"first": charge.first, "resumed": charge.pause.resumed, "lost": lost}
        text = Message("自{first}起中止，至{resumed}恢复，扣除{lost}", told)
        suspension = charge.pause.suspension
        yield Line("suspended", _with_ground(text, suspension), _law(suspension), charge.first)


def _last_day_suspended(pause: Pause, day: date) -> Line:
    told = {"day": day, "resumed": pause.resumed}
    text = Message("{day}在中止期间，不作为最后一日，至{resumed}恢复", told)
    suspension = pause.suspension
    return Line("suspended_day_skipped", _with_ground(text, suspension), _law(suspension), day)


def _stands(since: date, suspension: Suspension) -> Line:
    text = Message("自{day}起中止，尚未恢复，恢复后再定届满日", {"day": since})
    return Line("clock_stands", _with_ground(text, suspension), _law(suspension), since)


def _with_ground(text: Message, suspension: Suspension) -> Message:
    if not suspension.ground:
        return text
    return Message("{text}（{ground}）", {"text": text, "ground": suspension.ground})


def _law(suspension: Suspension) -> str:
    return suspension.law or OTHER_LAW


def _end(due_on: date, closing: time | None) -> Line:
    if closing is None:
        return Line("ends_at_24", Message("{day}24时届满", {"day": due_on}), LAST_DAY, due_on)
    told = {"day": due_on, "clock": f"{closing:%H:%M}"}
    text = Message("至{day}停止业务活动的时间{clock}届满", told)
    return Line("ends_at_closing", text, LAST_DAY, due_on)
