"""Where a body stands, rewritten in every table that carries the path of a body."""

from typing import Any, Final

from sqlalchemy import Column, Integer, bindparam, delete, func, select, update

from mediation.records.database import Tx, write
from mediation.records.desk_tables import figures, tallies
from mediation.records.gateway import end_of, under
from mediation.records.report_tables import rounds
from mediation.records.statements import Statement
from mediation.records.tables import bodies, cases, machines

CARRIED: Final[tuple[Column[Any], ...]] = (
    bodies.c.path,
    bodies.c.scope_path,
    cases.c.owner_path,
    cases.c.desk_path,
    machines.c.sender_path,
    machines.c.receiver_path,
    figures.c.path,
    rounds.c.path,
)
"""Every column that follows a body when it moves; what was journaled stays where it was."""


def _moving(column: Column[Any]) -> Statement:
    behind = func.substr(column, bindparam("behind", type_=Integer))
    moved = bindparam("new", type_=column.type).concat(behind)
    statement = update(column.table).where(under(column, "old")).values({column: moved})
    return Statement(f"move_{column.table.name}_{column.name}", statement)


_MOVES: Final = [_moving(column) for column in CARRIED]
# Counted by path and month; the heartbeat counts wide bodies anew where they stand.
_TALLIES_DROP: Final = Statement(
    "tallies_moved", delete(tallies).where(under(tallies.c.path, "old"))
)
_RISEN: Final = Statement(
    "risen_by_body",
    select(cases.c.responsible_body, func.count())
    .where(under(cases.c.owner_path, "old"), ~cases.c.closed)
    .group_by(cases.c.responsible_body)
    .order_by(cases.c.responsible_body),
)


def move_paths(tx: Tx, old: str, new: str) -> None:
    """Write the new path of a body, and of all below it, wherever the old one stands.

    Args:
        tx: one that has no other beside it (`Database.writing(alone=True)`), for whoever has
            read the old path would write it.
    """
    within = {"old_from": old, "old_to": end_of(old)}
    asked = {**within, "new": new, "behind": len(old) + 1}
    write(tx, [*((statement, asked) for statement in _MOVES), (_TALLIES_DROP, within)])


def answering_under(tx: Tx, path: str) -> dict[str, int]:
    """Count the open cases at and below a path by the body that answers for them."""
    rows = tx.all(_RISEN, {"old_from": path, "old_to": end_of(path)})
    return {str(body): int(count) for body, count in rows if body is not None}
