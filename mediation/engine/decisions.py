"""Decides: what may happen to a case, and everything that an event does. Pure and complete."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from transitions import MachineError

from mediation.engine.cases import (
    CALENDAR,
    CASE,
    MACHINE,
    Actor,
    Bodies,
    Case,
    Clock,
    SideMachine,
    Step,
    fold,
)
from mediation.engine.charts import Chart, Draft, Procedure
from mediation.engine.drafting import Command, Drafting, Values, awaited
from mediation.engine.errors import Blocker, EventRefused, nearest
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import OPEN_ACTORS, Event
from mediation.language import Label, Message

DEEPEST = 20
"""Side machines answer cases and cases move side machines; more rounds than this is a loop."""
VERSION = 1
"""Raised when a command on a case is decided otherwise than before; tests/golden tells when."""


class Move(NamedTuple):
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


def unmet(
    procedure: Procedure, case: Case, name: str, bodies: Bodies, at: datetime
) -> tuple[Blocker, ...]:
    """Give what an event of the case lacks beside the state it starts from and who does it.

    A workflow that has no such event says so: it may be older than who asks.
    """
    chart = procedure.case
    event = next((one for one in chart.plan.events if one.name == name), None)
    if event is None:
        return (Blocker("unknown_event", no_event(name, chart)),)
    situation = situated(procedure, chart, case, "", bodies, at, {})
    return chart.blockers(event, Draft(case.state, situation, None))


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
    key, _, name = command.event.rpartition(":")
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
        case = case._replace(owner=command.actor.body, desk=command.actor.body)
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
    return Situation(procedure.workflow.kind, case, bodies, at, key, chart.defaults, values)


def seated(event: Event, actor: Actor, situation: Situation) -> str:
    """Tell how an actor may do an event: `self`, `on_behalf`, or not at all."""
    for right in event.by:
        if situation.seated(actor, right):
            return "self"
    for right in event.on_behalf:
        if situation.seated(actor, right):
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
