"""Decides: what may happen to a case, and everything that an event does. Pure and complete."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from transitions import MachineError

from mediation.engine.cases import (
    CALENDAR,
    CASE,
    MACHINE,
    Actor,
    Bodies,
    Case,
    Change,
    Clock,
    Known,
    Notice,
    SideMachine,
    Step,
    changed,
    fold,
)
from mediation.engine.charts import BEFORE_OPENING, Chart, Draft, Procedure
from mediation.engine.deadlines import Turn, projected, risen
from mediation.engine.errors import Blocker, EventRefused, nearest
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import EACH, OPEN_ACTORS, Event, Field, Right, Start
from mediation.language import Label, Message

Values = Mapping[str, Any]
DEEPEST = 20
"""Side machines answer cases and cases move side machines; more rounds than this is a loop."""
VERSION = 1
"""Raised when a command on a case is decided otherwise than before; tests/golden tells when."""


@dataclass(frozen=True, slots=True)
class Move:
    """An event of a case in its present state: open, or with all its blockers.

    Args:
        name: what a door calls it, `accept` or `referral/2:accept`.
        on_behalf: whether the actor would enter it for the other side.
    """

    name: str
    event: Event
    machine: str
    blockers: tuple[Blocker, ...]
    on_behalf: bool

    @property
    def open(self) -> bool:
        """Tell whether it may happen now."""
        return not self.blockers


@dataclass(frozen=True, slots=True)
class Command:
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


def moves(
    procedure: Procedure, case: Case, actor: Actor, bodies: Bodies, at: datetime
) -> list[Move]:
    """Give every event that a person might do in the present state, each with all its blockers.

    Args:
        bodies: at least the owner; the side machines' bodies where they are asked about.
        at: the moment asked about; clocks over by then count as over.
    """
    found = []
    for key in ("", *(key for key, machine in case.machines.items() if machine.open)):
        chart = procedure.chart(key)
        state = case.machines[key].state if key else case.state
        situation = situated(procedure, chart, case, key, bodies, at, {})
        found += [
            move_of(chart, event, state, situation, actor)
            for event in chart.events.get(state, {}).values()
            if by_person(event) and of_kind(event, situation.machine)
        ]
    return found


def find_move(
    procedure: Procedure, case: Case, name: str, actor: Actor, bodies: Bodies, at: datetime
) -> Move | None:
    """Give one event by its name (`referral/2:accept`); None if it is not from here."""
    key, _, bare = name.rpartition(":")
    if key and not (key in case.machines and case.machines[key].open):
        return None
    chart = procedure.chart(key)
    state = case.machines[key].state if key else case.state
    event = chart.events.get(state, {}).get(bare)
    situation = situated(procedure, chart, case, key, bodies, at, {})
    if event is None or not by_person(event) or not of_kind(event, situation.machine):
        return None
    return move_of(chart, event, state, situation, actor)


def move_of(chart: Chart, event: Event, state: str, situation: Situation, actor: Actor) -> Move:
    """Give an event with all its blockers, for one who would do it."""
    seat = seated(event, actor, situation)
    draft = Draft(state, situation, None if seat else wrong_seat(chart, event, actor))
    key = situation.machine_key
    name = f"{key}:{event.name}" if key else event.name
    blockers = chart.blockers(event, draft)
    return Move(name, event, key, blockers, on_behalf=seat == "on_behalf")


def next_steps(
    procedure: Procedure,
    case: Case,
    command: Command,
    bodies: Bodies,
    calendar: WorkingCalendar,
) -> list[Step]:
    """Decide an event and all that follows from it in the same transaction.

    The first step is the event itself. A side machine that reaches a state the case listens to
    adds a step of the case; an event that moves side machines adds one for each. What an
    earlier one of these has settled already is passed over: of two promises that fall late
    together the first moves the case.

    Raises:
        EventRefused: with every blocker; nothing has happened.
        RuntimeError: charts that move each other for ever, which `check` proves cannot be.
    """
    round_, steps = [command], list[Step]()
    for _ in range(DEEPEST):
        following: list[Command] = []
        for now in round_:
            if steps and not starts(procedure, case, now):
                continue
            step = next_step(procedure, case, now, bodies, calendar)
            case = fold(case, step)
            steps.append(step)
            following += consequences(procedure, case, step, now)
        if not following:
            return steps
        round_ = following
    message = f"{command.event} never comes to rest"
    raise RuntimeError(message)


def starts(procedure: Procedure, case: Case, command: Command) -> bool:
    """Tell whether the event of a command starts from the present state."""
    key = command.machine
    state = case.machines[key].state if key else case.state
    return command.name in procedure.chart(key).events.get(state, {})


def next_step(
    procedure: Procedure,
    case: Case,
    command: Command,
    bodies: Bodies,
    calendar: WorkingCalendar,
) -> Step:
    """Decide one event: its guards, its target, and everything it writes.

    Raises:
        EventRefused: with every blocker; nothing has happened.
    """
    key, name = command.machine, command.name
    if key and key not in case.machines:
        raise EventRefused(
            Label(name, name), (not_from_here(name, case.state, procedure.case),)
        )
    chart = procedure.chart(key)
    machine = case.machines.get(key) if key else None
    state = machine.state if machine else case.state
    event = chart.events.get(state, {}).get(name)
    if event is None or not of_kind(event, machine):
        label = next((e.label for e in chart.plan.events if e.name == name), Label(name, name))
        raise EventRefused(label, (not_from_here(name, state, chart),))
    if not case.owner:
        case = replace(case, owner=command.actor.body, desk=command.actor.body)
    situation = situated(procedure, chart, case, key, bodies, command.at, command.values)
    target = decided(chart, event, state, situation, command.actor)
    day = shanghai_day(command.at).isoformat()
    drafting = Drafting(procedure, chart, case, event, situation, command, calendar, day)
    return drafting.step(state, target)


def decided(chart: Chart, event: Event, state: str, situation: Situation, actor: Actor) -> str:
    """Give the state an event leads to.

    Raises:
        EventRefused: with every blocker.
    """
    seat = seated(event, actor, situation)
    draft = Draft(state, situation, None if seat else wrong_seat(chart, event, actor))
    try:
        moved = chart.machine.events[event.name].trigger(draft)
    except MachineError:
        moved = False
    if not moved:
        raise EventRefused(event.label, draft.blockers or (no_way(),))
    return draft.state


def situated(
    procedure: Procedure,
    chart: Chart,
    case: Case,
    key: str,
    bodies: Bodies,
    at: datetime,
    values: Values,
) -> Situation:
    """Give what a decision looks at."""
    return Situation(
        kind=procedure.workflow.kind,
        case=case,
        bodies=bodies,
        at=at,
        machine_key=key,
        defaults=chart.defaults,
        form=values,
    )


def seated(event: Event, actor: Actor, situation: Situation) -> str:
    """Tell how an actor may do an event: `self`, `on_behalf`, or not at all."""
    if any(situation.seated(actor, right) for right in event.by):
        return "self"
    if any(situation.seated(actor, right) for right in event.on_behalf):
        return "on_behalf"
    return ""


def by_person(event: Event) -> bool:
    """Tell whether a person does an event, not the calendar or a side machine."""
    return any(right.role not in OPEN_ACTORS for right in event.by)


def of_kind(event: Event, machine: SideMachine | None) -> bool:
    """Tell whether an event belongs to the kind of the side machine."""
    return not event.kinds or (machine is not None and machine.kind in event.kinds)


def wrong_seat(chart: Chart, event: Event, actor: Actor) -> Blocker:
    """Say who may do an event, and that he is not named who would have the role for it."""
    rights = (*event.by, *event.on_behalf)
    who = "、".join(str(right) for right in rights)
    named = dict.fromkeys(r.named for r in rights if r.named and r.role in actor.roles)
    text = Message("您当前的席位不能办理此事项")
    if named:
        people = [chart.facts[name].label for name in named]
        text = Message("此事项由本案的{people}办理，您不在其中", {"people": people})
    return Blocker("seat", text, event.law[0] if event.law else "", who=who)


def no_way() -> Blocker:
    """Say that no branch of an event holds."""
    return Blocker("no_way", Message("此事项在现有情况下没有去向"))


def not_from_here(name: str, state: str, chart: Chart) -> Blocker:
    """Say that an event does not start from the present state, and from where it does."""
    states = chart.plan.states
    here = states[state].label if state in states else Label("尚未登记", "not yet registered")
    sources = [
        states[source].label
        for event in chart.plan.events
        if event.name == name
        for source in event.sources
    ]
    if not sources:
        return Blocker("unknown_event", no_event(name, chart))
    shown = tuple(dict.fromkeys(sources))[:5]
    text = Message(
        "现处于“{here}”，此事项在以下环节办理：{sources}", {"here": here, "sources": shown}
    )
    return Blocker("not_from_here", text)


def no_event(name: str, chart: Chart) -> Message:
    """Say that there is no event of a name, with the nearest that a person may do."""
    known = {event.name for event in chart.plan.events if by_person(event)}
    # What names a side machine that is not there is like no event of the case.
    if near := "" if ":" in name else nearest(name, known):
        return Message(
            "没有“{name}”这一办理事项，是否应为“{near}”？", {"name": name, "near": near}
        )
    return Message("没有“{name}”这一办理事项", {"name": name})


def consequences(
    procedure: Procedure, case: Case, step: Step, command: Command
) -> Iterator[Command]:
    """Give the commands that follow from a step, in order."""
    key = step.event.rpartition(":")[0]
    chart = procedure.chart(key)
    effects = chart.definitions[step.definition].effects
    for sort, wanted in effects.moves:
        spared = (sort, wanted) in effects.moves_of_old
        for other, machine in case.machines.items():
            moved = procedure.chart(other).events.get(machine.state, {}).get(wanted)
            new = spared and machine.started_by == case.version
            fits = moved and of_kind(moved, machine) and other.partition("/")[0] == sort
            if fits and machine.open and not new:
                yield Command(f"{other}:{wanted}", {}, CASE, command.at)
    for other, machine in step.machines.items():
        if other == key and step.source == step.state:
            continue  # It is entering a state that is heard, not staying in it.
        sort = other.partition("/")[0]
        for listener in procedure.listeners.get((sort, machine.state), ()):
            kinds = listener.on_kinds
            fits = case.state in listener.sources and (not kinds or machine.kind in kinds)
            if fits and answers(procedure, case, other):
                yield Command(listener.name, {}, MACHINE, command.at)


def answers(procedure: Procedure, case: Case, key: str) -> bool:
    """Tell whether a machine concerns the case: one that waits hears only the awaited."""
    waits = procedure.case.plan.states[case.state].waits
    return waits != key.partition("/")[0] or key == awaited(procedure, case, case.state)


def awaited(procedure: Procedure, case: Case, state: str) -> str:
    """Give the machine a state waits on: the last of a kind it hears; empty if none."""
    sort, kinds = procedure.case.plan.states[state].waits, procedure.heard[state]
    keys = [
        key
        for key, machine in case.machines.items()
        if key.partition("/")[0] == sort and machine.kind in kinds
    ]
    # Not by their order: a snapshot read back has `referral/10` before `referral/2`.
    return max(keys, key=lambda key: case.machines[key].started_by, default="")


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
        facts = self.facts()
        key = self.situation.machine_key
        machines = self.started(seq)
        if key:
            machines[key] = self.moved(facts, state, seq)
            facts = {name: v for name, v in facts.items() if name not in own}
        change = Change(
            at=self.command.at,
            state="" if key else state,
            facts=facts,
            cleared=tuple(name for name in event.clear if not key or name not in own),
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
        for name in event.stamp:
            facts[name] = day
        facts |= {name: [self.command.actor.officer] for name in event.stamp_actor}
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
        return replace(machine, state=state, open=not closed, facts=own)

    def started(self, seq: int) -> dict[str, SideMachine]:
        """Give the side machines the event starts."""
        made: dict[str, SideMachine] = {}
        for start in self.event.effects.starts:
            records = self.command.values.get(start.each) if start.each else [{}]
            for record in records or ():
                prefix = f"{start.machine}/"
                no = 1 + sum(key.startswith(prefix) for key in (*self.case.machines, *made))
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
                name: Known(given[name], seq)
                for name in plan.facts
                if given.get(name) is not None
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

    def clocks(self, source: str, state: str, change: Change) -> Iterator[Clock]:
        """Give the new value of every clock the event touches."""
        key = self.situation.machine_key
        clock, rises = self.command.clock, self.procedure.rises
        if self.event.effects.reproject:
            yield from projected(self.case, self.procedure, self.calendar)
            return
        if clock and self.event.effects.rise:
            top = clock.level + 1 >= len(self.rungs())
            yield risen(clock, self.command.at, self.calendar, rises, top=top)
            return
        if clock:
            yield clock._replace(status="fired")
        moved = source != state
        if not key and moved and self.chart.plan.states[state].closed:
            yield from self.closing(clock)
            yield from self.rights(change)
            return
        after = changed(self.case, change)
        if clock:
            clocks = tuple(one for one in after.clocks if one.no != clock.no)
            after = replace(after, clocks=clocks)
        next_no = after.clock_count
        effects, situation = self.event.effects, self.situation
        for turned, now, has_moved in self.turns(key, state, change, moved=moved):
            chart = self.procedure.chart(turned)
            turn = Turn(
                chart=chart,
                situation=Situation(
                    situation.kind,
                    after,
                    situation.bodies,
                    situation.at,
                    turned,
                    chart.defaults,
                    situation.form,
                ),
                state=now,
                moved=has_moved,
                facts_set=self.names_set(turned, after, change),
                calendar=self.calendar,
                rises=rises,
                seq=after.version,
                day=self.day,
                extend=effects.extend if turned == key else (),
                restart=effects.restart if turned == key else (),
                end=effects.end if turned == key else (),
                policy=None if turned else self.policy(after, now),
                next_no=next_no,
            )
            yield from turn.clocks()
            next_no = turn.next_no

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


def fire(
    procedure: Procedure, case: Case, clock: Clock, bodies: Bodies, calendar: WorkingCalendar
) -> list[Step]:
    """Decide what the calendar does when a clock has run out.

    It happened when the clock ran out, or with the event that found it already over.

    Raises:
        EventRefused: if the workflow's promise does not hold; the caller makes it an incident.
    """
    period = procedure.chart(clock.machine).plan.periods[clock.period]
    at = max(filter(None, (clock.due_at, case.last_at)))
    own = clock.machine and period.fires in {
        event.name for event in procedure.chart(clock.machine).plan.events
    }
    name = f"{clock.machine}:{period.fires}" if own else period.fires
    command = Command(name, {}, CALENDAR, at, clock)
    return next_steps(procedure, case, command, bodies, calendar)
