"""Events decided again, on the case as it stood, by its workflow and its calendar."""

from mediation.engine.cases import Case, Step
from mediation.engine.charts import Procedure
from mediation.engine.decisions import VERSION, next_step
from mediation.engine.drafting import Command
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.errors import MediationError
from mediation.operations.proofs.folding import Taken


def by_this_engine(event: Taken) -> bool:
    """Tell whether an event was decided as this program decides."""
    return event.engine == VERSION


def agrees(procedure: Procedure, calendar: WorkingCalendar, case: Case, event: Taken) -> bool:
    """Decide an event again, and tell whether the step is the same.

    Numbers were taken from their counters, not decided; they are left out.

    Args:
        case: as it stood before the event.
    """
    step = event.step
    clock = next((one for one in case.clocks if one.no == event.clock), None)
    ran_out = clock and clock.due_at and clock.due_at <= step.occurred_at
    if event.clock is not None and not ran_out:
        return False
    command = Command(step.event, event.row.body["form"], event.actor, step.occurred_at, clock)
    try:
        again = next_step(procedure, case, command, event.bodies, calendar)
    except (MediationError, LookupError):
        # Refused, or decided on bodies that nobody has kept.
        return False
    return again == without_numbers(step)


def without_numbers(step: Step) -> Step:
    """Give a step as it was decided, before its numbers were taken."""
    taken = set(step.numbers.values())
    return step._replace(facts={name: v for name, v in step.facts.items() if name not in taken})
