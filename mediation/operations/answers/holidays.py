"""The working calendar told: each year's notice, and how far it is known."""

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.notices import Notice
from mediation.operations.answers.words import Told, Words


def calendar_told(calendar: WorkingCalendar, words: Words) -> Told:
    """Tell the calendar, the newest year first."""
    newest_first = sorted(calendar.notices, key=lambda one: -one.year)
    return {
        "horizon": calendar.horizon,
        "version": calendar.version,
        "notices": [notice_told(one, words) for one in newest_first],
    }


def notice_told(notice: Notice, words: Words) -> Told:
    """Tell one year's notice."""
    return {
        "year": notice.year,
        "document": notice.document,
        "published_on": notice.published and notice.published.isoformat(),
        "holidays": [
            {
                "name": words.to(one.name),
                "from_on": one.first.isoformat(),
                "to_on": one.last.isoformat(),
                "days": (one.last - one.first).days + 1,
                "work_on": [day.isoformat() for day in one.work],
            }
            for one in notice.holidays
        ],
    }
