"""What decisions were made by: compiled workflows and calendars, kept under their hashes."""

from typing import Final

from sqlalchemy import bindparam, distinct, select

from mediation.records.database import Tx, write
from mediation.records.statements import Statement, insert_missing
from mediation.records.tables import calendars, cases, workflows

_WORKFLOW_PIN: Final = insert_missing(workflows, "workflow_pin")
_CALENDAR_PIN: Final = insert_missing(calendars, "calendar_pin")
_WORKFLOW: Final = Statement(
    "workflow", select(workflows.c.body).where(workflows.c.hash == bindparam("hash"))
)
_CALENDAR: Final = Statement(
    "calendar", select(calendars.c.body).where(calendars.c.version == bindparam("version"))
)
_OPEN_HASHES: Final = Statement(
    "open_workflows", select(distinct(cases.c.workflow)).where(cases.c.closed.is_(False))
)


def pin_workflow(tx: Tx, *, hash_: str, kind: str, place: str, format_: int, text: str) -> None:
    """Keep a compiled workflow; one that is kept already stays as it is."""
    row = {"hash": hash_, "kind": kind, "place": place, "format": format_, "body": text}
    write(tx, [(_WORKFLOW_PIN, row)])


def pin_calendar(tx: Tx, version: str, text: str) -> None:
    """Keep a calendar; one that is kept already stays as it is."""
    write(tx, [(_CALENDAR_PIN, {"version": version, "body": text})])


def pinned_workflow(tx: Tx, hash_: str) -> str | None:
    """Give the text of a pinned workflow."""
    row = tx.one(_WORKFLOW, {"hash": hash_})
    return None if row is None else str(row[0])


def pinned_calendar(tx: Tx, version: str) -> str | None:
    """Give the text of a pinned calendar."""
    row = tx.one(_CALENDAR, {"version": version})
    return None if row is None else str(row[0])


def workflows_in_use(tx: Tx) -> list[str]:
    """Give the hashes of the workflows that open cases are pinned to."""
    return [str(row[0]) for row in tx.all(_OPEN_HASHES, {})]
