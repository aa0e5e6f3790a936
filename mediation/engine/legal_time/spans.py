"""What a clock is given: a budget of time, the times it stood still, and days of legal time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from mediation.clock import SHANGHAI
from mediation.errors import MediationError
from mediation.language import Label, Message

Unit = Literal["hours", "days", "working_days", "months", "years"]

LONGEST: Final = 10_000
ONE_DAY: Final = timedelta(days=1)

# One of a thing reads differently in English; the Chinese is the same.
_ONE: Final[dict[Unit, Message]] = {
    "hours": Message("1小时"),
    "days": Message("1日"),
    "working_days": Message("1个工作日"),
    "months": Message("1个月"),
    "years": Message("1年"),
}
_MANY: Final[dict[Unit, str]] = {
    "hours": "{value}小时",
    "days": "{value}日",
    "working_days": "{value}个工作日",
    "months": "{value}个月",
    "years": "{value}年",
}


class PeriodRefused(MediationError, ValueError):
    """A period that cannot be computed: for its length, unit, beginning or suspensions."""

    code = "period_refused"


def amount(value: int, unit: Unit) -> Message:
    """Say how many of a unit: 30日, 30 days."""
    return _ONE[unit] if value == 1 else Message(_MANY[unit], {"value": value})


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as a rule of law states it, 1 to 10 000 of a unit.

    Raises:
        PeriodRefused: the value is out of range, or the unit is none.
    """

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in _MANY:
            raise PeriodRefused(Message("没有{unit}这种期限单位", {"unit": self.unit}))
        # True is an int to Python, but not to a reader.
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise PeriodRefused(Message("期限应为整数"))
        if not 1 <= self.value <= LONGEST:
            raise PeriodRefused(Message("期限应在1至{most}之间", {"most": LONGEST}))

    @property
    def label(self) -> Message:
        """Say it: 30日, 30 days."""
        return amount(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which a clock stands still: from `start`, until it goes on at `end`.

    Counted in days of Shanghai it is half open: suspended on day a and resumed on day b, it
    costs b − a days. Without an end the clock still stands.

    Args:
        start: a day, or an aware moment.
        end: likewise; not before the start.
        ground: why, as a person reads it.
        law: the citation that lets the clock stand.

    Raises:
        PeriodRefused: it ends before it starts, or a moment carries no time zone.
    """

    start: datetime | date
    end: datetime | date | None = None
    ground: str | Label = ""
    law: str = ""

    def __post_init__(self) -> None:
        begun = shanghai_moment(self.start)
        if self.end is not None and shanghai_moment(self.end) < begun:
            raise PeriodRefused(Message("恢复的时间早于中止的时间"))


@dataclass(frozen=True, slots=True)
class Pause:
    """The days of a suspension that no earlier one covers; `resumed` is the first day after."""

    first: date
    resumed: date | None
    suspension: Suspension

    def covers(self, day: date) -> bool:
        """Tell whether the clock stands on the day."""
        return self.first <= day and not self.over_by(day)

    def over_by(self, day: date) -> bool:
        """Tell whether the clock runs again on the day or did before."""
        return self.resumed is not None and self.resumed <= day


def pauses(suspensions: Iterable[Suspension]) -> tuple[Pause, ...]:
    """Lay suspensions out one after another, so that no day is taken twice."""
    laid: list[Pause] = []
    covered = date.min
    for suspension in sorted(suspensions, key=lambda one: shanghai_day(one.start)):
        first = max(shanghai_day(suspension.start), covered)
        if suspension.end is None:
            return (*laid, Pause(first, None, suspension))
        resumed = shanghai_day(suspension.end)
        if first < resumed:
            laid.append(Pause(first, resumed, suspension))
            covered = resumed
    return tuple(laid)


def shanghai_day(when: datetime | date) -> date:
    """Give the day in Shanghai on which a moment falls; a day is that day.

    Raises:
        PeriodRefused: the moment carries no time zone.
    """
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        raise PeriodRefused(Message("时刻必须带时区"))
    return when.astimezone(SHANGHAI).date()


def shanghai_moment(when: datetime | date) -> datetime:
    """Give a moment in UTC; a day is its first moment in Shanghai.

    Raises:
        PeriodRefused: the moment carries no time zone.
    """
    if not isinstance(when, datetime):
        when = datetime.combine(when, time(), SHANGHAI)
    if when.tzinfo is None:
        raise PeriodRefused(Message("时刻必须带时区"))
    return when.astimezone(UTC)


def midnight_after(day: date) -> datetime:
    """Give the end of a day in Shanghai, its 24时, as a UTC moment.

    Source: Civil Code art. 203 para. 2.
    """
    return datetime.combine(day + ONE_DAY, time(), SHANGHAI).astimezone(UTC)


def day_ended(moment: datetime) -> date:
    """Give the day in Shanghai that a due moment ends: midnight belongs to the day before it.

    Source:
        Civil Code art. 203 para. 2.
    """
    return shanghai_day(moment - timedelta(microseconds=1))
