"""A case as its log makes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mediation.engine.cases import Actor, Body, Case, Clock, Step, fold
from mediation.engine.charts import Procedure
from mediation.records.cases import CaseRow
from mediation.records.events import EventRow


@dataclass(frozen=True, slots=True)
class Taken:
    """An event of the log, read.

    Args:
        bodies: what the decision read of the case's owners.
        clock: the number of the clock that brought it, if one did.
        engine: the version of the decisions that made it; 0 from before there were any.
    """

    row: EventRow
    step: Step
    actor: Actor
    bodies: Mapping[str, Body]
    clock: int | None
    engine: int

    @classmethod
    def of(cls, row: EventRow) -> "Taken":
        """Read an event as recorded."""
        body = row.body
        return cls(
            row=row,
            step=Step.from_json(body["step"]),
            actor=Actor.from_json(body["actor"]),
            bodies={one["code"]: Body.from_json(one) for one in body["bodies"]},
            clock=body.get("clock"),
            engine=body.get("engine", 0),
        )


@dataclass(frozen=True, slots=True)
class Folded:
    """A case, its row as kept beside what its log makes of it.

    Args:
        before: the case as it stood before each event.
        clocks: every clock it ever had, as its last event left it.
    """

    row: CaseRow
    procedure: Procedure
    events: Sequence[Taken]
    before: Sequence[Case]
    case: Case
    clocks: Mapping[int, Clock]

    @classmethod
    def of(cls, row: CaseRow, procedure: Procedure, log: Sequence[EventRow]) -> "Folded":
        """Fold a log."""
        events = [Taken.of(one) for one in log]
        before, case = folded(event.step for event in events)
        clocks = {clock.no: clock for event in events for clock in event.step.clocks}
        return cls(row, procedure, events, before, case, clocks)


def folded(steps: Iterable[Step]) -> tuple[list[Case], Case]:
    """Give a case as it stood before each step, and as it stands after all of them."""
    case, before = Case(), list[Case]()
    for step in steps:
        before.append(case)
        case = fold(case, step)
    return before, case
