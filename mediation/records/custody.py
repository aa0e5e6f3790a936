"""What lies in a body's custody, counted: who manages people reads no cases."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, func, select

from mediation.records.database import Tx
from mediation.records.statements import Statement
from mediation.records.tables import cases
from mediation.records.values import parsed

_OPEN_HERE: Final = (cases.c.owner == bindparam("body"), cases.c.closed.is_(False))
_COUNT: Final = Statement("custody_count", select(func.count()).where(*_OPEN_HERE))
_FACTS: Final = Statement("custody_facts", select(cases.c.snapshot).where(*_OPEN_HERE))


def open_cases_of(tx: Tx, body: str) -> int:
    """Count the open cases in a body's custody."""
    row = tx.one(_COUNT, {"body": body})
    return int(row[0]) if row else 0


def facts_of(tx: Tx, body: str) -> Iterator[Mapping[str, Any]]:
    """Give the facts of each open case in a body's custody, by name."""
    for (snapshot,) in tx.all(_FACTS, {"body": body}):
        facts = parsed(snapshot)["facts"]
        yield {name: value for name, (value, _) in facts.items()}
