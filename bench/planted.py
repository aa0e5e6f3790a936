"""Faults planted on purpose, to see that the kills find them; no release ever carries one."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Timer
from typing import Any
from unittest.mock import patch

from sqlalchemy import text

from mediation.engine.cases import CALENDAR
from mediation.engine.deadlines import next_due
from mediation.engine.decisions import fire
from mediation.operations.cases import requests
from mediation.operations.cases.recording import Recorder
from mediation.operations.cases.requests import Done
from mediation.operations.deadlines import Swept
from mediation.operations.office import Office
from mediation.records import events, numbers
from mediation.records.cases import lock_case, read_case
from mediation.records.database import Database, Tx, write
from mediation.records.failures import KeyTaken

Patches = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault: what it replaces in the program, and what it takes away from the database.

    Args:
        kills: how many it takes to be sure to meet it.
        in_sweeps: whether it shows among sweepers, not among writers.
    """

    name: str
    replaces: Callable[[], Patches]
    kills: int = 120
    in_sweeps: bool = False
    drops: tuple[str, ...] = ()

    @contextmanager
    def applied(self, url: str) -> Iterator[None]:
        """Plant it for a while."""
        self.dropped(url)
        with self.patched():
            yield

    def dropped(self, url: str) -> None:
        """Take away from a database what would save it."""
        database = Database.open(url)
        with database.engine.begin() as connection:
            for drop in self.drops:
                on_sqlite = connection.dialect.name == "sqlite"
                if on_sqlite or "TRIGGER" not in drop:
                    connection.execute(text(drop))
        database.close()

    @contextmanager
    def patched(self) -> Iterator[None]:
        """Plant it in this process for a while."""
        with ExitStack() as stack:
            for where, what in self.replaces().items():
                stack.enter_context(patch(where, what))
            yield


def commit_here(tx: Tx) -> None:
    """Commit in the middle of a transaction, and go on in another."""
    if tx.dialect == "postgresql":
        tx.driver.commit()
    else:
        tx.driver.execute("COMMIT")
        tx.driver.execute("BEGIN IMMEDIATE")


def in_two(first: Callable[[str], bool]) -> Patches:
    """Write the statements of these names and commit, then the others."""

    def torn(tx: Tx, plan: Any) -> None:
        ahead = [one for one in plan if first(one[0].name)]
        behind = [one for one in plan if not first(one[0].name)]
        if ahead:
            write(tx, ahead)
        commit_here(tx)
        if behind:
            write(tx, behind)

    return {f"{events.__name__}.write": torn}


def number_kept() -> Patches:
    """Commit a number before the event that uses it."""

    def taken(tx: Tx, series: numbers.Series) -> int:
        number = numbers.take_number(tx, series)
        commit_here(tx)
        return number

    return {"mediation.operations.cases.papers.take_number": taken}


def early_acknowledgement() -> Patches:
    """Acknowledge before the commit."""

    @contextmanager
    def hasty(database: Database, real: Any = Database.writing) -> Iterator[Tx]:
        with real(database) as tx:
            yield tx
            for acknowledge in waiting:
                acknowledge()
            waiting.clear()

    waiting: list[Callable[[], None]] = []

    def carry_out(writer: Any, request: Any) -> Any:
        from bench import kill  # noqa: PLC0415 - it imports this module

        def said() -> None:
            writer.say("K", request.key, None)

        if request.sort in {"open", "do"}:
            waiting.append(said)
        try:
            return kill.carry_out(
                writer.stage.office, request, writer.stage.now(), writer.stage.anchors
            )
        finally:
            waiting.clear()

    return {
        "bench.kill.Writer.carry_out": carry_out,
        "mediation.records.database.Database.writing": hasty,
    }


def no_key() -> Patches:
    """Look for no earlier request of the same key."""
    return {"mediation.operations.cases.requests.replayed": lambda *_: None}


def early_answer() -> Patches:
    """Answer a form a second before its transaction commits."""

    def carried_out(office: Office, operation: Callable[[Office, Tx], Done]) -> Done:
        try:
            with ExitStack() as stack:
                done = operation(office, stack.enter_context(office.database.writing()))
                Timer(1.0, stack.pop_all().close).start()
                return done
        except KeyTaken:
            return requests.carried_out(office, operation)

    return {
        "mediation.web.routes.events.carried_out": carried_out,
        "mediation.web.routes.registering.carried_out": carried_out,
    }


def careless_sweep() -> Patches:
    """Select what is due without a lock, act, then mark, asking nothing of the row."""

    def sweep_some(office: Office, now: datetime) -> int:
        with office.database.reading() as tx:
            due = [
                (case_id, clock)
                for case_id in selected(tx, now)
                if (clock := due_clock(office, tx, case_id, now))
            ]
        time.sleep(0.002)
        for case_id, clock in due:
            with office.database.writing() as tx:
                recorder = Recorder.of(office, tx, lock_case(tx, case_id), now)
                steps = fire(
                    recorder.procedure,
                    recorder.case,
                    clock,
                    recorder.people.traits,
                    recorder.people.calendar,
                )
                recorder.take(steps, CALENDAR)
                recorder.write()
        return len(due)

    return {
        "bench.kill.sweep_some": sweep_some,
        "mediation.scheduler.sweep": lambda office, now: Swept(sweep_some(office, now), 0),
    }


def selected(tx: Tx, now: datetime) -> list[int]:
    """Give some cases with a clock that is over."""
    rows = tx.connection.execute(
        text(
            "SELECT case_id FROM deadlines WHERE status = 'running' AND fires IS NOT NULL"
            " AND due_at <= :now ORDER BY due_at, case_id LIMIT 5"
        ),
        {"now": int(now.timestamp() * 1_000_000)},
    )
    return [row[0] for row in rows]


def due_clock(office: Office, tx: Tx, case_id: int, now: datetime) -> Any:
    """Give the clock of a case that ran out first."""
    recorder = Recorder.of(office, tx, read_case(tx, case_id), now)
    return next_due(recorder.case, recorder.procedure, now)


FAULTS = {
    one.name: one
    for one in (
        Planted(
            "commit_between_case_and_event", lambda: in_two(lambda name: name == "case_update")
        ),
        Planted("messages_after_commit", lambda: in_two(lambda name: name != "message_insert")),
        Planted("number_committed_alone", number_kept),
        Planted("acknowledged_before_commit", early_acknowledgement),
        Planted(
            "no_unique_key",
            no_key,
            drops=("DROP INDEX uq_events_actor_key", "DROP TRIGGER events_key"),
        ),
        Planted("sweep_without_lock", careless_sweep, in_sweeps=True),
    )
}

DESK_FAULTS = {
    one.name: one
    for one in (
        FAULTS["no_unique_key"],
        FAULTS["sweep_without_lock"],
        Planted("answered_before_commit", early_answer),
    )
}
"""Faults that show when whole processes are killed (`bench.desks`)."""
