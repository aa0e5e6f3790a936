"""Proves one composed workflow: all that `mediation check` promises of a kind at a place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from mediation.engine.charts import BEFORE_OPENING, Procedure
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.spans import Span
from mediation.engine.proofs.choices import choices
from mediation.engine.proofs.citations import citations
from mediation.engine.proofs.clocks import Watch
from mediation.engine.proofs.companions import Companion
from mediation.engine.proofs.competing import competing
from mediation.engine.proofs.documents import Papers, documents, required
from mediation.engine.proofs.endless import endless
from mediation.engine.proofs.graph import trapped, unanswered_for, unreached
from mediation.engine.proofs.lengths import Lengths, uncountable
from mediation.engine.proofs.needs import Needs
from mediation.engine.proofs.nodes import Node, Relevant, stated
from mediation.engine.proofs.report import Path, Report, Stride, Unproved, Untouched
from mediation.engine.proofs.supply import CASE, Supply
from mediation.engine.proofs.turning import Turning
from mediation.engine.proofs.values import supplied
from mediation.engine.proofs.waiting import deaf
from mediation.engine.proofs.walking import Beginning, Walk
from mediation.engine.workflows.definitions import Event, Plan, Start, Workflow

Kind = tuple[str, str]


def check(
    workflow: Workflow,
    papers: Papers,
    day: date,
    calendar: WorkingCalendar,
    walked: "list[Ways] | None" = None,
) -> Report:
    """Prove a workflow, over the charts of the case and its side machines together.

    1. What cannot be walked at all is said first: moves that compete, clocks that cannot count.
    2. The events that can happen are found, with the facts they supply.
    3. Every way of the case and of each sort of machine is walked, clocks and all, by the code
       that turns the clocks of real cases.
    4. What was promised is looked for on these ways.

    Args:
        papers: what the templates need.
        day: the day a case would be opened; every citation is in force on it.
        calendar: for the length of clocks at the worst turn of the holidays.
        walked: the ways of other workflows, for those that have the same; new ones are added.
    """
    return Proof(workflow, papers, day, calendar, [] if walked is None else walked).report()


class Proof:
    """Everything that is proved of one workflow."""

    def __init__(
        self,
        workflow: Workflow,
        papers: Papers,
        day: date,
        calendar: WorkingCalendar,
        walked: "list[Ways]",
    ) -> None:
        self.workflow, self.papers, self.day, self.calendar = workflow, papers, day, calendar
        self.walked = walked
        self.lengths = Lengths(workflow, calendar)

    def report(self) -> Report:
        """Gather every fault, the figures, and what the ways took."""
        static = (competing, uncountable, endless, choices)
        faults = [fault for proof in static for fault in proof(self.workflow)]
        ways = None if faults else self.ways()
        untouched = None
        if ways:
            faults += Needs(ways.supply).faults()
            blocked = bool(faults)
            watch, machines = self.watches(ways)
            # What cannot be reached only because a need cannot be met is no fault of its own.
            faults += () if blocked else unreached(ways.case)
            faults += chain.from_iterable(one.faults() for one in (watch, *machines.values()))
            faults += chain.from_iterable(trapped(walk) for walk in ways.walks())
            faults += deaf(ways.case, ways.machines)
            companions = (Companion(ways.case, walk) for walk in ways.machines.values())
            faults += chain.from_iterable(one.faults() for one in companions)
            untouched = self.lengths.risen(self.lengths.longest(watch, self.lying(machines)))
            faults += self.lengths.faults(untouched)
        faults += unanswered_for(self.workflow)
        faults += documents(self.workflow, self.papers)
        faults += required(self.workflow)
        faults += citations(self.workflow, self.day.isoformat())
        return self.told(tuple(faults), untouched, ways)

    def ways(self) -> "Ways":
        """Walk all ways, unless another place has the same and they were walked there."""
        for one in self.walked:
            if unmeasured(one.workflow) == unmeasured(self.workflow):
                return one
        self.walked.append(Ways(self.workflow, self.calendar))
        return self.walked[-1]

    def watches(self, ways: "Ways") -> tuple[Watch, dict[Kind, Watch]]:
        """Set a watch over the case and over every kind of machine it sends."""
        machines = {kind: Watch(walk, ways.case) for kind, walk in ways.machines.items()}
        sound = [
            kind
            for kind, watch in machines.items()
            if all(fault.code != "no_deadline" for fault in watch.faults())
        ]
        return Watch(ways.case, ways.case, sound), machines

    def lying(self, machines: dict[Kind, Watch]) -> dict[Kind, int]:
        """Give how long each kind of machine can lie untouched, where that is measured."""
        found = {kind: self.lengths.longest(watch, {}) for kind, watch in machines.items()}
        return {kind: one.days for kind, one in found.items() if one}

    def told(
        self, faults: tuple[Unproved, ...], untouched: Untouched | None, ways: "Ways | None"
    ) -> Report:
        """Write the report."""
        plans = (self.workflow.case, *self.workflow.machines.values())
        return Report(
            kind=self.workflow.kind,
            place=self.workflow.place,
            label=self.workflow.label,
            faults=faults,
            states=sum(len(plan.states) for plan in plans),
            events=sum(len(plan.events) for plan in plans),
            periods=sum(len(plan.periods) for plan in plans),
            law=len(self.workflow.articles),
            untouched=untouched,
            taken=frozenset(ways.taken()) if ways else frozenset(),
            stood=frozenset(ways.stood()) if ways else frozenset(),
            armed=frozenset(ways.armed()) if ways else frozenset(),
        )


class Ways:
    """Every way through the chart of the case, and through that of each machine it sends."""

    def __init__(self, workflow: Workflow, calendar: WorkingCalendar) -> None:
        self.workflow, self.calendar = workflow, calendar
        self.procedure = Procedure(workflow)
        self.supply = Supply(self.procedure)
        self.case = self.walk(CASE, "", self.relevant(CASE))
        self.case.walk([Beginning(Node(BEFORE_OPENING))])
        self.machines = {
            (name, kind): walk
            for name, plan in workflow.machines.items()
            for kind in plan.kinds
            if (walk := self.sent(name, kind))
        }

    def walks(self) -> tuple[Walk, ...]:
        """List the walk of the case and those of the machines."""
        return (self.case, *self.machines.values())

    def relevant(self, chart: str) -> Relevant:
        """Tell what a walk of a chart carries along."""
        foreign = frozenset() if chart else frozenset(foreign_facts(self.workflow))
        return Relevant(self.workflow, self.procedure.chart(chart), foreign)

    def walk(self, chart: str, kind: str, relevant: Relevant) -> Walk:
        """Make ready a walk."""
        turning = Turning(self.procedure, chart, kind, relevant, self.calendar)
        return Walk(self.supply, chart, kind, turning)

    def sent(self, name: str, kind: str) -> Walk | None:
        """Walk the ways of one kind of machine, from every event that sends it."""
        relevant = self.relevant(name)
        walk = self.walk(name, kind, relevant)
        initial = walk.plan.initial
        beginnings = [
            Beginning(Node(initial, clocks, stated(frozenset(), writing)), path)
            for start, event, path in self.starts(name, kind)
            for writing in relevant.given(start, event)
            for clocks in walk.turning.started(writing, initial)
        ]
        walk.walk(beginnings)
        return walk if beginnings else None

    def starts(self, name: str, kind: str) -> Iterator[tuple[Start, Event, Path]]:
        """List the events that send a kind of machine, with the shortest way to each."""
        for event, node in self.case.first.values():
            for start in event.effects.starts:
                if (start.machine, start.kind) == (name, kind):
                    stride = Stride(self.case.label(node.state), event.label)
                    yield start, event, (*self.case.path(node), stride)

    def taken(self) -> set[str]:
        """List the definitions of the events that some way takes."""
        return {event.definition for walk in self.walks() for event, _ in walk.first.values()}

    def stood(self) -> Iterator[str]:
        """List the states of machines that some way reaches."""
        for (name, _), walk in self.machines.items():
            yield from (f"{name}:{node.state}" for node in walk.came)

    def armed(self) -> Iterator[str]:
        """List the periods some event arms."""
        for walk in self.walks():
            yield from (f"{walk.key}:{period}" for period in walk.turning.armed)


def unmeasured(workflow: Workflow) -> Workflow:
    """Give all its ways depend on: not how long things last, where, and by which article."""
    machines = {name: untimed(plan) for name, plan in workflow.machines.items()}
    case = untimed(workflow.case)
    return replace(workflow, place="", case=case, machines=machines, articles={})


def untimed(plan: Plan) -> Plan:
    """Give a plan whose periods keep of their length only whether it is of hours."""
    periods = {
        name: replace(
            one,
            law="",
            span=some(one.span),
            extension=some(one.extension),
            remind=None,
        )
        for name, one in plan.periods.items()
    }
    return replace(plan, periods=periods)


def some(span: Span | None) -> Span | None:
    """Give some length in place of a length."""
    return span and Span(1, "hours" if span.unit == "hours" else "days")


def foreign_facts(workflow: Workflow) -> Iterator[str]:
    """List the facts of the case that the events of machines write, at any time."""
    for plan in workflow.machines.values():
        for event in plan.events:
            names = (*(fact for fact, _ in supplied(workflow, event)), *event.clear)
            yield from (name for name in names if name not in plan.facts)
