"""A real browser at a real server: Debian's Chromium, uvicorn on the loopback, SQLite."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from mediation.migrations import upgrade
from mediation.operations.catalogue import Catalogue
from mediation.operations.deadlines import sweep
from mediation.operations.desk.accounts import change_seat, sign_in_for_show
from mediation.operations.notices import settle_calendar
from mediation.operations.office import Office
from mediation.records.database import Database
from mediation.records.keys import open_keys
from mediation.resources import resource_dir
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk
from tests.offices import settle_people
from tests.web.conftest import Moving

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the browser; where CI lacks it, that is a failure."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Served:
    """A desk that is served: its address, its clock, and pages of signed-in officers."""

    desk: Desk
    clock: Moving
    address: str
    browser: Browser
    complaints: list[str]

    def page(self, seat: str = "", *, density: str = "dense", **context: Any) -> Page:
        """Open a page; signed in, if a seat is given; what its console complains is kept."""
        opened = self.browser.new_context(
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", **context
        )
        opened.set_default_timeout(10_000)
        opened.add_cookies([{"name": "density", "value": density, "url": self.address}])
        page = opened.new_page()
        page.on("console", lambda said: self.hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if seat:
            self.sign_in(page, seat)
        return page

    def hear(self, sort: str, text: str) -> None:
        """Keep what a console complains of, but for refused forms and a lost connection."""
        if sort == "error" and not re.search("status of 4|ERR_INTERNET_DISCONNECTED", text):
            self.complaints.append(text)

    def sign_in(self, page: Page, seat: str) -> None:
        """Sign an officer in, in a seat."""
        officer, _, body = seat.partition("@")
        token, session = sign_in_for_show(self.desk.office, officer, self.clock())
        change_seat(self.desk.office, session, body, self.clock())
        page.context.add_cookies([{"name": "desk", "value": token, "url": self.address}])

    def sweep(self) -> None:
        """Let the calendar fire what is due."""
        sweep(self.desk.office, self.clock())


@pytest.fixture
def served(chromium: Browser, tmp_path: Path) -> Iterator[Served]:
    """Give the desk over the small world of `demo/`, served."""
    database = Database.open(f"sqlite:///{tmp_path / 'desk.db'}")
    upgrade(database)
    office = Office(
        database,
        open_keys(tmp_path / "desk.key", database),
        Catalogue.read(resource_dir("workflows")),
    )
    with database.writing() as tx:
        settle_calendar(office.catalogue, tx)
        settle_people(tx)
    clock = Moving()
    settings = Settings(tmp_path, str(database.url), tmp_path / "desk.key")
    desk = Desk(settings, office, told=clock)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(desk), log_level="error", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    made = Served(desk, clock, f"http://127.0.0.1:{listener.getsockname()[1]}", chromium, [])
    yield made
    server.should_exit = True
    thread.join(timeout=20)
    listener.close()
    database.close()
    assert made.complaints == []
