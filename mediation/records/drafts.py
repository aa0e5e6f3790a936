"""Drafts: what an officer has typed and not yet sent, sealed, one for each form."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, select

from mediation.records.database import Tx, write
from mediation.records.desk_tables import drafts
from mediation.records.statements import Statement, upsert
from mediation.records.values import micros

_mine: Final = (drafts.c.officer == bindparam("officer"), drafts.c.name == bindparam("name"))
_READ: Final = Statement("draft", select(drafts.c.sealed).where(*_mine))
_SAVE: Final = upsert(drafts, "draft_save")
_DROP: Final = Statement("draft_drop", delete(drafts).where(*_mine))
_OLD: Final = Statement(
    "draft_expire", delete(drafts).where(drafts.c.saved_at < bindparam("before"))
)


def find_draft(tx: Tx, officer: str, name: str) -> bytes | None:
    """Give a draft as sealed."""
    row = tx.one(_READ, {"officer": officer, "name": name})
    return row[0] if row else None


def save_draft(tx: Tx, officer: str, name: str, sealed: bytes, at: datetime) -> None:
    """Write a draft over the one before."""
    row = {"officer": officer, "name": name, "sealed": sealed, "saved_at": micros(at)}
    write(tx, [(_SAVE, row)])


def delete_draft(tx: Tx, officer: str, name: str) -> None:
    """Take a draft away."""
    write(tx, [(_DROP, {"officer": officer, "name": name})])


def expire_drafts(tx: Tx, before: datetime) -> None:
    """Take the drafts away that nobody has touched since a moment."""
    write(tx, [(_OLD, {"before": micros(before)})])
