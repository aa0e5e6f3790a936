"""Counts of rounds: what the monthly tables add up, and the cases behind each figure.

A figure and the list of its cases are asked for with the same conditions, so that they cannot
tell different stories.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, literal, or_, select

from mediation.records.database import Tx
from mediation.records.gateway import end_of, under
from mediation.records.report_tables import DATED, rounds
from mediation.records.statements import Row, Statement
from mediation.records.tables import cases

COMES_BACK: Final = 90
"""So many days after its settlement a case that comes back, or is not performed, is told of."""
ACCEPTED_ON, ENDED_ON, CLOSED_ON = DATED


@dataclass(frozen=True, slots=True)
class Rules:
    """How a case is sorted: by source, the first that fits; and which grades are difficult.

    Args:
        sources: name, letters, channels, ways of acceptance.
    """

    sources: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]
    default: str
    difficult: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One round as a table counts it.

    Args:
        values: what it adds to each measure of its day.
    """

    number: str
    class_: str
    source: str
    entered_at: int
    values: Mapping[str, int]


Cells = dict[tuple[str, str], dict[str, int]]
"""Class and source -> measure -> how much."""


def _is(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, literal(1)), else_=literal(0))


def _soon(days: ColumnElement[int | None]) -> ColumnElement[bool]:
    return and_(rounds.c.settled, days.between(0, COMES_BACK))


_SETTLED: Final = rounds.c.settled
_NONE: Final = literal(0)
MEASURES: Final[Mapping[str, Mapping[str, ColumnElement[int]]]] = {
    ACCEPTED_ON: {"accepted": literal(1)},
    ENDED_ON: {
        "mediated": literal(1),
        "settled": _is(_SETTLED),
        "returned": _is(_soon(rounds.c.returned_after)),
        "unperformed": _is(and_(_soon(rounds.c.unperformed_after), ~rounds.c.performed)),
        "performed": _is(and_(_SETTLED, rounds.c.performed)),
        "confirmed": _is(and_(_SETTLED, rounds.c.confirmed)),
        "written": _is(and_(_SETTLED, ~rounds.c.oral)),
        "written_sum": case((and_(_SETTLED, ~rounds.c.oral), rounds.c.sum), else_=_NONE),
        "oral": _is(and_(_SETTLED, rounds.c.oral)),
        "oral_sum": case((and_(_SETTLED, rounds.c.oral), rounds.c.sum), else_=_NONE),
    },
    CLOSED_ON: {"closed": literal(1)},
}
"""Day -> what is counted of the rounds that have it in the time asked for."""
DIFFICULT: Final = "difficult"


def day_of(measure: str) -> str:
    """Give the day a measure goes by."""
    if measure == DIFFICULT:
        return ACCEPTED_ON
    return next(day for day, measures in MEASURES.items() if measure in measures)


def measures_of(day: str) -> list[str]:
    """Name what is counted by a day."""
    return [*MEASURES[day], *([DIFFICULT] if day == ACCEPTED_ON else [])]


def _columns(day: str, rules: Rules) -> dict[str, ColumnElement[int]]:
    difficult = _is(_one_of(rounds.c.grade, rules.difficult))
    return {**MEASURES[day], **({DIFFICULT: difficult} if day == ACCEPTED_ON else {})}


def _one_of(column: ColumnElement[str], values: tuple[str, ...]) -> ColumnElement[bool]:
    # Not IN: its list is written out anew for each call, and a statement is compiled once.
    return or_(false(), *(column == value for value in values))


def _source(rules: Rules) -> ColumnElement[str]:
    fitting = [
        (
            or_(
                _one_of(rounds.c.letter, letters),
                _one_of(rounds.c.channel, channels),
                _one_of(rounds.c.basis, bases),
            ),
            literal(name),
        )
        for name, letters, channels, bases in rules.sources
    ]
    return case(*fitting, else_=literal(rules.default))


def _between(day: str) -> ColumnElement[bool]:
    column = rounds.c[day]
    return and_(
        under(rounds.c.path, "path"),
        column >= bindparam("from_on", type_=column.type),
        column <= bindparam("until_on", type_=column.type),
    )


@cache
def _counting(day: str, rules: Rules) -> Statement:
    columns = _columns(day, rules)
    labelled = [one.label(name) for name, one in columns.items()]
    chosen = select(rounds.c["class"], _source(rules).label("source"), *labelled)
    # Sorted within and added up outside: PostgreSQL holds two like expressions, each with
    # parameters of its own, for different ones.
    found = chosen.where(_between(day)).subquery()
    sums = [func.sum(found.c[name]) for name in columns]
    return Statement(
        f"counted_{day}",
        select(found.c["class"], found.c.source, *sums).group_by(
            found.c["class"], found.c.source
        ),
    )


@cache
def _listing(day: str, rules: Rules) -> Statement:
    chosen = select(
        cases.c.number,
        rounds.c["class"],
        _source(rules).label("source"),
        rounds.c.entered_at,
        *_columns(day, rules).values(),
    )
    return Statement(
        f"behind_{day}",
        chosen.join(cases, cases.c.id == rounds.c.case_id)
        .where(_between(day))
        .order_by(rounds.c[day], rounds.c.case_id, rounds.c.since),
    )


def cells(tx: Tx, path: str, days: tuple[date, date], rules: Rules) -> Cells:
    """Count all measures at and below a path, from one day to another, both included."""
    found: Cells = {}
    for day in DATED:
        for class_, source, *values in tx.all(_counting(day, rules), _asked(path, days)):
            cell = found.setdefault((class_, source), {})
            cell.update(zip(measures_of(day), map(int, values), strict=True))
    return found


def behind(tx: Tx, path: str, days: tuple[date, date], rules: Rules, day: str) -> list[Counted]:
    """Give the rounds whose day lies in this time, each with what it adds."""
    return [_counted(day, row) for row in tx.all(_listing(day, rules), _asked(path, days))]


def _counted(day: str, row: Row) -> Counted:
    number, class_, source, entered, *values = row
    told = dict(zip(measures_of(day), map(int, values), strict=True))
    return Counted(number, class_, source, entered, told)


def _asked(path: str, days: tuple[date, date]) -> dict[str, Any]:
    return {
        "path_from": path,
        "path_to": end_of(path),
        "from_on": days[0].isoformat(),
        "until_on": days[1].isoformat(),
    }
