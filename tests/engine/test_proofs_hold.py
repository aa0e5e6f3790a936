"""Cases that wander at random through the real engine never leave the ways that were proved."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from mediation.engine.cases import Actor, Body, Case, Step, fold
from mediation.engine.deadlines import MOVING, next_due
from mediation.engine.decisions import by_person, fire, next_steps, of_kind, situated
from mediation.engine.drafting import Command, awaited
from mediation.engine.errors import EventRefused
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.proofs.checking import Ways
from mediation.engine.proofs.nodes import FINITE, Node, Relevant
from mediation.engine.proofs.values import SOME
from mediation.engine.proofs.walking import Walk
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.definitions import Event, Field
from mediation.engine.workflows.reading import Library, read_library
from mediation.resources import resource_dir

WORKFLOWS = resource_dir("workflows")
CALENDAR = load_calendar(WORKFLOWS / "holidays")
LIBRARY: Library = read_library(WORKFLOWS)
BODIES = {
    "home": Body("home", "committee", "community", supervisors=("top",)),
    "other": Body("other", "committee", "street", supervisors=("top",)),
    "area": Body("area", "committee", "area", supervisors=("top",)),
    "top": Body("top", "judicial_office", "district"),
}
EVENTS = 120


@dataclass
class Wanderer:
    """A case that does whatever it may, at random, and lets its clocks run out now and then."""

    ways: Ways
    random: Random
    case: Case = field(default_factory=Case)
    at: datetime = datetime(2026, 1, 5, 2, tzinfo=UTC)
    patience: float = 0
    done: dict[str, int] = field(default_factory=dict)

    def wander(self) -> Iterator[None]:
        """Do one thing after another; yields whenever the case has come to rest."""
        procedure = self.ways.procedure
        while self.case.version == 0:
            self.attempt("", procedure.opening)
        yield
        for _ in range(EVENTS):
            self.at += timedelta(hours=self.random.choice([1, 30, 30, 30, 700]))
            while clock := next_due(self.case, procedure, self.at):
                steps = fire(procedure, self.case, clock, BODIES, CALENDAR)
                self.follow(steps)
                yield
                if clock.level > 3:
                    break
            for key, event in self.choices():
                if self.attempt(key, event):
                    break
            yield

    def choices(self) -> list[tuple[str, Event]]:
        """List what a person may do, what was done least first."""
        found: list[tuple[str, Event]] = []
        for key in ("", *(key for key, one in self.case.machines.items() if one.open)):
            machine = self.case.machines.get(key)
            state = machine.state if machine else self.case.state
            events = self.ways.procedure.chart(key).events.get(state, {}).values()
            found += [(key, one) for one in events if by_person(one) and of_kind(one, machine)]
        return sorted(found, key=lambda one: self.reluctance(*one))

    def reluctance(self, key: str, event: Event) -> float:
        """Tell how little an event is wanted: the more often done, and the nearer to rest."""
        states = self.ways.procedure.chart(key).plan.states
        rests = any(branch.to and states[branch.to].closed for branch in event.branches)
        stays = all(not branch.to for branch in event.branches)
        unwanted = self.patience * rests + self.patience % 3 * stays + 3 * self.random.random()
        return self.done.get(event.definition, 0) + unwanted

    def attempt(self, key: str, event: Event) -> bool:
        """Do an event, unless its needs are not met."""
        rights = [right for right in (*event.by, *event.on_behalf) if right.relation]
        right = self.random.choice(rights)
        chart = self.ways.procedure.chart(key)
        at = situated(self.ways.procedure, chart, self.case, key, BODIES, self.at, {})
        if right.relation == "above":
            body = "top"
        else:
            body = at.body_of(right.relation) or self.random.choice(["home", "area"])
        actor = Actor("somebody", body, frozenset([right.role]))
        name = f"{key}:{event.name}" if key else event.name
        command = Command(name, self.form(event), actor, self.at)
        try:
            steps = next_steps(self.ways.procedure, self.case, command, BODIES, CALENDAR)
        except EventRefused:
            return False
        self.follow(steps)
        return True

    def follow(self, steps: list[Step]) -> None:
        """Let the case become what was decided."""
        for step in steps:
            self.case = fold(self.case, step)
            self.done[step.definition] = self.done.get(step.definition, 0) + 1

    def form(self, event: Event) -> dict[str, Any]:
        """Fill in a form; what may be left out sometimes is."""
        values: dict[str, Any] = {}
        for one in event.form:
            if one.sealed or (not one.required and self.random.random() < 0.5):
                continue
            values[one.name] = self.value(one)
            if one.by_party == "each":
                values[one.name] = {ref: self.value(one) for ref in self.parties(one)}
        return values

    def value(self, one: Field) -> Any:
        """Give a value of a field's type."""
        return VALUES[one.type](self, one) if one.type in VALUES else "something"

    def day(self, one: Field) -> str:
        """Give a day, ahead if it may lie there."""
        return shanghai_day(self.at + timedelta(days=20 if one.future else 0)).isoformat()

    def parties(self, one: Field) -> list[str]:
        """List the parties a field offers."""
        known: Mapping[str, Mapping[str, Any]] = self.case.value("parties") or {
            "a1": {"side": "applicant"}
        }
        return [ref for ref, p in known.items() if not one.sides or p["side"] in one.sides]


PERSON = {"sort": "person", "capacity": "full"}
PEOPLE = {"a1": {"side": "applicant", **PERSON}, "b1": {"side": "respondent", **PERSON}}
PROMISE = {"obligor": "b1", "sort": "act", "due_on": "2026-03-01"}

VALUES: Mapping[str, Callable[[Wanderer, Field], Any]] = {
    "flag": lambda wanderer, _: wanderer.random.choice([True, False]),
    "number": lambda _, one: (one.min or 0) + 1,
    "money": lambda _, one: (one.min or 0) + 1,
    "day": Wanderer.day,
    "moment": lambda wanderer, one: f"{wanderer.day(one)}T09:00:00+08:00",
    "choice": lambda wanderer, one: wanderer.random.choice(one.options).key,
    "choices": lambda _, one: [option.key for option in one.options] or ["a1"],
    "class": lambda wanderer, _: wanderer.random.choice(list(wanderer.ways.workflow.classes)),
    "party": lambda wanderer, one: wanderer.random.choice(wanderer.parties(one)),
    "parties": Wanderer.parties,
    "officers": Wanderer.parties,
    "body": lambda wanderer, _: wanderer.random.choice(["other", "area"]),
    "people": lambda *_: PEOPLE,
    "obligations": lambda *_: [PROMISE, {**PROMISE, "sort": "money", "amount": 5}],
}


def node(wanderer: Wanderer, walk: Walk, key: str) -> Node:
    """Where a case, or one of its machines, stands, as the proof would put it."""
    case, relevant = wanderer.case, walk.turning.relevant
    machine = case.machines.get(key)
    facts = machine.facts if machine else case.facts
    state = machine.state if machine else case.state
    waits = not machine and walk.plan.states[state].waits
    sent = awaited(wanderer.ways.procedure, case, state) if waits else ""
    return Node(
        state=state,
        clocks=frozenset(
            (clock.period, clock.status)
            for clock in case.clocks
            if clock.machine == key and clock.live and clock.period in relevant.clocks
        ),
        facts=frozenset(
            (name, abstract(relevant, name, known.value))
            for name, known in facts.items()
            if name in relevant.facts
        ),
        sent=case.machines[sent].kind if sent else "",
    )


def abstract(relevant: Relevant, name: str, value: Any) -> Any:
    """What the proof knows of a value."""
    return value if relevant.types[name] in FINITE else SOME


def watched(case: Case, ways: Ways) -> bool:
    """Tell whether a clock runs whose end does something."""
    return any(
        clock.status == "running"
        and clock.due_at is not None
        and ways.procedure.chart(clock.machine).plan.periods[clock.period].effect in MOVING
        for clock in case.clocks
        if not clock.machine or ways.workflow.case.states[case.state].waits
    )


@pytest.fixture(scope="module", params=sorted(LIBRARY.kinds))
def ways(request: pytest.FixtureRequest) -> Ways:
    place = {"demolition": "shenzhen", "property": "ningbo"}.get(request.param, "national")
    return Ways(compose(LIBRARY, request.param, place), CALENDAR)


@pytest.mark.parametrize("seed", range(10))
def test_a_wandering_case_stays_on_the_ways_that_were_proved(ways: Ways, seed: int) -> None:
    wanderer = Wanderer(ways, Random(seed), patience=seed)
    for _ in wanderer.wander():
        case = wanderer.case
        assert node(wanderer, ways.case, "") in ways.case.came
        rests = ways.workflow.case.states[case.state].closed
        assert rests or watched(case, ways)
        for key, machine in case.machines.items():
            walk = ways.machines[key.partition("/")[0], machine.kind]
            assert node(wanderer, walk, key) in walk.came or rests
            assert not (rests and machine.open)
