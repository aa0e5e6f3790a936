"""Whether an installation is well: is anything due that nobody has fired or sent?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mediation.operations.office import Office
from mediation.records.health import incidents, oldest_due, oldest_unsent

LATE: Final = timedelta(minutes=5)
"""The sweep comes each minute, the outbox each quarter of one."""


@dataclass(frozen=True, slots=True)
class Health:
    """What is late.

    Args:
        sweep: by how much the oldest deadline is overdue that should have fired.
        outbox: for how long the oldest message has waited.
        incidents: deadlines that could not be fired and wait for a person.
    """

    sweep: timedelta
    outbox: timedelta
    incidents: int

    @property
    def well(self) -> bool:
        """Whether nothing is late."""
        return self.sweep <= LATE and self.outbox <= LATE and not self.incidents

    def told(self) -> dict[str, object]:
        """Tell it plainly."""
        return {
            "well": self.well,
            "sweep_late_seconds": int(self.sweep.total_seconds()),
            "outbox_late_seconds": int(self.outbox.total_seconds()),
            "incidents": self.incidents,
        }


def health(office: Office, now: datetime) -> Health:
    """Look what is late."""
    with office.database.reading() as tx:
        due, unsent, open_ = oldest_due(tx), oldest_unsent(tx), incidents(tx)
    return Health(late(due, now), late(unsent, now), open_)


def late(since: datetime | None, now: datetime) -> timedelta:
    """Tell how long ago something should have happened."""
    return max(now - since, timedelta()) if since else timedelta()
