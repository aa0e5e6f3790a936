"""The working calendar: which days are worked, by what notice, and how far that is known."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from mediation.engine.errors import DefinitionError
from mediation.engine.legal_time.notices import SATURDAY, Notice, read_notice
from mediation.language import Label, Message

FORMAT: Final = 1

# What an error names as the place of a mistake in a calendar kept by its version.
STORED: Final = "calendar.json"

WEEKDAYS = (
    Label("周一", "Monday"),
    Label("周二", "Tuesday"),
    Label("周三", "Wednesday"),
    Label("周四", "Thursday"),
    Label("周五", "Friday"),
    Label("周六", "Saturday"),
    Label("周日", "Sunday"),
)

NATIONAL_DAY = Label("国庆节", "National Day")
LABOUR_DAY = Label("劳动节", "Labour Day")

# What can be said of a year without a notice: the holidays fixed to a day of our calendar. The
# feasts of the moon and all make-up workdays are unknown, so such a year is provisional.
FIXED_HOLIDAYS: Mapping[tuple[int, int], Label] = {
    (1, 1): Label("元旦", "New Year's Day"),
    (5, 1): LABOUR_DAY,
    (5, 2): LABOUR_DAY,
    (10, 1): NATIONAL_DAY,
    (10, 2): NATIONAL_DAY,
    (10, 3): NATIONAL_DAY,
}

DECEMBER: Final = 12

# Notices for a coming year have moved days off and workdays as early as 29 December (2018).
FIRST_DAY_OF_NEXT_NOTICE: Final = 29


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The days worked and the days off of the whole country, as far as notices are known.

    Two calendars are equal when their content is: `version` is the SHA-256 of `to_json()`.
    """

    notices: tuple[Notice, ...] = field(compare=False, repr=False)
    version: str = field(init=False)
    _off: Mapping[date, Label] = field(init=False, compare=False, repr=False)
    _makeup: Mapping[date, Notice] = field(init=False, compare=False, repr=False)
    _years: frozenset[int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Order the notices and lay out the look-ups by day."""
        ordered = tuple(sorted(self.notices, key=lambda notice: notice.year))
        settle = object.__setattr__
        settle(self, "notices", ordered)
        settle(self, "_off", {d: h.name for n in ordered for h in n.holidays for d in h.days()})
        settle(self, "_makeup", {d: n for n in ordered for h in n.holidays for d in h.work})
        settle(self, "_years", frozenset(notice.year for notice in ordered))
        settle(self, "version", sha256(self.to_json().encode()).hexdigest())

    @classmethod
    def from_notices(
        cls, notices: Iterable[Mapping[str, object]], file: str = "notices"
    ) -> Self:
        """Make a calendar from plain notices, those of a file, a form or stored JSON.

        Args:
            notices: each with the keys of a `workflows/holidays/<year>.toml`; days are dates or
                ISO text.
            file: what an error shall name as the place of the mistake.

        Raises:
            DefinitionError: a notice is not understood, or two of them contradict each other.
        """
        calendar = cls(tuple(read_notice(raw, file) for raw in notices))
        calendar.refuse_contradictions(file)
        return calendar

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Make the calendar that `to_json` wrote.

        Raises:
            DefinitionError: the text is no calendar, or of a format this program cannot read.
        """
        match _parsed(text):
            case {"format": int(version), "notices": [*notices]} if version == FORMAT:
                return cls.from_notices(notices, STORED)
        problem = Message("不是本程序能读的日历格式")
        raise DefinitionError(STORED, "format", problem)

    def to_json(self) -> str:
        """Write it canonically: equal calendars give equal text."""
        told = {"format": FORMAT, "notices": [notice.as_data() for notice in self.notices]}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def with_notice(self, raw: Mapping[str, object], file: str = "notice") -> Self:
        """Give the calendar with one more notice, which replaces any of the same year.

        Raises:
            DefinitionError: the notice is not understood, or contradicts another.
        """
        added = read_notice(raw, file)
        others = tuple(notice for notice in self.notices if notice.year != added.year)
        calendar = type(self)((*others, added))
        calendar.refuse_contradictions(file)
        return calendar

    @property
    def horizon(self) -> int:
        """The last year whose notice is known; 0 without any."""
        return max(self._years, default=0)

    def is_workday(self, day: date) -> bool:
        """Tell whether the day is worked, make-up workdays included."""
        if day.weekday() >= SATURDAY:
            return day in self._makeup
        if day in self._off:
            return False
        return day.year in self._years or (day.month, day.day) not in FIXED_HOLIDAYS

    def is_holiday(self, day: date) -> bool:
        """Tell whether the day is off: by notice, or a weekend nobody makes up on."""
        return not self.is_workday(day)

    def name(self, day: date) -> Label | None:
        """Name a day off by its holiday, else by its weekday; None for a workday."""
        if self.is_workday(day):
            return None
        if day in self._off:
            return self._off[day]
        fixed = None if day.year in self._years else FIXED_HOLIDAYS.get((day.month, day.day))
        return fixed or WEEKDAYS[day.weekday()]

    def makeup_notice(self, day: date) -> Notice | None:
        """Find the notice that made a weekend day a workday; None for any other day."""
        return self._makeup.get(day)

    def missing_year(self, day: date) -> int | None:
        """Find the year whose notice is still missing for the day; None if it is settled."""
        if day.year not in self._years:
            return day.year
        late = day.month == DECEMBER and day.day >= FIRST_DAY_OF_NEXT_NOTICE
        return day.year + 1 if late and day.year + 1 not in self._years else None

    def provisional(self, day: date) -> bool:
        """Tell whether a notice not yet known may change the day."""
        return self.missing_year(day) is not None

    def first_provisional(self, first: date, last: date) -> date | None:
        """Find the first provisional day from one day to another, both included."""
        for year in range(first.year, last.year + 1):
            if year not in self._years:
                return max(first, date(year, 1, 1))
            tail = date(year, DECEMBER, FIRST_DAY_OF_NEXT_NOTICE)
            if year + 1 not in self._years and tail <= last:
                return max(first, tail)
        return None

    def refuse_contradictions(self, file: str) -> None:
        """Let a calendar pass whose notices agree.

        Raises:
            DefinitionError: two are for one year, or one works a day the other has off.
        """
        if len(self._years) < len(self.notices):
            raise DefinitionError(file, "year", Message("同一年有两份安排"))
        for day in self._off.keys() & self._makeup.keys():
            problem = Message("{day}既放假又上班", {"day": day})
            raise DefinitionError(file, "holiday", problem)


def load_calendar(directory: Path) -> WorkingCalendar:
    """Read the notices of a folder, one `<year>.toml` each.

    Raises:
        DefinitionError: a file is not understood, is named for another year, or there is none.
    """
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise DefinitionError(directory.name, "", Message("没有任何节假日安排"))
    read = tuple(read_notice(_read_file(file), _shown(file)) for file in files)
    calendar = WorkingCalendar(read)
    calendar.refuse_contradictions(directory.name)
    return calendar


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise DefinitionError(STORED, "", Message("不是JSON")) from None


def _shown(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _read_file(file: Path) -> Mapping[str, object]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = Message("不是TOML：{error}", {"error": error})
        raise DefinitionError(_shown(file), "", problem) from None
    if str(raw.get("year")) != file.stem:
        problem = Message("文件名应为其年份，如2026.toml")
        raise DefinitionError(_shown(file), "year", problem)
    return raw
