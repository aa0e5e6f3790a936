"""The sweep: fires what the calendar has made due, each once, however many sweep."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mediation.operations.cases.expiries import FAILURES, ClockFailed, catch_up, reason
from mediation.operations.cases.recording import Recorder
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.deadlines import (
    DueCase,
    claim_due,
    next_due,
    postpone,
    put_off,
    retry_incidents,
)
from mediation.records.events import append_events

# Each batch waits once for the disk; meanwhile, on SQLite, nobody else writes.
BATCH = 200
# PostgreSQL writes one batch while the next is decided; SQLite has one write lock.
WORKERS: Final = {"sqlite": 1, "postgresql": 2}
TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
INCIDENT_WAIT = timedelta(hours=1)


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

    def __bool__(self) -> bool:
        return bool(self.fired or self.failed)


NOTHING: Final = Swept(0, 0)


def sweep(office: Office, now: datetime) -> Swept:
    """Fire everything due by a moment, each batch in a transaction of its own."""
    first = sweep_some(office, now)
    workers = WORKERS[office.database.dialect]
    if not first or workers == 1:
        return sum(batches(office, now), first)
    with ThreadPoolExecutor(workers) as pool:
        rounds = pool.map(lambda _: sum(batches(office, now), NOTHING), range(workers))
        return sum(rounds, first)


def batches(office: Office, now: datetime) -> Iterator[Swept]:
    """Sweep batch after batch until there is nothing left that nobody else has claimed."""
    while done := sweep_some(office, now):
        yield done


def sweep_some(office: Office, now: datetime) -> Swept:
    """Sweep one batch in a transaction of its own."""
    with office.database.writing() as tx:
        return sweep_batch(office, tx, now)


def sweep_batch(office: Office, tx: Tx, now: datetime, limit: int = BATCH) -> Swept:
    """Claim cases with clocks that are over and carry them on, in one transaction.

    1. The claim locks the cases; another sweep skips them.
    2. All are decided and written in one plan, as one savepoint.
    3. If any of them fails, all are undone and done again one by one, each in its own
       savepoint; only a clock that fails then is put off or set aside.
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
    for recorder, due in zip(recorders, claimed, strict=True):
        catch_up(recorder, now, due.aside)
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
    """Try a clock again later, twice as late each time; after that it is an incident.

    While it is tried again, whatever else is due on its case waits with it, so that all fire in
    their order. Once it is an incident, the sweep and everybody's commands pass over it, and it
    alone is tried again every hour, until it succeeds or an event sets it anew.
    """
    no, cause = (fault.no, fault.fault) if isinstance(fault, ClockFailed) else (None, fault)
    blamed = [row for row in due.deadlines if no == row.deadline.no] or list(due.deadlines)
    for row in blamed:
        if row.attempts + 1 < TRIES:
            until = now + FIRST_WAIT * 2**row.attempts
            postpone(tx, row, next_try_at=until)
            others = [one for one in due.deadlines if one not in blamed and not one.incident_at]
            put_off(tx, others, until)
        else:
            since, until = row.incident_at or now, now + INCIDENT_WAIT
            postpone(tx, row, next_try_at=until, incident=reason(cause), incident_at=since)


def try_again(office: Office, now: datetime) -> None:
    """Let the next sweep try at once what was set aside: somebody says the cause is gone."""
    with office.database.writing() as tx:
        retry_incidents(tx, now)


def next_moment(office: Office) -> datetime | None:
    """Give the moment the next clock is over; None if none is armed."""
    with office.database.reading() as tx:
        return next_due(tx)
