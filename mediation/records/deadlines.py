"""Deadlines: the running clocks of cases, claimed by whoever sweeps, each fired once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, or_, select, update

from mediation.records.cases import CaseRow, read_cases
from mediation.records.database import Tx, write
from mediation.records.statements import Params, Statement, among, upsert
from mediation.records.tables import ARMED, cases, deadlines
from mediation.records.values import (
    canonical,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    parsed,
)

RUNNING: Final = "running"


class Deadline(NamedTuple):
    """A period running on a case, as the engine leaves it.

    Args:
        no: its number in the case.
        machine: the side machine it runs on (`referral/2`), empty for the case itself.
        fires: the event it brings when it is over; None if it brings none.
        due_at: None while it is suspended.
        status: running, suspended, ended or fired; never "overdue", which is told by the clock.
        ledger: anchor, budget, what is consumed, suspensions with their grounds.
    """

    no: int
    machine: str
    period: str
    effect: str
    fires: str | None
    due_at: datetime | None
    status: str
    ledger: Any


class DeadlineRow(NamedTuple):
    """A deadline as recorded, with the sweep's luck in firing it.

    Args:
        attempts: how often firing it failed since an event last wrote it.
        incident: why it is set aside, for a person to read; everybody passes over it meanwhile.
        incident_at: since when it is set aside; None while it is not.
    """

    case_id: int
    deadline: Deadline
    attempts: int
    next_try_at: datetime | None
    incident: str | None
    incident_at: datetime | None


class DueCase(NamedTuple):
    """A case claimed by a sweep, with its deadlines that are due, earliest first.

    Args:
        aside: numbers of those that carry an incident and are not to be tried again yet.
    """

    case: CaseRow
    deadlines: tuple[DeadlineRow, ...]
    aside: frozenset[int] = frozenset()


DEADLINE_UPSERT: Final = upsert(deadlines, "deadline_upsert")

_OF_CASE: Final = Statement(
    "deadlines",
    select(*deadlines.columns)
    .where(deadlines.c.case_id == bindparam("case_id"))
    .order_by(deadlines.c.no),
)
_over = (ARMED, deadlines.c.due_at <= bindparam("now"))
_due = (
    *_over,
    or_(deadlines.c.next_try_at.is_(None), deadlines.c.next_try_at <= bindparam("now")),
)
_in_order = (deadlines.c.due_at, deadlines.c.case_id, deadlines.c.no)
# The case is locked, not the deadline: a person's command locks the case and then writes its
# deadlines, and two orders of locking would wait for each other. A case somebody works on is
# skipped; what is due there is fired by that command, or by the next sweep.
_CLAIM: Final = Statement(
    "deadline_claim",
    select(deadlines.c.case_id)
    .join(cases, cases.c.id == deadlines.c.case_id)
    .where(*_due)
    .order_by(*_in_order)
    .limit(bindparam("limit"))
    .with_for_update(of=cases, skip_locked=True),
)
_DUE_OF_CASES: Final = Statement(
    "deadlines_due",
    among(
        select(*deadlines.columns).where(*_over).order_by(*_in_order),
        deadlines.c.case_id,
        "ids",
    ),
)
_NEXT: Final = Statement(
    "deadline_next",
    select(deadlines.c.due_at)
    .where(ARMED, deadlines.c.next_try_at.is_(None), deadlines.c.due_at.is_not(None))
    .order_by(*_in_order)
    .limit(1),
)
_POSTPONE: Final = Statement(
    "deadline_postpone",
    update(deadlines).where(
        deadlines.c.case_id == bindparam("at_case"), deadlines.c.no == bindparam("at_no")
    ),
    columns=["attempts", "next_try_at", "incident", "incident_at"],
    every=True,
)
_PUT_OFF: Final = Statement(
    "deadline_put_off",
    update(deadlines).where(
        deadlines.c.case_id == bindparam("at_case"), deadlines.c.no == bindparam("at_no")
    ),
    columns=["next_try_at"],
    every=True,
)
_RETRY: Final = Statement(
    "incidents_retry",
    update(deadlines).where(ARMED, deadlines.c.incident_at.is_not(None)),
    columns=["next_try_at"],
)
_ASIDE: Final = Statement(
    "deadlines_aside",
    select(deadlines.c.no).where(
        deadlines.c.case_id == bindparam("case_id"), deadlines.c.incident_at.is_not(None)
    ),
)


def case_deadlines(tx: Tx, case_id: int) -> list[DeadlineRow]:
    """Give all deadlines of a case, by number."""
    return [_deadline(row) for row in tx.all(_OF_CASE, {"case_id": case_id})]


def claim_due(tx: Tx, now: datetime, limit: int = 50) -> list[DueCase]:
    """Claim cases with deadlines due, earliest first; no other sweep gets them meanwhile.

    Args:
        tx: open for writing; the claim holds until it ends.
        now: deadlines due at this very moment are over.
        limit: how many deadlines to look at; each case comes with all that is due on it.
    """
    claimed = tx.all(_CLAIM, {"now": micros(now), "limit": limit})
    ids = list(dict.fromkeys(case_id for (case_id,) in claimed))
    if not ids:
        return []
    # Read after the lock: a sweep that was ahead may have fired some in the meantime.
    found: dict[int, list[DeadlineRow]] = {}
    for row in tx.all(_DUE_OF_CASES, {"now": micros(now), "ids": canonical(ids)}):
        found.setdefault(row[0], []).append(_deadline(row))
    rows = {case.id: case for case in read_cases(tx, found)}
    return [_due_case(rows[case_id], due, now) for case_id, due in found.items()]


def _due_case(case: CaseRow, due: list[DeadlineRow], now: datetime) -> DueCase:
    aside = (
        row.deadline.no
        for row in due
        if row.incident_at and row.next_try_at and row.next_try_at > now
    )
    return DueCase(case, tuple(due), frozenset(aside))


def next_due(tx: Tx) -> datetime | None:
    """Give the moment the next deadline is over, None if none is armed.

    Those that failed to fire are left to the sweep of every minute.
    """
    row = tx.one(_NEXT, {})
    return None if row is None else moment(row[0])


def postpone(
    tx: Tx,
    row: DeadlineRow,
    *,
    next_try_at: datetime,
    incident: str | None = None,
    incident_at: datetime | None = None,
) -> None:
    """Count a failed attempt: try again later; with an incident it is set aside until then.

    Raises:
        RowMissed: the deadline is gone.
    """
    write(
        tx,
        [
            (
                _POSTPONE,
                {
                    "at_case": row.case_id,
                    "at_no": row.deadline.no,
                    "attempts": row.attempts + 1,
                    "next_try_at": micros(next_try_at),
                    "incident": incident,
                    "incident_at": micros_or_none(incident_at),
                },
            )
        ],
    )


def put_off(tx: Tx, rows: Sequence[DeadlineRow], until: datetime) -> None:
    """Let deadlines wait that did not fail themselves."""
    for row in rows:
        params = {
            "at_case": row.case_id,
            "at_no": row.deadline.no,
            "next_try_at": micros(until),
        }
        write(tx, [(_PUT_OFF, params)])


def retry_incidents(tx: Tx, now: datetime) -> None:
    """Let the next sweep try again what is set aside."""
    write(tx, [(_RETRY, {"next_try_at": micros(now)})])


def set_aside_on(tx: Tx, case_id: int) -> list[int]:
    """Give the numbers of a case's deadlines that are set aside with an incident."""
    return [no for (no,) in tx.all(_ASIDE, {"case_id": case_id})]


def deadline_row(case_id: int, deadline: Deadline) -> Params:
    """Write a deadline's columns; an event that writes it forgives earlier failures."""
    return {
        "case_id": case_id,
        "no": deadline.no,
        "machine": deadline.machine,
        "period": deadline.period,
        "effect": deadline.effect,
        "fires": deadline.fires,
        "due_at": micros_or_none(deadline.due_at),
        "status": deadline.status,
        "ledger": canonical(deadline.ledger),
        "attempts": 0,
        "next_try_at": None,
        "incident": None,
        "incident_at": None,
    }


def _deadline(row: Sequence[Any]) -> DeadlineRow:
    (
        case_id, no, machine, period, effect, fires, due_at, status, ledger, attempts,
        next_try_at, incident, incident_at,
    ) = row  # fmt: skip
    return DeadlineRow(
        case_id,
        Deadline(
            no, machine, period, effect, fires, moment_or_none(due_at), status, parsed(ledger)
        ),
        attempts,
        moment_or_none(next_try_at),
        incident,
        moment_or_none(incident_at),
    )
