"""Figures: what statistics count of each case, and the counts of a subtree by month."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from mediation.records.database import Tx, write
from mediation.records.desk_tables import figures, tallies
from mediation.records.gateway import end_of, under
from mediation.records.statements import Params, Statement, insert
from mediation.records.tables import cases


class Figures(NamedTuple):
    """What statistics count of a case. A month is a whole number: 202603.

    Args:
        path: of the body with custody.
        ended: the month in which it was settled, or its mediation ended without a settlement.
        late: whether a clock of the case had run out before that.
    """

    path: str
    kind: str
    channel: str
    received: int
    ended: int | None
    settled: bool
    late: bool
    performed: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases of one month: by kind and channel, or by the body next below.

    Args:
        child: the code of the body next below; empty where it is counted by kind and channel.
        on_time, performed: of those settled.
    """

    month: int
    kind: str
    channel: str
    child: str
    received: int
    ended: int
    settled: int
    on_time: int
    performed: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Cases that a desk registered and that lie elsewhere now."""

    cases: int
    settled: int


_COLUMNS: Final = [column.name for column in figures.columns]


def _saving(made: Any) -> ClauseElement:
    # That a clock has once run out is not forgotten by what is written later.
    new = {name: made.excluded[name] for name in _COLUMNS if name not in {"case_id", "late"}}
    late = or_(figures.c.late, made.excluded.late)
    return made.on_conflict_do_update(index_elements=["case_id"], set_={**new, "late": late})  # type: ignore[no-any-return]


FIGURES_SAVE: Final = Statement(
    "figures_save",
    {
        "sqlite": _saving(sqlite.insert(figures)),
        "postgresql": _saving(postgresql.insert(figures).inline()),
    },
    columns=_COLUMNS,
)


_KEPT: Final = Statement(
    "figures_kept",
    select(*(figures.c[name] for name in _COLUMNS if name != "case_id")).where(
        figures.c.case_id == bindparam("case_id")
    ),
)


_DROP: Final = Statement(
    "figures_drop", delete(figures).where(figures.c.case_id == bindparam("case_id"))
)
_INSERT: Final = insert(figures, "figures_insert")


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, literal(1)), else_=literal(0)))


# The code of the body next below stands in the path; it is empty for the body itself.
_BEHIND: Final = func.substr(figures.c.path, bindparam("start", type_=Integer))
_CHILD: Final[dict[str, ColumnElement[str]]] = {
    "sqlite": func.substr(_BEHIND, 1, func.instr(_BEHIND, "/") - 1),
    "postgresql": func.split_part(_BEHIND, "/", 1),
}
_OF_ENDED: Final = (
    func.count(),
    _sum(figures.c.settled),
    _sum(and_(figures.c.settled, ~figures.c.late)),
    _sum(and_(figures.c.settled, figures.c.performed)),
)


def _counting(
    name: str,
    month: ColumnElement[Any],
    counted: Iterable[ColumnElement[int]],
    by: tuple[ColumnElement[Any], ...] = (),
) -> Statement:
    """Build the count of one measure by month, and by these columns or by the body below."""

    def built(keys: tuple[ColumnElement[Any], ...]) -> Select[Any]:
        chosen = select(month, *keys, *counted).where(
            under(figures.c.path, "path"),
            month.is_not(None),
            month.between(bindparam("first"), bindparam("last")),
        )
        return chosen.group_by(month, *keys)

    if by:
        return Statement(name, built(by))
    return Statement(name, {dialect: built((child,)) for dialect, child in _CHILD.items()})


_BY: Final = (figures.c.kind, figures.c.channel)
_RECEIVED: Final = _counting("received", figures.c.received, [func.count()], _BY)
_ENDED: Final = _counting("ended", figures.c.ended, _OF_ENDED, _BY)
_RECEIVED_BELOW: Final = _counting("received_below", figures.c.received, [func.count()])
_ENDED_BELOW: Final = _counting("ended_below", figures.c.ended, _OF_ENDED)

_NAMES: Final = [one.name for one in fields(Count)]
_TALLIES: Final = Statement(
    "tallies",
    select(*(tallies.c[name] for name in _NAMES)).where(
        tallies.c.path == bindparam("path"),
        tallies.c.month.between(bindparam("first"), bindparam("last")),
    ),
)
_TALLIES_DROP: Final = Statement(
    "tallies_drop", delete(tallies).where(tallies.c.path == bindparam("path"))
)
_TALLY_INSERT: Final = insert(tallies, "tally_insert")
_HANDED_OVER: Final = Statement(
    "handed_over",
    select(func.count(), func.count(cases.c.settled_on)).where(
        cases.c.desk_path == bindparam("desk_path"),
        cases.c.opened_on >= bindparam("from_on"),
        cases.c.opened_on < bindparam("before_on"),
        ~under(cases.c.owner_path, "path"),
    ),
)


def figures_row(case_id: int, one: Figures) -> Params:
    """Write a case's figures as columns."""
    return dict(zip(_COLUMNS, (case_id, *one), strict=True))


def figures_kept(tx: Tx, case_id: int) -> Figures | None:
    """Give what is counted of a case; None if it has no row."""
    row = tx.one(_KEPT, {"case_id": case_id})
    if row is None:
        return None
    path, kind, channel, received, ended, *told = row
    return Figures(path, kind, channel, received, ended, *map(bool, told))


def put_figures(tx: Tx, case_id: int, one: Figures) -> None:
    """Put figures in the place of what was kept, even where it was late and is not."""
    write(tx, [(_DROP, {"case_id": case_id}), (_INSERT, figures_row(case_id, one))])


def counts(tx: Tx, path: str, first: int, last: int) -> list[Count]:
    """Count the cases at and below a path, in months from the first to the last."""
    asked = {**_range(path), "first": first, "last": last}
    below = {**asked, "start": len(path) + 1}
    found: dict[tuple[Any, ...], list[int]] = {}
    for month, kind, channel, received in tx.all(_RECEIVED, asked):
        found[month, kind, channel, ""] = [received, 0, 0, 0, 0]
    for month, kind, channel, *ended in tx.all(_ENDED, asked):
        found.setdefault((month, kind, channel, ""), [0] * 5)[1:] = ended
    for month, child, received in tx.all(_RECEIVED_BELOW, below):
        found[month, "", "", child or OWN] = [received, 0, 0, 0, 0]
    for month, child, *ended in tx.all(_ENDED_BELOW, below):
        found.setdefault((month, "", "", child or OWN), [0] * 5)[1:] = ended
    return [Count(*key, *counted) for key, counted in found.items()]


OWN: Final = "/"
"""In place of the body next below: the body itself."""


def tallied(tx: Tx, path: str, first: int, last: int) -> list[Count]:
    """Give the same as it was counted last, below a path too wide to count for a page."""
    asked = {"path": path, "first": first, "last": last}
    return [Count(*row) for row in tx.all(_TALLIES, asked)]


def keep_tallies(tx: Tx, path: str, found: Iterable[Count]) -> None:
    """Keep what was counted below a path, in place of what was kept before."""
    rows = [{"path": path, **dict(zip(_NAMES, astuple(one), strict=True))} for one in found]
    write(tx, [(_TALLIES_DROP, {"path": path}), *([(_TALLY_INSERT, rows)] if rows else [])])


def handed_over(tx: Tx, path: str, from_on: date, before_on: date) -> HandedOver:
    """Count the cases registered at the desk of a path that lie neither there nor below."""
    days = {"from_on": from_on.isoformat(), "before_on": before_on.isoformat()}
    return HandedOver(*tx.sure(_HANDED_OVER, {**_range(path), **days, "desk_path": path}))


def _range(path: str) -> dict[str, str]:
    return {"path_from": path, "path_to": end_of(path)}
