"""The list of cases as a page: the whole stack against the bare page, on loopback.

Bare is the same query and the same template for an officer already known: no guard, no session,
no form of the framework, one route. Both are served by uvicorn in processes of their own.
"""

import asyncio
import random
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import mediation.web.app
from bench.city import NOW, built
from bench.worlds import Place
from mediation.operations.desk.accounts import change_seat, sign_in_for_show
from mediation.operations.desk.finding import Wanted
from mediation.operations.office import Office, Sitting
from mediation.operations.start import settle
from mediation.records.database import Database
from mediation.records.keys import open_keys
from mediation.settings import Settings
from mediation.web.desk import Desk, Officer
from mediation.web.routes.cases import list_page

Line = tuple[str, str, str, str]

CASES = 40_000
BODY = "d7s3"
THREADS = (1, 2, 4, 8)
CONNECTIONS = 16
ROUNDS = 7
SECONDS = 1.0
MOST = 2_000
"""So many requests at most in one round."""


def desk_at(url: str, home: Path) -> Desk:
    """Open the desk on a database of the bench, at the last day of its year."""
    database = Database.open(url)
    office = Office.of(database, open_keys(home / "bench.key", database))
    return Desk(Settings(home, url, home / "bench.key"), office, told=lambda: NOW)


def bare_app(desk: Desk, token: str, threads: int) -> Starlette:
    """Make the page and nothing around it."""
    with desk.office.database.reading() as tx:
        people = desk.office.staff(tx).directory
    sitting = Sitting(f"o-{BODY}", BODY)
    seats = tuple(people.seats_of(sitting.officer, NOW.date()))
    guard = desk.guard(token)
    officer = Officer(
        desk, NOW, "zh", "normal", "guided", guard, "/cases", seats=seats, sitting=sitting
    )

    def cases(_: Request) -> Response:
        return list_page(officer, Wanted())

    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = threads
        yield

    return Starlette(routes=[Route("/cases", cases)], lifespan=living)


def serve(what: str, url: str, home: str, token: str, threads: int, listening: int) -> None:
    """Serve one of the two on a socket until the process is ended."""
    desk = desk_at(url, Path(home))
    mediation.web.app.THREADS = threads  # type: ignore[misc]
    whole = what == "whole"
    app = mediation.web.app.create_app(desk) if whole else bare_app(desk, token, threads)
    settle()
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    # Given the mere number, uvicorn takes the socket for one of this machine alone, and asyncio
    # leaves Nagle's delay on: 40 ms a page.
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])


@dataclass(slots=True)
class Served:
    """One of the two with one number of threads, and what was measured of it."""

    what: str
    threads: int
    port: int
    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)

    @property
    def p99(self) -> float:
        """Milliseconds within which ninety-nine of a hundred were answered."""
        return quantiles(self.waits, n=100)[98] * 1000


@contextmanager
def served(url: str, home: Path, token: str) -> Iterator[list[Served]]:
    """Serve both, with each number of threads, in processes of their own."""
    with ExitStack() as stack:
        made = []
        for what in ("whole", "bare"):
            for threads in THREADS:
                listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
                given = [what, url, str(home), token, str(threads), str(listening.fileno())]
                process = subprocess.Popen(
                    [sys.executable, "-m", "bench.pages", *given],
                    pass_fds=[listening.fileno()],
                )
                stack.callback(process.wait)
                stack.callback(process.terminate)
                made.append(Served(what, threads, listening.getsockname()[1]))
        yield made


async def loaded(one: Served, token: str, seconds: float) -> None:
    """Ask on sixteen connections for a while, each as soon as it was answered."""
    asked = (
        f"GET /cases HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: desk={token}; visit=bench\r\n\r\n"
    ).encode()
    began = time.perf_counter()
    until = began + seconds
    waits: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        while time.perf_counter() < until and len(waits) < MOST:
            sent = time.perf_counter()
            writer.write(asked)
            await answered(reader)
            waits.append(time.perf_counter() - sent)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    one.rates.append(len(waits) / (time.perf_counter() - began))
    one.waits += waits


async def answered(reader: asyncio.StreamReader) -> None:
    """Read one answer.

    Raises:
        AssertionError: it is not the page; its time would mean nothing.
    """
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line[15:])
        for line in head.lower().split(b"\r\n")
        if line[:15] == b"content-length:"
    )
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200") or body.count(b"<tr>") < 20:
        message = f"not the page: {head[:60]!r}"
        raise AssertionError(message)


def rows(place: Place) -> Iterator[Line]:
    """Measure both in turn, round by round, in random order."""
    office = built(place, CASES)
    token, session = sign_in_for_show(office, f"o-{BODY}", NOW)
    change_seat(office, session, BODY, NOW)
    office.database.close()
    url = office.database.url.render_as_string(hide_password=False)
    with served(url, place.folder, token) as both:
        for one in both:
            asyncio.run(loaded(one, token, SECONDS))
            one.rates.clear()
            one.waits.clear()
        for _ in range(ROUNDS):
            for one in random.sample(both, len(both)):
                asyncio.run(loaded(one, token, SECONDS))
    yield from told(place, both)


def told(place: Place, both: list[Served]) -> Iterator[Line]:
    """Tell each setting of the whole stack against the best bare one."""
    best = max((one for one in both if one.what == "bare"), key=lambda one: one.rate)
    for one in both:
        share = median(mine / its for mine, its in zip(one.rates, best.rates, strict=True))
        yield (
            f"list page, {one.what}, {one.threads} threads, {place.dialect}",
            f"{one.rate:,.0f}/s = {share:.0%}, p99 {one.p99:.0f} ms",
            f"best bare: {best.threads} threads, {best.rate:,.0f}/s",
            "≥ 90 %, p99 ≤ 50 ms" if one.what == "whole" else "",
        )


if __name__ == "__main__":
    what, url, home, token, threads, listening = sys.argv[1:]
    serve(what, url, home, token, int(threads), int(listening))
