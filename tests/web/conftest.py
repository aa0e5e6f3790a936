"""The pages over an office of its own, seen through a browser that runs no scripts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from mediation.clock import SHANGHAI
from mediation.operations.desk.accounts import change_seat, sign_in_for_show
from mediation.operations.office import Office
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk

MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
GUARD = re.compile(r'name="guard" value="([0-9a-f]+)"')


@dataclass
class Moving:
    """A clock that tests move."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


def guard(client: TestClient) -> str:
    """Read the token that the forms of a client carry."""
    found = GUARD.search(client.get("/sign-in").text)
    assert found
    return found[1]


@dataclass
class Browser:
    """Somebody's browser: it follows links and sends forms with the guard of the last page."""

    client: TestClient
    guard: str = ""

    def get(self, address: str, **more: Any) -> Response:
        return self.seen(self.client.get(address, **more))

    def post(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        sent = {"guard": self.guard, **(data or {})}
        return self.seen(self.client.post(address, data=sent, **more))

    def seen(self, response: Response) -> Response:
        if found := GUARD.search(response.text):
            self.guard = found[1]
        return response


@dataclass
class Site:
    """The application of a desk, and who comes to it: by browsers, or by bare clients."""

    desk: Desk
    clock: Moving
    portal: BlockingPortal

    @cached_property
    def app(self) -> FastAPI:
        return create_app(self.desk)

    def changed(self, **desk: Any) -> "Site":
        """Give the same site with another desk: `demo`, `settings`."""
        return Site(replace(self.desk, **desk), self.clock, self.portal)

    def client(self, seat: str = "", **more: Any) -> TestClient:
        """Give a client that follows nothing: an officer's in his seat, or nobody's."""
        url = self.desk.settings.url
        client = TestClient(self.app, **{"base_url": url, "follow_redirects": False, **more})
        # All clients ask through one thread, instead of each request through one of its own.
        client.portal = self.portal
        if seat:
            officer, _, body = seat.partition("@")
            token, session = sign_in_for_show(self.desk.office, officer, self.clock())
            change_seat(self.desk.office, session, body, self.clock())
            client.cookies.set(self.desk.session_cookie, token)
        return client

    def visitor(self) -> Browser:
        browser = Browser(self.client(follow_redirects=True))
        browser.get("/sign-in")
        return browser

    def officer(self, seat: str) -> Browser:
        browser = Browser(self.client(seat, follow_redirects=True))
        browser.client.cookies.set("density", "dense")
        browser.get("/")
        return browser


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Iterator[Site]:
    """Give the pages over the small world of `demo/`, on a Monday morning."""
    clock = Moving()
    home = Settings(tmp_path, str(office.database.url), tmp_path / "test.key")
    with start_blocking_portal() as portal:
        yield Site(Desk(home, office, told=clock), clock, portal)


Opened = Callable[..., str]
QUARREL = {
    "people.0.name": "王小明",
    "people.1.name": "李建国",
    "sentence": "楼上深夜跳绳，楼下睡不着。",
}


@pytest.fixture
def opened(site: Site) -> Opened:
    """Give what opens a case by the form, and gives its address."""

    def open_case(browser: Browser, kind: str = "neighbour", **more: str) -> str:
        browser.get(f"/register/{kind}")
        sent = {**QUARREL, "class": "noise", **more}
        answer = browser.post(f"/register/{kind}", sent, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("?")[0]

    return open_case
