"""The site: pages of an office at work, as browsers see them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mediation.clock import SHANGHAI
from mediation.operations.office import Office
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk

URL = "http://127.0.0.1:8000"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)

Site = Callable[..., TestClient]


class Watch:
    """The clock of a site, set by its tests."""

    def __init__(self) -> None:
        self.now = MONDAY


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def site(office: Office, tmp_path: Path, watch: Watch) -> Site:
    """Give browsers: signed in as HANDLE@BODY, or nobody's."""
    settings = Settings(tmp_path, str(office.database.url), tmp_path / "test.key", url=URL)
    app = create_app(Desk(settings, office, demo=True, told=lambda: watch.now))

    def browser(seat: str = "") -> TestClient:
        client = TestClient(app, base_url=URL, follow_redirects=False)
        if seat:
            given = {"seat": seat, "guard": guard(client)}
            assert client.post("/sign-in/demo", data=given).status_code == 303
        return client

    return browser


def guard(client: TestClient, path: str = "/sign-in") -> str:
    """Read the token that forms must carry off a page."""
    return client.get(path).text.partition('name="guard" value="')[2].partition('"')[0]
