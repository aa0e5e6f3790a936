"""The counts kept of wide bodies, counted anew from the figures."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any, Final

from mediation.language import Message
from mediation.operations.administration.journal import BODY_MOVED
from mediation.operations.desk.statistics import ALL_MONTHS, key_of, wide_paths, written
from mediation.operations.office import People
from mediation.records.database import Tx
from mediation.records.meta import remembered
from mediation.records.people_changes import changes_of
from mediation.records.statistics import Count, counts, tallied
from mediation.records.verification import Finding

UNDER_WAY: Final = timedelta(minutes=10)
"""What is dated so shortly before a count may have been committed after it."""


def compared(tx: Tx, people: People, last: datetime | None) -> Iterator[Finding]:
    """Compare the counts of each wide body with the figures.

    Whatever happened since they were counted is not in them yet, and need not be: then nothing
    is proven of them until the heartbeat has counted again.

    Args:
        last: when the last event of any case was recorded.
    """
    moved = [change.at for change in changes_of(tx, BODY_MOVED)]
    since = max([*moved, *([last] if last else [])], default=None)
    for path in wide_paths(people):
        at = remembered(tx, key_of(path))
        if at and since and datetime.fromisoformat(at) > since + UNDER_WAY:
            yield from differing(tx, people, path)


def differing(tx: Tx, people: People, path: str) -> Iterator[Finding]:
    """Name each row of a body's counts that differs."""
    made, kept = (by_key(find(tx, path, *ALL_MONTHS)) for find in (counts, tallied))
    body = people.directory.body_at(path)
    for key in sorted(made.keys() | kept.keys()):
        if made.get(key) != kept.get(key):
            month, *of = key
            values = {
                "body": body.name if body else path,
                "month": written(month),
                "of": " ".join(filter(None, of)),
            }
            said = Message("{body} {month}（{of}）的统计合计与各案不符", values)
            yield Finding("tally_differs", None, None, said)


def by_key(found: list[Count]) -> dict[tuple[Any, ...], Count]:
    """Give counts by month, kind, channel and the body below."""
    return {astuple(one)[:4]: one for one in found}
