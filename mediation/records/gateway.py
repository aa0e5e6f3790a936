"""The only way to a question about cases: who asks decides what there is to be seen.

A viewer stands in one or more relations to a case; the table RIGHTS says what each role may do
in each relation. A list is filtered by it in SQL, a single case is found by its number with the
same relations read beside it. A case in which the viewer has no right at all is not found, with
the same words as a number that was never given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, case, false, literal, or_, select, tuple_

from mediation.records.cases import CASE_COLUMNS, CaseNotFound, CaseRow, case_row
from mediation.records.database import Tx
from mediation.records.machines import Machine, machine_of
from mediation.records.numbers import number_key
from mediation.records.people import Directory
from mediation.records.statements import Statement
from mediation.records.tables import cases, machines
from mediation.records.values import micros

# What may be done. `progress`: number, state, where it is, when it is due. `read`: content, with
# persons masked. `reveal`: persons in full, on purpose and with a trace.
PROGRESS: Final = "progress"
READ: Final = "read"
REVEAL: Final = "reveal"

# Relations: `owner`, custody lies in the viewer's body or below it; `above`, custody lies in what
# the body's supervisors oversee; `sender` and `receiver`, of a side machine that is still open;
# `former`, of one that has ended; `desk`, the case was registered here.
_SEEN: Final = frozenset({PROGRESS})
_OPENED: Final = frozenset({PROGRESS, READ})
_WORKED: Final = frozenset({PROGRESS, READ, REVEAL})
RIGHTS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "registrar": {
        "owner": _WORKED,
        "receiver": _OPENED,
        "sender": _OPENED,
        "former": _SEEN,
        "desk": _SEEN,
    },
    "mediator": {
        "owner": _WORKED,
        "receiver": _OPENED,
        "sender": _OPENED,
        "former": _SEEN,
        "desk": _SEEN,
    },
    "chair": {
        "owner": _WORKED,
        "receiver": _OPENED,
        "sender": _OPENED,
        "former": _SEEN,
        "desk": _SEEN,
    },
    "liaison": {
        "owner": _OPENED,
        "receiver": _WORKED,
        "sender": _OPENED,
        "former": _SEEN,
        "desk": _SEEN,
    },
    "legal_adviser": {"owner": _OPENED},
    "supervisor": {"owner": _OPENED, "above": _OPENED, "receiver": _OPENED, "former": _SEEN},
    "auditor": {"owner": _OPENED, "above": _OPENED},
    # Whoever manages accounts reads no cases.
    "administrator": {},
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: an officer in one seat, on one day."""

    officer: str
    body: str
    path: str
    scope_path: str
    roles: frozenset[str]

    def actions(self, relation: str) -> frozenset[str]:
        """Give what this viewer may do with a case in this relation."""
        none = frozenset[str]()
        granted = (RIGHTS.get(role, {}).get(relation, none) for role in self.roles)
        return none.union(*granted)


@dataclass(frozen=True, slots=True)
class Sight:
    """A case with what the viewer may do with it; never without any right."""

    case: CaseRow
    relations: frozenset[str]
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; None does not narrow.

    Args:
        due_before: cases with a running deadline over at this moment or before.
        after: the key of the last row of the page before, for the next page.
    """

    state: str | None = None
    tier: str | None = None
    body: str | None = None
    kind: str | None = None
    closed: bool | None = None
    due_before: datetime | None = None
    after: tuple[date, int] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of a list.

    Args:
        key: what the next page starts after.
        readable: whether the viewer may read content; without that there is no title.
        title: sealed for `("cases", row_of(id))` by the case's key.
    """

    id: int
    number: str
    kind: str
    state: str
    closed: bool
    owner: str
    owner_tier: str | None
    class_: str | None
    opened_on: date
    responsible_role: str | None
    responsible_body: str | None
    next_due_at: datetime | None
    version: int
    readable: bool
    title: bytes | None = field(repr=False)
    wrapped_key: bytes | None = field(repr=False)

    @property
    def key(self) -> tuple[date, int]:
        """What the next page starts after."""
        return (self.opened_on, self.id)


def viewer_of(directory: Directory, officer: str, body: str, day: date) -> Viewer:
    """Give the viewer an officer is in one seat on a day.

    Raises:
        BodyUnknown: there is no such body.
        SeatUnknown: the officer has no seat there on that day.
    """
    place = directory.body(body)
    seat = directory.seat(officer, body, day)
    return Viewer(officer, body, place.path, place.scope_path, seat.roles)


def find_case(tx: Tx, viewer: Viewer, number: str, *, lock: bool = False) -> Sight:
    """Find a case by its number, however its brackets were typed.

    Args:
        lock: keep others from writing it until the transaction, open for writing, ends.

    Raises:
        CaseNotFound: no such number, or no right of this viewer in it; nobody can tell which.
    """
    row = tx.one(_LOCK if lock else _FIND, {"number_key": number_key(number), **_span(viewer)})
    if row is None:
        raise CaseNotFound(number)
    columns, flags = row[: len(CASE_COLUMNS)], row[len(CASE_COLUMNS) :]
    relations = frozenset(
        relation
        for relation, holds in zip(_RELATIONS, flags, strict=True)
        if holds and viewer.actions(relation)
    )
    if not relations:
        raise CaseNotFound(number)
    actions = frozenset[str]().union(*map(viewer.actions, relations))
    return Sight(case_row(columns), relations, actions)


def list_cases(tx: Tx, viewer: Viewer, wanted: CaseFilter) -> list[ListedCase]:
    """Give the cases a viewer may know of, newest first, at most `wanted.limit`."""
    seen, opened = _relations(viewer, PROGRESS), _relations(viewer, READ)
    if not seen:
        return []
    narrowed = {
        "state": wanted.state,
        "owner_tier": wanted.tier,
        "owner": wanted.body,
        "kind": wanted.kind,
        "closed": wanted.closed,
        "due": None if wanted.due_before is None else micros(wanted.due_before),
        "after_on": None if wanted.after is None else wanted.after[0].isoformat(),
    }
    given = {name: value for name, value in narrowed.items() if value is not None}
    params = {**_span(viewer), **given, "limit": wanted.limit}
    if wanted.after is not None:
        params["after_id"] = wanted.after[1]
    return [_listed(row) for row in tx.all(_list(seen, opened, frozenset(given)), params)]


def inbox(tx: Tx, viewer: Viewer) -> list[tuple[str, Machine]]:
    """Give the open side machines addressed to the viewer's body, each with its case's number."""
    if not viewer.actions("receiver"):
        return []
    rows = tx.all(_INBOX, {"own_from": viewer.path, "own_to": _end(viewer.path)})
    return [(number, machine_of(row)) for number, *row in rows]


def visible(viewer: Viewer, action: str) -> tuple[ColumnElement[bool], dict[str, Any]]:
    """Give the condition on `cases` that a viewer may do this, and its parameters."""
    clauses = [_RELATIONS[relation] for relation in _relations(viewer, action)]
    return or_(false(), *clauses), _span(viewer)


def _relations(viewer: Viewer, action: str) -> tuple[str, ...]:
    return tuple(
        relation for relation in _RELATIONS if action in viewer.actions(relation)
    )


def _end(path: str) -> str:
    """Give the first text behind everything under a path: `0` is the sign after `/`."""
    return path[:-1] + "0"


def _span(viewer: Viewer) -> dict[str, Any]:
    return {
        "own_from": viewer.path,
        "own_to": _end(viewer.path),
        "scope_from": viewer.scope_path,
        "scope_to": _end(viewer.scope_path),
    }


def _under(column: ColumnElement[Any], span: str) -> ColumnElement[bool]:
    # A range and not LIKE: it uses the index on both databases, and no sign in a path is a
    # wildcard.
    start = bindparam(f"{span}_from", type_=column.type)
    return and_(column >= start, column < bindparam(f"{span}_to", type_=column.type))


def _takes_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(literal(1))
        .select_from(machines)
        .where(machines.c.case_id == cases.c.id, condition)
        .exists()
    )


_receives: Final = _under(machines.c.receiver_path, "own")
_sends: Final = _under(machines.c.sender_path, "own")
_RELATIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "owner": _under(cases.c.owner_path, "own"),
    "above": _under(cases.c.owner_path, "scope"),
    "desk": _under(cases.c.desk_path, "own"),
    "receiver": _takes_part(and_(_receives, machines.c.open)),
    "sender": _takes_part(and_(_sends, machines.c.open)),
    "former": _takes_part(and_(or_(_receives, _sends), ~machines.c.open)),
}
_FOUND: Final = select(
    *CASE_COLUMNS,
    *(
        case((holds, literal(1)), else_=literal(0)).label(f"is_{relation}")
        for relation, holds in _RELATIONS.items()
    ),
).where(cases.c.number_key == bindparam("number_key"))
_FIND: Final = Statement("case_find", _FOUND)
_LOCK: Final = Statement("case_find_lock", _FOUND.with_for_update(of=cases))
_INBOX: Final = Statement(
    "inbox",
    select(cases.c.number, *machines.columns)
    .join(cases, cases.c.id == machines.c.case_id)
    .where(_receives, machines.c.open)
    .order_by(machines.c.case_id, machines.c.key),
)
