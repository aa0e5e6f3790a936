"""The sweep: fires what the calendar has made due, each once, however many sweep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import TemplateError

from mediation.errors import MediationError
from mediation.operations.cases.handling import catch_up
from mediation.operations.cases.recording import Recorder
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.deadlines import DueCase, claim_due, next_due, postpone
from mediation.records.events import append_events

# Each batch waits once for the disk; meanwhile, on SQLite, nobody else writes.
BATCH = 200
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)

# What one poisoned case may raise: refused, contradictory, of a workflow that is gone or wrong,
# with a paper that cannot be made. A database that fails raises its driver's own errors here:
# that is no case's fault and ends the whole sweep.
FAILURES = (
    MediationError,
    TemplateError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


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
    """Fire everything due by a moment, each batch in a transaction of its own."""
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
    2. All are decided and written in one plan, as one savepoint.
    3. If any of them fails, all are undone and done again one by one, each in its own
       savepoint; only what fails then is set aside.
    """
    claimed = claim_due(tx, now, limit)
    try:
        with tx.savepoint():
            fired = carry_on(office, tx, claimed, now)
    except FAILURES:
        return one_by_one(office, tx, claimed, now)
    return Swept(fired, 0)


def carry_on(office: Office, tx: Tx, claimed: Sequence[DueCase], now: datetime) -> int:
    """Fire what is due on some cases and write it in one plan; give the number of events."""
    people = office.staff(tx)
    recorders = [Recorder.of(office, tx, due.case, now, people) for due in claimed]
    for recorder in recorders:
        catch_up(recorder, now)
    chained = [event for recorder in recorders for event in recorder.chained]
    if chained:
        append_events(tx, chained)
    return len(chained)


def one_by_one(office: Office, tx: Tx, claimed: Sequence[DueCase], now: datetime) -> Swept:
    """Fire what is due on each case alone, and set aside what cannot be fired."""
    done = Swept(0, 0)
    for due in claimed:
        try:
            with tx.savepoint():
                done += Swept(carry_on(office, tx, [due], now), 0)
        except FAILURES as fault:
            set_aside(tx, due, now, fault)
            done += Swept(0, 1)
    return done


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
