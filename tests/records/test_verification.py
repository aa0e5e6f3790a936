"""Whatever is done to the records behind the triggers' backs is found and named."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from mediation.records import triggers
from mediation.records.cases import CaseRow
from mediation.records.chain import START, event_hash
from mediation.records.checkpoints import (
    AnchorsDisagree,
    AnchorsMissing,
    AnchorsPresent,
    begin_anew,
    checkpoint,
    extend_anchors,
    take_checkpoint,
)
from mediation.records.database import Database
from mediation.records.verification import Finding, verify
from tests.records.world import NOON, World

Witness = Callable[[], int]
Tamper = Callable[[Connection, CaseRow], None]


def findings(world: World, anchors: Path | None) -> list[Finding]:
    with world.database.reading() as tx:
        return list(verify(tx, anchors))


def told(found: list[Finding]) -> list[tuple[str, str | None, int | None]]:
    return [(one.code, one.number, one.seq) for one in found]


@pytest.fixture
def cases(world: World, witness: Witness) -> list[CaseRow]:
    """Three cases of four events; a checkpoint behind the second and the fourth of each."""
    made = [world.open_case() for _ in range(3)]
    for round_ in range(3):
        made = [world.do(case, f"round_{round_}", sealed=b"sealed").case for case in made]
        if round_ != 1:
            witness()
    return made


@contextmanager
def behind_the_triggers(world: World) -> Iterator[Connection]:
    """Give a connection to somebody who has switched every protection off."""
    database = world.database
    if database.dialect == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN")
            connection.commit()
    with database.engine.connect() as connection:
        if database.dialect == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        yield connection
        triggers.install(connection)
        connection.commit()
        connection.invalidate()


def cut_the_tail(connection: Connection, case: CaseRow) -> None:
    """Delete the last two events and set the case row to match: nothing inside shows it."""
    connection.exec_driver_sql(f"DELETE FROM events WHERE case_id = {case.id} AND seq > 2")
    connection.exec_driver_sql(
        f"UPDATE cases SET version = 2, anchored_version = 2, head = (SELECT hash FROM events"
        f" WHERE case_id = {case.id} AND seq = 2) WHERE id = {case.id}"
    )


def rewrite_from_the_third(connection: Connection, case: CaseRow) -> None:
    """Change one event and hash everything behind it anew."""
    names = (
        "seq, name, actor, key, request_digest, occurred_at, recorded_at, workflow, calendar,"
        " body, sealed"
    )
    rows = connection.exec_driver_sql(
        f"SELECT {names} FROM events WHERE case_id = {case.id} ORDER BY seq"
    ).fetchall()
    prev = START
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    for seq, name, *fields, body, sealed in rows:
        now_called = "forged" if seq == 3 else name
        made = event_hash(prev, [case.id, case.number, seq, now_called, *fields], body, sealed)
        connection.exec_driver_sql(
            f"UPDATE events SET name = {mark}, prev_hash = {mark}, hash = {mark}"
            f" WHERE case_id = {case.id} AND seq = {seq}",
            (now_called, prev, made),
        )
        prev = made
    connection.exec_driver_sql(f"UPDATE cases SET head = {mark} WHERE id = {case.id}", (prev,))


def vanish(connection: Connection, case: CaseRow) -> None:
    for table in ("events", "documents", "deadlines", "machines", "parties"):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE case_id = {case.id}")
    connection.exec_driver_sql(f"DELETE FROM cases WHERE id = {case.id}")


def change(column: str, value: str) -> Tamper:
    def tamper(connection: Connection, case: CaseRow) -> None:
        connection.exec_driver_sql(
            f"UPDATE events SET {column} = {value} WHERE case_id = {case.id} AND seq = 2"
        )

    return tamper


def move_by_hand(connection: Connection, case: CaseRow) -> None:
    connection.exec_driver_sql(f"UPDATE cases SET version = 9 WHERE id = {case.id}")


def take_one_out(connection: Connection, case: CaseRow) -> None:
    connection.exec_driver_sql(f"DELETE FROM events WHERE case_id = {case.id} AND seq = 2")


def take_the_row(connection: Connection, case: CaseRow) -> None:
    connection.exec_driver_sql(f"DELETE FROM cases WHERE id = {case.id}")


SHOWN_BY_THE_CHAIN = {
    "body": (change("body", "'{\"name\":1}'"), "event_changed", 2),
    "name": (change("name", "'other'"), "event_changed", 2),
    "actor": (change("actor", "'li@c2'"), "event_changed", 2),
    "key": (change("key", "'k'"), "event_changed", 2),
    "occurred_at": (change("occurred_at", "1"), "event_changed", 2),
    "recorded_at": (change("recorded_at", "1"), "event_changed", 2),
    "workflow": (change("workflow", "'w'"), "event_changed", 2),
    "calendar": (change("calendar", "'w'"), "event_changed", 2),
    "sealed": (change("sealed", "NULL"), "event_changed", 2),
    "one out of the middle": (take_one_out, "event_missing", 2),
    "the case row moved": (move_by_hand, "event_missing", 5),
}
SHOWN_BY_ANCHORS_ALONE = {
    "tail cut": (cut_the_tail, "event_missing", 3),
    "rewritten and hashed anew": (rewrite_from_the_third, "event_changed", 3),
    "vanished": (vanish, "case_missing", 1),
}


def test_an_untouched_database_raises_no_alarm(
    world: World, cases: list[CaseRow], anchors: Path
) -> None:
    assert findings(world, anchors) == []
    assert findings(world, None) == []


@pytest.mark.parametrize("how", SHOWN_BY_THE_CHAIN)
def test_the_chain_names_what_was_changed(
    world: World, cases: list[CaseRow], anchors: Path, how: str
) -> None:
    tamper, code, seq = SHOWN_BY_THE_CHAIN[how]
    with behind_the_triggers(world) as connection:
        tamper(connection, cases[1])
    assert told(findings(world, None)) == [(code, cases[1].number, seq)]
    assert told(findings(world, anchors)) == [(code, cases[1].number, seq)]


@pytest.mark.parametrize("how", SHOWN_BY_ANCHORS_ALONE)
def test_the_anchors_name_what_the_chain_cannot(
    world: World, cases: list[CaseRow], anchors: Path, how: str
) -> None:
    tamper, code, seq = SHOWN_BY_ANCHORS_ALONE[how]
    with behind_the_triggers(world) as connection:
        tamper(connection, cases[1])
        # Who can do this can remove the witnesses inside the database as well.
        connection.exec_driver_sql("DELETE FROM checkpoints")
    assert findings(world, None) == []
    assert (code, cases[1].number, seq) in told(findings(world, anchors))
    assert ("checkpoint_missing", None, 1) in told(findings(world, anchors))


def test_a_missing_case_row_leaves_its_events_as_witnesses(
    world: World, cases: list[CaseRow]
) -> None:
    with behind_the_triggers(world) as connection:
        take_the_row(connection, cases[1])
        connection.exec_driver_sql("DELETE FROM checkpoints")
    assert [one.code for one in findings(world, None)] == ["case_missing"]


def test_a_database_put_back_to_yesterday_is_noticed(
    database: Database, world: World, witness: Witness, anchors: Path
) -> None:
    if database.file is None:
        pytest.skip("a copy of the file is SQLite's way of going back")
    case = world.open_case()
    witness()
    yesterday = database.file.with_suffix(".yesterday")
    with database.writing() as tx:
        tx.connection.exec_driver_sql("SELECT 1")
    database.close()
    shutil.copyfile(database.file, yesterday)
    world.do(case)
    later = world.open_case()
    witness()
    database.close()
    shutil.copyfile(yesterday, database.file)
    found = told(findings(world, anchors))
    assert ("checkpoint_missing", None, 2) in found
    assert ("event_missing", case.number, 2) in found
    assert ("case_missing", later.number, 1) in found
    # Nobody goes on witnessing for a database that has lost what was witnessed.
    with database.reading() as tx, pytest.raises(AnchorsDisagree, match="2"):
        extend_anchors(tx, anchors)


def test_a_changed_line_of_the_anchor_file_is_noticed(
    world: World, cases: list[CaseRow], anchors: Path
) -> None:
    _, *lines = anchors.read_text().splitlines(keepends=True)
    anchors.write_text(lines[0].replace('"at":"2026', '"at":"2025') + "".join(lines[1:]))
    assert told(findings(world, anchors)) == [("anchor_changed", None, 1)]
    anchors.write_text("no json\n" + "".join(lines[1:]))
    assert told(findings(world, anchors)) == [("anchor_changed", None, 1)]


def test_a_changed_checkpoint_is_noticed(
    world: World, cases: list[CaseRow], anchors: Path
) -> None:
    with behind_the_triggers(world) as connection:
        connection.exec_driver_sql(
            "UPDATE checkpoints SET body = '{\"heads\":[]}' WHERE no = 1"
        )
    assert ("checkpoint_changed", None, 1) in told(findings(world, anchors))


def test_a_checkpoint_holds_only_what_changed_and_nothing_makes_none(
    world: World, witness: Witness, anchors: Path
) -> None:
    first, _ = world.open_case(), world.open_case()
    assert witness() == 1
    assert witness() == 0
    world.do(first)
    assert witness() == 1
    lines = [json.loads(line) for line in anchors.read_text().splitlines()[1:]]
    assert [len(line["body"]["heads"]) for line in lines] == [2, 1]
    assert lines[1]["body"]["heads"][0][1:3] == [first.number, 2]
    assert lines[1]["prev"] == lines[0]["hash"]


def test_a_crash_before_or_amid_the_anchor_line_is_made_good(
    database: Database, world: World, witness: Witness, anchors: Path
) -> None:
    case = world.open_case()
    witness()
    whole = anchors.read_text()
    case = world.do(case).case
    with database.writing() as tx:
        take_checkpoint(tx, NOON)
    anchors.write_text(whole + '{"body":{"no"')
    world.do(case)
    witness()
    assert len(anchors.read_text().splitlines()) == 4
    assert findings(world, anchors) == []


def test_a_crash_before_the_first_anchor_line_is_made_good(
    database: Database, world: World, anchors: Path
) -> None:
    with database.reading() as tx:
        extend_anchors(tx, anchors)
    world.open_case()
    with database.writing() as tx:
        take_checkpoint(tx, NOON)
    with database.reading() as tx:
        assert extend_anchors(tx, anchors) == 1
    assert findings(world, anchors) == []


@pytest.mark.parametrize("left", [None, "", "half a line"])
def test_an_anchor_file_that_has_gone_is_never_written_anew_unnoticed(
    database: Database, world: World, cases: list[CaseRow], anchors: Path, left: str | None
) -> None:
    anchors.unlink()
    if left is not None:
        anchors.write_text(left)
    assert told(findings(world, anchors)) == [("anchors_missing", None, 2)]
    world.do(cases[0])
    with pytest.raises(AnchorsMissing, match="--anew"):
        checkpoint(database, anchors, NOON)

    assert begin_anew(database, anchors, NOON) is None
    assert checkpoint(database, anchors, NOON) == 1
    [traced] = findings(world, anchors)
    assert (traced.code, traced.seq, traced.grave) == ("witness_anew", 3, False)


def test_a_file_that_disagrees_is_kept_and_one_that_agrees_is_not_begun_anew(
    database: Database, world: World, cases: list[CaseRow], anchors: Path
) -> None:
    with pytest.raises(AnchorsPresent):
        begin_anew(database, anchors, NOON)
    other = anchors.read_text() + "no checkpoint\n"
    anchors.write_text(other)
    with database.reading() as tx, pytest.raises(AnchorsDisagree, match="last line"):
        extend_anchors(tx, anchors)
    kept = begin_anew(database, anchors, NOON)
    assert kept is not None
    assert anchors.with_name(kept).read_text() == other
    assert kept in anchors.read_text()
    assert [one.grave for one in findings(world, anchors)] == [False]


def test_two_doors_keep_the_same_witnesses_in_two_files(
    database: Database, world: World, anchors: Path
) -> None:
    here, there = anchors, anchors.with_name("there.jsonl")
    case = world.open_case()
    checkpoint(database, here, NOON)
    case = world.do(case).case
    begin_anew(database, there, NOON)
    checkpoint(database, there, NOON)
    world.do(case)
    checkpoint(database, here, NOON)
    assert here.read_text().startswith(there.read_text())
    assert told(findings(world, there)) == [("witness_anew", None, 2)]
    assert anchors.stat().st_mode & 0o077 == 0
