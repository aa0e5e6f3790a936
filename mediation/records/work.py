"""What lies on a body's desk: its open cases, and the side machines that wait for it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, delete, literal, select

from mediation.records.cases import CASE_COLUMNS, CaseRow, case_row
from mediation.records.database import Tx, write
from mediation.records.desk_tables import snoozes
from mediation.records.machines import Machine, machine_of
from mediation.records.statements import Statement, upsert
from mediation.records.tables import cases, machines


@dataclass(frozen=True, slots=True)
class Snooze:
    """A case put off by a body until a day, with the reason."""

    case_id: int
    until_on: date
    officer: str
    reason: str


# Nothing is due later than never: cases without a clock come last.
_OPEN: Final = Statement(
    "work_open",
    select(*CASE_COLUMNS)
    .where(cases.c.owner == bindparam("body"), cases.c.closed.is_(False))
    .order_by(cases.c.next_due_at.is_(None), cases.c.next_due_at, cases.c.id)
    .limit(bindparam("limit")),
)
_RISEN: Final = Statement(
    "work_risen",
    select(*CASE_COLUMNS)
    .where(
        cases.c.responsible_body == bindparam("body"),
        cases.c.owner != bindparam("body"),
        cases.c.closed.is_(False),
    )
    .order_by(cases.c.next_due_at.is_(None), cases.c.next_due_at, cases.c.id)
    .limit(bindparam("limit")),
)


def _mail(mine: Any, *, open_: bool) -> Select[Any]:
    # What waits is little and comes by its due day; of what has ended there is ever more, and
    # only the newest is walked through.
    chosen = select(*CASE_COLUMNS, *machines.columns)
    joined = chosen.join(machines, machines.c.case_id == cases.c.id)
    order = (
        (cases.c.next_due_at, cases.c.id.desc())
        if open_
        else (machines.c.case_id.desc(), machines.c.key.desc())
    )
    return (
        joined.where(
            mine, machines.c.sort == bindparam("sort"), machines.c.open == literal(open_)
        )
        .order_by(*order)
        .limit(bindparam("limit"))
    )


_TO_US: Final = machines.c.receiver == bindparam("body")
_FROM_US: Final = and_(
    machines.c.sender == bindparam("body"), machines.c.receiver != bindparam("body")
)
_MAIL: Final = {
    (sent, open_): Statement(
        f"work_{'sent' if sent else 'received'}_{'open' if open_ else 'ended'}",
        _mail(_FROM_US if sent else _TO_US, open_=open_),
    )
    for sent in (False, True)
    for open_ in (False, True)
}
_SNOOZES: Final = Statement(
    "snoozes",
    select(snoozes.c.case_id, snoozes.c.until_on, snoozes.c.officer, snoozes.c.reason).where(
        snoozes.c.body == bindparam("body"), snoozes.c.until_on > bindparam("today")
    ),
)
_SNOOZE: Final = upsert(snoozes, "snooze_save")
_WAKE: Final = Statement(
    "snooze_end",
    delete(snoozes).where(
        snoozes.c.body == bindparam("body"), snoozes.c.case_id == bindparam("case_id")
    ),
)


def open_cases(tx: Tx, body: str, limit: int) -> list[CaseRow]:
    """Give the open cases in a body's custody, the nearest due first."""
    return [case_row(row) for row in tx.all(_OPEN, {"body": body, "limit": limit})]


def risen_cases(tx: Tx, body: str, limit: int) -> list[CaseRow]:
    """Give the cases of other bodies that have risen to this one."""
    return [case_row(row) for row in tx.all(_RISEN, {"body": body, "limit": limit})]


def mail(
    tx: Tx, body: str, sort: str, limit: int, *, sent: bool = False
) -> list[tuple[CaseRow, Machine]]:
    """Give the side machines of a sort that a body has received, or sent, open ones first."""
    asked = {"body": body, "sort": sort}
    found = tx.all(_MAIL[sent, True], {**asked, "limit": limit})
    if len(found) < limit:
        found += tx.all(_MAIL[sent, False], {**asked, "limit": limit - len(found)})
    count = len(CASE_COLUMNS)
    return [(case_row(row[:count]), machine_of(row[count:])) for row in found]


def snoozed(tx: Tx, body: str, today: date) -> dict[int, Snooze]:
    """Give what a body has put off beyond today, by case."""
    rows = tx.all(_SNOOZES, {"body": body, "today": today.isoformat()})
    return {
        case_id: Snooze(case_id, date.fromisoformat(until_on), officer, reason)
        for case_id, until_on, officer, reason in rows
    }


def put_off(tx: Tx, body: str, snooze: Snooze) -> None:
    """Put a case off."""
    row = {
        "body": body,
        "case_id": snooze.case_id,
        "officer": snooze.officer,
        "until_on": snooze.until_on.isoformat(),
        "reason": snooze.reason,
    }
    write(tx, [(_SNOOZE, row)])


def take_up(tx: Tx, body: str, case_id: int) -> None:
    """Put a case on the desk again."""
    write(tx, [(_WAKE, {"body": body, "case_id": case_id})])
