"""The morning reminder: one message a day to each role of a body, with what is near its end."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.periods import day_ended, midnight_after, shanghai_day
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.outbox import MessageWrite, add_message
from mediation.records.reminders import NearDeadline, near_deadlines

MORNING = time(8, 30)
KIND = "reminder"


def remind(office: Office, now: datetime) -> int:
    """Leave the reminders of a day to be sent, once it is morning, once a day for each reader.

    Returns:
        How many readers there are.
    """
    if now.astimezone(SHANGHAI).time() < MORNING:
        return 0
    today = shanghai_day(now)
    with office.database.writing() as tx:
        office.catalogue.load_all_in_use(tx)
        lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for near in sorted(wanted(office, tx, now, today), key=lambda one: one.due_at):
            due_on = day_ended(near.due_at).isoformat()
            entry = {"number": near.number, "period": near.period, "due_on": due_on}
            lists[f"{near.role}@{near.body}"].append(entry)
        for reader, found in sorted(lists.items()):
            body = {"day": today.isoformat(), "deadlines": found}
            message_id = f"{KIND}/{today}/{reader}"
            add_message(tx, MessageWrite(reader, KIND, body), message_id, now)
    return len(lists)


def wanted(office: Office, tx: Tx, now: datetime, today: date) -> Iterator[NearDeadline]:
    """Give the deadlines that are as near as their periods want to be reminded of."""
    for days, periods in sorted(reminding(office).items()):
        until = midnight_after(today + timedelta(days=days))
        for near in near_deadlines(tx, sorted(periods), now, until):
            procedure = office.catalogue.procedure(tx, near.workflow)
            period = procedure.chart(near.machine).plan.periods[near.period]
            # Another version of the workflow may remind earlier or later.
            if period.remind == days:
                yield near


def reminding(office: Office) -> dict[int, set[str]]:
    """Give how many days before its end each period of the workflows in use is reminded of."""
    found: dict[int, set[str]] = defaultdict(set)
    for procedure in office.catalogue.by_hash.values():
        for chart in (procedure.case, *procedure.machines.values()):
            for period in chart.plan.periods.values():
                if period.remind is not None:
                    found[period.remind].add(period.name)
    return found
