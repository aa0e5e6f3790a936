"""Walks every way through one chart, clocks and all, the shortest ways first."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mediation.engine.proofs.judging import Judge
from mediation.engine.proofs.nodes import Node, Writing, stated
from mediation.engine.proofs.report import Path, Stride
from mediation.engine.proofs.supply import CALENDAR, Supply
from mediation.engine.proofs.turning import NOTHING, Blow, Turning
from mediation.engine.workflows.definitions import Effects, Event, Right
from mediation.language import Label

UNREGISTERED = Label("尚未登记", "not yet registered")


@dataclass(frozen=True, slots=True)
class Beginning:
    """A first node, and the way of the case to it."""

    node: Node
    path: Path = ()


class Walk:
    """All nodes of one chart that some way reaches.

    Args:
        came: node -> the node and event it was first reached from; None for a first node.
        onward: node -> the nodes one event away.
        led: state -> the events that may happen there, each with a state it leads to.
        at: state -> the events that can happen there at all, once it was asked.
        first: event by identity -> the event, and the first node at which it may happen.
    """

    def __init__(self, supply: Supply, key: str, kind: str, turning: Turning) -> None:
        self.supply, self.key, self.kind, self.turning = supply, key, kind, turning
        self.chart, self.plan = turning.chart, turning.chart.plan
        self.judge = Judge(supply, self.chart, key, turning)
        self.writings = {id(one): turning.relevant.writings(one) for one in self.plan.events}
        self.came: dict[Node, tuple[Node, Event] | None] = {}
        self.onward: dict[Node, set[Node]] = {}
        self.paths: dict[Node, Path] = {}
        self.led: dict[str, list[tuple[Event, str]]] = {}
        self.first: dict[int, tuple[Event, Node]] = {}
        self.at: dict[str, list[Event]] = {}
        self.known_idle: dict[int, bool] = {}
        self.answering: dict[int, set[str]] = {}
        self.intruding = list(self.intrusions()) if not key else []
        # By event: whether others than the calendar do it, and whether the calendar does.
        self.doers = {
            id(event): (
                any(right != CALENDAR for right in (*event.by, *event.on_behalf)),
                CALENDAR in event.by,
            )
            for event in self.plan.events
        }
        self.foreign = {
            id(event): event.effects.reproject
            or any(chart != key for chart, _ in supply.firing(event, key))
            for event in self.plan.events
        }

    def walk(self, beginnings: Iterable[Beginning]) -> None:
        """Walk breadth first, so that the first way to a node is a shortest one."""
        waiting: deque[Node] = deque()
        for one in sorted(beginnings, key=lambda one: len(one.path)):
            if one.node not in self.came:
                self.came[one.node], self.paths[one.node] = None, one.path
                waiting.append(one.node)
        led: set[tuple[str, int, str]] = set()
        while waiting:
            node = waiting.popleft()
            self.onward[node] = set()
            for event, found in (*self.steps(node), *self.intruded(node)):
                if id(event) in self.writings:
                    self.first.setdefault(id(event), (event, node))
                self.onward[node].add(found)
                if (leads := (node.state, id(event), found.state)) not in led:
                    led.add(leads)
                    self.led.setdefault(node.state, []).append((event, found.state))
                if found not in self.came:
                    self.came[found] = (node, event)
                    waiting.append(found)

    def path(self, node: Node) -> Path:
        """Give the shortest way to a node."""
        strides: list[Stride] = []
        while came := self.came[node]:
            node, event = came
            strides.append(Stride(self.label(node.state), event.label))
        return (*self.paths[node], *reversed(strides))

    def label(self, state: str) -> Label:
        """Give the label of a state."""
        return self.plan.states[state].label if state in self.plan.states else UNREGISTERED

    def steps(self, node: Node) -> Iterator[tuple[Event, Node]]:
        """List what may happen at a node and where it leads."""
        for event in self.happening(node.state):
            if self.judge.needs(event, node) is False or not self.judge.somebody(event, node):
                continue
            for fired in self.triggers(event, node):
                if self.idle(event):
                    yield event, node
                    break
                for blow in self.blows(node, event, fired):
                    facts = stated(node.facts, blow.writing)
                    for clocks in self.turning.after(blow):
                        yield event, Node(blow.to, clocks, facts, blow.sent)

    def happening(self, state: str) -> list[Event]:
        """List the events of a state that can happen at all."""
        if state not in self.at:
            self.at[state] = [
                event
                for event in self.chart.events.get(state, {}).values()
                if (id(event), self.kind) in self.supply.happening
                and self.judge.settled.get(id(event)) is not False
            ]
        return self.at[state]

    def intruded(self, node: Node) -> Iterator[tuple[Event, Node]]:
        """List what the side machines may do to the clocks of a case at a node."""
        state = self.plan.states.get(node.state)
        # No machine outlives its case: `companions` proves that.
        for event, writing in self.intruding if state and not state.closed else ():
            blow = Blow(node, event, node.state, "", writing, node.sent)
            for clocks in self.turning.after(blow):
                yield event, Node(node.state, clocks, node.facts, node.sent)

    def intrusions(self) -> Iterator[tuple[Event, Writing]]:
        """List what machines may write at any time into facts the case's clocks count from."""
        for chart, kind, plan in self.supply.plans():
            for event in plan.events if chart else ():
                writings = self.turning.relevant.writings(event)
                for writing in writings if (id(event), kind) in self.supply.happening else ():
                    anchors = tuple(name for name in writing.anchors if name not in plan.facts)
                    if anchors:
                        yield replace(event, effects=Effects()), Writing((), anchors)

    def idle(self, event: Event) -> bool:
        """Tell whether an event changes nothing that the walk carries along."""
        if id(event) not in self.known_idle:
            effects = event.effects
            acts = bool(effects.clocks or effects.starts)
            moves = any(branch.to for branch in event.branches)
            fired = CALENDAR in event.by and not (effects.rise or effects.reproject)
            writes = self.writings[id(event)] != (NOTHING,)
            self.known_idle[id(event)] = not (acts or moves or fired or writes)
        return self.known_idle[id(event)]

    def triggers(self, event: Event, node: Node) -> Iterator[str]:
        """List the clocks whose end does an event, and nothing for all else that does it."""
        others, calendar = self.doers[id(event)]
        if (others and self.hears(event, node)) or self.foreign[id(event)]:
            yield ""
        if calendar:
            for name, status in sorted(node.clocks):
                if status == "running" and self.plan.periods[name].fires == event.name:
                    yield name

    def hears(self, event: Event, node: Node) -> bool:
        """Tell whether the machine an event listens to can answer here."""
        if not event.on or Right("machine", "") not in event.by:
            return True
        state = self.plan.states.get(node.state)
        machine = event.on.partition(":")[0]
        if id(event) not in self.answering:
            self.answering[id(event)] = set(self.supply.answering(event))
        kinds = self.answering[id(event)]
        return node.sent in kinds if state and state.waits == machine else bool(kinds)

    def blows(self, node: Node, event: Event, fired: str) -> Iterator[Blow]:
        """List the ways an event can turn out at a node."""
        for branch in self.judge.branches(event, node):
            to = branch.to or node.state
            for writing in self.writings[id(event)]:
                for sent in self.sent(event, node, to):
                    yield Blow(node, event, to, fired, writing, sent)

    def sent(self, event: Event, node: Node, to: str) -> list[str]:
        """List the kinds of machine the state an event leads to may wait on."""
        waits = self.plan.states[to].waits
        if not waits:
            return [""]
        heard = self.turning.procedure.heard[to]
        started = [one for one in event.effects.starts if one.machine == waits]
        if kinds := [one.kind for one in started if one.kind in heard]:
            return kinds[-1:]
        here = self.plan.states.get(node.state)
        if here and here.waits == waits and node.state == to:
            return [node.sent]
        earlier = {kind for machine, kind, _ in self.supply.reached if machine == waits}
        return ["", *sorted(earlier & heard)]
