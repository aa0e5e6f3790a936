"""Saved filters: what an officer narrows his list of cases by again and again."""

from typing import Final

from sqlalchemy import bindparam, delete, select

from mediation.records.database import Tx, write
from mediation.records.desk_tables import filters
from mediation.records.statements import Statement, upsert

_MINE: Final = Statement(
    "filters",
    select(filters.c.name, filters.c.query)
    .where(filters.c.officer == bindparam("officer"))
    .order_by(filters.c.name),
)
_SAVE: Final = upsert(filters, "filter_save")
_DROP: Final = Statement(
    "filter_drop",
    delete(filters).where(
        filters.c.officer == bindparam("officer"), filters.c.name == bindparam("name")
    ),
)


def filters_of(tx: Tx, officer: str) -> dict[str, str]:
    """Give an officer's filters by name: what stands behind the question mark."""
    return {row[0]: row[1] for row in tx.all(_MINE, {"officer": officer})}


def save_filter(tx: Tx, officer: str, name: str, query: str) -> None:
    """Keep a filter, in place of one of the same name."""
    write(tx, [(_SAVE, {"officer": officer, "name": name, "query": query})])


def drop_filter(tx: Tx, officer: str, name: str) -> None:
    """Forget a filter."""
    write(tx, [(_DROP, {"officer": officer, "name": name})])
