"""Who may do what, at every door: tables written by hand, with every route in them.

`rights.csv` says what a role may do with a case it stands in a relation to, by the state the
case is in; `policy.csv` what each route of a case answers then; `open_routes.csv` what all
other routes answer to anybody and to an officer.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
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
ROLES = [role for role in RIGHTS[0] if role not in ("relation", "state", "anonymous")]
OTHERS = {"people.0.name": "赵大山", "people.1.name": "钱小河"}


def routes(site: Site) -> Iterator[tuple[str, str]]:
    for route in (*site.app.routes, *(one for part in ROUTES for one in part.router.routes)):
        if isinstance(route, APIRoute):
            yield from ((method, route.path) for method in route.methods or ())
        elif isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path:path}}"


def test_every_route_has_its_line_and_every_line_its_route(site: Site) -> None:
    for state in STATES:
        written = [(row["method"], row["route"]) for row in [*lines(POLICY, state), *OPEN]]
        assert sorted(written) == sorted(routes(site))


@dataclass(frozen=True)
class Looked:
    """The case all roles look at: its state, its address, and where its paper is."""

    state: str
    address: str
    place: str


Steps = list[tuple[str, dict[str, Any]]]
BEGUN: Steps = [
    ("referral/1:take_over", {}),
    ("interview", {"account": "孩子练跳绳", "grade": "ordinary"}),
    ("call_department", {"receiver": "yx-zj", "task": "请到场"}),
]
ACCEPTED: Steps = [
    ("record_application", {"applied_on": "2026-03-02", "manner": "oral", "claim": "安静"}),
    ("ask_willingness", {"party": "b1", "answer": "agrees", "way": "phone"}),
    ("accept", {"basis": "application"}),
]
FILED = dict.fromkeys(("identity_filed", "record_filed", "investigation_filed"), "true")
STATES: dict[str, Steps] = {
    "open": ACCEPTED,
    "archived": [
        *ACCEPTED,
        ("end_mediation", {"ground": "not_achieved", "routes": "court"}),
        ("tell_outcome", {"manner": "oral"}),
        ("complete_dossier", FILED),
        ("explain_gaps", {"explanation": "没有调查"}),
        ("archive", {}),
    ],
    "voided": [("void", {"reason": "mistake"})],
    "merged": [("merge", {"into": "（2026）天馨人调字第1号"})],
}
"""How the case comes to each state, after it was begun."""


@pytest.fixture(params=STATES)
def case(site: Site, opened: Opened, request: pytest.FixtureRequest) -> Looked:
    """Give the case all roles look at, in each of its states."""
    state = str(request.param)
    wang, sun = site.officer("wangguilan@tx"), site.officer("sunwei@tx-wg1")
    opened(wang, **OTHERS)
    address = opened(sun)
    sun.post(f"{address}/do/route", {"receiver": "tx", "reason": "simple"})
    for event, data in (*BEGUN, *STATES[state]):
        done = wang.post(f"{address}/do/{event}", data, follow_redirects=False)
        assert done.status_code == 303, (event, done.text)
    found = re.search(r"/documents/([0-9.]+)", wang.get(address).text)
    return Looked(state, address, found[1] if found else "1.1")


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
        "{form}": "pdf",
    }
    for name, value in filled.items():
        route = route.replace(name, value)
    assert "{" not in route, f"no example for {route}"
    return route


def lines(rows: list[dict[str, str]], state: str) -> list[dict[str, str]]:
    """Give the lines of a table that hold in a state."""
    return [row for row in rows if row["state"] == "any" or state in row["state"].split()]


@pytest.mark.usefixtures("probes")
def test_a_route_of_a_case_answers_by_role_relation_and_state(site: Site, case: Looked) -> None:
    rights = {row["relation"]: row for row in lines(RIGHTS, case.state)}
    assert sorted(rights) == sorted(BODIES)
    wrong = []
    for relation, role in product(BODIES, ROLES):
        browser = site.officer(f"probe-{role}@{BODIES[relation]}")
        right = rights[relation][role]
        for row in lines(POLICY, case.state):
            found = asked(browser, row["method"], address_of(row["route"], case), row["body"])
            if str(found) not in row[right].split():
                wrong.append((relation, role, row["method"], row["route"], found, row[right]))
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
