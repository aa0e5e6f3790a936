"""Files that come with an event: looked at when they come in, kept in its transaction."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from dataclasses import field as made_of
from datetime import datetime
from functools import cached_property
from typing import Final

from mediation import text
from mediation.engine.errors import unknown
from mediation.engine.filling import Filled, read_form
from mediation.engine.forms import Asked
from mediation.errors import Faults
from mediation.language import Message
from mediation.operations.attachments.looking import Look, look
from mediation.records.attachments import (
    Attachment,
    case_attachments,
    digest_of,
    save_attachment,
)
from mediation.records.database import Tx
from mediation.records.sealing import Key

MOST: Final = 50
SORTS: Final = "attachment_sorts"
"""The list of `workflows/lists.toml` that says what a file is to the case."""
OTHER: Final = "other"
"""What a file is of which nobody has said it."""

NAMES: Final = "attachment_names"
"""Where the sealed part of an event keeps how its files are called."""


@dataclass(frozen=True)
class Upload:
    """A file as it came in at a door; whoever makes one has looked at it.

    It is made before anything in the database waits for it.

    Args:
        field: where it was chosen in the form.
        sort: what it is to the case, a key of `SORTS`.
        name: how people call it; it may name a person.
        seen: what its bytes are.
    """

    field: str
    content: bytes = made_of(repr=False)
    sort: str = OTHER
    name: str = ""
    seen: Look = made_of(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", look(self.content))

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        return digest_of(self.content)


def attached_to(tx: Tx, case_id: int | None) -> frozenset[str]:
    """Name the files a case has; a case that is being opened has none."""
    if case_id is None:
        return frozenset()
    return frozenset(one.digest for one in case_attachments(tx, case_id))


def read_form_with(
    asked: Asked,
    data: object,
    uploads: Collection[Upload],
    sorts: Collection[str],
    attached: Collection[str],
) -> Filled:
    """Read what was filled in, and look at the files that came with it.

    Args:
        sorts: what a file may be to a case.
        attached: the files the case has already.

    Raises:
        InputRefused: with every fault of the form and of the files.
    """
    faults = Faults()
    filled = faults.take("", lambda given: read_form(asked, given), data)
    places = Counter[str]()
    for one in uploads:
        places[one.field] += 1
        look_at(one, places[one.field], sorts, faults)
    if uploads and len({*attached, *(one.digest for one in uploads)}) > MOST:
        where = next(iter(uploads)).field
        faults.add(where, Message("一个案件最多放 {most} 个附件", {"most": MOST}))
    faults.refuse_any()
    return filled or Filled({}, {})


def look_at(one: Upload, no: int, sorts: Collection[str], faults: Faults) -> None:
    """Note what speaks against a file, against its name and its sort.

    Args:
        no: its place among the files of its field.
    """
    if one.seen.against:
        values = {"no": no, "name": one.name, "why": one.seen.against}
        said = Message("第 {no} 个文件{why}", values)
        faults.add(
            one.field, Message("第 {no} 个文件“{name}”{why}", values) if one.name else said
        )
    # What was said of all the files of a field is wrong once.
    if no > 1:
        return
    if one.name:
        faults.take(f"{one.field}.name", text.line, one.name)
    if one.sort not in sorts:
        faults.add(f"{one.field}.sort", unknown(one.sort[:60], sorts))


def keep_uploads(
    tx: Tx, key: Key, case_id: int, uploads: Iterable[Upload], officer: str, now: datetime
) -> None:
    """Keep files that were looked at; what the case has already is not kept twice."""
    known = set(attached_to(tx, case_id))
    for one in uploads:
        if one.digest not in known:
            known.add(one.digest)
            media, size = one.seen.media, len(one.content)
            made = Attachment(case_id, one.digest, media, size, officer, now)
            save_attachment(tx, key, made, one.content)
