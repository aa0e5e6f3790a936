"""Files that came with events: sealed with the key of their case, named by their content."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, select

from mediation.records.database import Tx, write
from mediation.records.desk_tables import attachments
from mediation.records.sealing import Key, SealBroken, open_bytes, row_of, seal_bytes
from mediation.records.statements import Statement, insert
from mediation.records.values import micros, moment


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as kept, without its bytes.

    Args:
        digest: SHA-256 of its bytes, in hexadecimal; its name.
        media: its media type, told from its bytes.
        size: in bytes.
        officer: who brought it.
    """

    case_id: int
    digest: str
    media: str
    size: int
    officer: str
    added_at: datetime


_COLUMNS: Final = ("case_id", "digest", "media", "size", "officer", "added_at")
_INSERT: Final = insert(attachments, "attachment_insert")
_OF_CASE: Final = Statement(
    "attachments",
    select(*(attachments.c[name] for name in _COLUMNS))
    .where(attachments.c.case_id == bindparam("case_id"))
    .order_by(attachments.c.added_at, attachments.c.digest),
)
_SEALED: Final = Statement(
    "attachment_sealed",
    select(attachments.c.sealed).where(
        attachments.c.case_id == bindparam("case_id"),
        attachments.c.digest == bindparam("digest"),
    ),
)


def digest_of(content: bytes) -> str:
    """Name a file by its bytes."""
    return sha256(content).hexdigest()


def save_attachment(tx: Tx, key: Key, one: Attachment, content: bytes) -> None:
    """Seal and keep a file that its case does not have yet."""
    row: dict[str, Any] = {name: getattr(one, name) for name in _COLUMNS}
    row["added_at"] = micros(one.added_at)
    row["sealed"] = seal_bytes(key, "attachments", row_of(one.case_id, one.digest), content)
    write(tx, [(_INSERT, row)])


def case_attachments(tx: Tx, case_id: int) -> list[Attachment]:
    """Give the files of a case, the oldest first."""
    return [
        Attachment(case_id, digest, media, size, officer, moment(added_at))
        for case_id, digest, media, size, officer, added_at in tx.all(
            _OF_CASE, {"case_id": case_id}
        )
    ]


def open_attachment(tx: Tx, key: Key, one: Attachment) -> bytes:
    """Give the bytes of a file as they came.

    Raises:
        SealBroken: it was changed, moved or swapped.
    """
    row = row_of(one.case_id, one.digest)
    (sealed,) = tx.sure(_SEALED, {"case_id": one.case_id, "digest": one.digest})
    content = open_bytes(key, "attachments", row, sealed)
    if not hmac.compare_digest(digest_of(content), one.digest) or len(content) != one.size:
        raise SealBroken("attachments", row)
    return content
