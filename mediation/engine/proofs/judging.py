"""Judges the conditions of a chart at a node: they hold, they do not, or it may be either."""

from functools import cache

from mediation.engine.charts import Chart
from mediation.engine.conditions import condition
from mediation.engine.deadlines import MOVING
from mediation.engine.proofs.nodes import Node
from mediation.engine.proofs.supply import Supply
from mediation.engine.proofs.turning import Turning
from mediation.engine.workflows.definitions import Branch, Event, Need, Test

Verdict = bool | None
"""None: nothing at the node decides it."""


class Judge:
    """Judges conditions by what a node says exactly, else by what can be supplied at all."""

    def __init__(self, supply: Supply, chart: Chart, key: str, turning: Turning) -> None:
        self.supply, self.key, self.turning = supply, key, turning
        self.chart, self.plan = chart, chart.plan
        # What can be supplied at all is known before the walk and asked at every node of it.
        self.suppliable: dict[tuple[int, int], bool] = {}
        followed = turning.relevant.facts
        self.anybody = {
            id(event)
            for event in chart.plan.events
            if any(right.named not in followed for right in (*event.by, *event.on_behalf))
        }
        # What asks nothing of a node is judged once.
        self.settled: dict[int, Verdict] = {}
        self.taken: dict[int, list[Branch]] = {}
        for event in chart.plan.events:
            asked = [self.plan.needs[name] for name in event.needs]
            derived = len(chart.asked[event.definition]) > len(asked)
            if not derived and not any(map(self.of_node, asked)):
                self.settled[id(event)] = self.needs(event, Node(""))
            if not any(self.about_node(branch.test) for branch in event.branches):
                self.taken[id(event)] = self.branches(event, Node(""))

    def of_node(self, need: Need) -> bool:
        """Tell whether a need asks about what differs from node to node."""
        waived = bool(need.unless) and self.about_node(waiver(need.unless))
        spared = need.when is not None and self.about_node(need.when)
        return waived or spared or self.about_node(need.test)

    def about_node(self, test: Test) -> bool:
        """Tell whether a condition is about what differs from node to node."""
        if test.about == "need":
            return self.of_node(self.plan.needs[test.subject])
        followed = self.turning.relevant.facts
        return test.about == "period" or (test.about == "fact" and test.subject in followed)

    def needs(self, event: Event, node: Node) -> Verdict:
        """Judge all needs of an event, and whether the clocks it touches are there."""
        if id(event) in self.settled:
            return self.settled[id(event)]
        declared = [self.need(self.plan.needs[name], node) for name in event.needs]
        derived = self.chart.asked[event.definition][len(declared) :]
        if not derived:
            return every(declared)
        situation = self.turning.situation(self.turning.standing(node))
        return every([*declared, *(holds(situation) for _, holds in derived)])

    def somebody(self, event: Event, node: Node) -> bool:
        """Tell whether there can be somebody to do an event: whom its rights name is known."""
        if id(event) in self.anybody:
            return True
        known = dict(node.facts)
        return any(right.named in known for right in (*event.by, *event.on_behalf))

    def need(self, need: Need, node: Node) -> Verdict:
        """Judge a need, which may be waived."""
        verdict = self.test(need.test, node)
        if need.when:
            verdict = either(opposite(self.test(need.when, node)), verdict)
        if need.unless:
            waived = self.test(waiver(need.unless), node)
            verdict = either(waived, verdict)
        return verdict

    def test(self, test: Test, node: Node, event: Event | None = None) -> Verdict:
        """Judge one condition."""
        match test.about:
            case "always":
                return True
            case "need":
                return self.need(self.plan.needs[test.subject], node)
            case "period" if test.subject in self.plan.periods:
                return self.period(test, node)
            case "fact" if test.subject in self.turning.relevant.facts:
                case = self.turning.standing(node)
                return condition(test, self.plan)(self.turning.situation(case))
            case _:
                return None if self.can(test, event) else False

    def can(self, test: Test, event: Event | None) -> bool:
        """Tell whether a condition can ever hold."""
        asked = id(test), id(event)
        if asked not in self.suppliable:
            self.suppliable[asked] = self.supply.can(test, self.key, event)
        return self.suppliable[asked]

    def period(self, test: Test, node: Node) -> Verdict:
        """Judge how a clock stands: one that moves something never stands over."""
        live = any(name == test.subject for name, _ in node.clocks)
        if not live:
            return test.value == "none"
        if self.plan.periods[test.subject].effect in MOVING:
            return test.value == "running"
        return False if test.value == "none" else None

    def branches(self, event: Event, node: Node) -> list[Branch]:
        """List the branches an event may take, in order, up to the first that surely holds."""
        if id(event) in self.taken:
            return self.taken[id(event)]
        judged = [(branch, self.test(branch.test, node, event)) for branch in event.branches]
        certain = next(place for place, (_, verdict) in enumerate(judged) if verdict)
        return [branch for branch, verdict in judged[: certain + 1] if verdict is not False]


@cache
def waiver(fact: str) -> Test:
    """Give the condition that waives a need: one and the same, for it is known by identity."""
    return Test("fact", fact, "is", value=True)


def every(verdicts: list[Verdict]) -> Verdict:
    """Judge whether all hold."""
    if False in verdicts:
        return False
    return None if None in verdicts else True


def opposite(verdict: Verdict) -> Verdict:
    """Judge whether a condition does not hold."""
    return None if verdict is None else not verdict


def either(one: Verdict, other: Verdict) -> Verdict:
    """Judge whether one of two holds."""
    if one or other:
        return True
    return None if None in (one, other) else False
