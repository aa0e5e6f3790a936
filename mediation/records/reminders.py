"""Deadlines that are near, with who answers for their cases, for the morning reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from mediation.records.database import Tx
from mediation.records.deadlines import RUNNING
from mediation.records.tables import cases, deadlines
from mediation.records.values import micros, moment


@dataclass(frozen=True, slots=True)
class NearDeadline:
    """A running deadline of an open case.

    Args:
        workflow: the hash the case is pinned to; it knows from how many days before to remind.
    """

    number: str
    workflow: str
    role: str
    body: str
    machine: str
    period: str
    due_at: datetime


# Run by SQLAlchemy, which writes out the list.
_NEAR: Final = (
    select(
        cases.c.number,
        cases.c.workflow,
        cases.c.responsible_role,
        cases.c.responsible_body,
        deadlines.c.machine,
        deadlines.c.period,
        deadlines.c.due_at,
    )
    .join(cases, cases.c.id == deadlines.c.case_id)
    .where(
        deadlines.c.status == RUNNING,
        deadlines.c.period.in_(bindparam("periods", expanding=True)),
        deadlines.c.due_at > bindparam("now"),
        deadlines.c.due_at <= bindparam("until"),
        cases.c.responsible_role.is_not(None),
        cases.c.responsible_body.is_not(None),
    )
    .order_by(deadlines.c.due_at, cases.c.id, deadlines.c.no)
)


def near_deadlines(
    tx: Tx, periods: Iterable[str], now: datetime, until: datetime
) -> list[NearDeadline]:
    """Give the deadlines of some periods that end after one moment and by another."""
    asked = {"periods": list(periods), "now": micros(now), "until": micros(until)}
    rows = tx.connection.execute(_NEAR, asked)
    return [NearDeadline(*row[:-1], moment(row[-1])) for row in rows]
