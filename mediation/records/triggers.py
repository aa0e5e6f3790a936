"""Triggers that keep history append-only, and the proof at start-up that they are in place.

The one source of them for fresh databases, migrations and the check. On SQLite REPLACE deletes
the row in its way without firing delete triggers unless the connection asks for it, so inserts
are guarded too: nothing may be inserted where something is, nor anywhere but at a chain's tail.
On PostgreSQL `TRUNCATE` passes row triggers by, and `session_replication_role` all but those
that are always enabled.
"""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

APPEND_ONLY: Final = (
    "attachments",
    "calendars",
    "checkpoints",
    "cutoffs",
    "documents",
    "entries",
    "events",
    "people_changes",
    "reveals",
    "submissions",
    "workflows",
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger as its database describes it.

    Args:
        body: the whole statement on SQLite, the source of the function on PostgreSQL.
        definition: the statement as PostgreSQL gives it back; empty on SQLite.
    """

    name: str
    table: str
    body: str
    definition: str = ""


def _sqlite(name: str, table: str, timing: str, when: str, message: str) -> Trigger:
    condition = f" WHEN {when}" if when else ""
    return Trigger(
        name,
        table,
        f"CREATE TRIGGER {name} BEFORE {timing} ON {table}{condition}"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END",
    )


def _kept_on_sqlite(table: str) -> list[Trigger]:
    return [
        _sqlite(f"{table}_no_update", table, "UPDATE", "", f"append-only: {table}"),
        _sqlite(f"{table}_no_delete", table, "DELETE", "", f"append-only: {table}"),
    ]


def _new(key: str) -> str:
    return re.sub(r"\w+", r"NEW.\g<0>", key)


def _free_on_sqlite(table: str, *keys: str) -> Trigger:
    same = " OR ".join(f"{key} = {_new(key)}" for key in keys)
    # A rowid that was not given is -1 here, where no row is.
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same} OR rowid = NEW.rowid)"  # noqa: S608
    return _sqlite(f"{table}_no_replace", table, "INSERT", taken, f"append-only: {table}")


_EVENT_TAIL: Final = (
    "NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE case_id = NEW.case_id)"
    " OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM events WHERE case_id = NEW.case_id"
    " ORDER BY seq DESC LIMIT 1), zeroblob(32))"
    " OR EXISTS (SELECT 1 FROM events WHERE rowid = NEW.rowid)"
)
_CHECKPOINT_TAIL: Final = (
    "NEW.no IS NOT (SELECT coalesce(max(no), 0) + 1 FROM checkpoints)"
    " OR NEW.prev_hash IS NOT coalesce((SELECT hash FROM checkpoints"
    " ORDER BY no DESC LIMIT 1), zeroblob(32))"
)
# Said as SQLite says it of a unique index, for REPLACE would never come to that index.
_KEY_TAKEN: Final = "UNIQUE constraint failed: events.actor, events.key"

ON_SQLITE: Final = (
    *(trigger for table in APPEND_ONLY for trigger in _kept_on_sqlite(table)),
    _free_on_sqlite("attachments", "(case_id, digest)"),
    _free_on_sqlite("calendars", "version"),
    _free_on_sqlite("cases", "number", "number_key"),
    _free_on_sqlite("cutoffs", "id"),
    _free_on_sqlite("documents", "(case_id, seq, no)"),
    _free_on_sqlite("entries", "id"),
    _free_on_sqlite("people_changes", "id"),
    _free_on_sqlite("reveals", "id"),
    _free_on_sqlite("submissions", "(body, month, no)"),
    _free_on_sqlite("workflows", "hash"),
    _sqlite("events_tail", "events", "INSERT", _EVENT_TAIL, "append-only: events tail"),
    _sqlite(
        "events_key",
        "events",
        "INSERT",
        "EXISTS (SELECT 1 FROM events WHERE actor = NEW.actor AND key = NEW.key"
        " AND key IS NOT NULL)",
        _KEY_TAKEN,
    ),
    _sqlite("checkpoints_tail", "checkpoints", "INSERT", _CHECKPOINT_TAIL, "append-only: tail"),
    _sqlite("cases_no_delete", "cases", "DELETE", "", "append-only: cases"),
)

_REFUSE: Final = """
BEGIN
  RAISE EXCEPTION USING
    MESSAGE = 'append-only: ' || TG_TABLE_NAME, ERRCODE = 'restrict_violation';
END
"""
_TAIL: Final = """
DECLARE
  tail record;
BEGIN
  SELECT {no} AS no, hash INTO tail FROM {table} {where}ORDER BY {no} DESC LIMIT 1;
  IF NEW.{no} IS DISTINCT FROM coalesce(tail.no, 0) + 1
     OR NEW.prev_hash IS DISTINCT FROM coalesce(tail.hash, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION USING
      MESSAGE = 'append-only: {table} tail', ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
"""
FUNCTIONS: Final = {
    "append_only": _REFUSE,
    "events_tail": _TAIL.format(no="seq", table="events", where="WHERE case_id = NEW.case_id "),
    "checkpoints_tail": _TAIL.format(no="no", table="checkpoints", where=""),
}


def _postgresql(name: str, table: str, timing: str, each: str, function: str) -> Trigger:
    return Trigger(
        name,
        table,
        FUNCTIONS[function],
        f"CREATE TRIGGER {name} BEFORE {timing} ON {table} FOR EACH {each}"
        f" EXECUTE FUNCTION {function}()",
    )


def _kept_on_postgresql(table: str, timing: str) -> list[Trigger]:
    return [
        _postgresql(f"{table}_kept", table, timing, "ROW", "append_only"),
        _postgresql(f"{table}_no_truncate", table, "TRUNCATE", "STATEMENT", "append_only"),
    ]


ON_POSTGRESQL: Final = (
    *(
        trigger
        for table in APPEND_ONLY
        for trigger in _kept_on_postgresql(table, "DELETE OR UPDATE")
    ),
    *_kept_on_postgresql("cases", "DELETE"),
    _postgresql("events_tail", "events", "INSERT", "ROW", "events_tail"),
    _postgresql("checkpoints_tail", "checkpoints", "INSERT", "ROW", "checkpoints_tail"),
)

_FOUND: Final = {
    "sqlite": "SELECT name, tbl_name, sql, '' FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname, relname, prosrc, pg_get_triggerdef(t.oid, true)
        FROM pg_trigger t
        JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE NOT tgisinternal AND tgenabled = 'A'
          AND c.relnamespace = current_schema()::regnamespace
    """,
}


def expected(dialect: str) -> tuple[Trigger, ...]:
    """Give the triggers a database must have."""
    return ON_SQLITE if dialect == "sqlite" else ON_POSTGRESQL


def found(connection: Connection) -> set[Trigger]:
    """Give the triggers a database has; on PostgreSQL those that nothing switches off."""
    rows = connection.exec_driver_sql(_FOUND[connection.dialect.name])
    return {Trigger(*row) for row in rows}


def differences(connection: Connection) -> list[str]:
    """Name every trigger that is missing, changed, switched off or not ours."""
    ours = set(expected(connection.dialect.name))
    return sorted({trigger.name for trigger in ours ^ found(connection)})


def install(connection: Connection) -> None:
    """Put every trigger in place anew, inside the caller's transaction.

    A migration that rebuilds a table on SQLite drops its triggers without a word, so this runs
    behind all of them.
    """
    on_postgresql = connection.dialect.name == "postgresql"
    if on_postgresql:
        for name, source in FUNCTIONS.items():
            _run(
                connection,
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger"
                f" LANGUAGE plpgsql AS $${source}$$",
            )
    for trigger in expected(connection.dialect.name):
        table = f" ON {trigger.table}" if on_postgresql else ""
        _run(connection, f"DROP TRIGGER IF EXISTS {trigger.name}{table}")
        _run(connection, trigger.definition or trigger.body)
        if on_postgresql:
            _run(
                connection, f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}"
            )


def _run(connection: Connection, statement: str) -> None:
    # No percent sign may stand in it: to psycopg that is a placeholder.
    connection.exec_driver_sql(statement)
