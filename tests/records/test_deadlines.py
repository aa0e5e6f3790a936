"""Deadlines are claimed in due order, each by one sweep, at the cost of what is due."""

import threading
from datetime import datetime, timedelta

import pytest

from mediation.records.cases import CaseRow
from mediation.records.database import Database
from mediation.records.deadlines import (
    Deadline,
    case_deadlines,
    claim_due,
    next_due,
    postpone,
    retry_incidents,
    set_aside_on,
)
from mediation.records.events import append_events, chain_event
from tests.records.world import NOON, World, an_event


def deadline(no: int, due_at: datetime | None, **other: object) -> Deadline:
    plain: dict[str, object] = {
        "no": no,
        "machine": "",
        "period": "settle",
        "effect": "service_norm",
        "fires": "period_ran_out",
        "due_at": due_at,
        "status": "running",
        "ledger": {"budget": 30},
    }
    return Deadline(**{**plain, **other})  # type: ignore[arg-type]


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def with_deadlines(world: World, *deadlines: Deadline) -> CaseRow:
    return world.do(world.open_case(), deadlines=deadlines).case


def claimed(world: World, now: datetime, limit: int = 50) -> list[tuple[int, list[int]]]:
    with world.database.writing() as tx:
        return [
            (due.case.id, [row.deadline.no for row in due.deadlines])
            for due in claim_due(tx, now, limit)
        ]


def test_a_deadline_is_read_back_and_rewritten(world: World) -> None:
    case = with_deadlines(world, deadline(1, at(5)), deadline(2, None, status="suspended"))
    with world.database.reading() as tx:
        one, two = case_deadlines(tx, case.id)
    assert (one.deadline, two.deadline.due_at) == (deadline(1, at(5)), None)
    world.do(case, deadlines=[deadline(1, at(9))])
    with world.database.reading() as tx:
        assert [row.deadline.due_at for row in case_deadlines(tx, case.id)] == [at(9), None]


def test_due_cases_come_earliest_first_with_all_that_is_due(world: World) -> None:
    late = with_deadlines(world, deadline(1, at(3)), deadline(2, at(9)))
    early = with_deadlines(world, deadline(1, at(2)), deadline(2, at(1)))
    assert claimed(world, at(0.99)) == []
    assert claimed(world, at(1)) == [(early.id, [2])]
    assert claimed(world, at(3)) == [(early.id, [2, 1]), (late.id, [1])]
    assert claimed(world, at(3), limit=1) == [(early.id, [2, 1])]


@pytest.mark.parametrize(
    "other",
    [
        {"status": "suspended", "due_at": None},
        {"status": "ended"},
        {"status": "fired"},
        {"fires": None},
    ],
)
def test_what_does_not_run_or_fires_nothing_is_never_claimed(
    world: World, other: dict[str, object]
) -> None:
    with_deadlines(world, deadline(1, **{"due_at": at(1), **other}))  # type: ignore[arg-type]
    assert claimed(world, at(100)) == []
    with world.database.reading() as tx:
        assert next_due(tx) is None


def test_the_next_moment_is_that_of_the_earliest(world: World) -> None:
    with_deadlines(world, deadline(1, at(7)), deadline(2, at(4), status="ended"))
    with_deadlines(world, deadline(1, at(5)))
    with world.database.reading() as tx:
        assert next_due(tx) == at(5)


def test_one_that_fails_waits_and_is_then_set_aside_with_an_incident(world: World) -> None:
    case = with_deadlines(world, deadline(1, at(1)))
    healthy = with_deadlines(world, deadline(1, at(2)))
    with world.database.writing() as tx:
        (row,) = case_deadlines(tx, case.id)
        postpone(tx, row, next_try_at=at(4))
    assert claimed(world, at(3)) == [(healthy.id, [1])]
    assert claimed(world, at(4)) == [(case.id, [1]), (healthy.id, [1])]
    with world.database.writing() as tx:
        (row,) = case_deadlines(tx, case.id)
        assert row.attempts == 1
        postpone(tx, row, next_try_at=at(90), incident="no legal move", incident_at=at(4))
        (waiting,) = case_deadlines(tx, case.id)
        assert waiting.attempts == 2
        assert (waiting.incident, waiting.incident_at) == ("no legal move", at(4))
        assert (set_aside_on(tx, case.id), set_aside_on(tx, healthy.id)) == ([1], [])
        assert [one.aside for one in claim_due(tx, at(90))] == [frozenset(), frozenset()]
    assert claimed(world, at(89)) == [(healthy.id, [1])]
    # Another clock of the case is claimed meanwhile, and this one passed over.
    case = world.do(case, deadlines=[deadline(2, at(5))]).case
    with world.database.writing() as tx:
        assert next(one.aside for one in claim_due(tx, at(89))) == frozenset({1})
        retry_incidents(tx, at(50))
        assert next(one.aside for one in claim_due(tx, at(50))) == frozenset()
    # An event that sets the clock anew forgives what went wrong before.
    world.do(case, deadlines=[deadline(1, at(1)), deadline(2, at(5), status="ended")])
    assert claimed(world, at(1)) == [(case.id, [1])]
    with world.database.reading() as tx:
        assert set_aside_on(tx, case.id) == []


def sweep(database: Database, now: datetime, *, careful: bool = True) -> int:
    """Fire everything due as a sweeper does, in batches of five; give the number of events."""
    fired = 0
    while True:
        with database.writing() as tx:
            due = claim_due(tx, now, 5)
            rows = [each.case for each in due]
            done = [row.deadline for each in due for row in each.deadlines]
            if not careful:
                # The planted fault: what was claimed is not marked in its transaction.
                done = []
            events = [
                chain_event(
                    an_event(
                        case,
                        "ran_out",
                        deadlines=[deadline(1, at(1), status="fired")] if careful else [],
                    )
                )
                for case in rows
            ]
            assert not careful or len(done) == len(rows)
            if not events:
                return fired
            append_events(tx, events)
            fired += len(events)
            if not careful and fired > 100:
                return fired


def test_four_sweeps_at_once_fire_each_deadline_once(world: World) -> None:
    with world.database.writing():
        pass
    cases = [with_deadlines(world, deadline(1, at(1))) for _ in range(40)]
    start = threading.Barrier(4)
    fired: list[int] = []

    def run() -> None:
        start.wait()
        fired.append(sweep(world.database, at(2)))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.database.reading() as tx:
        counted = tx.driver.execute(
            "SELECT count(*), count(DISTINCT case_id) FROM events WHERE name = 'ran_out'"
        ).fetchone()
    assert tuple(counted) == (40, 40)
    assert sum(fired) == 40
    assert len(cases) == 40


def test_a_sweep_that_does_not_mark_what_it_fired_is_caught(world: World) -> None:
    for _ in range(6):
        with_deadlines(world, deadline(1, at(1)))
    assert sweep(world.database, at(2), careful=False) > 6


def test_a_case_being_worked_on_is_left_to_whoever_works_on_it(
    world: World, database_url: str
) -> None:
    if world.database.dialect == "sqlite":
        pytest.skip("on SQLite a sweep waits for the one write lock")
    busy = with_deadlines(world, deadline(1, at(1)))
    free = with_deadlines(world, deadline(1, at(1)))
    with world.database.writing() as tx:
        tx.driver.execute("SELECT 1 FROM cases WHERE id = %s FOR UPDATE", [busy.id])
        assert claimed(world, at(2)) == [(free.id, [1])]
    assert [case_id for case_id, _ in claimed(world, at(2))] == [busy.id, free.id]


def test_claiming_walks_the_index_of_what_is_armed(world: World) -> None:
    from mediation.records.deadlines import _CLAIM, _NEXT  # noqa: PLC0415

    for _ in range(3):
        with_deadlines(world, deadline(1, at(1)))
    explain = "EXPLAIN QUERY PLAN " if world.database.dialect == "sqlite" else "EXPLAIN "
    with world.database.writing() as tx:
        if tx.dialect == "postgresql":
            # Over three rows every road is as cheap; only this index brings them in order.
            tx.driver.execute("SET LOCAL enable_sort = off")
        for statement in (_CLAIM, _NEXT):
            sql, params = statement.ready(tx.dialect, {"now": 1, "limit": 50})
            plan = str(tx.driver.execute(explain + sql, params).fetchall())
            assert "ix_deadlines_armed" in plan
            assert "USE TEMP B-TREE" not in plan
            assert "Sort" not in plan
