"""Takes cases of one kind to their end, and learns on the way."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from tests.driving.charts import Chart, Move
from tests.driving.choosing import Case, Chooser
from tests.driving.memory import Memory
from tests.driving.program import Program, Refused, Told
from tests.steps.filling import Filler

LONGEST: Final = 90
"""After so many steps a case is brought to its end, however much it still teaches."""
MOST_STEPS: Final = 200
"""A case must be closed by then."""


class Driver:
    """A program that has never seen the project, with several officers at hand."""

    def __init__(self, program: Program, kind: str, seed: int) -> None:
        self.program, self.kind, self.random = program, kind, Random(f"{kind} {seed}")
        told = program.ask("workflow", "show", kind)
        self.form = told["form"]
        charts = {name: Chart(name, one) for name, one in told["machines"].items()}
        self.case_chart = charts[""] = Chart("", told)
        self.memory = Memory(kind, charts)
        self.chooser = Chooser(self.memory, self.random)
        self.fires: dict[str, dict[str, dict[str, str]]] = {}
        self.used: Counter[Any] = Counter()
        self.desks: Counter[str] = Counter()
        self.numbers: list[str] = []
        self.people = 0
        self.officers = {
            f"{one['handle']}@{one['body']}": set(one["roles"])
            for one in program.ask("officer", "list")
        }
        self.roads = self.case_chart.distances(self.case_chart.closed)

    def run(self, cases: int) -> None:
        """Take so many cases to a closed state."""
        for _ in range(cases):
            case = self.open()
            while not self.done(case):
                case.steps += 1
                assert case.steps < MOST_STEPS, self.stuck(case)
                self.step(case)
            self.memory.outcomes[case.show["state"]] += 1
            self.memory.steps += case.steps

    def open(self) -> Case:
        """Open a case at one of the desks that may."""
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
        filler = self.filler()
        filler.eagerness = 0.9  # As most who come to a desk tell all they know at once.
        form = filler.form(self.form)
        words = ("case", "open", "--kind", self.kind, "--input", "-", "--as", officer)
        try:
            told = self.program.ask(*words, data=form)
        except Refused as refusal:
            for blocker in refusal.error["blockers"]:
                form.setdefault(blocker["remedy"], []).append(blocker["value"])
            told = self.program.ask(*words, data=form)
        self.numbers.append(told["number"])
        show = self.program.ask("case", "show", told["number"], "--as", officer)
        self.fired(show["place"])
        case = Case(told["number"], show, patience=self.random.randint(28, 42))
        self.look(case)
        return case

    def look(self, case: Case, did: str = "") -> None:
        """See how the case stands, and what has happened to it since.

        Args:
            did: the event just done; if it is all that happened, the log need not be read.
        """
        case.show = self.show(case)
        alone = did and case.show["version"] == case.seen + 1
        states = {one["key"]: one["state"] for one in case.show["machines"]}
        states[""] = case.show["state"]
        if alone:
            key, _, name = did.rpartition(":")
            self.note(case, key, name, states[key])
        elif case.show["version"] != case.seen:
            words = ("--as", self.colleague(case.show["body"]))
            log = self.program.ask("case", "log", case.number, *words)
            for event in log["events"][case.seen :]:
                key, _, name = event["event"].rpartition(":")
                self.note(case, key, name, event["state"])
                case.last = datetime.fromisoformat(event["occurred_at"])
        case.seen = case.show["version"]
        for machine in case.show["machines"]:
            sort = machine["key"].partition("/")[0]
            self.memory.runs[f"{sort} {machine['kind']}"] += machine["key"] not in case.states
            self.memory.reached[f"{sort}:{machine['state']}"] += 1
        case.states.update(states)

    def show(self, case: Case) -> Told:
        """Ask how a case stands; whoever has it now, if it has gone out of sight."""
        told: Told = case.show
        for _ in range(2):
            officer = self.colleague(told["body"])
            told = self.program.ask("case", "show", case.number, "--as", officer)
            if not told["progress_only"]:
                break
        return told

    def note(self, case: Case, key: str, name: str, state: str) -> None:
        """Note an event; as long as a case teaches something new, it goes on."""
        news = self.memory.note(key, name, case.states.get(key), state)
        if news and case.steps < LONGEST:
            case.patience = max(case.patience, case.steps + self.random.randint(8, 16))
        case.states[key] = state

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
        if self.memory.fresh(self.case_chart, case.show["state"]):
            return False
        return case.steps > case.patience - 12 or self.random.random() < 0.4

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

    def step(self, case: Case) -> None:
        """Do the one thing that promises most."""
        self.program.now += timedelta(minutes=self.random.randint(3, 300))
        self.memory.kept.clear()
        if self.random.random() < 0.03:
            self.ask_for_nonsense(case)
        moves = self.moves(case, self.colleague(case.show["body"]))
        self.learn(case, moves)
        case.did = ""
        if case.steps > case.patience:
            self.close(case, moves)
        elif not self.wait_for_something_new(case):
            self.explore(case, moves)
        self.look(case, case.did)

    def moves(self, case: Case, officer: str) -> list[Move]:
        """Ask what an officer might do."""
        told = self.program.ask("case", "moves", case.number, "--as", officer)
        found = []
        for one in told["moves"]:
            key, _, name = one["event"].rpartition(":")
            chart = self.memory.charts[key.partition("/")[0]]
            event = chart.event(name, case.states[key] if key else told["state"])
            if event is not None:
                found.append(
                    Move(one, officer, chart, event, self.memory.interest(chart, event))
                )
        return found

    def explore(self, case: Case, moves: list[Move]) -> None:
        """Prefer what was never done, then what leads to where it can be, then anything."""
        usable = [one for one in moves if one.fillable]
        if not usable:
            self.wait(case)
            return
        state = case.show["state"]
        quest = next((one for one in usable if one.name == case.quest), None)
        case.quest_left -= 1
        if quest is not None and case.quest_left > 0 and self.pursue(case, quest, moves):
            case.quest = "" if quest.told["open"] else case.quest
            return
        for move in self.chooser.sorted(case, usable)[:4]:
            if self.pursue(case, move, moves):
                self.follow(case, move, state)
                return
            case.failed[move.name] += 1
            lost = any(not one["remedy"] and not one["who"] for one in move.told["blockers"])
            self.memory.failed[move.chart.name, move.event["definition"]] += 3 if lost else 1

    def follow(self, case: Case, move: Move, state: str) -> None:
        """Go on with what was blocked: one obstacle is gone, the others follow."""
        if move.fresh and not move.told["open"] and case.quest_left <= 0:
            case.quest, case.quest_left = move.name, 14
            if not move.chart.name:
                case.goal, case.patience_for_goal = state, 18

    def pursue(self, case: Case, move: Move, moves: Sequence[Move], depth: int = 0) -> bool:
        """Do a move, by another officer or after lifting what blocks it, if need be."""
        if move.told["open"]:
            return self.do(case, move, thorough=depth > 0)
        if depth > 2:
            return False
        blocker = move.told["blockers"][0]
        if not blocker["remedy"]:
            officer = self.somebody(case, blocker["who"], move.name)
            told = [] if officer in {None, move.officer} else self.moves(case, str(officer))
            again = [one for one in told if one.name == move.name]
            return bool(again) and self.pursue(case, again[0], moves, depth + 1)
        remedy = self.remedy(moves, blocker["remedy"])
        if remedy is None or not remedy.fillable:
            return False
        done = self.pursue(case, remedy, moves, depth + 1)
        case.tried = (move.name, blocker["code"], remedy.name, case.form) if done else None
        return done

    def learn(self, case: Case, moves: Sequence[Move]) -> None:
        """Remember an answer that lifted a blocker; one that did not is given less often."""
        tried, case.tried = case.tried, None
        move = next((one for one in moves if tried and one.name == tried[0]), None)
        if tried is None or move is None:
            return
        code, remedy, form = tried[1:]
        if any(one["code"] == code for one in move.told["blockers"]):
            self.memory.hints.pop(remedy, None)
        else:
            self.memory.hints[remedy] = {
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
        machines: list[Told] = case.show["machines"]
        machine: Told = next((one for one in machines if one["key"] == key), {})
        bodies: Told = {
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
            if role in roles and self.meant(officer, relation, bodies, case.show["facts"])
        ]
        return self.random.choice(found) if found else None

    @staticmethod
    def meant(officer: str, relation: str, bodies: Told, facts: Told) -> bool:
        """Tell whether an officer stands in a relation: by his body, or named in a fact."""
        handle, _, body = officer.partition("@")
        if relation in bodies:
            return bool(body == bodies[relation])
        return body == bodies["owner"] and handle in facts.get(relation, ())

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

    def do(self, case: Case, move: Move, *, thorough: bool = False) -> bool:
        """Do an event with its form filled; tell whether it was done."""
        filler = self.filler()
        filler.eagerness = 0.9 if thorough else 0.3
        filler.hints = self.memory.hints.get(move.name, {}) if thorough else {}
        form = case.form = filler.form(move.told["form"])
        words = ["case", "do", case.number, move.name, "--data", "-", "--as", move.officer]
        words += ["--version", str(case.show["version"])] if self.random.random() < 0.3 else []
        at = self.moment(case)
        words += [] if at is None else ["--occurred-at", at.isoformat()]
        try:
            self.once_or_twice(words, form)
        except Refused as refusal:
            fields = [one["field"] for one in refusal.error.get("faults", ())]
            self.memory.refusals[" ".join([refusal.error["code"], move.name, *fields])] += 1
            return False
        case.did, case.last = move.name, at or self.program.now
        return True

    def once_or_twice(self, words: list[str], form: Any) -> Told:
        """Do an event, sometimes sending the request twice with one key."""
        if self.random.random() > 0.1:
            return dict(self.program.ask(*words, data=form))
        words = [*words, "--key", f"{self.random.getrandbits(64):x}"]
        told = self.program.ask(*words, data=form)
        assert told == self.program.ask(*words, data=form), "one key, two results"
        return dict(told)

    def moment(self, case: Case) -> datetime | None:
        """Give when a thing happened, if it is entered afterwards."""
        between = (self.program.now - case.last).total_seconds()
        if between < 120 or self.random.random() > 0.15:
            return None
        return case.last + timedelta(seconds=self.random.uniform(0, between))

    def filler(self) -> Filler:
        """Give a hand that fills forms, with choices it has made less often first."""
        filler = Filler(self.program.now.date(), self.random, self.used, self.numbers[-30:-1])
        # Now and then somebody comes who has been here before.
        self.people += self.random.randint(0, 9)
        filler.people = self.people
        return filler

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
        chart = self.memory.charts[key.partition("/")[0]]
        fires = self.fired(case.show["place"])[chart.name].get(deadline["period"])
        if not fires or not deadline["due_at"]:
            return False
        state = case.states[key]
        for one in (chart, self.case_chart):
            event = one.event(fires, state if one is chart else case.show["state"])
            if event is not None:
                return bool(self.memory.news(one, event))
        return False

    def fired(self, place: str) -> dict[str, dict[str, str]]:
        """Give what the periods bring at a place: chart -> period -> event."""
        if place not in self.fires:
            told = self.program.ask("workflow", "show", self.kind, "--place", place)
            self.fires[place] = {
                name: {one["name"]: one["fires"] for one in chart["periods"]}
                for name, chart in {"": told, **told["machines"]}.items()
            }
            self.memory.timed.update(
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
