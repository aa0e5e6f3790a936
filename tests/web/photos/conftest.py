"""The desk's pages for tests, in the office of `tests/offices.py`, on a Monday morning."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient

from mediation.clock import SHANGHAI
from mediation.operations.desk.accounts import change_seat, sign_in_for_show
from mediation.operations.office import Office
from mediation.settings import LOCAL_URL, Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
Site = Callable[[str], TestClient]


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Site:
    """Give what signs somebody in: `site("wangguilan@tx")` is his browser."""
    desk = Desk(Settings(tmp_path, "", tmp_path / "key"), office, told=lambda: NOW)
    app = create_app(desk)

    def browser(seat: str) -> TestClient:
        officer, _, body = seat.partition("@")
        token, session = sign_in_for_show(office, officer, NOW)
        change_seat(office, session, body, NOW)
        client = TestClient(app, base_url=LOCAL_URL, follow_redirects=False)
        client.cookies.set(desk.session_cookie, token)
        return client

    return browser


def guard_of(client: TestClient) -> str:
    """Give the token that the forms of a browser carry."""
    found = re.search(r'name="guard" value="([0-9a-f]+)"', client.get("/register").text)
    assert found
    return found[1]
