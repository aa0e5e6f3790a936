"""Drafts: what was typed survives a lost connection and an ended session."""

from datetime import datetime, timedelta
from typing import Final

from mediation.operations.office import Office, Sitting
from mediation.records.database import Tx
from mediation.records.drafts import delete_draft, expire_drafts, find_draft, save_draft
from mediation.records.sealing import row_of

Typed = list[tuple[str, str]]

KEPT_FOR: Final = timedelta(days=30)


def read_draft(office: Office, tx: Tx, sitting: Sitting, name: str) -> Typed:
    """Give what was typed into a form so far, field by field."""
    sealed = find_draft(tx, sitting.officer, name)
    if sealed is None:
        return []
    kept = office.keys.open_own("drafts", row_of(sitting.officer, name), sealed)
    return [(field, value) for field, value in kept]


def keep_draft(
    office: Office, tx: Tx, sitting: Sitting, name: str, typed: Typed, now: datetime
) -> None:
    """Keep what was typed into a form so far; what nobody touched for a month goes."""
    sealed = office.keys.seal_own(
        "drafts", row_of(sitting.officer, name), [list(one) for one in typed]
    )
    save_draft(tx, sitting.officer, name, sealed, now)
    expire_drafts(tx, now - KEPT_FOR)


def drop_draft(tx: Tx, sitting: Sitting, name: str) -> None:
    """Forget the draft of a form that was accepted."""
    delete_draft(tx, sitting.officer, name)
