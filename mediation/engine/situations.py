"""What a decision looks at: one case, perhaps one of its side machines, at one moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mediation.engine.cases import Actor, Bodies, Body, Case, SideMachine
from mediation.engine.workflows.definitions import Right

Condition = Callable[["Situation"], bool]


@dataclass(slots=True)
class Situation:
    """A case before an event, with the form as it was filled.

    Args:
        machine: the side machine the event is about; None for the case itself.
        defaults: values of facts that no event has set yet.
        form: the plain values of the form; empty while only needs are asked.
    """

    kind: str
    case: Case
    bodies: Bodies
    at: datetime
    machine_key: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)

    @property
    def machine(self) -> SideMachine | None:
        """The side machine the event is about."""
        return self.case.machines[self.machine_key] if self.machine_key else None

    @property
    def state(self) -> str:
        """The state of the side machine, or of the case."""
        machine = self.machine
        return machine.state if machine else self.case.state

    def runs(self, period: str) -> bool:
        """Tell whether a clock of a period runs or stands suspended, here and not elsewhere."""
        return any(
            clock.live and clock.period == period and clock.machine == self.machine_key
            for clock in self.case.clocks
        )

    @property
    def owner(self) -> Body:
        """The body with custody."""
        return self.bodies[self.case.owner]

    @property
    def parties(self) -> Mapping[str, Mapping[str, Any]]:
        """The parties by ref, without their names."""
        return self.case.value("parties") or {}

    def fact(self, name: str) -> Any:
        """Give a fact: of the side machine first, then of the case, then its default."""
        if self.machine_key:
            known = self.case.machines[self.machine_key].facts.get(name)
            if known:
                return known[0]
        known = self.case.facts.get(name)
        return known[0] if known else self.defaults.get(name)

    def body_of(self, relation: str) -> str:
        """Give the code of the body in a relation to the case or side machine."""
        machine = self.machine
        match relation:
            case "owner":
                return self.case.owner
            case "desk":
                return self.case.desk
            case "sender":
                return machine.sender if machine else ""
            case "receiver":
                return machine.receiver if machine else ""
        return ""

    def bodies_of(self, relation: str) -> tuple[str, ...]:
        """Give the codes of all bodies in a relation, of supervisors the nearest first."""
        if relation == "above":
            return self.owner.supervisors
        body = self.body_of(relation)
        return (body,) if body else ()

    def seated(self, actor: Actor, right: Right) -> bool:
        """Tell whether a right is an actor's: by role and body, and by name where it names."""
        if right.role not in actor.roles:
            return False
        if right.named:
            named = self.fact(right.named) or ()
            return actor.body == self.case.owner and actor.officer in named
        return not right.relation or actor.body in self.bodies_of(right.relation)
