"""The only way to a question about cases: who asks decides what there is to be seen.

A viewer stands in one or more relations to a case, and the table RIGHTS says what each role may
do in each relation. A single case is found by its number with its relations read beside it;
lists and duplicates are filtered by the same relations in SQL. A case in which the viewer has
no right at all is not found, with the same words as a number that was never given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, literal, or_, select

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.cases import CASE_COLUMNS, CaseNotFound, CaseRow, case_row
from mediation.records.database import Tx
from mediation.records.machines import Machine, machine_of
from mediation.records.numbers import number_key
from mediation.records.people import Directory
from mediation.records.statements import Statement
from mediation.records.tables import cases, machines

# What may be done. `progress`: number, state, where it is, when it is due. `read`: content,
# with persons masked. `reveal`: persons in full, on purpose and with a trace. `trace`: who has
# looked at them, and why.
PROGRESS: Final = "progress"
READ: Final = "read"
REVEAL: Final = "reveal"
TRACE: Final = "trace"

_SEEN: Final = frozenset({PROGRESS})
_OPENED: Final = frozenset({PROGRESS, READ})
_WORKED: Final = frozenset({PROGRESS, READ, REVEAL})
_WATCHED: Final = frozenset({PROGRESS, READ, TRACE})
_WORKING: Final = {
    "owner": _WORKED,
    "sender": _OPENED,
    "receiver": _OPENED,
    "former": _SEEN,
    "desk": _SEEN,
}
# role -> relation -> actions. Relations: `owner`, custody lies in the viewer's body or below
# it; `above`, in what the body's supervisors oversee; and of this very body: `sender` and
# `receiver` of a side machine still open, `former` of one that has ended, `desk` where the case
# was registered.
RIGHTS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    "registrar": _WORKING,
    "mediator": _WORKING,
    "chair": {**_WORKING, "owner": _WORKED | _WATCHED},
    "liaison": {**_WORKING, "owner": _OPENED, "receiver": _WORKED},
    "legal_adviser": {"owner": _OPENED},
    "supervisor": {
        "owner": _WATCHED,
        "above": _WATCHED,
        "receiver": _OPENED,
        "former": _SEEN,
    },
    "auditor": {"owner": _WATCHED, "above": _WATCHED},
    # Whoever manages accounts reads no cases.
    "administrator": {},
}


class ContentWithheld(MediationError):
    """The viewer may follow the progress of this case, and not read or work on it."""

    code = "content_withheld"

    def __init__(self, number: str) -> None:
        super().__init__(Message("对 {number} 只能查看办理进度", {"number": number}))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who asks: an officer in one seat.

    Args:
        wide: those of `owner` and `above` that reach so far that lists walk all cases by day.
    """

    officer: str
    body: str
    path: str
    scope_path: str
    roles: frozenset[str]
    wide: frozenset[str] = frozenset()

    def actions(self, relation: str) -> frozenset[str]:
        """Give what this viewer may do with a case in this relation."""
        none = frozenset[str]()
        return none.union(*(RIGHTS.get(role, {}).get(relation, none) for role in self.roles))


class Sight(NamedTuple):
    """A case with what the viewer may do with it, which is never nothing."""

    case: CaseRow
    relations: frozenset[str]
    actions: frozenset[str]


def viewer_of(directory: Directory, officer: str, body: str, day: date) -> Viewer:
    """Give the viewer an officer is in one seat on a day.

    Raises:
        BodyUnknown: there is no such body.
        SeatUnknown: the officer has no seat there on that day.
    """
    return seated(directory, officer, body, directory.seat(officer, body, day).roles)


def seated(directory: Directory, officer: str, body: str, roles: frozenset[str]) -> Viewer:
    """Give the viewer an officer is in a body, with the roles he holds there.

    Raises:
        BodyUnknown: there is no such body.
    """
    place = directory.body(body)
    reaches = {"owner": place.path, "above": place.scope_path}
    wide = frozenset(name for name, path in reaches.items() if directory.is_wide(path))
    return Viewer(officer, body, place.path, place.scope_path, roles, wide)


def see_case(tx: Tx, viewer: Viewer, number: str, *, lock: bool = False) -> Sight:
    """Find a case by its number, and what the viewer may do with it.

    Args:
        number: however its brackets, widths and spaces were typed.
        lock: keep others from writing the case until the transaction, open for writing, ends.

    Raises:
        CaseNotFound: no such number, or no right of this viewer in it; nobody can tell which.
    """
    row = tx.one(_LOCK if lock else _FIND, {"number_key": number_key(number), **span(viewer)})
    if row is None:
        raise CaseNotFound(number)
    columns, flags = row[: len(CASE_COLUMNS)], row[len(CASE_COLUMNS) :]
    relations = frozenset(
        relation
        for relation, holds in zip(RELATIONS, flags, strict=True)
        if holds and viewer.actions(relation)
    )
    if not relations:
        raise CaseNotFound(number)
    actions = frozenset[str]().union(*map(viewer.actions, relations))
    return Sight(case_row(columns), relations, actions)


def find_case(
    tx: Tx, viewer: Viewer, number: str, action: str = READ, *, lock: bool = False
) -> CaseRow:
    """Find a case by its number for a viewer who must have a right to this action.

    Raises:
        CaseNotFound: no such number, or no right of this viewer in it; nobody can tell which.
        ContentWithheld: the viewer may follow its progress, and no more.
    """
    sight = see_case(tx, viewer, number, lock=lock)
    if action not in sight.actions:
        raise ContentWithheld(sight.case.number)
    return sight.case


def inbox(tx: Tx, viewer: Viewer) -> list[tuple[str, Machine]]:
    """Give the open side machines addressed to the viewer's body, by their cases' numbers."""
    if not viewer.actions("receiver"):
        return []
    rows = tx.all(_INBOX, span(viewer))
    return [(number, machine_of(row)) for number, *row in rows]


def related(viewer: Viewer, action: str) -> tuple[str, ...]:
    """Name the relations in which a viewer may do this."""
    return tuple(relation for relation in RELATIONS if action in viewer.actions(relation))


def span(viewer: Viewer) -> dict[str, Any]:
    """Give the parameters that the conditions of RELATIONS are asked with."""
    return {
        "own_from": viewer.path,
        "own_to": end_of(viewer.path),
        "scope_from": viewer.scope_path,
        "scope_to": end_of(viewer.scope_path),
    }


def end_of(path: str) -> str:
    """Give the first text behind everything under a path: `0` is the sign after `/`."""
    return path[:-1] + "0"


def under(column: ColumnElement[Any], what: str) -> ColumnElement[bool]:
    """Give the condition that a path lies between `<what>_from` and `<what>_to`."""
    # A range and not LIKE: it uses the index on both databases, and no sign is a wildcard.
    start = bindparam(f"{what}_from", type_=column.type)
    return and_(column >= start, column < bindparam(f"{what}_to", type_=column.type))


def _here(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column == bindparam("own_from", type_=column.type)


def _takes_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(literal(1))
        .select_from(machines)
        .where(machines.c.case_id == cases.c.id, condition)
        .exists()
    )


RECEIVES: Final = and_(_here(machines.c.receiver_path), machines.c.open)
SENDS: Final = and_(_here(machines.c.sender_path), machines.c.open)
TOOK_PART: Final = and_(
    or_(_here(machines.c.receiver_path), _here(machines.c.sender_path)), ~machines.c.open
)
# The conditions on `cases`, each with the parameters of `span`.
RELATIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "owner": under(cases.c.owner_path, "own"),
    "above": under(cases.c.owner_path, "scope"),
    "desk": _here(cases.c.desk_path),
    "receiver": _takes_part(RECEIVES),
    "sender": _takes_part(SENDS),
    "former": _takes_part(TOOK_PART),
}
_FOUND: Final = select(
    *CASE_COLUMNS,
    *(
        case((holds, literal(1)), else_=literal(0)).label(f"is_{relation}")
        for relation, holds in RELATIONS.items()
    ),
).where(cases.c.number_key == bindparam("number_key"))
_FIND: Final = Statement("case_find", _FOUND)
_LOCK: Final = Statement("case_find_lock", _FOUND.with_for_update(of=cases))
_INBOX: Final = Statement(
    "inbox",
    select(cases.c.number, *machines.columns)
    .join(cases, cases.c.id == machines.c.case_id)
    .where(RECEIVES)
    .order_by(machines.c.case_id, machines.c.key),
)
