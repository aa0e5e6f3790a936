"""The cases of a register: those of a body and of all below it, by the day of registration."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, select, tuple_

from mediation.records.cases import CASE_COLUMNS, CaseRow, case_row
from mediation.records.database import Tx
from mediation.records.gateway import end_of, under
from mediation.records.report_tables import rounds
from mediation.records.statements import Statement
from mediation.records.tables import cases

_REGISTERED: Final = Statement(
    "registered",
    select(*CASE_COLUMNS)
    .where(
        under(cases.c.owner_path, "path"),
        cases.c.opened_on <= bindparam("until_on"),
        tuple_(cases.c.opened_on, cases.c.id)
        > tuple_(
            bindparam("after", type_=cases.c.opened_on.type),
            bindparam("after_id", type_=cases.c.id.type),
        ),
    )
    .order_by(cases.c.opened_on, cases.c.id)
    .limit(bindparam("limit")),
)

_SIMPLE: Final = Statement(
    "simple_cases",
    select(cases.c.number)
    .join(rounds, rounds.c.case_id == cases.c.id)
    .where(
        rounds.c.path == bindparam("path"),
        rounds.c.grade == bindparam("grade"),
        rounds.c.settled,
        rounds.c.oral,
        rounds.c.closed_on >= bindparam("from_on"),
        rounds.c.closed_on <= bindparam("until_on"),
        rounds.c.returned_on.is_(None),
        cases.c.owner_path == rounds.c.path,
    )
    .order_by(rounds.c.closed_on, cases.c.id)
    .limit(bindparam("limit")),
)


def registered(
    tx: Tx, path: str, days: tuple[date, date], limit: int, after: tuple[date, int] | None
) -> list[CaseRow]:
    """Give the cases registered in some days, in the order of their registration.

    Args:
        after: the day and id of the last case of the page before.
    """
    # Ids begin with 1: behind the zeroth of the first day is all of that day.
    day, case_id = after or (days[0], 0)
    asked: dict[str, Any] = {
        "path_from": path,
        "path_to": end_of(path),
        "until_on": days[1].isoformat(),
        "after": day.isoformat(),
        "after_id": case_id,
        "limit": limit,
    }
    return [case_row(row) for row in tx.all(_REGISTERED, asked)]


def simple_cases(
    tx: Tx, path: str, grade: str, days: tuple[date, date], limit: int
) -> list[str]:
    """Give the numbers of the cases of a grade that a body settled by word and closed."""
    from_on, until_on = (one.isoformat() for one in days)
    asked = {
        "path": path, "grade": grade, "from_on": from_on, "until_on": until_on, "limit": limit,
    }  # fmt: skip
    return [number for (number,) in tx.all(_SIMPLE, asked)]
