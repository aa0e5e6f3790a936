"""Photos that come with an event: told by their bytes, kept in its transaction."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from mediation.engine.forms import Asked, Filled, read_form
from mediation.errors import Faults
from mediation.language import Message
from mediation.records.attachments import (
    Attachment,
    case_attachments,
    digest_of,
    save_attachment,
)
from mediation.records.database import Tx
from mediation.records.sealing import Key

LARGEST: Final = 10_000_000
MOST: Final = 50
MEGABYTE: Final = 1_000_000

# What phones and scanners make. The bytes decide, never a name or what the sender says of them;
# nothing is decoded here. A GIF is no photo, and SVG and PDF may carry scripts.
_STARTS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
_BOXES: Final = {
    (0, b"RIFF", b"WEBP"): "image/webp",
    **{(4, b"ftyp", brand): "image/heic" for brand in (b"heic", b"heix", b"mif1", b"msf1")},
}


@dataclass(frozen=True)
class Upload:
    """A photo as it came in at a door.

    Args:
        field: where it was chosen in the form.
    """

    field: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its bytes, in hexadecimal."""
        return digest_of(self.content)


def media_of(content: bytes) -> str | None:
    """Tell the media type of a photo by its first bytes; None if it is none that is taken."""
    for start, media in _STARTS.items():
        if content.startswith(start):
            return media
    for (place, word, brand), media in _BOXES.items():
        if content[place : place + 4] == word and content[8:12] == brand:
            return media
    return None


def attached_to(tx: Tx, case_id: int | None) -> frozenset[str]:
    """Name the photos a case has; a case that is being opened has none."""
    if case_id is None:
        return frozenset()
    return frozenset(one.digest for one in case_attachments(tx, case_id))


def read_form_with(
    asked: Asked, data: object, uploads: Collection[Upload], tx: Tx, case_id: int | None
) -> Filled:
    """Read what was filled in, and look at the photos that came with it.

    Raises:
        InputRefused: with every fault of the form and of the photos.
    """
    faults = Faults()
    filled = faults.take("", lambda given: read_form(asked, given), data)
    places = Counter[str]()
    for one in uploads:
        places[one.field] += 1
        values = {"no": places[one.field], "most": LARGEST // MEGABYTE}
        if len(one.content) > LARGEST:
            faults.add(one.field, Message("第 {no} 张照片超过 {most} 兆", values))
        elif media_of(one.content) is None:
            said = Message("第 {no} 个文件不是照片：只收 JPEG、PNG、WebP、HEIC 照片", values)
            faults.add(one.field, said)
    if uploads:
        every = attached_to(tx, case_id) | {one.digest for one in uploads}
        if len(every) > MOST:
            field = next(iter(uploads)).field
            faults.add(field, Message("一个案件最多放 {most} 张照片", {"most": MOST}))
    faults.refuse_any()
    return filled or Filled({}, {})


def keep_uploads(
    tx: Tx, key: Key, case_id: int, uploads: Iterable[Upload], officer: str, now: datetime
) -> None:
    """Keep photos that were looked at; what the case has already is not kept twice."""
    known = set(attached_to(tx, case_id))
    for one in uploads:
        if one.digest not in known:
            known.add(one.digest)
            media = media_of(one.content) or ""
            made = Attachment(case_id, one.digest, media, len(one.content), officer, now)
            save_attachment(tx, key, made, one.content)
