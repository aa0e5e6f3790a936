"""Who answers for a case now, and what happens if nobody acts."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from mediation.engine.cases import Bodies, Case, Clock
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import Day, due_of, next_due
from mediation.engine.decisions import Move
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.periods import Line
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import Event, Period
from mediation.language import Label

FAR_AHEAD = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Duty:
    """A role in a body that answers for a case."""

    role: str
    body: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of a case as people read it.

    Args:
        provisional: whether a holiday notice not yet known may move it (暂定).
    """

    clock: Clock
    period: Period
    provisional: bool
    derivation: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class IfNobodyActs:
    """The next thing the calendar does.

    Args:
        event: its label.
        duty: who answers for the case then; None where the event moves the case instead.
    """

    at: datetime
    period: Label
    event: Label
    duty: Duty | None


Held = Callable[[Duty], bool]


def by_somebody(_: Duty) -> bool:
    """Take it that somebody holds every duty."""
    return True


def responsible(
    procedure: Procedure,
    case: Case,
    bodies: Bodies,
    held: Held = by_somebody,
    level: int | None = None,
) -> Duty | None:
    """Tell who answers for a case; None once it is closed.

    Args:
        held: tells whether anybody holds a duty; a rung that nobody holds is passed over.
        level: how far it has risen; as it stands if not given.
    """
    state = procedure.case.plan.states[case.state]
    if state.closed or state.responsible is None:
        return None
    situation = Situation(procedure.workflow.kind, case, bodies, case.last_at or FAR_AHEAD)
    if level is None:
        level = case.level
    rungs = [duty for duty in ladder(procedure, situation) if held(duty)] if level else []
    if rungs:
        return rungs[min(level, len(rungs)) - 1]
    return Duty(state.responsible.role, situation.body_of(state.responsible.relation))


def ladder(procedure: Procedure, situation: Situation) -> Iterator[Duty]:
    """Give who is told one after another as a case rises: the last rung is the top."""
    for right in procedure.ladder:
        for body in situation.bodies_of(right.relation):
            yield Duty(right.role, body)


def deadlines(procedure: Procedure, case: Case, calendar: WorkingCalendar) -> list[Deadline]:
    """Give the clocks of a case, the nearest first, each with its derivation."""
    found = []
    for clock in case.clocks:
        period = procedure.chart(clock.machine).plan.periods[clock.period]
        due = due_of(period, clock, calendar, procedure.rises)
        if isinstance(due, Day):
            provisional = due.due_on is not None and calendar.provisional(due.due_on)
            found.append(Deadline(clock, period, provisional, ()))
        else:
            found.append(Deadline(clock, period, due.provisional, due.derivation))
    return sorted(found, key=lambda one: (one.clock.due_at is None, one.clock.due_at or 0))


def if_nobody_acts(
    procedure: Procedure,
    case: Case,
    bodies: Bodies,
    held: Held = by_somebody,
    aside: Container[int] = (),
) -> IfNobodyActs | None:
    """Tell what the calendar does next, and when; None once nothing runs.

    Args:
        aside: numbers of clocks that are passed over.
    """
    clock = next_due(case, procedure, FAR_AHEAD, aside)
    if clock is None or clock.due_at is None:
        return None
    period = procedure.chart(clock.machine).plan.periods[clock.period]
    plans = (procedure.chart(clock.machine).plan, procedure.case.plan)
    event = next(one for plan in plans for one in plan.events if one.name == period.fires)
    duty = None
    if event.effects.rise:
        duty = responsible(procedure, case, bodies, held, max(case.level, clock.level + 1))
    return IfNobodyActs(clock.due_at, period.label, event.label, duty)


def suggested(procedure: Procedure, case: Case, found: Iterable[Move]) -> list[Move]:
    """Give what is to be done next, of the events that usually follow those that are open.

    An event that only notes something is passed over once that is known.
    """
    open_now = {move.name: move for move in found if move.open and not move.machine}
    usual = (open_now.get(name) for name in procedure.case.plan.states[case.state].next)
    return [move for move in usual if move and not noted_already(case, move.event)]


def noted_already(case: Case, event: Event) -> bool:
    """Tell whether an event would only note again what is known."""
    notes = [field.sets for field in event.form if field.sets]
    stays = not any(branch.to for branch in event.branches)
    return stays and bool(notes) and all(case.value(fact) is not None for fact in notes)
