"""A year's holiday notice, told."""

from mediation.engine.legal_time.notices import Notice
from mediation.operations.answers.words import Told, Words


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
