"""The files of a case as its log tells them: what each is, how it is called, what is in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mediation.operations.cases.attachments import NAMES, OTHER
from mediation.operations.cases.viewing import View
from mediation.records.attachments import case_attachments, open_attachment
from mediation.records.database import Tx
from mediation.records.events import EventRow
from mediation.records.sealing import Key, open_sealed, row_of


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a case.

    Args:
        digest: SHA-256 of its bytes, in hexadecimal.
        sort: what it is to the case, a key of the list `attachment_sorts`.
        name: how people call it, which may name a person; empty where nobody has said it.
        media: its media type, told from its bytes.
        pages: of a PDF and of a picture; None of what cannot be counted.
        size: in bytes.
        seq: the event that brought it first.
        officer: who brought it then.
        added_at: when.
    """

    digest: str
    sort: str
    name: str
    media: str
    pages: int | None
    size: int
    seq: int
    officer: str
    added_at: datetime


def attached_in(view: View) -> list[Attached]:
    """Give the files of a case that somebody looks at, the oldest first."""
    return listed(view.tx, view.row.id, view.secret, view.log)


def listed(tx: Tx, case_id: int, secret: Key, log: Sequence[EventRow]) -> list[Attached]:
    """Give the files of a case, the oldest first.

    One that is brought again is what was said of it last, so that a mistake can be put right.
    """
    brought: dict[str, int] = {}
    said: dict[str, dict[str, Any]] = {}
    for event in log:
        for digest, told in brought_by(secret, event):
            brought.setdefault(digest, event.seq)
            said[digest] = {**said.get(digest, {}), **told}
    return [
        Attached(
            digest=one.digest,
            sort=said[one.digest].get("sort", OTHER),
            name=said[one.digest].get("name", ""),
            media=one.media,
            pages=said[one.digest].get("pages", pages_untold(one.media)),
            size=one.size,
            seq=brought[one.digest],
            officer=one.officer,
            added_at=one.added_at,
        )
        for one in case_attachments(tx, case_id)
        if one.digest in brought
    ]


def brought_by(secret: Key, event: EventRow) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the files an event brought, and what was said of each."""
    digests = event.body.get("attachments", ())
    if not digests:
        return
    row = row_of(event.case_id, event.seq)
    sealed = open_sealed(secret, "events", row, event.sealed) if event.sealed else {}
    names = sealed.get(NAMES, {})
    told = event.body.get("attached", {})
    for digest in digests:
        named = {"name": names[digest]} if digest in names else {}
        yield digest, {**told.get(digest, {}), **named}


def pages_untold(media: str) -> int | None:
    """Give the pages of a file that came before the log told them, when all were photos."""
    return 1 if media.startswith("image/") else None


def attached_bytes(view: View, digest: str) -> bytes:
    """Give the bytes of a file of a case as they came.

    Raises:
        KeyError: the case has no such file.
        SealBroken: it was changed, moved or swapped.
    """
    kept = {one.digest: one for one in case_attachments(view.tx, view.row.id)}
    return open_attachment(view.tx, view.secret, kept[digest])
