"""Databases with cases in them, made once and copied, for figures."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import make_url

from bench.kill import ask, server
from mediation import clock
from mediation.clock import SHANGHAI
from mediation.migrations import upgrade
from mediation.operations.administration.loading import load_world
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office, Sitting
from mediation.records.database import Database
from mediation.records.keys import open_keys
from mediation.resources import resource_dir

BEGIN = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
KIND = "neighbour"
OFFICER = Sitting("wangguilan", "tx")


@dataclass(frozen=True, slots=True)
class Place:
    """Where databases of one kind are made.

    Args:
        address: of a PostgreSQL server, empty for SQLite.
    """

    dialect: str
    folder: Path
    address: str = ""

    def fresh(self) -> str:
        """Make an empty database and give its address."""
        name = f"bench_{token_hex(4)}"
        if not self.address:
            return f"sqlite:///{self.folder / name}.db"
        ask(self.address, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.address.format(name)

    def copy(self, url: str) -> str:
        """Copy a database that nobody is connected to."""
        name = f"bench_{token_hex(4)}"
        if not self.address:
            made = self.folder / f"{name}.db"
            shutil.copyfile(url.removeprefix("sqlite:///"), made)
            made.chmod(0o600)
            return f"sqlite:///{made}"
        ask(self.address, f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
        return self.address.format(name)

    def office(self, url: str) -> Office:
        """Open an office on a database of this place, with all it will need read already."""
        database = Database.open(url)
        office = Office.of(database, open_keys(self.folder / "bench.key", database))
        with database.reading() as tx:
            office.catalogue.load_all_in_use(tx)
            office.staff(tx)
        return office


@contextmanager
def places() -> Iterator[list[Place]]:
    """Give a place for each of the two databases."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with server(folder) as address:
            yield [Place("sqlite", folder), Place("postgresql", folder, address)]


def settled(place: Place) -> str:
    """Make a database with the small world in it; give its address."""
    url = place.fresh()
    database = Database.open(url)
    upgrade(database)
    database.close()
    office = place.office(url)
    world = json.loads((resource_dir("demo") / "world.json").read_text("utf-8"))
    with office.database.writing() as tx:
        load_world(office, tx, world, clock.now())
    office.database.close()
    return url


def asking(no: int) -> Asking:
    """Give how the officer asks, each time a little later."""
    return Asking(OFFICER, BEGIN + timedelta(seconds=no))


def interviewed(office: Office, count: int) -> list[str]:
    """Open cases and bring them to where they can be accepted; give their numbers."""
    numbers = []
    for no in range(count):
        form: dict[str, Any] = {
            "people": [{"name": f"申请人{no}", "phone": "13812345678"}, {"name": f"对方{no}"}],
            "class": "noise",
            "sentence": "楼上夜间装修，影响休息。",
        }
        applied = {
            "applied_on": BEGIN.date().isoformat(),
            "manner": "oral",
            "claim": "停止夜间施工",
        }
        with office.database.writing() as tx:
            number = open_case(office, tx, KIND, acknowledged(form, no), asking(no)).number
            do_event(office, tx, number, "record_application", applied, asking(no))
            do_event(office, tx, number, "interview", {}, asking(no))
        numbers.append(number)
    return numbers


def acknowledged(form: dict[str, Any], no: int) -> dict[str, Any]:
    """Give an opening form whose people nobody else has."""
    people = [{**form["people"][0], "phone": f"138{no:08d}"}, form["people"][1]]
    return {**form, "people": people}


def promised(office: Office, count: int) -> None:
    """Settle cases on the doorstep, each with a promise that falls due in ten days."""
    due_on = (BEGIN + timedelta(days=10)).date().isoformat()
    settled_so: dict[str, Any] = {
        "results": ["payment"],
        "terms": "十日内赔偿六百元。",
        "obligations": [
            {
                "obligor": "b1",
                "sort": "money",
                "amount": "600",
                "due_on": due_on,
                "what": "赔偿",
            }
        ],
        "rights_told": True,
    }
    for no in range(count):
        form: dict[str, Any] = {
            "people": [{"name": f"申请人{no}"}, {"name": f"对方{no}"}],
            "class": "noise",
            "sentence": "楼上夜间装修，影响休息。",
        }
        with office.database.writing() as tx:
            number = open_case(office, tx, KIND, acknowledged(form, no), asking(no)).number
            do_event(office, tx, number, "agree_at_once", settled_so, asking(no))


ACCEPTANCE = {
    "basis": "application",
    "summary": "申请人与楼上住户因夜间装修噪声发生纠纷，多次交涉未果。",
}
