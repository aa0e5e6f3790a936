"""History cannot be changed by anybody who talks to the database, however it is put."""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from mediation.records import triggers
from mediation.records.database import Database
from mediation.records.people_changes import PeopleChange, note_changes
from mediation.records.statements import Row
from tests.records.world import NOON, World

DRIVER_ERRORS = (sqlite3.IntegrityError, psycopg.errors.RestrictViolation)

REST = "name, actor, occurred_at, recorded_at, workflow, calendar, body"
EVENT = f"case_id, seq, {REST}, prev_hash, hash"


def copied(seq: str | int, chained: str = "prev_hash", columns: str = "") -> str:
    """Write the columns of a second event, like the one there is, at another place."""
    return f"SELECT {columns}case_id, {seq}, {REST}, {chained}, hash FROM events WHERE seq = 2"


EVERYWHERE = {
    "update": "UPDATE events SET body = '{}' WHERE seq = 1",
    "delete": "DELETE FROM events WHERE seq = 2",
    "insert beyond the tail": f"INSERT INTO events ({EVENT}) {copied(9, 'hash')}",
    "insert before the first": f"INSERT INTO events ({EVENT}) {copied(0)}",
    "append off the chain": f"INSERT INTO events ({EVENT}) {copied(3)}",
    "upsert": (
        f"INSERT INTO events ({EVENT}) {copied('seq')}"
        " ON CONFLICT (case_id, seq) DO UPDATE SET body = '{}'"
    ),
    "update a document": "UPDATE documents SET digest = ''",
    "delete a document": "DELETE FROM documents",
    "update a workflow": "UPDATE workflows SET body = '[]'",
    "delete a calendar": "DELETE FROM calendars",
    "update a checkpoint": "UPDATE checkpoints SET body = '{}'",
    "delete a checkpoint": "DELETE FROM checkpoints",
    "delete a case": "DELETE FROM cases",
    "update a change of people": "UPDATE people_changes SET after = '{}'",
    "delete a change of people": "DELETE FROM people_changes",
}
K1 = "'k1', "
ON_SQLITE = {
    "update or replace": "UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2",
    "replace": f"REPLACE INTO events ({EVENT}) {copied('seq')}",
    "replace by rowid": f"REPLACE INTO events (rowid, {EVENT}) {copied(3, 'hash', '1, ')}",
    "replace by key": f"REPLACE INTO events (key, {EVENT}) {copied(3, 'hash', K1)}",
    "replace a document": "REPLACE INTO documents SELECT * FROM documents",
    "replace a workflow": (
        "REPLACE INTO workflows SELECT hash, kind, place, 2, body FROM workflows"
    ),
    "replace a checkpoint": "REPLACE INTO checkpoints SELECT * FROM checkpoints",
    "replace a case": "REPLACE INTO cases SELECT * FROM cases",
    "replace a change of people": (
        "REPLACE INTO people_changes SELECT id, at, officer, body, what, subject, path, '{}',"
        " after FROM people_changes"
    ),
}
ON_POSTGRESQL = {
    "truncate": "TRUNCATE events",
    "truncate everything": "TRUNCATE cases CASCADE",
    "as a replica": "SET session_replication_role = replica; UPDATE events SET body = '{}'",
}
ATTACKS = [
    *(pytest.param(name, EVERYWHERE[name], id=name) for name in EVERYWHERE),
    *(pytest.param(name, ON_SQLITE[name], id=f"sqlite: {name}") for name in ON_SQLITE),
    *(pytest.param(name, ON_POSTGRESQL[name], id=f"pg: {name}") for name in ON_POSTGRESQL),
]


def attack(database: Database, statement: str) -> None:
    """Run SQL as somebody would who has the database and none of this program's care."""
    if database.file is not None:
        # Fresh from the driver: no recursive triggers, no foreign keys.
        connection = sqlite3.connect(database.file)
        try:
            connection.execute(statement)
            connection.commit()
        finally:
            connection.close()
        return
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string()) as pg:
        pg.execute(statement.encode())


def contents(world: World) -> dict[str, list[Row]]:
    with world.database.reading() as tx:
        return {
            table: [
                tuple(row) for row in tx.connection.exec_driver_sql(f"SELECT * FROM {table}")
            ]
            for table in (*triggers.APPEND_ONLY, "cases")
        }


@pytest.fixture
def filled(world: World, a_document: Callable[[Any], Any], witness: Callable[[], int]) -> World:
    case = world.open_case(key="k1")
    world.do(case, documents=[a_document(case)])
    witness()
    with world.database.writing() as tx:
        note_changes(tx, [PeopleChange(NOON, "zhang", "c1", "given", "li", "/d/", None, None)])
    return world


@pytest.mark.parametrize(("name", "statement"), ATTACKS)
def test_history_stays_as_it_was_written(filled: World, name: str, statement: str) -> None:
    if not applies(filled.database, name):
        pytest.skip("only on the other database")
    before = contents(filled)
    with pytest.raises(DRIVER_ERRORS, match=r"append-only|events\.actor"):
        attack(filled.database, statement)
    assert contents(filled) == before


@pytest.mark.parametrize(("name", "statement"), ATTACKS)
def test_each_attack_succeeds_without_the_triggers(
    filled: World, name: str, statement: str
) -> None:
    # The control: an attack that fails by itself would prove nothing about the triggers.
    if not applies(filled.database, name):
        pytest.skip("only on the other database")
    before = contents(filled)
    with filled.database.writing() as tx:
        for trigger in triggers.expected(tx.dialect):
            table = f" ON {trigger.table}" if tx.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
    if name == "delete a case" and filled.database.dialect == "postgresql":
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            attack(filled.database, statement)
        return
    attack(filled.database, statement)
    replaces_itself = {
        "replace a document",
        "replace a checkpoint",
        "replace a case",
        "replace",
    }
    assert contents(filled) != before or name in replaces_itself


def applies(database: Database, name: str) -> bool:
    if database.dialect == "sqlite":
        return name not in ON_POSTGRESQL
    return name not in ON_SQLITE


def test_every_trigger_is_in_place_and_put_back_when_lost(database: Database) -> None:
    with database.writing() as tx:
        assert triggers.differences(tx.connection) == []
        table = " ON events" if tx.dialect == "postgresql" else ""
        tx.connection.exec_driver_sql(f"DROP TRIGGER events_tail{table}")
        assert triggers.differences(tx.connection) == ["events_tail"]
        triggers.install(tx.connection)
        assert triggers.differences(tx.connection) == []


def test_a_trigger_of_the_same_name_that_does_nothing_is_noticed(database: Database) -> None:
    with database.writing() as tx:
        if tx.dialect == "sqlite":
            tx.connection.exec_driver_sql("DROP TRIGGER events_no_delete")
            tx.connection.exec_driver_sql(
                "CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT 1; END"
            )
            assert triggers.differences(tx.connection) == ["events_no_delete"]
        else:
            tx.connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION events_tail() RETURNS trigger LANGUAGE plpgsql"
                " AS $$BEGIN RETURN NEW; END$$"
            )
            assert triggers.differences(tx.connection) == ["events_tail"]


def test_a_trigger_switched_off_or_slipped_in_is_noticed(database: Database) -> None:
    with database.writing() as tx:
        if tx.dialect == "sqlite":
            tx.connection.exec_driver_sql(
                "CREATE TRIGGER quiet BEFORE INSERT ON events BEGIN SELECT RAISE(IGNORE); END"
            )
            assert triggers.differences(tx.connection) == ["quiet"]
        else:
            tx.connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER events_kept")
            assert triggers.differences(tx.connection) == ["events_kept"]
