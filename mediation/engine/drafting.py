"""Writes down what a decided event does: facts, side machines, clocks, messages. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from mediation.engine.cases import (
    Actor,
    Case,
    Change,
    Clock,
    Known,
    Notice,
    SideMachine,
    Step,
    changed,
)
from mediation.engine.charts import BEFORE_OPENING, Chart, Procedure
from mediation.engine.deadlines import Turn, projected, risen
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import EACH, Event, Field, Right, Start

Values = Mapping[str, Any]


class Command(NamedTuple):
    """What somebody wants done: the event, what he filled in, who he is, when it happened."""

    event: str
    values: Values
    actor: Actor
    at: datetime
    clock: Clock | None = None

    @property
    def machine(self) -> str:
        """The key of the side machine meant; empty for the case."""
        return self.event.rpartition(":")[0]

    @property
    def name(self) -> str:
        """The bare name of the event."""
        return self.event.rpartition(":")[2]


@dataclass(slots=True)
class Drafting:
    """Writes down what an event does, part by part.

    Args:
        day: the day of the event in Shanghai, which facts and clocks are given.
    """

    procedure: Procedure
    chart: Chart
    case: Case
    event: Event
    situation: Situation
    command: Command
    calendar: WorkingCalendar
    day: str

    def step(self, source: str, state: str) -> Step:
        """Give the whole step of an event that goes from a state to another."""
        event, seq, own = self.event, self.case.version + 1, self.chart.plan.facts
        facts, cleared = self.facts(), event.clear
        key = self.situation.machine_key
        machines = self.started(seq)
        if key:
            machines[key] = self.moved(facts, state, seq)
            facts = {name: v for name, v in facts.items() if name not in own}
            cleared = tuple(name for name in cleared if name not in own)
        change = Change(
            at=self.command.at,
            state="" if key else state,
            facts=facts,
            cleared=cleared,
            machines=machines,
            owner=self.owner(),
        )
        return Step(
            event=self.command.event,
            definition=event.definition,
            source=source,
            state=state,
            occurred_at=change.at,
            facts=facts,
            cleared=change.cleared,
            clocks=tuple(self.clocks(source, state, change)),
            machines=machines,
            owner=change.owner,
            issues=event.issues,
            numbers=event.numbers,
            notices=self.notices() if event.notify or event.effects.rise else (),
        )

    def facts(self) -> dict[str, Any]:
        """Gather the facts the event sets: constants, the form's, days, counts."""
        event, values, day = self.event, self.command.values, self.day
        facts: dict[str, Any] = dict(event.set)
        for field in event.form:
            if (value := values.get(field.name)) is not None:
                self.form_fact(field, value, facts)
        facts |= dict.fromkeys(event.stamp, day)
        for name in event.stamp_actor:
            facts[name] = [self.command.actor.officer]
        for name in event.count:
            facts[name] = (self.situation.fact(name) or 0) + 1
        for name, of in event.stamp_latest.items():
            facts[name] = max(self.days(of, facts), default=day)
        if self.situation.case.state == BEFORE_OPENING:
            facts["opened_on"] = day
        if owner := self.owner():
            # The tier of a case is that of the body with custody, so it follows custody.
            body = self.situation.bodies[owner]
            facts.update(owner_sort=body.sort, owner_tier=body.tier)
        return facts

    def form_fact(self, field: Field, value: Any, facts: dict[str, Any]) -> None:
        """Set what one field of the form sets."""
        if field.type == "class":
            facts["class"] = value
            facts.update(self.procedure.workflow.classes[value].set)
        elif field.type == "people":
            facts[field.sets or "parties"] = {**self.situation.parties, **value}
        elif field.by_party:
            party = {self.command.values.get(field.by_party): value}
            told = value if field.by_party == EACH else party
            facts[field.sets] = {**self.known(field.sets, facts), **told}
        elif field.sets:
            facts[field.sets] = [value] if field.type == "officer" else value

    def known(self, name: str, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the entries by party known so far."""
        entries = facts.get(name, self.situation.fact(name))
        return entries if isinstance(entries, Mapping) else {}

    def days(self, names: tuple[str, ...], facts: Mapping[str, Any]) -> Iterator[str]:
        """Give all days that stand in some facts, by party or single."""
        for name in names:
            value = facts.get(name, self.situation.fact(name))
            if isinstance(value, Mapping):
                yield from value.values()
            elif value:
                yield value

    def moved(self, facts: Mapping[str, Any], state: str, seq: int) -> SideMachine:
        """Give the side machine the event is about, in its new state with its own facts."""
        machine = self.case.machines[self.situation.machine_key]
        own = {name: one for name, one in machine.facts.items() if name not in self.event.clear}
        own.update(
            (name, Known(value, seq))
            for name, value in facts.items()
            if name in self.chart.plan.facts
        )
        closed = self.chart.plan.states[state].closed
        return machine._replace(state=state, open=not closed, facts=own)

    def started(self, seq: int) -> dict[str, SideMachine]:
        """Give the side machines the event starts."""
        made: dict[str, SideMachine] = {}
        for start in self.event.effects.starts:
            records = self.command.values.get(start.each) if start.each else [{}]
            for record in records or ():
                prefix = f"{start.machine}/"
                known = [*self.case.machines, *made]
                no = 1 + len([key for key in known if key.startswith(prefix)])
                made[f"{prefix}{no}"] = self.new_machine(start, record, seq)
        return made

    def new_machine(self, start: Start, record: Mapping[str, Any], seq: int) -> SideMachine:
        """Give a new side machine with the facts that form and record supply."""
        plan = self.procedure.machines[start.machine].plan
        given = {**self.command.values, **record}
        return SideMachine(
            kind=start.kind,
            state=plan.initial,
            sender=self.body(start.sender),
            receiver=self.body(start.receiver),
            started_by=seq,
            facts={
                name: Known(value, seq)
                for name, value in given.items()
                if value is not None and name in plan.facts
            },
        )

    def body(self, named: str) -> str:
        """Give the code of a body named by a form field or a relation."""
        return self.command.values.get(named) or self.situation.body_of(named or "owner")

    def owner(self) -> str:
        """Give the new owner, if custody moves or the case is opened."""
        if self.event.effects.custody:
            return self.situation.body_of(self.event.effects.custody)
        return self.case.owner if self.case.state == BEFORE_OPENING else ""

    def notices(self) -> tuple[Notice, ...]:
        """Give the messages of the event, each to a role in a body; who it rises to is told."""
        clock, of = self.command.clock, self.situation.bodies_of
        told = [(right, body) for right in self.event.notify for body in of(right.relation)[:1]]
        if clock and self.event.effects.rise:
            told += self.rungs()[: clock.level + 1][-1:]
        return tuple(Notice(*one, self.command.event) for one in dict.fromkeys(told))

    def rungs(self) -> list[tuple[Right, str]]:
        """List who is told one after another as a case rises: the last one is the top."""
        of = self.situation.bodies_of
        return [(right, body) for right in self.procedure.ladder for body in of(right.relation)]

    def clocks(self, source: str, state: str, change: Change) -> list[Clock]:
        """Give the new value of every clock the event touches."""
        clock, effects = self.command.clock, self.event.effects
        if effects.reproject:
            return projected(self.case, self.procedure, self.calendar)
        if clock and effects.rise:
            top = clock.level + 1 >= len(self.rungs())
            rises = self.procedure.rises
            return [risen(clock, self.command.at, self.calendar, rises, top=top)]
        fired = [clock._replace(status="fired")] if clock else []
        moved, key = source != state, self.situation.machine_key
        if not key and moved and self.chart.plan.states[state].closed:
            return [*fired, *self.closing(clock), *self.rights(change)]
        after = changed(self.case, change)
        if clock:
            clocks = tuple(one for one in after.clocks if one.no != clock.no)
            after = after._replace(clocks=clocks)
        return fired + self.turned(key, state, change, after, moved=moved)

    def turned(
        self, key: str, state: str, change: Change, after: Case, *, moved: bool
    ) -> list[Clock]:
        """Give the clocks that the event stops, moves and arms where the case goes on.

        Args:
            after: the case after the event, the clock that fired left out.
        """
        found: list[Clock] = []
        next_no, effects, before = after.clock_count, self.event.effects, self.situation
        kind, bodies, at, form = before.kind, before.bodies, before.at, before.form
        for turned, now, has_moved in self.turns(key, state, change, moved=moved):
            chart = self.procedure.chart(turned)
            turn = Turn(
                chart=chart,
                situation=Situation(kind, after, bodies, at, turned, chart.defaults, form),
                state=now,
                moved=has_moved,
                facts_set=self.names_set(turned, after, change),
                calendar=self.calendar,
                rises=self.procedure.rises,
                seq=after.version,
                day=self.day,
                extend=effects.extend if turned == key else (),
                restart=effects.restart if turned == key else (),
                end=effects.end if turned == key else (),
                policy=None if turned else self.policy(after, now),
                next_no=next_no,
            )
            found += turn.clocks()
            next_no = turn.next_no
        return found

    def turns(
        self, key: str, state: str, change: Change, *, moved: bool
    ) -> Iterator[tuple[str, str, bool]]:
        """Give the charts whose clocks the event may touch: key, state, whether it moved."""
        yield key, state, moved
        if key and change.facts:
            # A side machine may set a fact of the case that a right of the parties counts from.
            yield "", self.case.state, False
        for other, machine in change.machines.items():
            if other != key:
                yield other, machine.state, True

    def names_set(self, key: str, after: Case, change: Change) -> Iterable[str]:
        """List the facts this event set on the case or a side machine."""
        if not key:
            return change.facts
        facts = after.machines[key].facts
        return [name for name, known in facts.items() if known.seq == after.version]

    def closing(self, fired: Clock | None) -> Iterator[Clock]:
        """End every clock of a case that came to rest; a party's rights run on, used or not."""
        for clock in self.case.clocks:
            period = self.procedure.chart(clock.machine).plan.periods[clock.period]
            used = not clock.machine and period.name in self.event.effects.end
            if (period.effect != "right" or used) and clock != fired:
                yield clock._replace(status="ended")

    def rights(self, change: Change) -> Iterator[Clock]:
        """Arm the rights of the parties that count from what a closing event sets."""
        chart, now = self.chart, self.situation
        anchors = [name for name in change.facts if name in chart.rights_on_fact]
        if not anchors:
            return
        after = changed(self.case, change)
        turn = Turn(
            chart=chart,
            situation=Situation(now.kind, after, now.bodies, now.at, "", chart.defaults),
            state=after.state,
            moved=False,
            facts_set=anchors,
            calendar=self.calendar,
            rises=self.procedure.rises,
            seq=after.version,
            day=self.day,
            next_no=after.clock_count,
        )
        periods = chart.plan.periods
        yield from (one for one in turn.clocks() if periods[one.period].effect == "right")

    def policy(self, after: Case, state: str) -> Any:
        """Give what the clocks do while the case waits on a side machine."""
        sort = self.procedure.case.plan.states[state].waits
        key = awaited(self.procedure, after, state) if sort else ""
        if not key:
            return None
        return self.procedure.machines[sort].plan.kinds[after.machines[key].kind].clock


def awaited(procedure: Procedure, case: Case, state: str) -> str:
    """Give the machine a state waits on: the last of a kind it hears; empty if none."""
    sort, kinds = procedure.case.plan.states[state].waits, procedure.heard[state]
    found, latest = "", 0
    for key, machine in case.machines.items():
        # Not by their order: a snapshot read back has `referral/10` before `referral/2`.
        fits = key.partition("/")[0] == sort and machine.kind in kinds
        if fits and machine.started_by > latest:
            found, latest = key, machine.started_by
    return found
