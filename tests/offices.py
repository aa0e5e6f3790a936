"""An office at work for tests: a fresh database of either kind, keys, and the people of `demo/`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mediation.clock import SHANGHAI
from mediation.operations.office import Office
from mediation.operations.world import load_world
from mediation.records.database import Database
from mediation.records.keys import open_keys
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
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """Give an office with the small world of `demo/world.json` in it."""
    made = Office.of(database, open_keys(tmp_path / "test.key", database))
    if Catalogues:
        # The files are read once for the whole run: they do not change under the tests.
        made.catalogue = Catalogues[0]
    Catalogues[:] = [made.catalogue]
    world = json.loads((resource_dir("demo") / "world.json").read_text("utf-8"))
    with database.writing() as tx:
        load_world(tx, world)
    yield made


@pytest.fixture
def desk(office: Office) -> Desk:
    """Give the office's desk on a Monday morning."""
    return Desk(office, datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI))
