"""Who changed people, bodies and accounts, when, and how they stood before: append-only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from mediation.records.database import Tx, write
from mediation.records.desk_tables import people_changes
from mediation.records.statements import Statement
from mediation.records.values import canonical, micros, moment, parsed

State = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """One change.

    Args:
        officer: whose hand it was, in which body; None for the operator at the machine.
        what: what was done.
        subject: the handle or code of what it was done to.
        path: where in the tree that stands.
        before: how it stood; None if it was not there.
        after: how it stands; None if that says nothing more.
    """

    at: datetime
    officer: str | None
    body: str | None
    what: str
    subject: str
    path: str
    before: State | None
    after: State | None


_COLUMNS: Final = ("at", "officer", "body", "what", "subject", "path", "before", "after")
_INSERT: Final = Statement(
    "people_change_insert", people_changes.insert().inline(), columns=_COLUMNS
)
# `0` is the sign after `/`: the range holds a path and all that lies below it.
_UNDER: Final = Statement(
    "people_changes_under",
    select(*(people_changes.c[name] for name in _COLUMNS))
    .where(
        people_changes.c.path >= bindparam("first"), people_changes.c.path < bindparam("end")
    )
    .order_by(people_changes.c.id.desc())
    .limit(bindparam("limit")),
)

_OF_ONE_SORT: Final = Statement(
    "people_changes_of_one_sort",
    select(*(people_changes.c[name] for name in _COLUMNS))
    .where(people_changes.c.what == bindparam("what"))
    .order_by(people_changes.c.id),
)


def note_changes(tx: Tx, changes: Iterable[PeopleChange]) -> None:
    """Write down changes in their order, in the transaction that makes them."""
    if rows := [_row(one) for one in changes]:
        write(tx, [(_INSERT, rows)])


def _row(change: PeopleChange) -> dict[str, Any]:
    return {
        "at": micros(change.at),
        "officer": change.officer,
        "body": change.body,
        "what": change.what,
        "subject": change.subject,
        "path": change.path,
        "before": _text(change.before),
        "after": _text(change.after),
    }


def changes_under(tx: Tx, path: str, limit: int) -> list[PeopleChange]:
    """Give the changes at a path and below it, the newest first."""
    asked = {"first": path, "end": f"{path[:-1]}0", "limit": limit}
    return [_change(*row) for row in tx.all(_UNDER, asked)]


def changes_of(tx: Tx, what: str) -> list[PeopleChange]:
    """Give every change of one sort, the oldest first."""
    return [_change(*row) for row in tx.all(_OF_ONE_SORT, {"what": what})]


def _change(at: int, *columns: Any) -> PeopleChange:
    officer, body, what, subject, path, old, new = columns
    return PeopleChange(moment(at), officer, body, what, subject, path, _read(old), _read(new))


def _text(state: State | None) -> str | None:
    return None if state is None else canonical(state)


def _read(text: str | None) -> State | None:
    if text is None:
        return None
    state: State = parsed(text)
    return state
