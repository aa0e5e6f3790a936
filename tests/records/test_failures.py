"""Locked, read-only, full or gone: said clearly, with nothing half-written."""

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from mediation.errors import MediationError
from mediation.records import database as database_module
from mediation.records.cases import read_case
from mediation.records.database import PRAGMAS, AddressRefused, Database, Tx
from mediation.records.events import append_event, find_event
from mediation.records.failures import (
    DatabaseBusy,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnavailable,
    KeyTaken,
    translation,
)
from tests.records.world import World, an_event


def test_a_lock_held_too_long_is_said_and_nothing_is_written(
    world: World, database_url: str
) -> None:
    case = world.open_case()
    impatient = Database.open(database_url, busy_ms=50)
    with world.database.writing() as tx:
        append_event(tx, an_event(case))
        with pytest.raises(DatabaseBusy, match="in use"), impatient.writing() as other:
            append_event(other, an_event(case, "second"))
    impatient.close()
    with world.database.reading() as tx:
        assert read_case(tx, case.id).version == 2


def test_a_full_database_is_said_and_nothing_is_half_written(world: World) -> None:
    if world.database.dialect != "sqlite":
        pytest.skip(
            "a full disk of a server cannot be had cheaply; see its error's translation"
        )
    case = world.open_case()

    @event.listens_for(world.database.engine, "connect")
    def small(driver: sqlite3.Connection, _entry: object) -> None:
        driver.execute("PRAGMA max_page_count=10")

    world.database.close()
    with pytest.raises(DatabaseFull, match="full"):
        world.do(case, body={"x": "长" * 200_000})
    event.remove(world.database.engine, "connect", small)
    world.database.close()
    with world.database.reading() as tx:
        assert read_case(tx, case.id) == case
    world.do(case)


@pytest.mark.own_connections
def test_a_read_only_database_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.open_case()
    if world.database.dialect == "sqlite":
        monkeypatch.setitem(PRAGMAS, "query_only", "ON")
    else:
        with world.database.writing() as tx:
            tx.connection.exec_driver_sql(
                f"ALTER DATABASE {world.database.url.database}"
                " SET default_transaction_read_only = on"
            )
    world.database.close()
    with pytest.raises(DatabaseReadOnly, match="read only"):
        world.do(case)


def test_a_reading_transaction_cannot_write(world: World) -> None:
    case = world.open_case()
    with pytest.raises(DatabaseReadOnly), world.database.reading() as tx:
        append_event(tx, an_event(case))
    with world.database.reading() as tx:
        assert read_case(tx, case.id) == case


def test_a_database_that_is_gone_is_said(dialect: str, tmp_path: Path) -> None:
    missing = tmp_path / "none.db"
    url = (
        f"sqlite:///{missing}"
        if dialect == "sqlite"
        else f"postgresql+psycopg://x@/x?host={tmp_path}"
    )
    database = Database.open(url)
    with pytest.raises(DatabaseUnavailable, match="cannot be used"), database.reading():
        pass
    assert not missing.exists()
    database.close()


def test_a_server_that_hangs_up_leaves_nothing(world: World) -> None:
    if world.database.dialect != "postgresql":
        pytest.skip("SQLite has no server")
    case = world.open_case()

    def hang_up(tx: Tx) -> None:
        append_event(tx, an_event(case))
        (pid,) = tx.driver.execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(tx.driver.info.dsn) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

    with pytest.raises(DatabaseUnavailable), world.database.writing() as tx:
        hang_up(tx)
    with world.database.reading() as tx:
        assert read_case(tx, case.id) == case
    world.do(case)


def test_a_full_disk_of_a_server_is_told_by_its_code() -> None:
    assert isinstance(translation(psycopg.errors.DiskFull()), DatabaseFull)
    assert isinstance(translation(psycopg.errors.DeadlockDetected()), DatabaseBusy)
    assert isinstance(translation(psycopg.errors.AdminShutdown()), DatabaseUnavailable)
    assert translation(psycopg.errors.UndefinedTable()) is None
    assert translation(sqlite3.OperationalError("no such table: x")) is None
    assert translation(RuntimeError()) is None


def test_a_refusal_passes_through_and_leaves_nothing(world: World) -> None:
    case = world.open_case()

    def refuse(tx: Tx) -> None:
        append_event(tx, an_event(case))
        raise AddressRefused(database_module._ADDRESS)

    with pytest.raises(MediationError), world.database.writing() as tx:
        refuse(tx)
    with world.database.reading() as tx:
        assert read_case(tx, case.id) == case


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mediation.db",
        "mysql://x/y",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql+psycopg2://x",
        "a:b:c",
    ],
)
def test_an_address_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        Database.open(url)


def test_a_key_is_used_once_by_its_actor(world: World) -> None:
    one, two = world.open_case(), world.open_case()
    world.do(one, key="k", request_digest="d")
    with pytest.raises(KeyTaken):
        world.do(two, key="k")
    world.do(two, key="k", actor="li@c2")
    with world.database.reading() as tx:
        found = find_event(tx, "zhang@c1", "k")
        assert found is not None
        assert (found.case_id, found.seq, found.request_digest) == (one.id, 2, "d")
        assert find_event(tx, "zhang@c1", "other") is None


def test_the_test_of_keys_catches_a_lost_index(world: World) -> None:
    # The control: without the index (and the trigger that speaks for it) a key counts twice.
    one, two = world.open_case(), world.open_case()
    with world.database.writing() as tx:
        tx.connection.exec_driver_sql("DROP INDEX uq_events_actor_key")
        if tx.dialect == "sqlite":
            tx.connection.exec_driver_sql("DROP TRIGGER events_key")
    world.do(one, key="k")
    assert world.do(two, key="k").case.version == 2


def test_of_two_identical_requests_at_once_one_is_recorded(world: World) -> None:
    cases = [world.open_case() for _ in range(8)]
    start = threading.Barrier(len(cases))
    outcomes: list[str] = []

    def send(no: int) -> None:
        start.wait()
        try:
            world.do(cases[no], key="same")
            outcomes.append("done")
        except KeyTaken:
            outcomes.append("taken")

    threads = [threading.Thread(target=send, args=[no]) for no in range(len(cases))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["taken"] * 7


@pytest.mark.parametrize(
    "point",
    ["after_case_update", "after_event_insert", "after_document_insert", "before_commit"],
)
def test_a_failure_at_any_point_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, a_document: object, point: str
) -> None:
    case = world.open_case()
    reached = []

    def fail(name: str) -> None:
        reached.append(name)
        if name == point:
            raise RuntimeError(name)

    monkeypatch.setattr(database_module, "fault_point", fail)
    with pytest.raises(RuntimeError, match=point):
        world.do(case, documents=[a_document(case)])  # type: ignore[operator]
    assert reached[-1] == point
    monkeypatch.undo()
    with world.database.reading() as tx:
        assert read_case(tx, case.id) == case
        (count,) = tx.driver.execute("SELECT count(*) FROM documents").fetchone()
        assert count == 0
    world.do(case)


def test_a_failure_after_the_commit_has_committed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.open_case()

    def fail(name: str) -> None:
        if name == "after_commit":
            raise RuntimeError

    monkeypatch.setattr(database_module, "fault_point", fail)
    with pytest.raises(RuntimeError):
        world.do(case)
    monkeypatch.undo()
    with world.database.reading() as tx:
        assert read_case(tx, case.id).version == 2


def test_a_reader_sees_one_state_while_others_write(world: World) -> None:
    case = world.open_case()
    with world.database.reading() as tx:
        assert read_case(tx, case.id).version == 1
        world.do(case)
        assert read_case(tx, case.id).version == 1
