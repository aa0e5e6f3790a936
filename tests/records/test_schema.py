"""A database that is not as it must be is refused at start, and the refusal says what to do."""

import sqlite3
from pathlib import Path

import pytest

from mediation.migrations import upgrade
from mediation.records.database import PRAGMAS, Database
from mediation.records.schema import SchemaRefused, check_schema


def test_a_migrated_database_is_accepted(database: Database) -> None:
    check_schema(database)


def test_no_schema_says_to_initialise(empty_url: str) -> None:
    database = Database.open(empty_url)
    with pytest.raises(SchemaRefused, match="mediation init"):
        check_schema(database)
    # Looking must not create.
    assert database.file is None or not database.file.exists()
    upgrade(database)
    check_schema(database)
    database.close()


@pytest.mark.parametrize(
    ("revision", "advice"), [("9999", "newer program"), ("0000", "back it up")]
)
def test_another_revision_is_refused(database: Database, revision: str, advice: str) -> None:
    with database.writing() as tx:
        tx.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(SchemaRefused, match=advice):
        check_schema(database)


def test_somebody_elses_database_is_refused(database: Database) -> None:
    with database.writing() as tx:
        tx.connection.exec_driver_sql("DROP TABLE alembic_version")
    with pytest.raises(SchemaRefused, match="address"):
        check_schema(database)


def test_a_missing_table_is_named(database: Database) -> None:
    with database.writing() as tx:
        tx.connection.exec_driver_sql("DROP TABLE outbox")
    with pytest.raises(SchemaRefused, match="outbox"):
        check_schema(database)


def test_a_missing_trigger_is_named_and_init_puts_it_back(database: Database) -> None:
    with database.writing() as tx:
        table = " ON events" if tx.dialect == "postgresql" else ""
        tx.connection.exec_driver_sql(f"DROP TRIGGER events_tail{table}")
    with pytest.raises(SchemaRefused, match=r"events_tail.*audit verify.*mediation init"):
        check_schema(database)
    upgrade(database)
    check_schema(database)


@pytest.mark.own_connections
def test_a_setting_that_loses_acknowledged_events_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect == "postgresql":
        with database.writing() as tx:
            tx.connection.exec_driver_sql(
                f"ALTER DATABASE {database.url.database} SET synchronous_commit = off"
            )
    else:
        monkeypatch.setitem(PRAGMAS, "synchronous", "OFF")
    database.close()
    with pytest.raises(SchemaRefused, match="synchronous"):
        check_schema(database)


def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "mediation.db"
    file.write_text("not a database, but long enough to look at " * 100)
    database = Database.open(f"sqlite:///{file}")
    with pytest.raises(Exception, match="cannot be used"):
        check_schema(database)
    database.close()


def test_a_new_database_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'new' / 'mediation.db'}")
    upgrade(database)
    database.close()
    assert database.file is not None
    assert database.file.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(database.file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
