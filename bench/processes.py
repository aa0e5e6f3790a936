"""The processes of `bench.desks`: two desks and two sweepers on one database."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx2
from sqlalchemy import make_url

STOPS_WITHIN: Final = 30.0


@dataclass(slots=True, eq=False)
class Process:
    """A web process or a sweeper, killed and started again under the same name.

    Args:
        name: `web-1`; the database knows its connections by it.
        command: what `bench.hurried` is to run.
        log: the file that everything it says goes to, in all its lives.
        lived: how long that file was when it was last started, in bytes.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    lived: int = 0
    running: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        """Start it; this does not wait until it answers."""
        with self.log.open("ab") as log:
            self.lived = log.tell()
            self.running = subprocess.Popen(
                [sys.executable, "-m", "bench.hurried", *self.command],
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def end(self, number: signal.Signals) -> int:
        """End it by a signal; give its exit code."""
        self.running.send_signal(number)
        return self.running.wait(STOPS_WITHIN)

    @property
    def alive(self) -> bool:
        """Whether it runs: none may end by itself."""
        return self.running.poll() is None

    @property
    def ready(self) -> bool:
        """Whether a sweeper has got as far as to be stopped cleanly."""
        return '"started"' in self.log.read_bytes()[self.lived :].decode()


@dataclass(frozen=True, slots=True)
class Processes:
    """All four of them.

    Args:
        addresses: of the web processes.
    """

    web: Sequence[Process]
    sweepers: Sequence[Process]
    addresses: Sequence[str]

    def __iter__(self) -> Iterator[Process]:
        yield from (*self.web, *self.sweepers)

    def failed_beats(self) -> Counter[str]:
        """Count the beats that failed, by their cause; each was made good by the next."""
        found = Counter[str]()
        for process in self:
            for line in process.log.read_text("utf-8").splitlines():
                if '"beat_failed"' in line:
                    told = json.loads(line)
                    found[told.get("code", told.get("exception", ""))[-80:]] += 1
        return found


@contextmanager
def started(url: str, home: Path, planted: Sequence[str]) -> Iterator[Processes]:
    """Start two desks and two sweepers; whatever runs at the end is killed.

    Args:
        url: of the database.
        home: the folder for data that all of them share.
        planted: what tells `bench.hurried` of a planted fault.
    """
    ports = [str(free_port()) for _ in range(2)]
    web = [
        made(f"web-{no}", [*planted, "serve", "--port", port], url, home)
        for no, port in enumerate(ports, start=1)
    ]
    sweepers = [made(f"sweeper-{no}", [*planted, "run"], url, home) for no in (1, 2)]
    all_of_them = Processes(web, sweepers, [f"http://127.0.0.1:{port}" for port in ports])
    for one in all_of_them:
        one.start()
    try:
        yield all_of_them
    finally:
        for one in all_of_them:
            if one.alive:
                one.end(signal.SIGKILL)


def made(name: str, command: Sequence[str], url: str, home: Path) -> Process:
    """Make a process that is yet to be started."""
    named = make_url(url).update_query_dict({"application_name": name})
    environment = settings(named.render_as_string(hide_password=False), home)
    return Process(name, command, environment, home / f"{name}.log")


def settings(url: str, home: Path) -> dict[str, str]:
    """Give the environment of a process; the machine's own settings are no part of it."""
    others = {name: value for name, value in os.environ.items() if "MEDIATION_" not in name}
    return {
        **others,
        "MEDIATION_HOME": str(home),
        "MEDIATION_KEY_FILE": str(home / "bench.key"),
        "MEDIATION_DATABASE_URL": url,
    }


def free_port() -> int:
    """Give a port of the loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def is_quiet(address: str) -> bool:
    """Tell whether a web process answers that nothing is late, by not even a second."""
    try:
        told = httpx2.get(f"{address}/healthz", timeout=10).json()
    except httpx2.TransportError:
        return False
    return bool(told["well"]) and not told["sweep_late_seconds"] + told["outbox_late_seconds"]


def unverified(url: str, home: Path) -> list[str]:
    """Give what the operator's own `mediation audit verify` finds."""
    command = [sys.executable, "-m", "mediation", "audit", "verify", "--json"]
    done = subprocess.run(command, env=settings(url, home), capture_output=True, check=False)
    return [] if done.returncode == 0 else [f"audit verify: {done.stdout.decode()[:2000]}"]
