"""Statistics of a body and of all below it: what came in, what was settled, how, and when."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.office import Office, People
from mediation.records.database import Tx
from mediation.records.gateway import PROGRESS, READ, Viewer
from mediation.records.meta import remember, remembered
from mediation.records.people import Body
from mediation.records.statistics import (
    OWN,
    Count,
    counts,
    handed_over,
    keep_tallies,
    tallied,
)

WIDE: Final = 1000
"""With more bodies than these below it, a body is counted by the heartbeat, not by the page."""
LONGEST: Final = 36
FEW: Final = 5
"""Fewer cases than these are not told of cases whose content the asker may not read."""
ALL_MONTHS: Final = (0, 999_999)


@dataclass(frozen=True, slots=True)
class Span:
    """Months from the first to the last, each written 202603."""

    first: int
    last: int

    @property
    def from_on(self) -> date:
        """The first day of the span."""
        return date(self.first // 100, self.first % 100, 1)

    @property
    def before_on(self) -> date:
        """The day after its last."""
        return day_after(self.last)

    def months(self) -> Iterator[int]:
        """Give its months."""
        month = self.first
        while month <= self.last:
            yield month
            month += 1 if month % 100 < date.max.month else 101 - date.max.month


def day_after(month: int) -> date:
    """Give the first day after a month."""
    year, number = divmod(month, 100)
    return date(year + number // 12, number % 12 + 1, 1)


def statistics_told(
    office: Office, tx: Tx, body: str, months: tuple[str, str], asking: Asking, words: Words
) -> Told | None:
    """Tell the statistics of a body; None to a seat that may read no case.

    Args:
        body: the code of a body within the seat's scope; empty for the whole scope.
        months: the first and the last, as `2026-03`; empty for this year so far.
    """
    people = office.staff(tx)
    who = viewer(people, asking.sitting.actor(people, shanghai_day(asking.now)))
    scope = scope_of(who)
    if scope is None:
        return None
    shown, faults = people.directory.body_at(scope), {}
    if body:
        found = people.directory.bodies.get(body)
        if found and found.path.startswith(scope):
            shown = found
        else:
            faults["body"] = words.say(Message("这个单位不在您可以统计的范围内"))
    assert shown is not None  # noqa: S101 - a scope is the path of a body
    span, wrong = span_of(months, shanghai_day(asking.now))
    faults |= {name: words.say(message) for name, message in wrong.items()}
    found_counts, counted_at = counted(office, tx, shown.path, span)
    return {
        "scope": {"code": shown.code, "name": shown.name},
        "way": [{"code": one.code, "name": one.name} for one in way(people, scope, shown.path)],
        "first": written(span.first),
        "last": written(span.last),
        "faults": faults,
        "counted_at": counted_at,
        **tables(people, shown, span, found_counts, words),
        "handed_over": elsewhere_told(tx, who, shown, span),
    }


def scope_of(who: Viewer) -> str | None:
    """Give the path whose cases a viewer may read, all of them, by the gateway's rights."""
    if READ in who.actions("above"):
        return who.scope_path
    return who.path if READ in who.actions("owner") else None


def span_of(months: tuple[str, str], today: date) -> tuple[Span, dict[str, Message]]:
    """Read a span of months, with what is wrong about it; this year in place of a wrong one."""
    this_year = Span(today.year * 100 + 1, today.year * 100 + today.month)
    read = [month_of(text) for text in months]
    wrong = {
        name: Message("请写成 2026-03 这样的年月")
        for name, text, month in zip(("first", "last"), months, read, strict=True)
        if text and month is None
    }
    if wrong:
        return this_year, wrong
    span = Span(read[0] or this_year.first, read[1] or this_year.last)
    if span.first > span.last:
        return this_year, {"last": Message("结束月份不能早于开始月份")}
    if len(list(span.months())) > LONGEST:
        return this_year, {"last": Message("最多统计 {months} 个月", {"months": LONGEST})}
    return span, {}


def month_of(text: str) -> int | None:
    """Read a month written `2026-03`."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day.year * 100 + day.month


def written(month: int) -> str:
    """Write a month: `2026-03`."""
    return f"{month // 100:04}-{month % 100:02}"


def way(people: People, scope: str, path: str) -> list[Body]:
    """Give the bodies from the top of a scope down to a path."""
    ends = (at + 1 for at, sign in enumerate(path) if sign == "/" and at + 1 >= len(scope))
    found = (people.directory.body_at(path[:end]) for end in ends)
    return [body for body in found if body]


def counted(office: Office, tx: Tx, path: str, span: Span) -> tuple[list[Count], str | None]:
    """Count below a path: now, or as the heartbeat has counted it and when."""
    people = office.staff(tx)
    if len(people.directory.bodies_under(path)) > WIDE:
        at = remembered(tx, key_of(path))
        if at:
            return tallied(tx, path, span.first, span.last), at
    return counts(tx, path, span.first, span.last), None


def tables(people: People, shown: Body, span: Span, found: list[Count], words: Words) -> Told:
    """Lay the counts out: in all, by month, by kind, by body, by channel."""
    channels = words.library.lists.list.get(
        str(words.library.facts.fact["channel"].options), {}
    )
    whole = [one for one in found if not one.child]
    parts = [one for one in found if one.child]

    def channel(key: str) -> str:
        label = channels.get(key)
        return str(getattr(label, words.language)) if label else key

    def body(key: str) -> str:
        if key == OWN:
            return shown.name
        below = people.directory.bodies.get(key)
        return below.name if below else key

    months = {one: written(one) for one in span.months()}
    by_body = rows(parts, lambda one: one.child, body)
    return {
        "total": row(whole, "", ""),
        "months": [
            row([one for one in whole if one.month == month], name, name)
            for month, name in months.items()
        ],
        "kinds": rows(whole, lambda one: one.kind, words.kind),
        "channels": rows(whole, lambda one: one.channel, channel),
        "bodies": by_body if any(one["key"] != OWN for one in by_body) else [],
        "own": OWN,
    }


def rows(
    found: Iterable[Count], key: Callable[[Count], str], name: Callable[[str], str]
) -> list[Told]:
    """Gather counts by a key, the most received first."""
    gathered: dict[str, list[Count]] = {}
    for one in found:
        gathered.setdefault(key(one), []).append(one)
    made = [row(those, one, name(one)) for one, those in gathered.items()]
    return sorted(made, key=lambda told: (-told["received"], -told["ended"], told["key"]))


def row(found: list[Count], key: str, name: str) -> Told:
    """Tell the sums of some counts, and their shares."""
    sums = {
        "received": sum(one.received for one in found),
        "ended": sum(one.ended for one in found),
        "settled": sum(one.settled for one in found),
        "on_time": sum(one.on_time for one in found),
        "performed": sum(one.performed for one in found),
    }
    return {
        "key": key,
        "name": name,
        **sums,
        "rate": share(sums["settled"], sums["ended"]),
        "on_time_rate": share(sums["on_time"], sums["settled"]),
        "performed_rate": share(sums["performed"], sums["settled"]),
    }


def share(part: int, whole: int) -> str:
    """Write a share in percent; a dash where there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def elsewhere_told(tx: Tx, who: Viewer, shown: Body, span: Span) -> Told | None:
    """Tell what the seat's own desk registered and others have now: progress, not content."""
    if shown.code != who.body or PROGRESS not in who.actions("desk"):
        return None
    found = handed_over(tx, shown.path, span.from_on, span.before_on)
    return {"cases": guarded(found.cases), "settled": guarded(found.settled), "few": FEW}


def guarded(count: int) -> int | None:
    """Give a count of cases one may not read; None if it is so small that it points at one."""
    return None if 0 < count < FEW else count


def tally(office: Office, now: datetime) -> int:
    """Count the bodies too wide to be counted by a page; give how many they are."""
    with office.database.reading() as tx:
        people = office.staff(tx)
        paths = wide_paths(people)
        found = {path: counts(tx, path, *ALL_MONTHS) for path in paths}
    for path, those in found.items():
        with office.database.writing() as tx:
            keep_tallies(tx, path, those)
            remember(tx, key_of(path), now.isoformat())
    return len(paths)


def wide_paths(people: People) -> list[str]:
    """Give the paths with more bodies below them than a page can count."""
    below: dict[str, int] = {}
    for body in people.directory.bodies.values():
        path = body.path
        for at in (at for at, sign in enumerate(path) if sign == "/" and at):
            below[path[: at + 1]] = below.get(path[: at + 1], 0) + 1
    return [path for path, count in below.items() if count > WIDE]


def key_of(path: str) -> str:
    """Give under what it is remembered when a path was counted."""
    return f"tallied {path}"
