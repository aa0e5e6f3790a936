"""One database, SQLite or PostgreSQL: its connections, its transactions, its plan runner."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.failures import UNAVAILABLE, DatabaseUnavailable, DriverErrors
from mediation.records.statements import Params, Plan, Row, RowMissed, Statement

# The time allowed first, for setting WAL needs a lock itself. FULL: no acknowledged event is
# lost when power fails. recursive_triggers: without it REPLACE deletes behind the triggers.
# secure_delete: what is erased leaves no bytes in free pages. cache_size: 16 MB a connection,
# for the indexes that lists walk.
PRAGMAS: Final = {
    "busy_timeout": "{busy_ms}",
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "recursive_triggers": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    "cache_size": "-16000",
}


MANY: Final = 20
"""Rows from which one statement takes all of them, in 0.4 of the time of one execute each."""


def _nothing(_name: str) -> None:
    """Stand at a fault point where no test has a say."""


# Tests and bench set this to kill or raise between two statements; nobody else does.
fault_point: Callable[[str], None] = _nothing


class AddressRefused(MediationError):
    """The address of the database is not one of the two kinds supported."""

    code = "database_address"


@dataclass(frozen=True, slots=True)
class Tx:
    """An open transaction: statements run on the driver inside it; the opener ends it.

    Args:
        cursor: the driver's own, for all that is run here: making one costs a tenth of a read.
        known: what was read and stays so, by its name; None where it may change, in a
            transaction that writes.
    """

    connection: Connection
    driver: Any
    cursor: Any
    dialect: str
    known: dict[str, int] | None = None

    def one(self, statement: Statement, params: Params) -> Row | None:
        """Give the first row, or None."""
        rows = self.all(statement, params)
        return rows[0] if rows else None

    def sure(self, statement: Statement, params: Params) -> Row:
        """Give the one row of a statement that always has one."""
        return self.all(statement, params)[0]

    def all(self, statement: Statement, params: Params) -> list[Row]:
        """Give all rows."""
        # To the last: what is not read to its end holds its snapshot on SQLite.
        self.cursor.execute(*statement.ready(self.dialect, params))
        rows: list[Row] = self.cursor.fetchall()
        return rows

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside if it raises, and nothing else of the transaction."""
        with self.connection.begin_nested():
            yield


def write(tx: Tx, plan: Plan) -> None:
    """Run a plan: on SQLite a call costs no round trip, on PostgreSQL all of them share one.

    Args:
        plan: no list of parameters in it is empty.

    Raises:
        RowMissed: a statement marked `every` did not hit one row for each of its parameters.
    """
    run = _run_on_sqlite if tx.dialect == "sqlite" else _run_on_postgresql
    hits: list[tuple[Statement, int, Any]] = []
    try:
        run(tx, plan, hits)
    except Exception:
        # A stale update lets the insert behind it fail in its trigger; the cause is told first.
        _refuse_missed(hits)
        raise
    _refuse_missed(hits)


def _run_on_sqlite(tx: Tx, plan: Plan, hits: list[tuple[Statement, int, Any]]) -> None:
    for statement, params in plan:
        if isinstance(params, Mapping):
            cursor = _counting(tx, statement, 1, hits)
            cursor.execute(*statement.ready(tx.dialect, params))
        else:
            cursor = _counting(tx, statement, len(params), hits)
            cursor.executemany(*statement.ready_many(tx.dialect, params))
        fault_point(f"after_{statement.name}")


def _run_on_postgresql(tx: Tx, plan: Plan, hits: list[tuple[Statement, int, Any]]) -> None:
    with tx.driver.pipeline():
        for statement, params in plan:
            rows = [params] if isinstance(params, Mapping) else params
            if len(rows) >= MANY:
                cursor = _counting(tx, statement, len(rows), hits)
                cursor.execute(*statement.ready_at_once(rows))
            else:
                for row in rows:
                    cursor = _counting(tx, statement, 1, hits)
                    cursor.execute(*statement.ready(tx.dialect, row))
            fault_point(f"after_{statement.name}")


def _counting(
    tx: Tx, statement: Statement, wanted: int, hits: list[tuple[Statement, int, Any]]
) -> Any:
    """Give the cursor for a statement: one of its own if the rows it hits are to be counted."""
    if not statement.every:
        return tx.cursor
    cursor = tx.driver.cursor()
    hits.append((statement, wanted, cursor))
    return cursor


def _refuse_missed(hits: list[tuple[Statement, int, Any]]) -> None:
    for statement, wanted, cursor in hits:
        if 0 <= cursor.rowcount != wanted:
            raise RowMissed(statement.name)


class Database:
    """The connections to one database, to be opened once in a process.

    Args:
        url: `sqlite:///path/to/file` or `postgresql+psycopg://…`.
        busy_ms: how long a statement waits for a lock that somebody else holds.
    """

    def __init__(self, url: str | URL, *, busy_ms: int = 30_000) -> None:
        self.url = _checked(url)
        self.dialect: Final = self.url.get_backend_name()
        self.busy_ms: Final = busy_ms
        made = self._sqlite if self.dialect == "sqlite" else self._postgresql
        self.engine: Final = made(reading=False)
        # Connections of their own: what reads cannot write by mistake, and nothing has to be
        # switched to and fro.
        self._readers: Final = made(reading=True)

    @classmethod
    def open(cls, url: str | URL, *, busy_ms: int = 30_000) -> Self:
        """Give the database at an address; nothing is connected to, and no file made, yet.

        Raises:
            AddressRefused: the address is not understood or not of a database supported.
        """
        return cls(url, busy_ms=busy_ms)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database, None for PostgreSQL."""
        return Path(self.url.database or "") if self.dialect == "sqlite" else None

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Tx]:
        """Open a transaction that writes; it commits at the end, or leaves nothing.

        On SQLite it holds the one write lock from its first moment (BEGIN IMMEDIATE): what it
        has read cannot change before it writes. On PostgreSQL rows are locked as they are read.

        Args:
            alone: whether it waits for all others that write, and they for it. What many of
                them read and none locks, such as where bodies stand, changes only so.
        """
        locking = {_BEGIN: _BEGIN_ALONE if alone else _BEGIN_BESIDE_OTHERS}
        options = locking if self.dialect == "postgresql" else {}
        with (
            DriverErrors(),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin() as transaction,
        ):
            yield self._tx(connection)
            fault_point("before_commit")
            transaction.commit()
            fault_point("after_commit")

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Open a transaction that sees one state of the database and writes nothing."""
        with DriverErrors(), self._readers.connect() as connection, connection.begin():
            yield self._tx(connection, known={})

    def close(self) -> None:
        """Close all connections, for instance before a fork; they reopen when needed."""
        self.engine.dispose()
        self._readers.dispose()

    def create_file(self) -> None:
        """Make the file of a SQLite database, readable by its owner only, if it is missing.

        Raises:
            DatabaseUnavailable: it cannot be made there.
        """
        if self.file is not None and not self.file.exists():
            try:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                # The write-ahead log takes its permissions from this file.
                os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
            except OSError as fault:
                raise DatabaseUnavailable(UNAVAILABLE) from fault

    def _tx(self, connection: Connection, known: dict[str, int] | None = None) -> Tx:
        driver: Any = connection.connection.driver_connection
        return Tx(connection, driver, driver.cursor(), self.dialect, known)

    def _sqlite(self, *, reading: bool) -> Engine:
        # Never made by the way: a mistyped address must not become an empty database.
        address = f"file:{quote(str(self.file))}?mode=rw"

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                address,
                uri=True,
                timeout=self.busy_ms / 1000,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )

        engine = create_engine(self.url, creator=connect)
        _begin_with(engine, "BEGIN" if reading else "BEGIN IMMEDIATE")

        @event.listens_for(engine, "connect")
        def prepare(driver: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
            for name, value in PRAGMAS.items():
                driver.execute(f"PRAGMA {name}={value.format(busy_ms=self.busy_ms)}")
            if reading:
                driver.execute("PRAGMA query_only=ON")

        return engine

    def _postgresql(self, *, reading: bool) -> Engine:
        engine = create_engine(self.url, connect_args={"prepare_threshold": 1})

        @event.listens_for(engine, "connect")
        def prepare(driver: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
            driver.set_autocommit(True)
            wait = f"{self.busy_ms}ms"
            driver.execute("SELECT set_config('lock_timeout', %s, false)", [wait])

        # One snapshot for a page, as on SQLite.
        snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        _begin_with(engine, snapshot if reading else "BEGIN")
        return engine


_BEGIN: Final = "mediation_begin"
# One number for all: any other program's database is another database.
_TREE: Final = 20260322
# In one message with BEGIN: asked for by itself, the lock costs a round trip more.
_BEGIN_ALONE: Final = f"BEGIN; SELECT pg_advisory_xact_lock({_TREE})"
_BEGIN_BESIDE_OTHERS: Final = f"BEGIN; SELECT pg_advisory_xact_lock_shared({_TREE})"


def _begin_with(engine: Engine, usual: str) -> None:
    """Let the transactions of an engine, whose driver begins none by itself, begin so."""

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.execute(connection.get_execution_options().get(_BEGIN, usual))


def _checked(url: str | URL) -> URL:
    try:
        made = make_url(url)
        driver = made.get_dialect().driver
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise AddressRefused(_ADDRESS) from error
    kinds = {("sqlite", "pysqlite"), ("postgresql", "psycopg")}
    if (made.get_backend_name(), driver) not in kinds:
        raise AddressRefused(_ADDRESS)
    if made.get_backend_name() == "sqlite" and made.database in {None, "", ":memory:"}:
        raise AddressRefused(Message("SQLite 数据库必须是文件，不能只在内存中"))
    return made


_ADDRESS: Final = Message("数据库地址应以 sqlite:/// 或 postgresql+psycopg:// 开头")
