"""The calendar in force: of the notices that ship with the program, and of those entered since.

The database names one calendar, kept whole, by which every process decides from its next
transaction on. Each event says under its hash by which calendar it was decided, so that what
was decided before a notice was known is decided again without it.
"""

from collections.abc import Mapping
from typing import Final

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.operations.catalogue import Catalogue
from mediation.records.database import Tx
from mediation.records.meta import remember, remembered
from mediation.records.people import raise_version
from mediation.records.people_changes import PeopleChange, changes_of
from mediation.records.workflows import keep_calendar

IN_FORCE: Final = "calendar_in_force"
NOTICE_ENTERED: Final = "notice_entered"
CALENDAR: Final = "calendar"
"""Under this the journal keeps, beside a notice, the version of the calendar it made."""


def calendar_in_force(catalogue: Catalogue, tx: Tx) -> WorkingCalendar:
    """Give the calendar everybody decides by; of the program's own notices before any start.

    Raises:
        CalendarMissing: the database names one that it does not keep.
    """
    version = remembered(tx, IN_FORCE)
    return catalogue.calendar_of(tx, version) if version else catalogue.calendar


def put_in_force(tx: Tx, calendar: WorkingCalendar) -> None:
    """Keep a calendar, and let every process decide by it from its next transaction on."""
    keep_calendar(tx, calendar.version, calendar.to_json())
    remember(tx, IN_FORCE, calendar.version)
    raise_version(tx)


def settle_calendar(catalogue: Catalogue, tx: Tx) -> None:
    """Put in force the program's notices with those entered, if they are not; at each start.

    Raises:
        DefinitionError: a notice of a new program contradicts one that was entered.
    """
    calendar = with_entered(catalogue, tx)
    if remembered(tx, IN_FORCE) != calendar.version:
        put_in_force(tx, calendar)


def with_entered(catalogue: Catalogue, tx: Tx) -> WorkingCalendar:
    """Give the program's notices with those entered on a page, which hold for their years.

    Raises:
        DefinitionError: two of them contradict each other.
    """
    calendar = catalogue.calendar
    for change in entered(tx).values():
        calendar = calendar.with_notice(notice_of(change))
    return calendar


def entered(tx: Tx) -> dict[str, PeopleChange]:
    """Give the last entry of each year's notice, by the year as text."""
    return {change.subject: change for change in changes_of(tx, NOTICE_ENTERED)}


def notice_of(change: PeopleChange) -> Mapping[str, object]:
    """Give the notice that was entered, in the shape of its file."""
    return {name: value for name, value in (change.after or {}).items() if name != CALENDAR}
