"""Who looked at personal data on purpose, when and why: append-only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from mediation.records.database import Tx, write
from mediation.records.desk_tables import reveals
from mediation.records.statements import Statement
from mediation.records.values import micros, moment


@dataclass(frozen=True, slots=True)
class Reveal:
    """One look.

    Args:
        case_id: None for what was shown before there was a case.
        what: what was shown: `parties`, an attachment, or an application (`application/7`).
    """

    case_id: int | None
    officer: str
    body: str
    what: str
    reason: str
    at: datetime


_COLUMNS: Final = ("case_id", "officer", "body", "what", "reason", "at")
_INSERT: Final = Statement("reveal_insert", reveals.insert().inline(), columns=_COLUMNS)
_OF_CASE: Final = Statement(
    "reveals",
    select(*(reveals.c[name] for name in _COLUMNS))
    .where(reveals.c.case_id == bindparam("case_id"))
    .order_by(reveals.c.id),
)


def note_reveal(tx: Tx, reveal: Reveal) -> None:
    """Write down a look, before anything is shown."""
    row: dict[str, Any] = {
        "case_id": reveal.case_id,
        "officer": reveal.officer,
        "body": reveal.body,
        "what": reveal.what,
        "reason": reveal.reason,
        "at": micros(reveal.at),
    }
    write(tx, [(_INSERT, row)])


def case_reveals(tx: Tx, case_id: int) -> list[Reveal]:
    """Give every look at a case, in order."""
    return [
        Reveal(case, officer, body, what, reason, moment(at))
        for case, officer, body, what, reason, at in tx.all(_OF_CASE, {"case_id": case_id})
    ]
