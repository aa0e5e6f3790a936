"""An office at work for tests: a fresh database, keys, and the people of `demo/`."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from mediation.clock import SHANGHAI
from mediation.operations.catalogue import Catalogue
from mediation.operations.notices import settle_calendar
from mediation.operations.office import Office
from mediation.records.database import Database
from mediation.records.keys import open_keys
from mediation.records.people import Body, Officer, Seat, save_people
from mediation.resources import resource_dir

Catalogues: list[Any] = []


@dataclass
class Desk:
    """An office with a clock that tests set, and what the last command brought."""

    office: Office
    now: datetime
    number: str = ""
    problem: Any = None
    documents: list[str] = field(default_factory=list)


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    """Give an office with the small world of `demo/world.json` in it."""
    if not Catalogues:
        # The files are read once for the whole run: they do not change under the tests.
        Catalogues.append(Catalogue.read(resource_dir("workflows")))
    made = Office(database, open_keys(tmp_path / "test.key", database), Catalogues[0])
    with database.writing() as tx:
        settle_calendar(made.catalogue, tx)
        settle_people(tx)
    return made


def settle_people(tx: Any) -> None:
    """Save the bodies and officers of `demo/world.json`."""
    world = json.loads((resource_dir("demo") / "world.json").read_text("utf-8"))
    since = date.fromisoformat(world["from_on"])
    bodies: dict[str, Body] = {}
    for one in world["bodies"]:
        above = bodies.get(one["parent"])
        path = f"{above.path if above else '/'}{one['code']}/"
        bodies[one["code"]] = Body(
            code=one["code"],
            name=one["name"],
            word=one["word"],
            sort=one["sort"],
            tier=one.get("tier"),
            path=path,
            scope_path=path,
            supervised_by=one.get("supervised_by"),
            place=one.get("place") or (above.place if above else "national"),
            competence=one.get("competence"),
            from_on=since,
            until_on=None,
        )
    for one in world["bodies"]:
        if "scope" in one:
            scope = bodies[one["scope"]].path
            bodies[one["code"]] = replace(bodies[one["code"]], scope_path=scope)
    save_people(
        tx,
        bodies=bodies.values(),
        officers=[Officer(one["handle"], one["name"]) for one in world["officers"]],
        seats=[
            Seat(one["handle"], seat["body"], frozenset(seat["roles"]), since, None)
            for one in world["officers"]
            for seat in one["seats"]
        ],
    )


@pytest.fixture
def desk(office: Office) -> Desk:
    """Give the office's desk on a Monday morning."""
    return Desk(office, datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI))
