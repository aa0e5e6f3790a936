"""Who may do what, at every door: tables written by hand, with every route in them.

`rights.csv` says what a role may do with a case it stands in a relation to; `policy.csv` what
each route of a case answers then; `open_routes.csv` what all other routes answer to anybody and
to an officer.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from mediation.records.people import Officer, Seat, save_people
from mediation.web.app import ROUTES
from tests.web.conftest import Browser, Opened, Site

HERE = Path(__file__).parent
# The case lies with 天馨社区 (tx), was registered at its grid, and asks a department for help.
BODIES = {
    "own": "tx",
    "below": "yq-pq",
    "overseen": "yx-sfj",
    "sibling": "lf",
    "cousin": "xj",
    "other_district": "nb-hl",
    "handed_over": "tx-wg1",
    "receiving": "yx-zj",
}


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RIGHTS, POLICY, OPEN = table("rights.csv"), table("policy.csv"), table("open_routes.csv")
ROLES = [role for role in RIGHTS[0] if role not in ("relation", "anonymous")]


def routes(site: Site) -> Iterator[tuple[str, str]]:
    for route in (*site.app.routes, *(one for part in ROUTES for one in part.router.routes)):
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        elif isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path:path}}"


def test_every_route_has_its_line_and_every_line_its_route(site: Site) -> None:
    written = [(row["method"], row["route"]) for row in [*POLICY, *OPEN]]
    assert sorted(written) == sorted(routes(site))


@dataclass(frozen=True)
class Looked:
    """The case all roles look at: its address, and where its paper is."""

    address: str
    place: str


@pytest.fixture
def case(site: Site, opened: Opened) -> Looked:
    """Give the case all roles look at, with a paper and a request to a department."""
    sun = site.officer("sunwei@tx-wg1")
    address = opened(sun)
    sun.post(f"{address}/do/route", {"receiver": "tx", "reason": "simple"})
    wang = site.officer("wangguilan@tx")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("referral/1:take_over", {}),
        ("interview", {"account": "孩子练跳绳", "grade": "ordinary"}),
        ("record_application", {"applied_on": "2026-03-02", "manner": "oral", "claim": "安静"}),
        ("ask_willingness", {"party": "b1", "answer": "agrees", "way": "phone"}),
        ("accept", {"basis": "application"}),
        ("call_department", {"receiver": "yx-zj", "task": "请到场"}),
    ]
    for event, data in steps:
        done = wang.post(f"{address}/do/{event}", data, follow_redirects=False)
        assert done.status_code == 303, (event, done.text)
    found = re.search(r"/documents/([0-9.]+)", wang.get(address).text)
    assert found
    return Looked(address, found[1])


@pytest.fixture
def probes(site: Site) -> None:
    """Give every body one officer for each role, with that role and no other."""
    seats = [
        Seat(f"probe-{role}", body, frozenset([role]), date(2020, 1, 1), None)
        for body in BODIES.values()
        for role in ROLES
    ]
    with site.desk.office.database.writing() as tx:
        save_people(
            tx,
            bodies=(),
            officers=[Officer(f"probe-{role}", f"探{role}") for role in ROLES],
            seats=seats,
        )


def asked(browser: Browser, method: str, address: str, body: str = "") -> int:
    if method == "GET":
        return browser.client.get(address, follow_redirects=False).status_code
    data = dict(parse_qsl(body))
    return browser.post(address, data, follow_redirects=False).status_code


def address_of(route: str, case: Looked) -> str:
    number = case.address.removeprefix("/cases/")
    filled = {
        "{number}": number,
        "{event:path}": "note",
        "{place}": case.place,
        "{digest}": "0" * 64,
    }
    for name, value in filled.items():
        route = route.replace(name, value)
    assert "{" not in route, f"no example for {route}"
    return route


@pytest.mark.usefixtures("probes")
@pytest.mark.parametrize("relation", BODIES)
def test_a_route_of_a_case_answers_by_role_and_relation(
    site: Site, case: Looked, relation: str
) -> None:
    right = next(row for row in RIGHTS if row["relation"] == relation)
    wrong = []
    for role in ROLES:
        browser = site.officer(f"probe-{role}@{BODIES[relation]}")
        for row in POLICY:
            found = asked(browser, row["method"], address_of(row["route"], case), row["body"])
            if str(found) not in row[right[role]].split():
                wrong.append((role, row["method"], row["route"], found, row[right[role]]))
    assert wrong == []


def test_nobody_signed_in_is_led_to_sign_in_by_every_route_of_a_case(
    site: Site, case: Looked
) -> None:
    visitor = site.visitor()
    for row in POLICY:
        assert asked(visitor, row["method"], address_of(row["route"], case)) == 303, row


def test_a_foreign_case_is_answered_like_one_that_never_was(site: Site, case: Looked) -> None:
    other = site.officer("zhengyumei@sg")
    real = case.address.removeprefix("/cases/")
    never = quote("（2026）天馨一人调字第99号")
    for row in POLICY:
        if row["method"] == "GET":
            address = address_of(row["route"], case)
            one = other.client.get(address).text.replace(real, "N")
            two = other.client.get(address.replace(real, never)).text.replace(never, "N")
            assert one.replace("第1号", "") == two.replace("第99号", ""), row["route"]


@pytest.mark.parametrize("who", ["anonymous", "officer"])
def test_the_other_routes_answer_anybody_and_officers(site: Site, who: str) -> None:
    browser = site.visitor() if who == "anonymous" else site.officer("wangguilan@tx")
    filled = {
        "{kind}": "neighbour",
        "{name:path}": "register/neighbour",
        "{secret}": "x",
        "{path:path}": "desk.css",
        "{chapter}": "intake",
        "{name}": quote("受理"),
        "{place}": "national",
        "{machine}": "referral",
        "{code}": "tx",
        "{number}": "1",
        "{year}": "2026",
    }
    wrong = []
    for row in OPEN:
        address = row["route"]
        for name, value in filled.items():
            address = address.replace(name, value)
        if (row["method"], row["route"]) == ("POST", "/sign-out"):
            continue  # It would end the session of the rows behind it; see test_signing.
        found = asked(browser, row["method"], address)
        if str(found) not in row[who].split():
            wrong.append((row["method"], row["route"], found, row[who]))
    assert wrong == []
