"""What can happen at most: the events, states and values of facts that feed each other."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from mediation.engine.charts import BEFORE_OPENING, Procedure
from mediation.engine.conditions import equal
from mediation.engine.deadlines import MOVING
from mediation.engine.guards import GUARDS, machines_ended
from mediation.engine.proofs.values import SOME, field_values, given, holds, supplied
from mediation.engine.workflows.definitions import (
    OPEN_ACTORS,
    Event,
    Need,
    Plan,
    Right,
    Test,
)

CALENDAR = Right("calendar", "")
CASE = ""


class Supply:
    """The greatest set of events that can happen, found from the opening on.

    A fact once supplied is taken as supplied for ever: what cannot happen here never can.

    Args:
        values: (chart, fact) -> the values some event can give it; `SOME` for free ones.
        reached: (chart, kind of the machine, state).
        happening: (event by identity, kind of the machine).
    """

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.workflow = procedure.workflow
        self.values: dict[tuple[str, str], list[Any]] = defaultdict(list)
        self.reached: set[tuple[str, str, str]] = {(CASE, "", BEFORE_OPENING)}
        self.happening: set[tuple[int, str]] = set()
        self.moved: set[tuple[str, str]] = set()
        while self.grows():
            pass

    def grows(self) -> bool:
        """Let every event that can happen happen once; tell whether anything is new."""
        before = self.size()
        for name, kind, plan in self.plans():
            for event in plan.events:
                if self.may(event, name, kind):
                    self.happens(event, name, kind)
        return self.size() > before

    def size(self) -> int:
        """Count what is known to be possible."""
        values = sum(len(found) for found in self.values.values())
        return values + len(self.reached) + len(self.happening) + len(self.moved)

    def plans(self) -> Iterator[tuple[str, str, Plan]]:
        """List the chart of the case, and those of the machines once for each kind."""
        yield CASE, "", self.workflow.case
        for name, plan in self.workflow.machines.items():
            for kind in plan.kinds:
                yield name, kind, plan

    def may(self, event: Event, chart: str, kind: str) -> bool:
        """Tell whether an event can happen."""
        plan = self.plan(chart)
        return (
            (not event.kinds or kind in event.kinds)
            and bool(list(self.open_from(event, chart, kind)))
            and self.somebody(event, chart)
            and all(self.meets(plan.needs[name], chart) for name in event.needs)
        )

    def open_from(self, event: Event, chart: str, kind: str) -> Iterator[str]:
        """List the states an event starts from that some way reaches."""
        for source in event.sources or (BEFORE_OPENING,):
            if (chart, kind, source) in self.reached:
                yield source

    def somebody(self, event: Event, chart: str) -> bool:
        """Tell whether there is somebody, or something, to do an event."""
        for right in event.by:
            if right.role not in OPEN_ACTORS and self.ever_held(right, chart):
                return True
            noticed = event.effects.reproject
            if right.role == "calendar" and (noticed or any(self.firing(event, chart))):
                return True
            if right.role == "machine" and any(self.answering(event)):
                return True
            if right.role == "case" and (chart, event.name) in self.moved:
                return True
        return any(self.ever_held(right, chart) for right in event.on_behalf)

    def ever_held(self, right: Right, chart: str) -> bool:
        """Tell whether anybody can ever have a right: those it names must be named."""
        return not right.named or self.known(right.named, chart)

    def firing(self, event: Event, chart: str) -> Iterator[tuple[str, str]]:
        """List the periods, with their chart, whose end does an event of a chart."""
        for name, plan in (("", self.workflow.case), *self.workflow.machines.items()):
            own = {one.name for one in plan.events}
            for period in plan.periods.values():
                here = name == chart or (chart == CASE and event.name not in own)
                if here and period.fires == event.name and period.effect in MOVING:
                    yield name, period.name

    def answering(self, event: Event) -> Iterator[str]:
        """List the kinds of machine that can reach the state an event listens to."""
        machine, _, state = event.on.partition(":")
        for name, kind, reached in self.reached:
            fits = not event.on_kinds or kind in event.on_kinds
            if name == machine and reached == state and fits:
                yield kind

    def meets(self, need: Need, chart: str) -> bool:
        """Tell whether a need can be met, or waived, or is not asked."""
        waived = need.unless and self.can(Test("fact", need.unless, "is", value=True), chart)
        spared = need.when and not self.always(need.when, chart)
        return bool(waived or spared) or self.can(need.test, chart)

    def always(self, test: Test, chart: str) -> bool:
        """Tell whether a condition over a fact holds whatever is supplied."""
        values = self.values_of(test.subject, chart)
        return test.about == "fact" and all(
            value is not SOME and holds(test, value) for value in values
        )

    def can(self, test: Test, chart: str, event: Event | None = None) -> bool:
        """Tell whether a condition can ever hold."""
        match test.about:
            case "fact":
                return self.fact_can(test, chart)
            case "field":
                return self.field_can(test, event)
            case "need":
                return self.meets(self.plan(chart).needs[test.subject], chart)
            case "guard":
                return self.guard_can(test, chart)
            case "machine" if test.how == "some_in":
                return self.machine_can(test.subject, test.value, test.arguments.get("kinds"))
            case _:
                return True

    def fact_can(self, test: Test, chart: str) -> bool:
        """Tell whether a fact can ever stand as a condition asks."""
        return any(holds(test, value) for value in self.values_of(test.subject, chart))

    def field_can(self, test: Test, event: Event | None) -> bool:
        """Tell whether a field can ever be filled as a condition asks."""
        fields = (one for one in event.form if one.name == test.subject) if event else ()
        return any(
            holds(test, value)
            for one in fields
            for value in (*field_values(one), *(() if one.obligatory else (None,)))
        )

    def guard_can(self, test: Test, chart: str) -> bool:
        """Tell whether a relation can ever hold: whether what it reads can be known."""
        given, guard = test.arguments, GUARDS[test.subject]
        if "machine" in given:
            states, kinds = given.get("in"), given.get("kinds")
            ended = guard.holds is machines_ended
            return ended or self.machine_can(given["machine"], states, kinds)
        known = all(self.known(fact, chart) for fact in guard.reads)
        if "of" not in given:
            return known
        wanted = Test("fact", str(given["of"]), "is", given["is"]) if "is" in given else None
        return known and (
            self.fact_can(wanted, chart) if wanted else self.known(str(given["of"]), chart)
        )

    def known(self, fact: str, chart: str) -> bool:
        """Tell whether a fact is ever known."""
        return any(value is not None for value in self.values_of(fact, chart))

    def machine_can(self, name: object, states: object, kinds: object) -> bool:
        """Tell whether a machine can ever stand in one of some states."""
        return any(
            chart == name
            and (not isinstance(states, list | tuple) or state in states)
            and (not isinstance(kinds, list | tuple) or not kinds or kind in kinds)
            for chart, kind, state in self.reached
        )

    def values_of(self, fact: str, chart: str) -> list[Any]:
        """List what a fact can hold; None where it may be unknown."""
        schema = {**self.workflow.case.facts, **self.plan(chart).facts}
        default = schema[fact].default if fact in schema else None
        return [*self.values[chart, fact], *self.values[CASE, fact], default]

    def plan(self, chart: str) -> Plan:
        """Give the plan of a chart."""
        return self.workflow.machines[chart] if chart else self.workflow.case

    def happens(self, event: Event, chart: str, kind: str) -> None:
        """Add what an event leads to and supplies."""
        self.happening.add((id(event), kind))
        sources = list(self.open_from(event, chart, kind))
        for branch in event.branches:
            if self.can(branch.test, chart, event):
                self.reached.update((chart, kind, branch.to or source) for source in sources)
        for fact, value in supplied(self.workflow, event):
            own = chart if chart and fact in self.plan(chart).facts else CASE
            self.add(own, fact, value)
        for start in event.effects.starts:
            self.reached.add((start.machine, start.kind, self.plan(start.machine).initial))
            for fact, value in given(self.plan(start.machine), start, event):
                self.add(start.machine, fact, value)
        self.moved.update(event.effects.moves)

    def add(self, chart: str, fact: str, value: Any) -> None:
        """Note a value a fact can take."""
        value = SOME if isinstance(value, list | tuple | dict) else value
        if not any(value is known or equal(known, value) for known in self.values[chart, fact]):
            self.values[chart, fact].append(value)
