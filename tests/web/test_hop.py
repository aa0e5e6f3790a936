"""Who looks at a page is found in the transaction that makes it, and before a form is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mediation.records.database import Database
from mediation.web.app import ROUTES
from mediation.web.hop import OneHop, within
from mediation.web.routes import account, today
from tests.web.conftest import Opened, Site

WANG = "wangguilan@tx"


@pytest.mark.parametrize("address", ["/", "/cases", "/referrals", "/calendar", "/statistics"])
def test_a_page_is_read_in_one_transaction(
    site: Site, opened: Opened, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = site.officer(WANG)
    opened(wang)
    read = Database.reading
    begun: list[Database] = []

    @contextmanager
    def counted(database: Database) -> Iterator[Any]:
        begun.append(database)
        with read(database) as tx:
            yield tx

    monkeypatch.setattr(Database, "reading", counted)
    assert wang.get(address).status_code == 200
    assert len(begun) == 1


def test_every_route_is_of_this_class() -> None:
    routes = [route for routes in ROUTES for route in routes.router.routes]
    assert routes
    assert all(isinstance(route, OneHop) for route in routes)


def test_an_endpoint_that_takes_a_form_keeps_the_order_of_the_framework() -> None:
    assert within(account.password_changed) is account.password_changed
    assert within(today.today_page) is not today.today_page
