"""What an installation remembers of itself: the version of its directory, its last calendar."""

from typing import Final

from sqlalchemy import bindparam, select

from mediation.records.database import Tx, write
from mediation.records.statements import Statement, upsert
from mediation.records.tables import meta

_FIND: Final = Statement(
    "meta_find", select(meta.c.value).where(meta.c.key == bindparam("key"))
)
_SAVE: Final = upsert(meta, "meta_save")


def remembered(tx: Tx, key: str) -> str | None:
    """Give what is remembered under a key."""
    row = tx.one(_FIND, {"key": key})
    return None if row is None else str(row[0])


def remember(tx: Tx, key: str, value: str) -> None:
    """Remember a value under a key, in place of what stood there."""
    write(tx, [(_SAVE, {"key": key, "value": value})])
