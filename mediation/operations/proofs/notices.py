"""The holiday notices entered, compared with the calendars that decide."""

from collections.abc import Iterator

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.notices import read_notice
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.catalogue import Catalogue
from mediation.operations.notices import (
    CALENDAR,
    NOTICE_ENTERED,
    calendar_in_force,
    entered,
    notice_of,
)
from mediation.records.database import Tx
from mediation.records.people_changes import PeopleChange, changes_of
from mediation.records.verification import Finding


def compared(catalogue: Catalogue, tx: Tx) -> Iterator[Finding]:
    """Look for each notice in the calendar it made, the last of a year in that in force too.

    Calendars are kept by their hashes, and those stand under the hashes of events.
    """
    last = entered(tx)
    for change in changes_of(tx, NOTICE_ENTERED):
        try:
            made = catalogue.calendar_of(tx, str((change.after or {}).get(CALENDAR)))
            sound = holds(made, change)
            if change == last[change.subject]:
                sound = sound and holds(calendar_in_force(catalogue, tx), change)
        except (MediationError, AttributeError, TypeError, ValueError):
            sound = False
        if not sound:
            text = Message("{year}年的放假通知与录入时的记录不符", {"year": change.subject})
            yield Finding("notice_differs", None, None, text)


def holds(calendar: WorkingCalendar, change: PeopleChange) -> bool:
    """Tell whether a calendar has a notice as it was entered."""
    return read_notice(notice_of(change), change.subject) in calendar.notices
