"""What tells whether an installation is well: the oldest thing due, the oldest unsent."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from mediation.records.database import Tx
from mediation.records.statements import Statement
from mediation.records.tables import ARMED, UNSENT, deadlines, outbox
from mediation.records.values import moment_or_none

_DUE: Final = Statement(
    "health_due",
    select(deadlines.c.due_at)
    .where(ARMED, deadlines.c.due_at.is_not(None))
    .order_by(deadlines.c.due_at)
    .limit(1),
)
# By its age, not by its next try: every try in vain puts that off.
_UNSENT: Final = Statement("health_unsent", select(func.min(outbox.c.created_at)).where(UNSENT))
_INCIDENTS: Final = Statement(
    "health_incidents",
    select(func.count()).select_from(deadlines).where(deadlines.c.incident_at.is_not(None)),
)


def oldest_due(tx: Tx) -> datetime | None:
    """Give when the first of all armed deadlines is over, or was."""
    row = tx.one(_DUE, {})
    return moment_or_none(row[0]) if row else None


def oldest_unsent(tx: Tx) -> datetime | None:
    """Give since when the oldest unsent message waits."""
    return moment_or_none(tx.sure(_UNSENT, {})[0])


def incidents(tx: Tx) -> int:
    """Count the deadlines that could not be fired and wait for a person."""
    return int(tx.sure(_INCIDENTS, {})[0])
