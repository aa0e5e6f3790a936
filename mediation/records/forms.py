"""Whether every column can be read at all: SQLite takes anything, and a disk forgets."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Boolean, Column, Integer, LargeBinary, Table, bindparam, select

from mediation.records.cases import case_ids
from mediation.records.columns import DAY, JSON, MOMENT, metadata
from mediation.records.database import Tx
from mediation.records.sealing import row_of
from mediation.records.statements import Row, Statement
from mediation.records.tables import cases
from mediation.records.values import moment, parsed


@dataclass(frozen=True, slots=True)
class Malformed:
    """A value that cannot be read as what its column holds.

    Args:
        row: the primary key, joined.
        case_id: of the case it belongs to; None if to none.
        number: of that case, if it can be read.
    """

    table: str
    column: str
    row: str
    case_id: int | None
    number: str | None


_OF_CASES: Final = {
    "cases",
    *(one.name for one in metadata.sorted_tables if "case_id" in one.c),
}


def _reading(table: Table) -> Statement:
    wanted = select(*table.columns)
    if table.name in _OF_CASES:
        owner = cases.c.id if table is cases else table.c.case_id
        between = owner.between(bindparam("first"), bindparam("last"))
        wanted = wanted.where(between)
    return Statement(f"all_{table.name}", wanted)


_READING: Final = {table: _reading(table) for table in metadata.sorted_tables}


def belongs_to_cases(table: str) -> bool:
    """Tell whether the rows of a table belong to cases, and spoil no more than those."""
    return table in _OF_CASES


@contextmanager
def any_text(tx: Tx) -> Iterator[None]:
    """Let SQLite give text that is no UTF-8, marked, where it would give up otherwise."""
    if not isinstance(tx.driver, sqlite3.Connection):
        yield
        return
    tx.driver.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        tx.driver.text_factory = str


def malformed(tx: Tx) -> Iterator[Malformed]:
    """Give every value that cannot be read, those that belong to no case first."""
    for table, statement in _READING.items():
        if not belongs_to_cases(table.name):
            yield from _in_rows(table, tx.all(statement, {}), {})
    after = 0
    while ids := case_ids(tx, after):
        span = {"first": ids[0], "last": ids[-1]}
        numbers = {row[0]: row[1] for row in tx.all(_READING[cases], span)}
        for table, statement in _READING.items():
            if belongs_to_cases(table.name):
                yield from _in_rows(table, tx.all(statement, span), numbers)
        after = ids[-1]


def _in_rows(table: Table, rows: list[Row], numbers: dict[int, Any]) -> Iterator[Malformed]:
    columns = list(table.columns)
    tests = [_test(column) for column in columns]
    for row in rows:
        for column, value, reads in zip(columns, row, tests, strict=True):
            if not (column.nullable if value is None else reads(value)):
                named = dict(zip(table.columns.keys(), row, strict=True))
                key = row_of(*(str(named[one.name]) for one in table.primary_key))
                case_id = named["id"] if table is cases else named.get("case_id")
                number = numbers.get(case_id or 0)
                told = number if isinstance(number, str) else None
                yield Malformed(table.name, column.name, key, case_id, told)


def _test(column: Column[Any]) -> Callable[[Any], bool]:
    for own, test in ((MOMENT, _is_moment), (DAY, _is_day), (JSON, _is_json)):
        if column.type is own:
            return test
    for sort, plain in ((LargeBinary, bytes), (Boolean, int), (Integer, int)):
        if isinstance(column.type, sort):
            return lambda value: isinstance(value, plain)
    return _is_text


def _is_text(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        # What could not be decoded is marked by halves of characters, which nothing encodes.
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_json(value: Any) -> bool:
    try:
        parsed(value)
    except (TypeError, ValueError, RecursionError):
        return False
    return _is_text(value)


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_moment(value: Any) -> bool:
    try:
        moment(value)
    except (TypeError, OverflowError):
        return False
    return isinstance(value, int)
