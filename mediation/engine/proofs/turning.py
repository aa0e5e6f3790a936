"""Turns the clocks of a node by an event, through the very code that turns those of a case."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from itertools import product
from typing import NamedTuple

from mediation.engine.cases import (
    CALENDAR,
    Body,
    Case,
    Change,
    Clock,
    Known,
    SideMachine,
    Suspended,
)
from mediation.engine.charts import Chart, Procedure
from mediation.engine.deadlines import Turn
from mediation.engine.drafting import Command, Drafting
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.proofs.nodes import DAY, MOMENT, Facts, Node, Relevant, Writing, stated
from mediation.engine.proofs.values import SOME
from mediation.engine.situations import Condition, Situation
from mediation.engine.workflows.definitions import Event

NOBODY = Body("", "", "")
AT = datetime.fromisoformat(MOMENT)
NOTHING = Writing((), ())
Clocks = frozenset[tuple[str, str]]


class Blow(NamedTuple):
    """An event striking a node.

    Args:
        to: the state it leads to.
        fired: the period whose end does it; empty if its end is none of this chart's.
        sent: the kind of the machine the new state waits on.
    """

    node: Node
    event: Event
    to: str
    fired: str
    writing: Writing
    sent: str


class Turning:
    """Turns the clocks of one chart; what was turned once is remembered.

    Args:
        armed: every period that any event armed, the shown ones too.
    """

    def __init__(
        self,
        procedure: Procedure,
        key: str,
        kind: str,
        relevant: Relevant,
        calendar: WorkingCalendar,
    ) -> None:
        self.key, self.kind = f"{key}/1" if key else "", kind
        self.relevant, self.calendar = relevant, calendar
        self.armed: set[str] = set()
        self.known: dict[object, tuple[Clocks, ...]] = {}
        self.said: dict[str, bool] = {}
        self.asked: set[str] = set()
        self.chart = self.listening(procedure.chart(key))
        self.procedure = copy(procedure)
        if key:
            self.procedure.machines = {**procedure.machines, key: self.chart}
        else:
            self.procedure.case = self.chart

    def listening(self, chart: Chart) -> Chart:
        """Give the chart with every condition the walk cannot follow answered both ways."""
        made = copy(chart)
        made.when = {
            name: when if name in self.relevant.exact else self.ask(name)
            for name, when in chart.when.items()
        }
        return made

    def ask(self, name: str) -> Condition:
        """Give a condition that answers as it was told, and yes if it was not."""

        def answer(_: Situation) -> bool:
            self.asked.add(name)
            return self.said.get(name, True)

        return answer

    def after(self, blow: Blow) -> tuple[Clocks, ...]:
        """Give the clocks after an event, once for each way its conditions may turn out."""
        effects, moved = blow.event.effects, blow.node.state != blow.to
        touched = (blow.fired, effects.clocks, blow.writing.anchors)
        if not (moved or any(touched)):
            return (blow.node.clocks,)
        facts = stated(blow.node.facts, blow.writing)
        same = (blow.node.clocks, facts, blow.to, moved, blow.sent, touched, effects)
        if same not in self.known:
            self.known[same] = tuple(dict.fromkeys(self.ways(lambda: self.turned(blow, facts))))
        return self.known[same]

    def started(self, writing: Writing, initial: str) -> tuple[Clocks, ...]:
        """Give the clocks of a side machine that begins."""
        facts = stated(frozenset(), writing)

        def begun() -> Clocks:
            turn = Turn(
                chart=self.chart,
                situation=self.situation(self.case(initial, frozenset(), facts, writing, "")),
                state=initial,
                moved=True,
                facts_set=writing.anchors,
                calendar=self.calendar,
                rises=self.procedure.rises,
                seq=1,
                day=DAY,
            )
            return self.live({}, turn.clocks())

        return tuple(dict.fromkeys(self.ways(begun)))

    def ways(self, turn: Callable[[], Clocks]) -> Iterator[Clocks]:
        """Turn the clocks once for each combination of answers that were asked for."""
        self.said, self.asked = {}, set()
        yield turn()
        asked = sorted(self.asked)
        for answers in product((True, False), repeat=len(asked)):
            if not all(answers):
                self.said = dict(zip(asked, answers, strict=True))
                yield turn()

    def turned(self, blow: Blow, facts: Facts) -> Clocks:
        """Let the engine decide the clocks."""
        case = self.case(blow.to, blow.node.clocks, facts, blow.writing, blow.sent)
        before = {clock.no: clock for clock in case.clocks}
        fired = next((c for c in before.values() if c.period == blow.fired), None)
        name = f"{self.key}:{blow.event.name}" if self.key else blow.event.name
        drafting = Drafting(
            procedure=self.procedure,
            chart=self.chart,
            case=case,
            event=blow.event,
            situation=self.situation(case),
            command=Command(name, {}, CALENDAR, AT, fired),
            calendar=self.calendar,
            day=DAY,
        )
        case_facts = {} if self.key else {name: known.value for name, known in new(case)}
        change = Change(AT, "" if self.key else blow.to, case_facts, (), {}, "")
        return self.live(before, drafting.clocks(blow.node.state, blow.to, change))

    def case(
        self, state: str, clocks: Clocks, facts: Facts, writing: Writing, sent: str
    ) -> Case:
        """Give a case, or a case with one side machine, that stands as a node says."""
        value = self.relevant.value
        known = {name: Known(value(name, one), 0) for name, one in facts}
        for name in writing.anchors:
            known[name] = Known(value(name, dict(facts).get(name, SOME)), 1)
        own = self.chart.plan.facts if self.key else {}
        machines = {}
        if self.key:
            mine = {name: one for name, one in known.items() if name in own}
            machines[self.key] = SideMachine(self.kind, state, "", "", 1, facts=mine)
        elif sent:
            sort = self.chart.plan.states[state].waits
            machines[f"{sort}/1"] = SideMachine(sent, "", "", "", 1)
        return Case(
            state=state,
            facts={name: one for name, one in known.items() if name not in own},
            clocks=tuple(self.clock(no, *one) for no, one in enumerate(sorted(clocks), 1)),
            clock_count=len(clocks),
            machines=machines,
        )

    def standing(self, node: Node) -> Case:
        """Give a case that stands at a node, nothing written."""
        return self.case(node.state, node.clocks, node.facts, NOTHING, node.sent)

    def clock(self, no: int, period: str, status: str) -> Clock:
        """Give a clock that has run for no time yet."""
        stands = status == "suspended"
        return Clock(
            no=no,
            period=period,
            machine=self.key,
            anchor=self.anchor(period),
            armed_by=0,
            status=status,
            due_at=None if stands else AT,
            suspensions=(Suspended(DAY, None, ""),) if stands else (),
        )

    def anchor(self, period: str) -> str:
        """Give the beginning of a clock, a moment if it counts hours."""
        span = self.chart.plan.periods[period].span
        return MOMENT if span and span.unit == "hours" else DAY

    def situation(self, case: Case) -> Situation:
        """Give what the conditions of periods look at."""
        return Situation(
            kind=self.procedure.workflow.kind,
            case=case,
            bodies={"": NOBODY},
            at=AT,
            machine_key=self.key,
            defaults=self.chart.defaults,
        )

    def live(self, before: Mapping[int, Clock], changed: Iterable[Clock]) -> Clocks:
        """Keep the live clocks that matter."""
        clocks = {**before}
        for clock in changed:
            self.armed.update({clock.period} if clock.no not in before else ())
            clocks[clock.no] = clock
        return frozenset(
            (clock.period, clock.status)
            for clock in clocks.values()
            if clock.live and clock.period in self.relevant.clocks
        )


def new(case: Case) -> Iterator[tuple[str, Known]]:
    """List the facts of a case that the event has just written."""
    return ((name, known) for name, known in case.facts.items() if known.seq)
