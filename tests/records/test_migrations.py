"""Migrations lead to exactly the tables and triggers the program is written for."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection

from mediation.migrations import head, upgrade
from mediation.records import triggers
from mediation.records.cases import read_case
from mediation.records.columns import metadata
from mediation.records.database import Database
from mediation.records.events import append_event, case_log
from mediation.records.schema import check_schema
from mediation.records.tables import REVISION
from mediation.records.verification import verify
from tests.databases import fingerprint
from tests.records.world import an_event

FIXTURES = Path(__file__).with_name("fixtures")


def test_the_tables_know_the_newest_revision() -> None:
    assert head() == REVISION


def test_migrations_and_metadata_make_the_same_schema(
    database: Database, empty_url: str
) -> None:
    plain = Database.open(empty_url)
    plain.create_file()
    with plain.writing() as tx:
        metadata.create_all(tx.connection)
        triggers.install(tx.connection)
        wanted = fingerprint(tx.connection)
    plain.close()
    with database.writing() as tx:
        assert fingerprint(tx.connection) == wanted
        assert len(wanted) > 50
        # The control: the comparison sees an index, a trigger and a column.
        for change in ("DROP INDEX ix_cases_due", "ALTER TABLE outbox ADD COLUMN more TEXT"):
            tx.connection.exec_driver_sql(change)
            assert fingerprint(tx.connection) != wanted


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with database.reading() as tx:
        before = fingerprint(tx.connection)
    upgrade(database)
    with database.reading() as tx:
        assert fingerprint(tx.connection) == before


def test_an_upgrade_that_fails_leaves_nothing(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(empty_url)

    def fail(_: Connection) -> None:
        raise RuntimeError

    monkeypatch.setattr(triggers, "install", fail)
    with pytest.raises(RuntimeError):
        upgrade(database)
    with database.reading() as tx:
        assert fingerprint(tx.connection) == set()
    database.close()


def test_a_database_of_the_first_release_upgrades_and_goes_on(
    empty_url: str, database: Database
) -> None:
    with database.reading() as tx:
        present = fingerprint(tx.connection)
    database.close()
    database = Database.open(empty_url)
    database.create_file()
    script = (FIXTURES / f"first.{database.dialect}.sql").read_text("utf-8")
    if database.dialect == "sqlite":
        plain = sqlite3.connect(database.url.database or "")
        plain.executescript(script)
        plain.close()
    else:
        address = database.url.set(drivername="postgresql").render_as_string()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(script.encode())
    upgrade(database)
    check_schema(database)
    with database.writing() as tx:
        assert fingerprint(tx.connection) == present
        case = read_case(tx, 1)
        assert [event.name for event in case_log(tx, 1)] == ["register", "accept"]
        assert list(verify(tx)) == []
        append_event(tx, an_event(case))
        assert list(verify(tx)) == []
    database.close()
