"""A city of 402,000 cases, made of synthetic rows: 40 districts, 11,232 communities.

No event stands behind these rows: they are what lists, calendars and statistics read, with the
sizes and shares of a year of a large city.
"""

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import psycopg
from sqlalchemy.schema import CreateIndex

from bench.worlds import Place
from mediation.clock import SHANGHAI
from mediation.migrations import upgrade
from mediation.operations.office import Office
from mediation.records.database import Database, Tx
from mediation.records.desk_tables import figures
from mediation.records.numbers import number_key
from mediation.records.people import Body, Officer, Seat, save_people
from mediation.records.report_tables import rounds
from mediation.records.sealing import row_of, seal
from mediation.records.tables import cases, machines, parties
from mediation.records.values import canonical, micros

NOW: Final = datetime(2026, 12, 31, 9, tzinfo=SHANGHAI)
SINCE: Final = date(2020, 1, 1)
DISTRICTS, STREETS, COMMUNITIES, CASES = 40, 25, 11_232, 402_000
REFERRED, MOST_END_ALIKE = 0.15, 0.9
BATCH: Final = 20_000
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚"
COMMON: Final = "王芳"
"""A name of two characters that more than a thousand parties bear."""
RARE: Final = "王芳军"
"""A name that some sixty bear."""
TABLES: Final = (cases, parties, machines, figures, rounds)


@dataclass(frozen=True, slots=True)
class City:
    """The bodies of the city: of each level the paths, by code."""

    bodies: tuple[Body, ...]
    communities: tuple[Body, ...]

    @classmethod
    def laid_out(cls) -> "City":
        """Lay out the tree: city, districts with a court each, streets, communities."""
        city = body("c", "/c/", "district", "government")
        districts = [
            body(f"d{no}", f"/c/d{no}/", "district", "government") for no in range(DISTRICTS)
        ]
        courts = [
            body(f"{one.code}-court", f"{one.path}{one.code}-court/", None, "court")
            for one in districts
        ]
        streets = [
            body(f"{one.code}s{no}", f"{one.path}{one.code}s{no}/", "street", "street_office")
            for one in districts
            for no in range(STREETS)
        ]
        communities = [
            body(f"{one.code}c{no}", f"{one.path}{one.code}c{no}/", "community", "committee")
            for no in range(COMMUNITIES)
            for one in (streets[no % len(streets)],)
        ]
        all_ = (city, *districts, *courts, *streets, *communities)
        return cls(tuple(all_), tuple(communities))


def body(code: str, path: str, tier: str | None, sort: str) -> Body:
    """Make a body."""
    return Body(code, code, code, sort, tier, path, path, None, "national", None, SINCE, None)


def built(place: Place, count: int = CASES) -> Office:
    """Make a database with the city in it, with everything a list or a figure reads."""
    url = place.fresh()
    database = Database.open(url)
    upgrade(database)
    database.close()
    office = place.office(url)
    with office.database.writing() as tx:
        for kind in office.catalogue.kinds:
            office.catalogue.pin(tx, office.catalogue.find(kind, "national"))
        settle(tx, City.laid_out())
    with without_indexes(office.database):
        fill(office, City.laid_out(), count)
    finish(office)
    return office


def settle(tx: Tx, city: City) -> None:
    """Save the bodies, and an officer in each with the roles of its level."""
    seats = [
        Seat(f"o-{one.code}", one.code, frozenset(roles_of(one)), SINCE, None)
        for one in city.bodies
    ]
    officers = [Officer(seat.officer, seat.officer) for seat in seats]
    save_people(tx, bodies=city.bodies, officers=officers, seats=seats)


def roles_of(one: Body) -> list[str]:
    """Give the roles an officer has in a body of this level."""
    if one.tier == "community":
        return ["registrar", "mediator", "chair"]
    return ["liaison"] if one.tier is None else ["supervisor", "liaison"]


def fill(office: Office, city: City, count: int) -> None:
    """Insert cases, parties, side machines and figures, batch by batch."""
    writer = Writer(office, city, random.Random(2026))
    for first in range(1, count + 1, BATCH):
        made = [writer.case(no, count) for no in range(first, min(first + BATCH, count + 1))]
        with bulk(office.database) as tx:
            for table in TABLES:
                names = [column.name for column in table.columns]
                rows = [row for one in made for row in one[table.name]]
                insert(tx, table.name, names, [[row[name] for name in names] for row in rows])


@contextmanager
def bulk(database: Database) -> Iterator[Tx]:
    """Open a transaction for many rows: on SQLite nothing of it must survive a power cut."""
    if database.file is None:
        with database.writing() as tx:
            yield tx
        return
    driver = sqlite3.connect(database.file)
    driver.execute("PRAGMA synchronous=OFF")
    driver.execute("PRAGMA cache_size=-600000")
    with driver:
        nothing: Any = None
        yield Tx(nothing, driver, driver.cursor(), "sqlite")
    driver.close()


@contextmanager
def without_indexes(database: Database) -> Iterator[None]:
    """Take the indexes of what is filled away, and make them again when all is in."""
    indexes = [index for table in TABLES for index in table.indexes]
    with database.writing() as tx:
        for index in indexes:
            tx.driver.execute(f"DROP INDEX {index.name}")
    yield
    with bulk(database) as tx:
        for index in indexes:
            dialect = database.engine.dialect
            tx.driver.execute(str(CreateIndex(index).compile(dialect=dialect)))


@dataclass(slots=True)
class Writer:
    """Makes the rows of one case after another, day by day through a year."""

    office: Office
    city: City
    chance: random.Random

    def case(self, no: int, count: int) -> dict[str, list[dict[str, Any]]]:
        """Make everything of one case."""
        opened = NOW.date() - timedelta(days=364 - 364 * no // count)
        owner = self.chance.choice(self.city.communities)
        # What was opened lately is open; of the rest one in ten has stuck.
        is_open = self.chance.random() < (0.6 if no > count * 0.9 else 0.1)
        settled = not is_open and self.chance.random() < 0.95
        ended = opened + timedelta(days=self.chance.randrange(1, 30))
        kind = self.chance.choice(self.office.catalogue.kinds)
        row = self.row(no, kind, owner, opened, is_open=is_open)
        row["settled_on"] = ended.isoformat() if settled else None
        row["closed_on"] = None if is_open else ended.isoformat()
        return {
            "cases": [row],
            "parties": [self.party(no, ref) for ref in ("a1", "b1")],
            "machines": [self.machine(no, owner)] if no % 20 < 20 * REFERRED else [],
            "figures": [self.figures(row, ended, is_open=is_open, settled=settled)],
            "rounds": [self.round(row, ended, is_open=is_open, settled=settled)],
        }

    def row(
        self, no: int, kind: str, owner: Body, opened: date, *, is_open: bool
    ) -> dict[str, Any]:
        """Make the row of a case, with a snapshot of the usual size if it is open."""
        pinned = self.office.catalogue.find(kind, "national")
        states = pinned.procedure.case.plan.states
        fitting = [name for name, one in states.items() if one.closed is not is_open]
        # What is closed has mostly gone the same way; what is open stands everywhere.
        usual = not is_open and self.chance.random() < MOST_END_ALIKE
        state = fitting[-1] if usual else self.chance.choice(fitting)
        number = f"（2026）{owner.word}人调字第{no}号"
        key, wrapped = self.office.keys.new_case_key(number)
        names = {ref: [self.name(), "person"] for ref in ("a1", "b1")}
        due = NOW + timedelta(days=self.chance.randrange(-3, 40)) if is_open else None
        return {
            "id": no, "number": number, "number_key": number_key(number), "kind": kind,
            "place": "national", "workflow": pinned.hash, "state": state,
            "closed": not is_open, "version": 8, "owner": owner.code,
            "owner_path": owner.path, "owner_tier": owner.tier, "desk": owner.code,
            "desk_path": owner.path, "class": None, "opened_on": opened.isoformat(),
            "responsible_role": "mediator" if is_open else None,
            "responsible_body": owner.code if is_open else None,
            "next_due_at": micros(due) if due else None,
            "last_at": micros(NOW), "head": bytes(32), "anchored_version": 8,
            "snapshot": snapshot(state, owner.code, opened, due),
            "title": seal(key, "cases", row_of(no), names), "wrapped_key": wrapped,
        }  # fmt: skip

    def name(self) -> str:
        """Make a name of two or three characters."""
        given = "".join(self.chance.choices(GIVEN, k=self.chance.choice((1, 1, 2))))
        return self.chance.choice(SURNAMES) + given

    def party(self, no: int, ref: str) -> dict[str, Any]:
        """Make a party, found by its name."""
        index = self.office.keys.index.of_name(self.name())
        return {
            "case_id": no, "ref": ref, "sealed": bytes(120), "id_index": None,
            "phone_index": None, "name_index": index,
        }  # fmt: skip

    def machine(self, no: int, owner: Body) -> dict[str, Any]:
        """Make a referral to the street or to the court of the district."""
        _, city, district, street, _, _ = owner.path.split("/")
        court = f"{district}-court"
        to, path = (
            (court, f"/{city}/{district}/{court}/")
            if no % 2
            else (street, f"/{city}/{district}/{street}/")
        )
        return {
            "case_id": no, "key": "referral/1", "sort": "referral", "kind": "guidance",
            "state": "waiting", "open": no % 40 < 2, "sender": owner.code,
            "sender_path": owner.path, "receiver": to, "receiver_path": path, "body": "{}",
        }  # fmt: skip

    def figures(
        self, row: dict[str, Any], ended: date, *, is_open: bool, settled: bool
    ) -> dict[str, Any]:
        """Make what is counted of a case."""
        opened = date.fromisoformat(row["opened_on"])
        channels = list(self.office.catalogue.library.lists.list["channels"])
        return {
            "case_id": row["id"], "path": row["owner_path"], "kind": row["kind"],
            "channel": self.chance.choice(channels),
            "received": opened.year * 100 + opened.month,
            "ended": None if is_open else ended.year * 100 + ended.month,
            "settled": settled, "late": self.chance.random() < 0.1,
            "performed": settled and self.chance.random() < 0.9,
        }  # fmt: skip

    def round(
        self, row: dict[str, Any], ended: date, *, is_open: bool, settled: bool
    ) -> dict[str, Any]:
        """Make what the reports count of a case."""
        lists = self.office.catalogue.library.lists.list
        returned = (
            self.chance.randrange(1, 180) if settled and self.chance.random() < 0.02 else None
        )
        return {
            "case_id": row["id"], "since": 1, "path": row["owner_path"],
            "class": self.chance.choice(list(lists["statistical_classes"])),
            "channel": self.chance.choice(list(lists["channels"])), "basis": "", "letter": "",
            "grade": "simple", "accepted_on": row["opened_on"],
            "ended_on": None if is_open else ended.isoformat(), "settled": settled,
            "oral": self.chance.random() < 0.8, "sum": self.chance.randrange(5_000_000),
            "performed": settled and self.chance.random() < 0.9, "confirmed": False,
            "closed_on": row["closed_on"], "returned_on": None, "returned_after": returned,
            "unperformed_after": None, "entered_at": row["last_at"],
        }  # fmt: skip


def snapshot(state: str, owner: str, opened: date, due: datetime | None) -> str:
    """Write a snapshot of about two kilobytes: thirty facts, and a clock if it is open."""
    facts = {f"fact_{no:02}": [f"value of fact {no}", no] for no in range(30)}
    facts["opened_on"] = [opened.isoformat(), 1]
    return canonical(
        {
            "state": state, "version": 8, "owner": owner, "desk": owner, "last_at": None,
            "facts": facts, "clocks": [], "clock_count": 3,
            "machines": {}, "padding": "x" * 600 if due else "",
        }
    )  # fmt: skip


def insert(tx: Tx, table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows as fast as the database takes them."""
    columns = ", ".join(f'"{name}"' for name in names)
    if tx.dialect == "sqlite":
        marks = ", ".join("?" for _ in names)
        tx.driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
        return
    with tx.driver.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def finish(office: Office) -> None:
    """Do what PostgreSQL does by itself after a while; SQLite plans without statistics."""
    if office.database.dialect == "postgresql":
        address = office.database.url.set(drivername="postgresql")
        uri = address.render_as_string(hide_password=False)
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def nodes(city: City) -> Iterator[tuple[str, str]]:
    """Name one body of each level: what it is called in the figures, and its code."""
    yield from (("city", "c"), ("district", "d7"), ("street", "d7s3"))
    yield "community", city.communities[7 * STREETS + 3].code
