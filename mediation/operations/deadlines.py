"""The sweep: fires what the calendar has made due, each once, however many sweepers there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mediation.errors import MediationError
from mediation.operations.cases import catch_up
from mediation.operations.office import Office
from mediation.operations.recording import Recorder
from mediation.records.database import Tx
from mediation.records.deadlines import DueCase, claim_due, next_due, postpone
from mediation.records.events import append_events

BATCH = 50
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Swept:
    """What one round of sweeping did.

    Args:
        fired: events the calendar did.
        failed: cases whose expiry could not be carried out; each has been put off or has become
            an incident.
    """

    fired: int
    failed: int

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.fired + other.fired, self.failed + other.failed)


def sweep(office: Office, now: datetime) -> Swept:
    """Fire everything due by a moment, batch by batch, each batch in a transaction of its own."""
    total = Swept(0, 0)
    while True:
        with office.database.writing() as tx:
            done = sweep_batch(office, tx, now)
        total += done
        if not (done.fired or done.failed):
            return total


def sweep_batch(office: Office, tx: Tx, now: datetime, limit: int = BATCH) -> Swept:
    """Claim cases with clocks that are over and carry them on, in one transaction.

    1. The claim locks the cases; another sweep skips them.
    2. Each case is decided alone; one that cannot be decided is put aside.
    3. All are written in one plan.
    """
    claimed = claim_due(tx, now, limit)
    recorders: list[tuple[DueCase, Recorder]] = []
    failed = 0
    for due in claimed:
        recorder = Recorder.of(office, tx, due.case, now)
        try:
            # Numbers are taken while deciding; a savepoint gives them back if it fails.
            with tx.savepoint():
                catch_up(recorder, now)
            recorders.append((due, recorder))
        except (MediationError, RuntimeError, LookupError) as fault:
            set_aside(tx, due, now, fault)
            failed += 1
    chained = [event for _, recorder in recorders for event in recorder.chained]
    if chained:
        append_events(tx, chained)
    return Swept(len(chained), failed)


def set_aside(tx: Tx, due: DueCase, now: datetime, fault: Exception) -> None:
    """Try again later, twice as late each time; after that it is an incident for a person."""
    for row in due.deadlines:
        if row.attempts + 1 < TRIES:
            postpone(tx, row, next_try_at=now + FIRST_WAIT * 2**row.attempts)
        else:
            postpone(tx, row, next_try_at=None, incident=str(fault), incident_at=now)


def next_moment(office: Office) -> datetime | None:
    """Give the moment the next clock is over; None if none is armed."""
    with office.database.reading() as tx:
        return next_due(tx)
