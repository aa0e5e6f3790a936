"""On disk: one full event of a case against the raw driver doing the same bytes, and the ORM.

The event is the acceptance of a case: facts, clocks ended and armed, two numbers, a paper
rendered, sealed and frozen, the log chained, messages. What the floor does is recorded from
the event itself: the very statements with their parameters, run on a second copy of the
database by the bare driver in one transaction, with a hash over the same body, a paper rendered
from the same context, and as much sealed and opened.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from os import urandom
from typing import Any, cast

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.orm import SessionTx, sessions
from bench.pairs import Times, interleaved
from bench.worlds import ACCEPTANCE, Place, asking, interviewed, settled
from mediation.operations.cases import papers
from mediation.operations.cases.handling import do_event
from mediation.operations.office import Office
from mediation.operations.start import settle
from mediation.records.columns import metadata
from mediation.records.database import Database, Tx
from mediation.records.statements import Statement
from mediation.rendering import documents
from mediation.rendering.documents import _compiled as compiled

Ran = tuple[str, Any]


@dataclass
class Recorded:
    """What one event ran and rendered: statements in order, contexts of its papers."""

    ran: list[Ran] = field(default_factory=list)
    papers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def recording(into: Recorded) -> Iterator[None]:
    """Note every statement and every paper of what runs inside."""
    ready, many = Statement.ready, Statement.ready_many

    def noted(self: Statement, dialect: str, params: Any) -> Any:
        made = ready(self, dialect, params)
        into.ran.append(made)
        return made

    def noted_many(self: Statement, dialect: str, rows: Any) -> Any:
        made = many(self, dialect, rows)
        into.ran.append(made)
        return made

    def rendered(name: str, context: Any) -> Any:
        into.papers.append((name, context._asdict()))
        return documents.render(name, context)

    Statement.ready, Statement.ready_many = noted, noted_many  # type: ignore[method-assign]
    papers.render = rendered  # type: ignore[attr-defined]
    try:
        yield
    finally:
        Statement.ready, Statement.ready_many = ready, many  # type: ignore[method-assign]
        papers.render = documents.render  # type: ignore[attr-defined]


EVENT = "accept"
SHORTEST_SEALED = 40
BARS = {"sqlite": 2.5, "postgresql": 1.5}


def accepted(office: Office, number: str, no: int) -> None:
    """Accept a case, in a transaction of its own."""
    with office.database.writing() as tx:
        do_event(office, tx, number, EVENT, ACCEPTANCE, asking(no))


@dataclass
class Floor:
    """The bare driver: the statements of recorded events, a hash, a seal, a paper, a commit."""

    connection: Any
    dialect: str
    recorded: list[Recorded]
    cipher: AESGCM = field(default_factory=lambda: AESGCM(urandom(32)))
    nos: Iterator[int] = field(default_factory=count)

    def event(self) -> None:
        """Do the next event as the bare driver does it."""
        recorded = self.recorded[next(self.nos)]
        if self.dialect == "sqlite":
            self.connection.execute("BEGIN IMMEDIATE")
        for name, context in recorded.papers:
            html = compiled(name)[0].render(context)
            sha256(html.encode()).hexdigest()
        for text, params in recorded.ran:
            self.run(text, params)
        self.connection.commit()

    def run(self, text: str, params: Any) -> None:
        """Run one statement; what it writes sealed is sealed, what it chains is hashed."""
        many = isinstance(params, list)
        for row in params if many else [params]:
            sealed_and_chained(self.cipher, row)
        cursor = self.connection.cursor()
        (cursor.executemany if many else cursor.execute)(text, params)
        if cursor.description:
            found = cursor.fetchall()
            # A key or a person read is opened.
            blobs = (one for row in found for one in row if isinstance(one, bytes))
            for blob in blobs:
                if len(blob) > SHORTEST_SEALED:
                    self.cipher.encrypt(bytes(12), blob, b"row")


def sealed_and_chained(cipher: AESGCM, row: Mapping[str, Any]) -> None:
    """Seal as much as a row has sealed, and hash what an event chains."""
    if row.get("sealed"):
        cipher.encrypt(urandom(12), row["sealed"], b"row")
    if "prev_hash" in row:
        sha256(row["prev_hash"] + row["body"].encode()).digest()


def raw(database: Database) -> Any:
    """Open the bare driver on a database, as durable as the program's own connections."""
    if database.dialect == "postgresql":
        address = database.url.set(drivername="postgresql").render_as_string(
            hide_password=False
        )
        return psycopg.connect(address, prepare_threshold=1)
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(str(database.file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    for pragma in ("recursive_triggers=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def by_orm(office: Office, number: str, no: int) -> None:
    """Accept a case by the ORM, in a transaction of its own."""
    with (
        office.database.writing() as outer,
        Session(outer.connection) as session,
        session.begin(),
    ):
        tx = cast("Tx", SessionTx(session, outer.dialect))
        do_event(office, tx, number, EVENT, ACCEPTANCE, asking(no))


def measure(place: Place, *, rounds: int = 80, units: int = 3) -> Times:
    """Time the event, its floor and the ORM on three copies of one database."""
    cases = rounds * units + 1
    url = settled(place)
    office = place.office(url)
    numbers = interviewed(office, cases)
    office.database.close()
    copies = [place.copy(url) for _ in range(4)]
    recorded = record(place.office(copies[0]), numbers)
    mine, theirs = place.office(copies[1]), place.office(copies[3])
    floor = Floor(raw(Database.open(copies[2])), place.dialect, recorded)
    mine_nos, their_nos = count(), count()

    def full() -> None:
        no = next(mine_nos)
        accepted(mine, numbers[no], no)

    def orm() -> None:
        no = next(their_nos)
        by_orm(theirs, numbers[no], no)

    settle()
    variants = {"floor": floor.event, "full": full, "orm": orm}
    with sessions():
        times = interleaved(variants, rounds=rounds, units=units)
    floor.connection.close()
    refuse_differences(mine, theirs)
    for office in (mine, theirs):
        office.database.close()
    return times


def refuse_differences(mine: Office, theirs: Office) -> None:
    """See that the ORM wrote as much as the program.

    Raises:
        AssertionError: it did not; its time would mean nothing.
    """
    for table in metadata.tables.values():
        counts = []
        for office in (mine, theirs):
            with office.database.reading() as tx:
                counted = select(func.count()).select_from(table)
                counts.append(tx.connection.execute(counted).scalar_one())
        if counts[0] != counts[1]:
            message = f"{table.name}: {counts[0]} rows, {counts[1]} by the ORM"
            raise AssertionError(message)


def record(office: Office, numbers: list[str]) -> list[Recorded]:
    """Do the event to every case of a copy, and note what each ran."""
    found = []
    for no, number in enumerate(numbers):
        noted = Recorded()
        with recording(noted):
            accepted(office, number, no)
        found.append(noted)
    office.database.close()
    return found


def rows(place: Place) -> list[tuple[str, str, str, str]]:
    """Give the figures: what, measured, floor, bar."""
    times = measure(place)
    floor = f"raw {place.dialect}, {times.of('floor') * 1e6:.0f} µs"
    orm = f"the ORM, {times.of('orm') * 1e6:.0f} µs"
    return [
        (
            f"full durable event, {place.dialect}",
            f"{times.ratio('full', 'floor'):.2f}×",
            floor,
            f"≤ {BARS[place.dialect]}×",
        ),
        (
            f"the same by the ORM, {place.dialect}",
            f"{times.ratio('orm', 'full'):.2f}× slower",
            orm,
            "≥ 3×",
        ),
    ]
