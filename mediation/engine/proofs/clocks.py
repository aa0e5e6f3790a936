"""Proves that a running deadline watches over every open state, and that its end is lawful."""

from collections.abc import Iterable, Iterator

from mediation.engine.deadlines import MOVING
from mediation.engine.proofs.nodes import Node
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.supply import CALENDAR
from mediation.engine.proofs.walking import Walk
from mediation.engine.workflows.definitions import Event, Period
from mediation.language import Message

RUNNING = "running"


class Watch:
    """What the clocks of one chart are proved to do.

    Args:
        case: the walk of the case, whose events a machine's clock may do too.
        covered: kinds of machine known never to stand without a clock of their own.
    """

    def __init__(self, walk: Walk, case: Walk, covered: Iterable[tuple[str, str]] = ()) -> None:
        self.walk, self.case, self.covered = walk, case, frozenset(covered)

    def faults(self) -> Iterator[Unproved]:
        """Say of each state and clock once where its promise fails first."""
        told: set[tuple[str, ...]] = set()
        for node in self.walk.came:
            for key, fault in self.at(node):
                if key not in told:
                    told.add(key)
                    yield fault

    def at(self, node: Node) -> Iterator[tuple[tuple[str, ...], Unproved]]:
        """Give the faults at one node, each with what makes it the same fault elsewhere."""
        for name in self.moving(node):
            for problem in self.expiry(name, node):
                fault = Unproved("expiry", problem, self.walk.path(node))
                yield (name, node.state, problem.text), fault
        state = self.walk.plan.states.get(node.state)
        if state is None or state.closed or self.watched(node):
            return
        yield ("", node.state), Unproved("no_deadline", self.bare(node), self.walk.path(node))

    def bare(self, node: Node) -> Message:
        """Say that nothing runs at a node; what stands still does not help."""
        periods = self.walk.plan.periods
        stopped = [periods[name].label for name, how in sorted(node.clocks) if how != RUNNING]
        values = {"state": self.walk.label(node.state), "stopped": stopped}
        if stopped:
            return Message("“{state}”没有任何运行中的期限，已中止的不算：{stopped}", values)
        return Message("“{state}”没有任何运行中的期限", values)

    def moving(self, node: Node) -> list[str]:
        """List the running clocks of a node whose end does something."""
        periods = self.walk.plan.periods
        return sorted(
            name
            for name, status in node.clocks
            if status == RUNNING and periods[name].effect in MOVING
        )

    def watched(self, node: Node) -> bool:
        """Tell whether a clock with a lawful end runs, or one of the machine waited on."""
        waits = self.walk.plan.states[node.state].waits
        if (waits, node.sent) in self.covered:
            return True
        return any(not list(self.expiry(name, node)) for name in self.moving(node))

    def expiry(self, name: str, node: Node) -> Iterator[Message]:
        """Say why the end of a clock would not be lawful at a node."""
        period = self.walk.plan.periods[name]
        state = self.walk.plan.states.get(node.state)
        label = self.walk.label(node.state)
        values: dict[str, object] = {"period": period.label, "state": label}
        if period.runs_in and node.state not in period.runs_in and not (state and state.waits):
            yield Message("期限“{period}”不该在“{state}”运行，却还在运行", values)
        if not period.fires:
            yield Message("期限“{period}”届满时没有任何事项发生", values)
            return
        walk, event = self.fired(period, node)
        if event is None:
            values["event"] = event_label(walk, period.fires)
            yield Message("期限“{period}”届满时应办理“{event}”，但“{state}”不能办理", values)
            return
        values["event"] = event.label
        if walk is self.walk and self.walk.judge.needs(event, node) is not True:
            yield Message(
                "期限“{period}”届满时的“{event}”还要求办理条件，届满时可能办不成", values
            )
        if period.effect == "service_norm" and not event.effects.rise:
            yield Message("工作期限“{period}”届满只能提醒督办，不能由“{event}”移动案件", values)

    def fired(self, period: Period, node: Node) -> tuple[Walk, Event | None]:
        """Find the event the end of a clock does: of its own chart, else of the case."""
        walk = self.walk
        if all(one.name != period.fires for one in walk.plan.events):
            walk = self.case
        states = [node.state] if walk is self.walk else open_states(walk)
        events = [walk.chart.events.get(state, {}).get(period.fires) for state in states]
        kind = walk.kind
        lawful = all(
            event and CALENDAR in event.by and (not event.kinds or kind in event.kinds)
            for event in events
        )
        return walk, events[0] if events and lawful else None


def open_states(walk: Walk) -> list[str]:
    """List the open states some way reaches."""
    states = walk.plan.states
    reached = dict.fromkeys(node.state for node in walk.came if node.state in states)
    return [state for state in reached if not states[state].closed]


def event_label(walk: Walk, name: str) -> object:
    """Give the label of an event by its name."""
    return next((one.label for one in walk.plan.events if one.name == name), name)
