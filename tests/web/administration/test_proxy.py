"""Who asks is told by the one proxy that is named, and by nobody else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mediation.operations.desk.brakes import of_computer
from mediation.operations.office import Office
from mediation.records.accounts import Throttle, save_throttle
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk
from tests.web.conftest import MONDAY, guard

PROXY, ELSEWHERE = "10.0.0.5", "198.51.100.9"
HELD, FREE = "203.0.113.1", "203.0.113.2"

SignsIn = Callable[..., int]


@pytest.fixture
def signs_in(office: Office, tmp_path: Path) -> SignsIn:
    """Sign in with a wrong password; 429 if the address counted for it is held, else 403."""

    def signs_in(peer: str, forwarded: str = "", proxy: str = PROXY) -> int:
        settings = Settings(tmp_path, "", tmp_path / "key", trusted_proxy=proxy)
        app = create_app(Desk(settings, office, told=lambda: MONDAY))
        client = TestClient(app, base_url=settings.url, client=(peer, 50000))
        headers = {"x-forwarded-for": forwarded} if forwarded else {}
        given = {"officer": "nobody", "password": "wrong", "guard": guard(client)}
        return client.post("/sign-in", data=given, headers=headers).status_code

    return signs_in


def hold(office: Office, *addresses: str) -> None:
    with office.database.writing() as tx:
        for address in addresses:
            until = MONDAY.replace(hour=10)
            save_throttle(tx, of_computer(address).name, Throttle(60, until))


def test_behind_the_proxy_each_has_a_brake_of_his_own(
    office: Office, signs_in: SignsIn
) -> None:
    hold(office, HELD)
    assert signs_in(PROXY, HELD) == 429
    assert signs_in(PROXY, FREE) == 403


def test_what_somebody_puts_before_the_proxys_own_word_counts_for_nothing(
    office: Office, signs_in: SignsIn
) -> None:
    hold(office, HELD)
    assert signs_in(PROXY, f"{FREE}, {HELD}") == 429
    assert signs_in(PROXY, f"{HELD}, {FREE}") == 403


def test_nobody_else_is_believed(office: Office, signs_in: SignsIn) -> None:
    hold(office, ELSEWHERE)
    assert signs_in(ELSEWHERE, FREE) == 429, "a held address does not get out by a header"
    hold(office, HELD)
    assert signs_in("198.51.100.10", HELD) == 403, "nor is anybody held in another's place"


def test_without_a_proxy_no_header_is_believed(office: Office, signs_in: SignsIn) -> None:
    hold(office, PROXY, HELD)
    assert signs_in(PROXY, FREE, proxy="") == 429
    assert signs_in(ELSEWHERE, HELD, proxy="") == 403
