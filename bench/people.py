"""People at browsers: they open cases and do events by the forms of the desk, over HTTP.

What they sent and what came of it is kept outside the database. A form that nobody answered is
sent again word for word, to whichever desk: it carries its key.
"""

import re
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import httpx2

from bench.kill import KIND, Request, Writer
from bench.oracle import Said
from mediation import clock
from mediation.clock import SHANGHAI

HIDDEN: Final = re.compile(r'<input type="hidden" name="(guard|key|version)" value="([^"]*)">')
PATIENT: Final = httpx2.Timeout(30)
HASTY: Final = httpx2.Timeout(30, read=0.03)
"""Somebody who does not wait for the answer and presses the button again."""
IN_HASTE: Final = 0.15
LATE: Final = 0.5
"""How many cases are entered afterwards, so that their first deadlines are over already."""
GIVES_UP: Final = 90.0
UNAVAILABLE: Final = 503

Fields = Mapping[str, list[str]]


@dataclass(slots=True)
class Record:
    """What everybody has sent, and what they were told.

    Args:
        said: what is known of each request, by the key its form carried.
        again: when a request that nobody had answered was sent again, by its key.
        hasty: keys of those whose sender did not wait for the answer.
        answers: the status each form was answered with.
        cases: numbers of the cases opened.
        problems: answers that no desk should give.
    """

    said: dict[str, Said] = field(default_factory=dict)
    again: dict[str, datetime] = field(default_factory=dict)
    hasty: set[str] = field(default_factory=set)
    answers: list[int] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class NobodyAnswers(Exception):
    """No desk has answered for far longer than it takes to start one."""


class Browser:
    """An officer's browser, which speaks to whichever desk there is.

    Args:
        desks: the addresses of the web processes.
        random: chooses among them.
    """

    def __init__(self, desks: Sequence[str], random: Random) -> None:
        self.desks, self.random = desks, random
        self.client = httpx2.Client(timeout=PATIENT, cookies={"density": "dense"})

    def sign_in(self, invitation: str, officer: str) -> None:
        """Take an invitation up, sign in, and sit down at a desk.

        Args:
            officer: `HANDLE@BODY`.
        """
        handle, _, body = officer.partition("@")
        password = f"桥头的老槐树 {self.random.getrandbits(64)}"
        chosen = {"password": [password], "again": [password]}
        self.filled(f"/invitation/{invitation}", chosen)
        self.filled("/sign-in", {"officer": [handle], "password": [password]})
        self.filled("/seat", {"body": [body]}, page="/")

    def filled(self, path: str, typed: Fields, page: str = "") -> None:
        """Fill a form in, which must be taken."""
        fields = {**hidden(self.asked("GET", page or path).text), **typed}
        answer = self.asked("POST", path, data=fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"

    def asked(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask until a desk answers.

        Raises:
            NobodyAnswers: none does.
        """
        for answer in self.tries(method, path, **more):
            if answer is not None:
                return answer
        raise NobodyAnswers(path)

    def tries(self, method: str, path: str, **more: Any) -> Iterator[httpx2.Response | None]:
        """Ask one desk after another; give each answer.

        None stands for an answer that was lost, or that asks to come again later.
        """
        given_up = time.monotonic() + GIVES_UP
        while time.monotonic() < given_up:
            try:
                address = self.random.choice(self.desks) + path
                answer = self.client.request(method, address, **more)
                yield None if answer.status_code == UNAVAILABLE else answer
            except httpx2.ConnectError:
                # It is being started again; nothing was sent.
                time.sleep(0.1)
            except httpx2.TransportError:
                yield None


@dataclass(slots=True)
class Clerk:
    """Somebody who works until it is enough: opens cases, does events, by anybody's browser.

    Args:
        writer: thinks of what to do.
        browsers: by officer.
    """

    writer: Writer
    browsers: Mapping[str, Browser]
    record: Record
    random: Random

    def work(self, enough: threading.Event) -> None:
        """Do one thing after another; a problem is kept for the verdict."""
        try:
            while not enough.is_set():
                request = self.writer.draw()
                if request.sort in {"open", "do"}:
                    self.carry_out(request)
        except Exception:  # noqa: BLE001 - whatever it is, the verdict must know of it
            self.record.problems.append(traceback.format_exc()[-2000:])

    def carry_out(self, request: Request) -> None:
        """Open the form of a request, fill it in, send it, and note what came of it."""
        path = path_of(request)
        browser = self.browsers[request.officer]
        page = browser.asked("GET", path)
        shown = hidden(page.text)
        if "key" not in shown:
            # What was open a moment ago is so no longer, or not this officer's any more.
            self.expect(page, {200, 403, 404, 409}, path)
            return
        fields = {**shown, **gathered(typed(request.form))}
        if request.sort == "open" and self.random.random() < LATE:
            fields["occurred_at"] = [days_ago(self.random.randint(4, 60))]
        key = fields["key"][0]
        self.record.said[key] = Said(request.officer)
        self.heard(key, path, self.sent(browser, key, path, fields))

    def sent(self, browser: Browser, key: str, path: str, fields: Fields) -> httpx2.Response:
        """Send a form until a desk answers.

        Raises:
            NobodyAnswers: none does.
        """
        hasty = self.random.random() < IN_HASTE
        first = browser.tries("POST", path, data=fields, timeout=HASTY if hasty else PATIENT)
        answer = next(first, None)
        if answer is not None:
            return answer
        if hasty:
            self.record.hasty.add(key)
        self.record.again[key] = clock.now()
        return browser.asked("POST", path, data=fields)

    def heard(self, key: str, path: str, answer: httpx2.Response) -> None:
        """Note what a form was answered, and look at the case it has led to."""
        self.record.answers.append(answer.status_code)
        said = self.record.said[key]
        if answer.status_code != 303:
            self.expect(answer, {403, 404, 409, 422}, path)
            said.outcome = "refused"
            return
        case = urlsplit(answer.headers["location"]).path
        number = unquote(case.removeprefix("/cases/"))
        said.outcome, said.result = "acknowledged", (number, None)
        if path.startswith("/register/"):
            self.record.cases.append(number)
        page = self.browsers[said.actor].asked("GET", case)
        if number not in page.text:
            self.record.problems.append(f"{key} led to {case}: {page.status_code}")

    def expect(self, answer: httpx2.Response, statuses: set[int], path: str) -> None:
        """Keep an answer that is none of those a desk should give."""
        if answer.status_code not in statuses:
            told = " ".join(re.sub("<[^>]*>", " ", answer.text).split())
            self.record.problems.append(f"{unquote(path)}: {answer.status_code} {told[-200:]}")


def path_of(request: Request) -> str:
    """Give the address of the form of a request."""
    if request.sort == "open":
        return f"/register/{KIND}"
    return f"/cases/{quote(request.number)}/do/{quote(request.event, safe=':/')}"


def hidden(page: str) -> dict[str, list[str]]:
    """Read what a form carries beside what is typed: guard, key and version."""
    return {name: [value] for name, value in HIDDEN.findall(page)}


def typed(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Give what a browser sends for the data of a form: dotted names with their values."""
    if isinstance(data, dict):
        for key, one in data.items():
            yield from typed(one, f"{name}.{key}" if name else key)
    elif isinstance(data, list):
        for place, one in enumerate(data):
            yield from typed(one, f"{name}.{place}" if isinstance(one, dict) else name)
    else:
        yield name, str(data).lower() if isinstance(data, bool) else str(data)


def gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Gather the values of each name."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def days_ago(days: int) -> str:
    """Write a moment some days ago as a form takes it."""
    return f"{clock.now().astimezone(SHANGHAI) - timedelta(days=days):%Y-%m-%dT%H:%M}"
