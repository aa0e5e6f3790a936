"""The only place that asks what time it is, and how a day or a moment is written."""

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from mediation.errors import InputRefused
from mediation.language import Message

# All legal time is China's, whatever the server's own zone.
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

# Outside these years a day in a dispute is a slip of the pen, and arithmetic on it overflows.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]"
    r"(?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return datetime.now(UTC)


def parse_day(text: str) -> date:
    """Read a day written `2026-11-22`.

    Raises:
        InputRefused: it is written otherwise, or is not in the calendar.
    """
    if not _DAY.fullmatch(text):
        raise InputRefused(Message("日期应写成 2026-11-22"))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputRefused(Message("历法中没有这一天")) from None
    return _within_reach(day)


def parse_moment(text: str) -> datetime:
    """Read `2026-11-22` (its first moment) or `2026-11-22T09:00`, seconds and offset optional.

    Returns:
        A UTC moment. What carries no offset is China's time.

    Raises:
        InputRefused: it is written otherwise, or is not in the calendar.
    """
    if _DAY.fullmatch(text):
        return datetime.combine(parse_day(text), time(), SHANGHAI).astimezone(UTC)
    if not _MOMENT.fullmatch(text):
        raise InputRefused(Message("时间应写成 2026-11-22 或 2026-11-22T09:00"))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputRefused(Message("历法中没有这一时刻")) from None
    _within_reach(moment.date())
    aware = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    return aware.astimezone(UTC)


def _within_reach(day: date) -> date:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise InputRefused(
        Message("年份应在 {first} 与 {last} 之间", {"first": FIRST_YEAR, "last": LAST_YEAR})
    )
