"""Kills web processes and sweepers that share one PostgreSQL while people work at the pages.

    python -m bench.desks [--minutes 5] [--every 10] [--seed N]
    python -m bench.desks --check-planted        every planted fault must be found
    python -m bench.desks --planted NAME         run with a planted fault: exit 1, it was found

Two times `mediation serve` and two times `mediation run` on one database; every ten seconds one
of the four gets kill -9, in the middle of a transaction if it has one in time, and is started
again. People open cases and do events by the forms (`bench/people.py`) and keep their own
record of what they were told. At the end nothing acknowledged may be lost, nothing done twice,
no deadline fired never or twice, no message undelivered, and `audit verify` agrees.
"""

import argparse
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import unquote

import psycopg

from bench.kill import (
    BEGIN,
    DESKS,
    FAILED,
    TOO_FEW,
    Stage,
    Writer,
    open_like,
    server,
    staged,
    unlike,
)
from bench.oracle import Oracle
from bench.people import Browser, Clerk, Record
from bench.planted import DESK_FAULTS, Planted
from bench.processes import Processes, is_quiet, started, unverified
from mediation import clock
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.accounts import invite
from mediation.operations.office import Sitting
from mediation.records.values import micros

CLERKS: Final = 6
BACKLOG: Final = 60
"""Cases that are due at once, put there before each kill: sweepers are to die at work."""
UNTIL_QUIET: Final = 150.0
"""Seconds; a message whose sender was killed waits for a minute, the second time for two."""
PLANTED_MINUTES: Final = 1.5
PLANTED_EVERY: Final = 8.0
WORST: Final = ("lost", "doubled")


class Today(Stage):
    """A stage whose offices go by the real clock, as the processes do."""

    def now(self) -> datetime:
        """Tell the present moment."""
        return clock.now()


@dataclass(slots=True)
class Run:
    """Processes at work on one stage, and who was killed so far.

    Args:
        form: of the cases that nobody works on.
        at_work: how many were killed in the middle of a transaction.
    """

    stage: Stage
    random: Random
    processes: Processes
    form: Mapping[str, Any]
    record: Record = field(default_factory=Record)
    killed: Counter[str] = field(default_factory=Counter)
    at_work: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def work(self, kills: int, every: float) -> None:
        """Let people work while processes are killed; wait until all is quiet, and stop."""
        browsers = self.signed_in()
        enough = threading.Event()
        clerks = [
            Clerk(writer, browsers, self.record, writer.random) for writer in self.writers()
        ]
        threads = [
            threading.Thread(target=one.work, args=[enough], daemon=True) for one in clerks
        ]
        for thread in threads:
            thread.start()
        self.kill(kills, every)
        enough.set()
        for thread in threads:
            thread.join()
        self.become_quiet()
        self.stop()

    def signed_in(self) -> dict[str, Browser]:
        """Give each officer a password and a browser with a session."""
        browsers = {}
        for officer in (officer for desk in DESKS for officer in desk):
            with self.stage.office.database.writing() as tx:
                handle = officer.partition("@")[0]
                invitation = invite(self.stage.office, tx, handle, clock.now())
            browsers[officer] = Browser(self.processes.addresses, self.random)
            browsers[officer].sign_in(invitation, officer)
        return browsers

    def writers(self) -> Iterator[Writer]:
        """Give those who think of what to do; all work on the same cases."""
        for _ in range(CLERKS):
            random = Random(self.random.getrandbits(64))
            yield Writer(self.stage, 0, random, self.record.cases, [])

    def kill(self, kills: int, every: float) -> None:
        """Kill one of the processes every so many seconds, and start it again."""
        began = time.monotonic()
        with self.watching() as database:
            for turn in range(1, kills + 1):
                over = began + every * turn
                time.sleep(max(0.0, over - every / 2 - time.monotonic()))
                victim = self.random.choice([*self.processes])
                self.fall_due()
                self.at_work[victim.name] += writes_by(database, victim.name, over)
                if not victim.alive:
                    self.problems.append(f"{FAILED}: {victim.name} ended by itself")
                victim.end(signal.SIGKILL)
                victim.start()
                self.killed[victim.name] += 1
                time.sleep(max(0.0, over - time.monotonic()))

    def fall_due(self) -> None:
        """Open some like cases of long ago, on whose clocks nobody has done anything."""
        asking = Asking(Sitting("wangguilan", "tx"), BEGIN)
        with self.stage.office.database.writing() as tx:
            for _ in range(BACKLOG):
                open_like(self.stage, tx, self.form, asking)

    def become_quiet(self) -> None:
        """Wait until every web process says that nothing is late, and all messages are sent."""
        until = time.monotonic() + UNTIL_QUIET
        late, starting = set(self.processes.addresses), set(self.processes.sweepers)
        with self.watching() as database:
            while (late or starting or unsent(database)) and time.monotonic() < until:
                late -= {one for one in late if is_quiet(one)}
                starting -= {one for one in starting if one.ready}
                time.sleep(0.5)
        self.problems += [f"lost: {one} says that something is late" for one in late]

    def stop(self) -> None:
        """Stop the processes as an operator does."""
        for one in self.processes:
            if code := one.end(signal.SIGTERM):
                self.problems.append(f"{FAILED}: {one.name} was asked to stop and gave {code}")

    @contextmanager
    def watching(self) -> Iterator[psycopg.Connection]:
        """Open a connection that looks at the database from outside."""
        address = self.stage.url.replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as database:
            yield database

    def violations(self) -> list[str]:
        """Give every promise broken, the worst first."""
        self.stage.office.database.close()
        self.stage.settled()
        oracle = Oracle(self.stage.url)
        found = [*self.problems, *self.record.problems]
        found += oracle.violations(self.record.said, micros(clock.now()))
        found += unlike(log for log in oracle.logs.values() if log.events[0]["key"] is None)
        found += undelivered(self.stage.folder, oracle)
        found += unverified(self.stage.url, self.stage.folder)
        return sorted(found, key=lambda one: not one.startswith(WORST))

    def vacuous(self, kills: int) -> list[str]:
        """Give why a run proves nothing: too few kills, nothing acknowledged or sent again."""
        outcomes = Counter(one.outcome for one in self.record.said.values())
        found = []
        if not kills or self.killed.total() < kills:
            found.append(f"{TOO_FEW} {self.killed.total()} of {kills}")
        if not outcomes["acknowledged"] or not self.record.again:
            found.append("nothing was acknowledged, or nothing was sent again")
        return found

    def told(self) -> None:
        """Print what was done."""
        said, again = self.record.said, self.record.again
        outcomes = Counter(one.outcome for one in said.values())
        logs = Oracle(self.stage.url).logs.values()
        events = [event for log in logs for event in log.events]
        first = sum(
            event["key"] in again and event["recorded_at"] < micros(again[event["key"]])
            for event in events
        )
        fired = sum(event["actor"] == "calendar" for event in events)
        kills = ", ".join(
            f"{one.name} {self.killed[one.name]} ({self.at_work[one.name]})"
            for one in self.processes
        )
        print(
            f"  requests {len(said)}, acknowledged {outcomes['acknowledged']},"
            f" refused {outcomes['refused']}, unknown {outcomes['attempted']}"
        )
        print(f"  answers to forms: {dict(sorted(Counter(self.record.answers).items()))}")
        print(
            f"  unanswered and sent again {len(again)}, of these by impatience"
            f" {len(self.record.hasty)}; done by the first sending {first}"
        )
        print(f"  killed (in the middle of a transaction): {kills}")
        print(f"  deadlines fired {fired}; failed beats {dict(self.processes.failed_beats())}")


def writes_by(database: psycopg.Connection, name: str, until: float) -> bool:
    """Wait until a process is in the middle of a transaction that has written something.

    Args:
        until: of the monotonic clock; false if there was none by then.
    """
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE application_name = %s AND backend_xid IS NOT NULL"
    )
    while time.monotonic() < until:
        if (row := database.execute(query, [name]).fetchone()) and row[0]:
            return True
        time.sleep(0.002)
    return False


def unsent(database: psycopg.Connection) -> bool:
    """Tell whether a message is yet to be sent."""
    row = database.execute("SELECT count(*) FROM outbox WHERE sent_at IS NULL").fetchone()
    return bool(row and row[0])


def undelivered(home: Path, oracle: Oracle) -> Iterator[str]:
    """Give the messages that have not come, whether they are said to be sent or not."""
    come = {unquote(one.stem) for one in (home / "outbox").glob("*.json")}
    for row in oracle.table("outbox", "id"):
        if row["id"] not in come:
            yield f"lost: message {row['id']} has not come"


@dataclass(frozen=True, slots=True)
class Bench:
    """What is to be tried.

    Args:
        address: of a PostgreSQL server.
        every: seconds between two kills.
    """

    address: str
    folder: Path
    minutes: float
    every: float
    seed: int

    def broken(self, fault: Planted | None = None) -> list[str]:
        """Run once, perhaps with a planted fault, and print it; give every promise broken."""
        began = time.monotonic()
        minutes = min(self.minutes, PLANTED_MINUTES) if fault else self.minutes
        every = min(self.every, PLANTED_EVERY) if fault else self.every
        planted = ["--planted", fault.name] if fault else []
        print(
            f"2 web processes, 2 sweepers, {minutes:g} minutes, a kill every {every:g} s,"
            f" seed {self.seed}{f', planted {fault.name}' if fault else ''}",
            flush=True,
        )
        with staged(self.address, self.folder, Today) as stage:
            if fault:
                fault.dropped(stage.url)
            with started(stage.url, stage.folder, planted) as processes:
                found = self.worked(stage, processes, int(60 * minutes / every), every)
            self.verdict(found, began)
        return found

    def worked(self, stage: Stage, processes: Processes, kills: int, every: float) -> list[str]:
        """Let people work on a stage; give every promise broken."""
        random = Random(self.seed)
        form = Writer(stage, 0, random, [], []).form()
        form.pop("channel", None)
        run = Run(stage, random, processes, form)
        run.work(kills, every)
        found = run.violations() + run.vacuous(kills)
        run.told()
        return found

    def finds(self, fault: Planted) -> bool:
        """Run briefly with a planted fault; tell whether it was found for what it is."""
        return any(one.startswith(WORST) for one in self.broken(fault))

    def verdict(self, found: Sequence[str], began: float) -> None:
        """Print every promise broken, or that none was."""
        sorts = Counter(one.partition(":")[0] for one in found)
        rest = len(found) - sorts["lost"] - sorts["doubled"]
        print(f"  lost {sorts['lost']}, doubled {sorts['doubled']}, otherwise broken {rest}")
        for one in found[:12]:
            print(f"  ✗ {one[:300]}")
        seconds = time.monotonic() - began
        print(f"  {'BROKEN' if found else 'kept'}, {seconds:.0f} s", flush=True)


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--every", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "0")))
    parser.add_argument("--planted", choices=sorted(DESK_FAULTS))
    parser.add_argument("--check-planted", action="store_true")
    given = parser.parse_args()
    given.seed = given.seed or secrets.randbelow(1 << 31)
    return given


def main() -> int:
    """Run what was asked for; 0 if every promise was kept, or every planted fault found."""
    given = options()
    # A transaction that failed says so by its error; the driver's own words add nothing.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="desks-") as name, server(Path(name)) as address:
        bench = Bench(address, Path(name), given.minutes, given.every, given.seed)
        if given.check_planted:
            found = [bench.finds(fault) for fault in DESK_FAULTS.values()]
            print(f"planted faults found: {sum(found)} of {len(found)}")
            return 0 if all(found) else 1
        if given.planted:
            return 1 if bench.finds(DESK_FAULTS[given.planted]) else 0
        return 1 if bench.broken() else 0


if __name__ == "__main__":
    sys.exit(main())
