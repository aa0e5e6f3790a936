"""Pinned workflows and calendars: kept for ever, by what they say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ClauseElement, Table, bindparam, exists, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.database import Tx, write
from mediation.records.statements import Statement
from mediation.records.tables import calendars, cases, workflows


class WorkflowUnknown(MediationError):
    """No workflow of this hash is kept."""

    code = "workflow_unknown"


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """A compiled workflow as kept.

    Args:
        hash: of the body, as the engine gives it.
        format: the number of the format of its JSON.
        body: canonical JSON, not parsed.
    """

    hash: str
    kind: str
    place: str
    format: int
    body: str


def _insert_new(table: Table, name: str) -> Statement:
    # Selected, not plain VALUES: on SQLite the trigger against REPLACE runs before a conflict
    # could be left alone. On PostgreSQL two may still come at once, so both are said.
    columns = [column.name for column in table.columns]
    key = next(iter(table.primary_key))
    chosen = select(
        *(bindparam(column.name, type_=column.type) for column in table.columns)
    ).where(~exists().where(key == bindparam(key.name, type_=key.type)))

    def made(insert: sqlite.Insert | postgresql.Insert) -> ClauseElement:
        return insert.from_select(columns, chosen).on_conflict_do_nothing()

    return Statement(
        name,
        {"sqlite": made(sqlite.insert(table)), "postgresql": made(postgresql.insert(table))},
    )


_WORKFLOW_INSERT: Final = _insert_new(workflows, "workflow_insert")
_CALENDAR_INSERT: Final = _insert_new(calendars, "calendar_insert")
_WORKFLOW: Final = Statement(
    "workflow", select(*workflows.columns).where(workflows.c.hash == bindparam("hash"))
)
_KEPT: Final = Statement(
    "workflow_kept", select(workflows.c.format).where(workflows.c.hash == bindparam("hash"))
)
_CALENDAR: Final = Statement(
    "calendar", select(calendars.c.body).where(calendars.c.version == bindparam("version"))
)
_WORKFLOWS: Final = Statement("workflow_texts", select(workflows.c.hash, workflows.c.body))
_CALENDARS: Final = Statement("calendar_texts", select(calendars.c.version, calendars.c.body))
# One probe of an index for each workflow kept, however many cases there are.
_IN_USE: Final = Statement(
    "workflows_in_use",
    select(*workflows.columns).where(
        exists(
            select(literal(1))
            .select_from(cases)
            .where(cases.c.workflow == workflows.c.hash, ~cases.c.closed)
        )
    ),
)


def keep_workflow(tx: Tx, workflow: WorkflowRow) -> None:
    """Keep a compiled workflow, unless it is kept already."""
    params: Mapping[str, Any] = {
        "hash": workflow.hash,
        "kind": workflow.kind,
        "place": workflow.place,
        "format": workflow.format,
        "body": workflow.body,
    }
    write(tx, [(_WORKFLOW_INSERT, params)])


def workflow_kept(tx: Tx, hash_: str) -> bool:
    """Tell whether a compiled workflow is kept, without reading it."""
    return tx.one(_KEPT, {"hash": hash_}) is not None


def find_workflow(tx: Tx, hash_: str) -> WorkflowRow:
    """Find a compiled workflow by its hash.

    Raises:
        WorkflowUnknown: it is not kept.
    """
    row = tx.one(_WORKFLOW, {"hash": hash_})
    if row is None:
        raise WorkflowUnknown(Message("没有流程版本 {hash}", {"hash": hash_}))
    return WorkflowRow(*row)


def workflows_in_use(tx: Tx) -> list[WorkflowRow]:
    """Give every workflow that an open case is pinned to."""
    return [WorkflowRow(*row) for row in tx.all(_IN_USE, {})]


def pins(tx: Tx) -> Iterator[tuple[str, str, str]]:
    """Give all that cases are pinned to: table, hash, text."""
    for table, statement in (("workflows", _WORKFLOWS), ("calendars", _CALENDARS)):
        for hash_, text in tx.all(statement, {}):
            yield table, hash_, text


def keep_calendar(tx: Tx, version: str, body: str) -> None:
    """Keep a version of the working calendar as canonical JSON, unless it is kept already."""
    write(tx, [(_CALENDAR_INSERT, {"version": version, "body": body})])


def calendar_or_none(tx: Tx, version: str) -> str | None:
    """Give a version of the working calendar as canonical JSON."""
    row = tx.one(_CALENDAR, {"version": version})
    return None if row is None else str(row[0])
