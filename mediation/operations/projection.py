"""When a holiday notice comes: deadlines are projected anew, with an entry in the log."""

from datetime import datetime

from mediation.engine.cases import CALENDAR
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import projected
from mediation.engine.decisions import next_steps
from mediation.engine.drafting import Command
from mediation.engine.workflows.definitions import Event
from mediation.operations.cases.recording import Recorder
from mediation.operations.office import Office
from mediation.records.cases import case_ids, lock_case
from mediation.records.database import Tx
from mediation.records.meta import remember, remembered

PROJECTED_BY = "calendar"


def project(office: Office, now: datetime) -> int:
    """Project the deadlines of every case anew if the calendar has changed since the last time.

    Returns:
        The number of cases whose deadlines moved; none ever moves earlier.
    """
    with office.database.reading() as tx:
        version = office.staff(tx).calendar.version
        if remembered(tx, PROJECTED_BY) == version:
            return 0
    moved, after = 0, 0
    while True:
        with office.database.writing() as tx:
            ids = case_ids(tx, after)
            moved += sum(project_case(office, tx, case_id, now) for case_id in ids)
            if not ids:
                # If another notice came meanwhile, the next beat projects once more.
                remember(tx, PROJECTED_BY, version)
                return moved
        after = ids[-1]


def project_case(office: Office, tx: Tx, case_id: int, now: datetime) -> bool:
    """Project the deadlines of one case; tell whether any moved."""
    recorder = Recorder.of(office, tx, lock_case(tx, case_id), now)
    event = projecting(recorder.procedure)
    calendar = recorder.people.calendar
    if event is None or not projected(recorder.case, recorder.procedure, calendar):
        return False
    at = max(filter(None, (now, recorder.case.last_at)))
    command = Command(event.name, {}, CALENDAR, at)
    steps = next_steps(
        recorder.procedure, recorder.case, command, recorder.people.traits, calendar
    )
    recorder.take(steps, CALENDAR)
    recorder.write()
    return True


def projecting(procedure: Procedure) -> Event | None:
    """Find the event by which a workflow's deadlines are projected anew."""
    events = procedure.case.plan.events
    return next((event for event in events if event.effects.reproject), None)
