"""Numbers run from one without a gap, whoever takes them at once and whatever fails."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from mediation.records.database import Database, Tx
from mediation.records.numbers import (
    Series,
    format_number,
    number_key,
    take_number,
    take_numbers,
)
from tests.records.world import World

SERIES = Series("c1", "case", 2026)
Taker = Callable[[Tx], int]


class Undone(Exception):
    """Raised to undo a transaction."""


def test_each_series_of_each_body_and_year_counts_from_one(world: World) -> None:
    wanted = [SERIES, SERIES, Series("c2", "case", 2026), Series("c1", "notice", 2026)]
    with world.database.writing() as tx:
        assert take_numbers(tx, [*wanted, Series("c1", "case", 2027)]) == [1, 2, 1, 1, 1]


def test_a_number_goes_back_when_its_transaction_is_undone(world: World) -> None:
    with suppress(Undone), world.database.writing() as tx:
        assert take_number(tx, SERIES) == 1
        raise Undone
    with world.database.writing() as tx:
        assert take_number(tx, SERIES) == 1
        with suppress(Undone), tx.savepoint():
            assert take_number(tx, SERIES) == 2
            raise Undone
        assert take_number(tx, SERIES) == 2


def in_threads(database: Database, take: Taker, workers: int = 8, each: int = 25) -> list[int]:
    """Take numbers from many threads at once; every fifth transaction is undone."""
    start = threading.Barrier(workers)

    def work(_: int) -> Iterator[int]:
        start.wait()
        for attempt in range(each):
            with suppress(Undone):
                with database.writing() as tx:
                    taken = take(tx)
                    if attempt % 5 == 4:
                        raise Undone
                yield taken

    with ThreadPoolExecutor(workers) as pool:
        return sorted(
            n for taken in pool.map(lambda no: list(work(no)), range(workers)) for n in taken
        )


def test_eight_threads_take_every_number_once(world: World) -> None:
    taken = in_threads(world.database, lambda tx: take_number(tx, SERIES))
    assert taken == list(range(1, 161))


def test_the_race_catches_an_allocator_that_reads_before_it_writes(world: World) -> None:
    # The control: the same race over select-then-update must hand out a number twice.
    if world.database.dialect == "sqlite":
        pytest.skip("BEGIN IMMEDIATE alone makes even this one safe on SQLite")
    with world.database.writing() as tx:
        take_number(tx, SERIES)

    def careless(tx: Tx) -> int:
        found = int(tx.driver.execute("SELECT next FROM counters").fetchone()[0])
        tx.driver.execute("UPDATE counters SET next = %s", [found + 1])
        return found

    taken = in_threads(world.database, careless)
    assert len(set(taken)) < len(taken)


def _take_in_a_process(url: str, count: int, taken: "multiprocessing.Queue[list[int]]") -> None:
    database = Database.open(url)
    numbers = []
    for _ in range(count):
        with database.writing() as tx:
            numbers.append(take_number(tx, SERIES))
    database.close()
    taken.put(numbers)


def test_four_processes_take_every_number_once(world: World, database_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    taken: multiprocessing.Queue[list[int]] = context.Queue()
    workers = [
        context.Process(target=_take_in_a_process, args=(database_url, 25, taken))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    numbers = sorted(n for _ in workers for n in taken.get(timeout=60))
    for worker in workers:
        worker.join()
    taken.close()
    taken.join_thread()
    assert numbers == list(range(1, 101))


def test_two_transactions_taking_the_same_two_series_do_not_wait_for_each_other(
    world: World,
) -> None:
    one, two = Series("c1", "case", 2026), Series("c1", "notice", 2026)
    order = iter([[one, two], [two, one]] * 100)
    taken = in_threads(world.database, lambda tx: take_numbers(tx, next(order))[0], 4, 20)
    assert len(taken) == 64


@pytest.mark.parametrize(
    "typed",
    [
        "（2026）东人调字第12号",
        "(2026)东人调字第12号",
        "〔2026〕东人调字第１２号",
        " [2026] 东人调字第 12 号",
    ],
)
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert number_key(typed) == number_key("（2026）东人调字第12号")


def test_different_numbers_have_different_keys() -> None:
    assert number_key("（2026）东人调字第12号") != number_key("（2026）东人调字第112号")


def test_a_number_is_written_by_its_pattern() -> None:
    written = format_number("（{year}）{word}人调字第{n}号", year=2026, word="东", n=7)
    assert written == "（2026）东人调字第7号"
