"""Clocks of a case: armed, suspended, taken up again, extended, restarted, ended, risen."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from mediation.engine.cases import Case, Clock, Suspended
from mediation.engine.charts import Chart, Procedure
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.counting import rolled
from mediation.engine.legal_time.periods import (
    Due,
    due,
    midnight_after,
    reprojected,
)
from mediation.engine.legal_time.spans import Span, Suspension, day_ended
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import ClockPolicy, Period, Rises

MOVING = ("statutory", "court", "service_norm")
"""Effects whose end does something; a right or a target is only shown."""


@dataclass(slots=True)
class Turn:
    """What an event means for the clocks of one chart.

    Args:
        situation: the case after the event, its facts and states already set.
        moved: whether the state changed.
        day: the day of the event in Shanghai.
        facts_set: names of the facts the event set.
        policy: while the case waits on a side machine, what its clocks do.
        closing: whether the case came to rest, which ends every clock but a right.
    """

    chart: Chart
    situation: Situation
    state: str
    moved: bool
    facts_set: Iterable[str]
    calendar: WorkingCalendar
    rises: Rises
    seq: int
    day: str
    extend: tuple[str, ...] = ()
    restart: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    policy: ClockPolicy | None = None
    next_no: int = 0

    def clocks(self) -> list[Clock]:
        """Give the new value of every clock of this chart that the event changed or armed."""
        key, periods = self.situation.machine_key, self.chart.plan.periods
        changed: list[Clock] = []
        live: set[str] = set()
        for clock in self.situation.case.clocks:
            if clock.machine != key:
                continue
            turned = self.turned(clock, periods[clock.period])
            if turned is not clock:
                changed.append(turned)
            if turned.live:
                live.add(clock.period)
        for period in self.arming():
            if period.name not in live and self.begins(period):
                live.add(period.name)
                changed.append(self.armed(period))
        return changed

    def turned(self, clock: Clock, period: Period) -> Clock:
        """Give a live clock after the event; the same object if nothing changes."""
        ended = period.name in self.restart or period.name in self.end
        if ended or self.supersedes(period):
            return clock._replace(status="ended")
        if period.name in self.extend and period.extension:
            clock = clock._replace(
                extensions=clock.extensions + 1, level=0, rose_on="", top=False
            )
            clock = clock._replace(due_at=self.due_at(period, clock))
        if not self.moved or not period.runs_in:
            return clock
        if self.state in period.suspended_in:
            return self.stopped(clock)
        if self.state in period.runs_in:
            return self.resumed(clock, period)
        if self.policy == "run":
            return clock
        return self.stopped(clock) if self.policy == "stop" else clock._replace(status="ended")

    def supersedes(self, period: Period) -> bool:
        """Tell whether the event set the very fact an unplaced period counts from."""
        anchor = period.anchor or period.until
        return anchor in self.facts_set and period in self.chart.arms_on_fact.get(anchor, ())

    def stopped(self, clock: Clock) -> Clock:
        """Suspend a running clock: what is used stays used."""
        if clock.status != "running":
            return clock
        ledger = (*clock.suspensions, Suspended(self.day, None, self.state))
        return clock._replace(status="suspended", due_at=None, suspensions=ledger)

    def resumed(self, clock: Clock, period: Period) -> Clock:
        """Let a suspended clock go on."""
        if clock.status != "suspended":
            return clock
        last = clock.suspensions[-1]
        ledger = (*clock.suspensions[:-1], last._replace(until=self.day))
        clock = clock._replace(status="running", suspensions=ledger)
        return clock._replace(due_at=self.due_at(period, clock))

    def arming(self) -> list[Period]:
        """List the periods that may begin with this event, perhaps one of them twice."""
        restarted = [self.chart.plan.periods[name] for name in self.restart]
        found = [one for one in restarted if not one.runs_in or self.state in one.runs_in]
        if self.moved:
            found += self.chart.arms_on_entry.get(self.state, ())
        arms = self.chart.arms_on_fact
        for name in self.facts_set:
            if name in arms:
                found += arms[name]
        return found

    def begins(self, period: Period) -> bool:
        """Tell whether a period is meant for this side machine, and for the case as it is."""
        if period.kinds:
            machine = self.situation.machine
            if machine is None or machine.kind not in period.kinds:
                return False
        asked = self.chart.when.get(period.name)
        return asked is None or asked(self.situation)

    def armed(self, period: Period) -> Clock:
        """Arm a clock: it counts from its anchor fact, else from the day of the event."""
        anchor = self.situation.fact(period.anchor) if period.anchor else None
        if anchor is None:
            hours = period.span and period.span.unit == "hours"
            anchor = self.situation.at.astimezone(UTC).isoformat() if hours else self.day
        if period.until:
            anchor = self.situation.fact(period.until) or self.day
        self.next_no += 1
        return Clock(
            no=self.next_no,
            period=period.name,
            machine=self.situation.machine_key,
            anchor=anchor,
            armed_by=self.seq,
            due_at=unsuspended(period, anchor, 0, self.calendar).due_at,
        )

    def due_at(self, period: Period, clock: Clock) -> datetime | None:
        """Give the moment a clock is over."""
        return due_of(period, clock, self.calendar, self.rises).due_at


def due_of(
    period: Period, clock: Clock, calendar: WorkingCalendar, rises: Rises
) -> "Due | Day":
    """Give when a clock is over, with its derivation.

    Source:
        Civil Code art. 200-204.
    """
    anchor, span, extensions = clock.anchor, period.span, clock.extensions
    if clock.level:
        rise = rises.until_next(top=clock.top)
        anchor, span, extensions = clock.rose_on, rise, 0
    if clock.suspensions and span:
        return due(
            start_of(anchor),
            span,
            calendar,
            suspensions=[suspension(one) for one in clock.suspensions],
            extensions=[period.extension] * extensions if period.extension else [],
        )
    if clock.level:
        return computed(anchor, span, None, 0, calendar)
    return unsuspended(period, anchor, extensions, calendar)


def unsuspended(
    period: Period, anchor: str, extensions: int, calendar: WorkingCalendar
) -> "Due | Day":
    """Give when a period is over that was never suspended.

    Raises:
        ValueError: a period without a number, which the files cannot say.
    """
    if period.until:
        return agreed(anchor, calendar)
    if period.span is None:
        message = f"{period.name} has no number"
        raise ValueError(message)
    return computed(anchor, period.span, period.extension, extensions, calendar)


@dataclass(frozen=True, slots=True)
class Day:
    """A due day that was agreed, not counted; it only gives way to a holiday."""

    due_on: date | None

    @property
    def due_at(self) -> datetime | None:
        """The midnight after."""
        return midnight_after(self.due_on) if self.due_on else None


@lru_cache(maxsize=4096)
def agreed(day: str, calendar: WorkingCalendar) -> Day:
    """Give when an agreed day is over."""
    return Day(rolled(date.fromisoformat(day), calendar, ()))


@lru_cache(maxsize=4096)
def computed(
    anchor: str, span: Span, extension: Span | None, extensions: int, calendar: WorkingCalendar
) -> Due:
    """Give a due moment without suspensions; most cases of a day share it."""
    extra = [extension] * extensions if extension else []
    return due(start_of(anchor), span, calendar, extensions=extra)


def start_of(anchor: str) -> date | datetime:
    """Read an anchor: a day, or for hours a moment."""
    return datetime.fromisoformat(anchor) if "T" in anchor else date.fromisoformat(anchor)


def suspension(ledger: Suspended) -> Suspension:
    """Give one entry of the ledger as the counting of periods takes it."""
    until = date.fromisoformat(ledger.until) if ledger.until else None
    return Suspension(date.fromisoformat(ledger.since), until, ledger.ground)


def risen(
    clock: Clock, at: datetime, calendar: WorkingCalendar, rises: Rises, *, top: bool
) -> Clock:
    """Give a clock that has run out at the next supervisor, whose own clock begins.

    Args:
        top: whether there is nobody above him; he is told again when his time is over.
        at: when it ran out, or the event that found it already over: nobody's clock may be over
            before he is told.
    """
    rose_on = day_ended(at).isoformat()
    due_at = computed(rose_on, rises.until_next(top=top), None, 0, calendar).due_at
    return clock._replace(level=clock.level + 1, rose_on=rose_on, top=top, due_at=due_at)


def next_due(
    case: Case, procedure: Procedure, at: datetime, aside: Container[int] = ()
) -> Clock | None:
    """Give the clock that ran out first, at or before a moment, and has something to do.

    Args:
        aside: numbers of clocks that are passed over.
    """
    found = [
        clock
        for clock in case.clocks
        if clock.status == "running"
        and clock.due_at is not None
        and clock.due_at <= at
        and clock.no not in aside
        and procedure.chart(clock.machine).plan.periods[clock.period].fires
    ]
    return min(found, key=lambda clock: (clock.due_at, clock.no), default=None)


def soonest(case: Case, procedure: Procedure) -> datetime | None:
    """Give when the next clock that does something is over."""
    moments = (
        clock.due_at
        for clock in case.clocks
        if clock.due_at and procedure.chart(clock.machine).plan.periods[clock.period].fires
    )
    return min(moments, default=None)


def projected(case: Case, procedure: Procedure, calendar: WorkingCalendar) -> list[Clock]:
    """Give the clocks that a new calendar moves; none becomes earlier than was told."""
    moved = []
    for clock in case.clocks:
        if clock.status != "running" or clock.due_at is None:
            continue
        period = procedure.chart(clock.machine).plan.periods[clock.period]
        fresh = due_of(period, clock, calendar, procedure.rises)
        told = day_ended(clock.due_at) if not isinstance(fresh, Day) else None
        at = reprojected(told, fresh).due_at if isinstance(fresh, Due) else fresh.due_at
        if at and at > clock.due_at:
            moved.append(clock._replace(due_at=at))
    return moved
