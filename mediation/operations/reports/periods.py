"""Which days a reporting month holds: it ends on the day that was set for the body."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mediation.operations.desk.statistics import written
from mediation.records.people import Directory
from mediation.records.reports import Cutoff

MONTH_END: Final = 31
"""The day that stands for the last of each month."""
DECEMBER: Final = 12
YEAR: Final = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """On which day the months of a body end: its own rule, or that of the nearest body above.

    Args:
        rules: those of the body and of the bodies above it, the nearest first.
    """

    rules: tuple[tuple[Cutoff, ...], ...]

    @classmethod
    def of(cls, directory: Directory, body: str, every: Sequence[Cutoff]) -> "Cutoffs":
        """Give those that hold for a body."""
        codes = reversed(directory.body(body).path.strip("/").split("/"))
        own = (tuple(one for one in every if one.body == code) for code in codes)
        return cls(tuple(rules for rules in own if rules))

    def day(self, month: int) -> int:
        """Give the day a month ends on by the rule in force; 31 is the last of any month."""
        for rules in self.rules:
            in_force = [one for one in rules if one.from_month <= month]
            if in_force:
                return max(enumerate(in_force), key=lambda one: (one[1].from_month, one[0]))[
                    1
                ].day
        return MONTH_END

    def last_day(self, month: int) -> date:
        """Give the last day of a reporting month."""
        year, number = divmod(month, 100)
        return date(year, number, min(self.day(month), monthrange(year, number)[1]))

    def first_day(self, month: int) -> date:
        """Give its first day: the one behind the month before, so that none is left out."""
        return self.last_day(before(month)) + timedelta(days=1)

    def month_of(self, day: date) -> int:
        """Give the reporting month that a day belongs to."""
        month = day.year * 100 + day.month
        return month if day <= self.last_day(month) else after(month)


@dataclass(frozen=True, slots=True)
class Period:
    """Months from the first to the last, and the days they hold."""

    first: int
    last: int
    from_on: date
    until_on: date

    @classmethod
    def of(cls, cutoffs: Cutoffs, first: int, last: int) -> "Period":
        """Give the period of some months."""
        return cls(first, last, cutoffs.first_day(first), cutoffs.last_day(last))

    @property
    def days(self) -> tuple[date, date]:
        """Its first day and its last."""
        return self.from_on, self.until_on

    @property
    def is_month(self) -> bool:
        """Whether it is one month, which may be submitted."""
        return self.first == self.last

    @property
    def written(self) -> str:
        """How it is asked for: `2026-03`, or the year `2026`."""
        return written(self.first) if self.is_month else str(self.first // 100)


def months_of(text: str) -> tuple[int, int] | None:
    """Read a month `2026-03` or a year `2026`; None if it is neither."""
    year, _, number = text.partition("-")
    if not YEAR.fullmatch(year) or not date.min.year < int(year) < date.max.year:
        return None
    if "-" not in text:
        return int(year) * 100 + 1, int(year) * 100 + DECEMBER
    if not re.fullmatch(r"0[1-9]|1[0-2]", number):
        return None
    return int(year) * 100 + int(number), int(year) * 100 + int(number)


def before(month: int) -> int:
    """Give the month before."""
    return month - 1 if month % 100 > 1 else month - 100 + DECEMBER - 1


def after(month: int) -> int:
    """Give the month after."""
    return month + 1 if month % 100 < DECEMBER else month + 100 - DECEMBER + 1
