"""The sweep: what is due costs, not what is open; and APScheduler owning the deadlines."""

import time
from datetime import datetime, timedelta
from statistics import median

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bench.worlds import BEGIN, Place, interviewed, promised, settled
from mediation.clock import SHANGHAI
from mediation.operations.cases.expiries import catch_up
from mediation.operations.cases.recording import Recorder
from mediation.operations.deadlines import sweep
from mediation.operations.office import Office
from mediation.operations.start import settle
from mediation.records.cases import case_ids, lock_case
from mediation.records.database import Tx

DUE = 1_000
FEW, MANY = 10_000, 1_000_000
BATCH = 50_000
FIVE_WEEKS = timedelta(days=35)
ROUNDS = 7
PAIRS = 5
EVENTS_EACH = 2
"""A promise that falls late moves its side machine, and that moves the case."""
FAR = BEGIN + timedelta(days=3_000)


def multiply(tx: Tx, copies: int, due_at: datetime) -> None:
    """Copy the first case by plain SQL, its deadlines due far ahead: what is open, not due.

    What a sweep could meet is copied as it stands: case rows and running deadlines.
    """
    micros = int(due_at.timestamp() * 1_000_000)
    last = tx.driver.execute("SELECT max(id) FROM cases").fetchone()[0]
    series = (
        "SELECT value AS n FROM numbers" if tx.dialect == "sqlite" else "SELECT n FROM numbers"
    )
    numbers = (
        f"WITH RECURSIVE numbers(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers"
        f" WHERE value < {copies})"
        if tx.dialect == "sqlite"
        else f"WITH numbers AS (SELECT generate_series(1, {copies}) AS n)"
    )
    names = [
        "kind", "place", "workflow", "state", "closed", "version", "owner", "owner_path",
        "owner_tier", "desk", "desk_path", '"class"', "opened_on", "settled_on", "closed_on",
        "responsible_role", "responsible_body", "last_at", "head", "anchored_version",
        "snapshot", "title", "wrapped_key",
    ]  # fmt: skip
    columns = ", ".join(names)
    tx.driver.execute(
        f"{numbers} INSERT INTO cases"
        f" (id, number, number_key, next_due_at, {columns})"
        f" SELECT {last} + n, 'copy ' || ({last} + n), 'copy ' || ({last} + n), {micros},"
        f" {columns} FROM cases, ({series}) AS many WHERE cases.id = 1"
    )
    own = (
        "machine, period, effect, fires, status, ledger, attempts, next_try_at, incident,"
        " incident_at"
    )
    tx.driver.execute(
        f"{numbers} INSERT INTO deadlines (case_id, no, due_at, {own})"
        f" SELECT {last} + n, no, {micros}, {own} FROM deadlines, ({series}) AS many"
        " WHERE deadlines.case_id = 1 AND status = 'running'"
    )


def filled(place: Place, opened: int) -> Office:
    """Make a database with so many open deadlines, a thousand of them due in a fortnight."""
    url = settled(place)
    office = place.office(url)
    interviewed(office, DUE)
    while opened > DUE:
        with office.database.writing() as tx:
            multiply(tx, min(BATCH, opened - DUE), FAR)
        opened -= BATCH
    with office.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    return office


def flat(place: Place) -> tuple[float, float]:
    """Sweep a thousand due among few and among many; give ratio, and seconds among few."""
    few, many = filled(place, FEW), filled(place, MANY)
    settle()
    ratios, seconds = [], []
    for no in range(1, ROUNDS + 1):
        now = BEGIN + FIVE_WEEKS * no
        pair = (few, many) if no % 2 else (many, few)
        taken = {id(office): swept(office, now) for office in pair}
        seconds.append(taken[id(few)])
        ratios.append(taken[id(many)] / taken[id(few)])
    for office in (few, many):
        office.database.close()
    return median(ratios), median(seconds)


def swept(office: Office, now: datetime) -> float:
    """Sweep, and give the seconds for each event fired.

    Raises:
        AssertionError: it was no sweep of everything due; its time would mean nothing.
    """
    began = time.perf_counter()
    done = sweep(office, now)
    if done.fired < DUE or done.failed:
        message = f"{done} is not a sweep of {DUE}"
        raise AssertionError(message)
    return (time.perf_counter() - began) / done.fired


# APScheduler calls jobs by name: what they work on stands here.
OFFICES: dict[str, Office] = {}


def fire_one(place: str, case_id: int, now: str) -> None:
    """Do for one case what the sweep does, in a transaction of its own."""
    office = OFFICES[place]
    with office.database.writing() as tx:
        recorder = Recorder.of(office, tx, lock_case(tx, case_id), datetime.fromisoformat(now))
        catch_up(recorder, recorder.now)
        recorder.write()


def jobs(place: Place, office: Office, now: datetime) -> float:
    """Let APScheduler own the deadlines; give the seconds for each it fired."""
    OFFICES[place.dialect] = office
    store = SQLAlchemyJobStore(url=place.fresh())
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=SHANGHAI,
    )
    with office.database.reading() as tx:
        ids = case_ids(tx, 0, DUE)
    scheduler.start(paused=True)
    for case_id in ids:
        scheduler.add_job(
            fire_one, "date", run_date=now, args=[place.dialect, case_id, now.isoformat()]
        )
    began = time.perf_counter()
    scheduler.resume()
    while count_due(office, now):
        time.sleep(0.01)
    taken = time.perf_counter() - began
    scheduler.shutdown()
    return taken / len(ids)


def count_due(office: Office, now: datetime) -> int:
    """Count what is due and not fired."""
    with office.database.reading() as tx:
        micros = int(now.timestamp() * 1_000_000)
        query = (
            "SELECT count(*) FROM deadlines WHERE status = 'running' AND fires IS NOT NULL"
            f" AND due_at <= {micros}"
        )
        return int(tx.driver.execute(query).fetchone()[0])


def against_jobs(place: Place) -> tuple[float, float]:
    """Fire a thousand deadlines that move the state, by the sweep and by jobs."""
    url = settled(place)
    office = place.office(url)
    promised(office, DUE)
    office.database.close()
    over = BEGIN + timedelta(days=11)
    ratios, rates = [], []
    for no in range(PAIRS):
        mine, theirs = place.office(place.copy(url)), place.office(place.copy(url))
        settle()
        # In alternate order: what comes second must not always meet the warmer disk.
        first = jobs(place, theirs, over) if no % 2 else None
        taken = swept(mine, over) * EVENTS_EACH
        ratios.append((first or jobs(place, theirs, over)) / taken)
        rates.append(1 / taken)
        for one in (mine, theirs):
            one.database.close()
    return median(ratios), median(rates)


def rows(place: Place) -> list[tuple[str, str, str, str]]:
    """Give the figures: what, measured, floor, bar."""
    ratio, seconds = flat(place)
    faster, rate = against_jobs(place)
    return [
        (
            f"1,000 due among 1,000,000 open, {place.dialect}",
            f"{ratio:.2f}×",
            f"the same among 10,000, {1 / seconds:,.0f} fired a second",
            "≤ 1.2×",
        ),
        (
            f"state-moving deadlines fired, {place.dialect}",
            f"{faster:.1f}× as fast, {rate:,.0f} a second",
            "APScheduler jobs calling the same operation",
            "≥ 3×",
        ),
    ]
