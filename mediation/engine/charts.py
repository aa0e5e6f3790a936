"""A plan made ready to run: its `transitions` machine, its indexes, its conditions."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from transitions import Machine
from transitions.core import EventData

from mediation.engine.conditions import condition, need_condition
from mediation.engine.errors import Blocker
from mediation.engine.situations import Condition, Situation
from mediation.engine.workflows.definitions import (
    OPEN_ACTORS,
    Branch,
    Event,
    Period,
    Plan,
    Right,
    Workflow,
)
from mediation.language import Message

# At DEBUG the library formats ten sentences an event; nobody reads them here.
logging.getLogger("transitions").setLevel(logging.WARNING)

BEFORE_OPENING = ""

Asked = tuple[Blocker, Condition]
"""What an event asks for, and what is said if it is not so."""


class Draft:
    """The throw-away model that carries a state through one event."""

    __slots__ = ("blockers", "branch", "officer_blocker", "situation", "state")

    def __init__(
        self, state: str, situation: Situation, officer_blocker: Blocker | None
    ) -> None:
        self.state = state
        self.situation = situation
        self.officer_blocker = officer_blocker
        self.blockers: tuple[Blocker, ...] | None = None
        self.branch: Branch | None = None


class Chart:
    """One plan, built once, shared by all cases and threads, never attached to a row."""

    def __init__(self, plan: Plan, outer: Plan | None = None) -> None:
        self.plan = plan
        self.conditions: dict[str, tuple[Blocker, Condition]] = {
            name: (
                Blocker(name, need.blocker, need.law, need.who, need.remedy),
                need_condition(need, plan),
            )
            for name, need in plan.needs.items()
        }
        self.facts = {**(outer.facts if outer else {}), **plan.facts}
        self.defaults = {
            name: one.default for name, one in self.facts.items() if one.default is not None
        }
        self.asked = {event.definition: tuple(self._asked(event)) for event in plan.events}
        self.events: dict[str, dict[str, Event]] = defaultdict(dict)
        for event in plan.events:
            for source in event.sources or (BEFORE_OPENING,):
                self.events[source][event.name] = event
        self.definitions = {event.definition: event for event in plan.events}
        self.arms_on_entry: dict[str, list[Period]] = defaultdict(list)
        self.arms_on_fact: dict[str, list[Period]] = defaultdict(list)
        for period in plan.periods.values():
            for state in period.starts or period.runs_in:
                self.arms_on_entry[state].append(period)
            if not (period.starts or period.runs_in):
                self.arms_on_fact[period.anchor or period.until].append(period)
        self.rights_on_fact = frozenset(
            fact
            for fact, periods in self.arms_on_fact.items()
            if any(period.effect == "right" for period in periods)
        )
        self.when = {
            name: condition(period.when, plan)
            for name, period in plan.periods.items()
            if period.when
        }
        self.machine = self._machine()

    def _asked(self, event: Event) -> Iterator[Asked]:
        """Give what an event asks for: needs, and clocks that are there to be touched."""
        yield from (self.conditions[name] for name in event.needs)
        if not any(right.role in OPEN_ACTORS for right in event.by):
            yield from clocks_asked(event, self.plan)

    def _machine(self) -> Machine:
        transitions: list[Any] = []
        for event in self.plan.events:
            needs = self.asked[event.definition]
            transitions += [
                {
                    "trigger": event.name,
                    "source": list(event.sources or (BEFORE_OPENING,)),
                    "dest": branch.to or None,
                    "conditions": [self._admits(needs, branch)],
                }
                for branch in event.branches
            ]
        return Machine(
            model=None,
            states=[BEFORE_OPENING, *self.plan.states],
            transitions=transitions,
            initial=BEFORE_OPENING,
            auto_transitions=False,
            queued=False,
            send_event=True,
        )

    def _admits(self, needs: tuple[Asked, ...], branch: Branch) -> Any:
        """Make the one composite condition of a transition: every need, then its branch."""
        holds = condition(branch.test, self.plan)
        certain = branch.test.about == "always"

        def admits(data: EventData) -> bool:
            draft: Draft = data.model  # type: ignore[assignment]
            if draft.blockers is None:
                draft.blockers = unmet(needs, draft)
            if draft.blockers or not (certain or holds(draft.situation)):
                return False
            draft.branch = branch
            return True

        return admits

    def blockers(self, event: Event, draft: Draft) -> tuple[Blocker, ...]:
        """Give every blocker of an event, without moving anything."""
        return unmet(self.asked[event.definition], draft)


def clocks_asked(event: Event, plan: Plan) -> Iterator[Asked]:
    """Give what an event's own effects ask for: nothing is extended that is not there.

    Of several clocks one is enough: they are those of different kinds of side machine.
    """
    extended = [plan.periods[name] for name in event.effects.extend]
    if extended:
        values = {"periods": [period.label for period in extended]}
        text = Message("期限“{periods}”没有在计算，无从延长", values)
        yield Blocker("clock", text, extended[0].law), lambda at: one_runs(at, extended)
    restarted = [plan.periods[name] for name in event.effects.restart]
    if restarted:
        values = {"periods": [period.label for period in restarted]}
        text = Message("期限“{periods}”没有在计算，无从重新计算", values)
        yield (
            Blocker("clock", text, restarted[0].law),
            lambda at: one_runs(at, restarted) or one_begins(at, restarted, event),
        )


def one_runs(situation: Situation, periods: Iterable[Period]) -> bool:
    """Tell whether the clock of one of some periods runs or stands suspended."""
    return any(situation.runs(period.name) for period in periods)


def one_begins(situation: Situation, periods: Iterable[Period], event: Event) -> bool:
    """Tell whether one of some periods may run where an event leads."""
    states = {branch.to or situation.state for branch in event.branches}
    return any(not one.runs_in or states.intersection(one.runs_in) for one in periods)


def unmet(needs: tuple[Asked, ...], draft: Draft) -> tuple[Blocker, ...]:
    """Give a blocker for every need that is not met, and for the officer if he may not act."""
    situation = draft.situation
    found = [blocker for blocker, holds in needs if not holds(situation)]
    if draft.officer_blocker:
        found.insert(0, draft.officer_blocker)
    return tuple(found)


class Procedure:
    """A workflow made ready to run: the chart of the case and those of its side machines."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.rises = workflow.rises
        self.case = Chart(workflow.case)
        self.machines: Mapping[str, Chart] = {
            name: Chart(plan, workflow.case) for name, plan in workflow.machines.items()
        }
        self.ladder: tuple[Right, ...] = next(
            (event.effects.rise for event in workflow.case.events if event.effects.rise), ()
        )
        self.listeners: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in workflow.case.events:
            if event.on:
                machine, _, state = event.on.partition(":")
                self.listeners[machine, state].append(event)
        self.opening = next(
            event for event in workflow.case.events if not event.sources and not event.on
        )
        # The kinds of side machine each state hears; none unless it waits for one.
        self.heard = {
            name: self._heard(name, state.waits) if state.waits else frozenset[str]()
            for name, state in workflow.case.states.items()
        }

    def _heard(self, state: str, sort: str) -> frozenset[str]:
        """Give the kinds of side machine a waiting state hears; all if it hears none."""
        every = frozenset(self.machines[sort].plan.kinds)
        heard = [
            frozenset(event.on_kinds) or every
            for (machine, _), events in self.listeners.items()
            for event in events
            if machine == sort and state in event.sources
        ]
        return frozenset().union(*heard) or every

    def chart(self, key: str) -> Chart:
        """Give the chart of a side machine by its key (`referral/2`), or of the case."""
        return self.machines[key.partition("/")[0]] if key else self.case
