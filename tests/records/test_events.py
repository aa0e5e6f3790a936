"""One event is written whole or not at all, and never over what somebody else wrote."""

import sqlite3
from typing import Any

import psycopg
import pytest
from sqlalchemy import bindparam, update

from mediation.records import events as events_module
from mediation.records.cases import StaleVersion, read_case
from mediation.records.database import MANY
from mediation.records.deadlines import Deadline, case_deadlines
from mediation.records.events import append_event, append_events, case_log, chain_event
from mediation.records.outbox import MessageWrite, case_messages
from mediation.records.statements import Statement
from mediation.records.statistics import Figures, figures_kept
from mediation.records.tables import cases
from tests.records.world import NOON, World, an_event


def test_an_event_is_read_back_as_it_was_written(world: World) -> None:
    case = world.open_case()
    done = world.do(case, "accept", state="community/accepted", key="k1", body={"x": "北京"})
    with world.database.reading() as tx:
        row = read_case(tx, case.id)
        log = case_log(tx, case.id)
    assert row == done.case
    assert (row.version, row.state, row.head) == (2, "community/accepted", log[-1].hash)
    assert [one.name for one in log] == ["register", "accept"]
    assert log[1].body == {"x": "北京"}
    assert log[1].prev_hash == log[0].hash
    assert row.title is not None
    assert row.title == case.title


def test_a_stale_writer_changes_nothing(world: World) -> None:
    case = world.open_case()
    world.do(case, "first")
    with pytest.raises(StaleVersion, match=case.number):
        world.do(case, "second")
    with world.database.reading() as tx:
        assert [one.name for one in case_log(tx, case.id)] == ["register", "first"]


def test_a_writer_that_forgets_the_version_still_meets_the_chain(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control: with the version out of the UPDATE no StaleVersion is raised; the trigger
    # at the tail of the chain is the second wall, and nothing is written either.
    def careless(columns: tuple[str, ...]) -> Statement:
        named = ["version", "head", "snapshot", *columns]
        blind = update(cases).where(cases.c.id == bindparam("at_id"))
        return Statement("case_update", blind, columns=named)

    monkeypatch.setattr(events_module, "_case_update", careless)
    case = world.open_case()
    left = world.do(case, "first").case
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
        world.do(case, "second")
    with world.database.reading() as tx:
        assert read_case(tx, case.id).head == left.head


@pytest.mark.parametrize("count", [5, MANY])
def test_a_batch_with_one_stale_case_can_be_undone_whole(world: World, count: int) -> None:
    cases = [world.open_case() for _ in range(count)]
    world.do(cases[3], "meanwhile")
    with world.database.writing() as tx:
        with pytest.raises(StaleVersion), tx.savepoint():
            append_events(tx, [chain_event(an_event(case, "swept")) for case in cases])
        append_event(tx, an_event(cases[0], "alone"))
    with world.database.reading() as tx:
        versions = [read_case(tx, case.id).version for case in cases]
    assert versions == [2, 1, 1, 2, *[1] * (count - 4)]


def test_a_batch_of_many_cases_is_written_whole_and_to_the_letter(world: World) -> None:
    body = {"said": '“不行”\\n"再说"\t𬭚\x7f', "none": None, "title": "\\x6162"}
    cases = [world.open_case() for _ in range(MANY)]
    first = [
        chain_event(an_event(case, "swept", body=body, sealed=bytes(range(256))))
        for case in cases
    ]
    counted = Figures("/d/c1/", "neighbour", "walk_in", 202603, None, False, True, False)
    clock = Deadline(1, "", "decide", "statutory", "decide_late", NOON, "running", {})
    told = MessageWrite("chair@c1", "event", {"number": "1"})
    beside: Any = {"figures": counted, "deadlines": [clock], "messages": [told]}
    second = [chain_event(an_event(each.case, "followed", **beside)) for each in first]
    with world.database.writing() as tx:
        append_events(tx, [one for pair in zip(first, second, strict=True) for one in pair])
    with world.database.reading() as tx:
        for case in cases:
            assert read_case(tx, case.id).version == 3
            _, swept, followed = case_log(tx, case.id)
            assert (swept.name, followed.name) == ("swept", "followed")
            assert (swept.body, swept.sealed, swept.key) == (body, bytes(range(256)), None)
            assert followed.prev_hash == swept.hash
            assert figures_kept(tx, case.id) == counted
            assert [one.deadline for one in case_deadlines(tx, case.id)] == [clock]
            assert [one.recipient for one in case_messages(tx, case.id)] == ["chair@c1"]


def test_events_of_one_case_follow_each_other_in_one_plan(world: World) -> None:
    case = world.open_case()
    first = chain_event(an_event(case, "accepted"))
    second = chain_event(an_event(first.case, "moved"))
    with world.database.writing() as tx:
        append_events(tx, [first, second])
    with world.database.reading() as tx:
        assert read_case(tx, case.id).head == second.hash


def test_the_last_of_several_events_says_what_the_row_is_left_as(world: World) -> None:
    case = world.open_case()
    clock = Deadline(1, "", "decide", "statutory", "decide_late", NOON, "running", {})
    first = chain_event(an_event(case, "fired", deadlines=[clock])._replace(after=None))
    ended = clock._replace(status="ended")
    moved = an_event(first.case, "moved", state="community/accepted", deadlines=[ended])
    second = chain_event(moved)
    with world.database.writing() as tx:
        append_events(tx, [first, second])
    with world.database.reading() as tx:
        row = read_case(tx, case.id)
        assert (row.version, row.state) == (3, "community/accepted")
        assert [one.deadline.status for one in case_deadlines(tx, case.id)] == ["ended"]


def test_a_plan_that_does_not_say_what_it_leaves_is_not_written(world: World) -> None:
    case = world.open_case()
    silent = chain_event(an_event(case, "silent")._replace(after=None))
    with world.database.writing() as tx, pytest.raises(ValueError, match=case.number):
        append_events(tx, [silent])
