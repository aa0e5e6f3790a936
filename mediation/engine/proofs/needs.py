"""Proves that every need can be met, and that what is said to lift it really does."""

from collections.abc import Iterator

from mediation.engine.guards import GUARDS
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.supply import CASE, Supply
from mediation.engine.proofs.values import holds, supplied
from mediation.engine.workflows.definitions import Event, Need, Plan, Test
from mediation.language import Message


class Needs:
    """Examines the needs of every event that some way could reach."""

    def __init__(self, supply: Supply) -> None:
        self.supply = supply

    def faults(self) -> Iterator[Unproved]:
        """Say of each need once what cannot meet or lift it."""
        told: set[tuple[str, str]] = set()
        for chart, kind, plan in self.supply.plans():
            for event in plan.events:
                if not list(self.supply.open_from(event, chart, kind)):
                    continue
                for name in event.needs:
                    need = plan.needs[name]
                    if (chart, name) not in told:
                        told.add((chart, name))
                        yield from self.unmet(need, event, chart)
                        yield from self.unlifted(need, chart)
                yield from self.dead_branches(event, chart, plan)

    def unmet(self, need: Need, event: Event, chart: str) -> Iterator[Unproved]:
        """Say that nothing can ever meet a need."""
        if self.supply.meets(need, chart):
            return
        values: dict[str, object] = {"event": event.label, "need": need.name}
        values |= {"blocker": need.blocker, "known": self.said(need.test, chart)}
        yield Unproved(
            "unmet_need",
            Message(
                "事项“{event}”的办理条件“{need}”（{blocker}）永远不能满足：{known}", values
            ),
        )

    def said(self, test: Test, chart: str) -> Message:
        """Say what can be supplied instead."""
        if test.about == "machine" or "machine" in test.arguments:
            machine = test.arguments.get("machine", test.subject)
            return Message("“{machine}”到不了所要求的状态", {"machine": machine})
        fact = str(test.arguments.get("of", test.subject))
        values = [v for v in self.supply.values_of(fact, chart) if v is not None]
        if not values:
            return Message("没有任何办得成的事项写入“{fact}”", {"fact": fact})
        return Message("“{fact}”只可能是：{values}", {"fact": fact, "values": values})

    def dead_branches(self, event: Event, chart: str, plan: Plan) -> Iterator[Unproved]:
        """Say which branches of an event nothing can ever choose."""
        for branch in event.branches:
            test = branch.test
            values: dict[str, object] = {"event": event.label, "subject": test.subject}
            values["value"] = test.value
            values["to"] = plan.states[branch.to].label if branch.to else event.label
            if test.about == "field" and not self.supply.can(test, chart, event):
                yield Unproved(
                    "dead_branch",
                    Message(
                        "事项“{event}”到不了“{to}”：栏目“{subject}”没有{value}这一项", values
                    ),
                )

    def unlifted(self, need: Need, chart: str) -> Iterator[Unproved]:
        """Say that the event named as remedy does not lift a need."""
        if not need.remedy:
            return
        events = [
            (name, event)
            for name, plan in self.charts()
            for event in plan.events
            if event.name == need.remedy
        ]
        values: dict[str, object] = {"need": need.name, "remedy": need.remedy}
        if not any(self.lifts(event, name, need, chart) for name, event in events):
            values["event"] = events[0][1].label
            yield Unproved(
                "remedy",
                Message(
                    "办理条件“{need}”说可由“{event}”（{remedy}）解除，该事项却做不到", values
                ),
            )

    def charts(self) -> Iterator[tuple[str, Plan]]:
        """List the charts once each."""
        yield CASE, self.supply.workflow.case
        yield from self.supply.workflow.machines.items()

    def lifts(self, event: Event, where: str, need: Need, chart: str) -> bool:
        """Tell whether an event can change what a need looks at so that it is met."""
        tests = [need.test]
        if need.unless:
            tests.append(Test("fact", need.unless, "is", value=True))
        acts = [(where, event), *self.sent(event)]
        return any(self.changes(one, at, test, chart) for at, one in acts for test in tests)

    def sent(self, event: Event) -> Iterator[tuple[str, Event]]:
        """List the events of the machines an event starts: through them it lifts a need too."""
        for start in event.effects.starts:
            for one in self.supply.plan(start.machine).events:
                if not one.kinds or start.kind in one.kinds:
                    yield start.machine, one

    def changes(self, event: Event, where: str, test: Test, chart: str) -> bool:
        """Tell whether an event can make one condition hold."""
        moves = any(branch.to for branch in event.branches) or bool(event.effects.restart)
        match test.about:
            case "need":
                need = self.supply.plan(chart).needs[test.subject]
                return self.lifts(event, where, need, chart)
            case "period":
                return moves or bool(self.facts_of(event))
            case "machine":
                return self.touches(event, where, test.subject)
            case "guard" if "machine" in test.arguments:
                return self.touches(event, where, str(test.arguments["machine"]))
            case "guard":
                return self.guarded(event, test)
            case _:
                return self.writes(event, test)

    def writes(self, event: Event, test: Test) -> bool:
        """Tell whether an event gives a fact a value that passes."""
        default = self.supply.workflow.case.facts.get(test.subject)
        taken = default.default if default else None
        if test.subject in event.clear and holds(test, taken):
            return True
        return any(
            fact == test.subject and holds(test, value)
            for fact, value in supplied(self.supply.workflow, event)
        )

    def guarded(self, event: Event, test: Test) -> bool:
        """Tell whether an event writes what a relation reads, or moves custody."""
        reads = {*GUARDS[test.subject].reads, str(test.arguments.get("of", ""))}
        competent = "class" in reads and bool(event.effects.custody)
        return bool(reads & self.facts_of(event)) or competent

    def facts_of(self, event: Event) -> set[str]:
        """List the facts an event writes or clears."""
        return {*(fact for fact, _ in supplied(self.supply.workflow, event)), *event.clear}

    def touches(self, event: Event, where: str, machine: str) -> bool:
        """Tell whether an event starts or moves a machine of a sort."""
        started = any(start.machine == machine for start in event.effects.starts)
        moved = any(sort == machine for sort, _ in event.effects.moves)
        return where == machine or started or moved
