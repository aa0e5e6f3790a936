"""Lists of cases: each way a viewer is related to cases is one short walk along one index."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    false,
    literal,
    or_,
    select,
    tuple_,
    union,
)

from mediation.records.database import Tx
from mediation.records.gateway import (
    PROGRESS,
    READ,
    RECEIVES,
    RELATIONS,
    SENDS,
    TOOK_PART,
    Viewer,
    end_of,
    related,
    span,
    under,
)
from mediation.records.statements import Statement
from mediation.records.tables import cases, machines, parties
from mediation.records.values import day_text, micros, moment_or_none


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; None does not narrow.

    Args:
        body: the code of the body with custody.
        under: the path of a body: cases in its custody or in that of a body below it.
        from_on, before_on: cases registered on the first of these days or later, and before
            the second.
        name: the blind index of a party's name.
        due_before: cases with a running deadline over at this moment or before.
        after: the key of the last row of the page before, for the next page.
    """

    state: str | None = None
    tier: str | None = None
    body: str | None = None
    under: str | None = None
    from_on: date | None = None
    before_on: date | None = None
    kind: str | None = None
    closed: bool | None = None
    due_before: datetime | None = None
    name: bytes | None = None
    after: tuple[date, int] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A line of a list.

    Args:
        readable: whether the viewer may read content; without that there is no title.
        title: sealed for `("cases", row_of(id))` with the case's key.
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


_NARROWED: Final[dict[str, ColumnElement[bool]]] = {
    "state": cases.c.state == bindparam("state"),
    "tier": cases.c.owner_tier == bindparam("tier"),
    "body": cases.c.owner == bindparam("body"),
    "under": under(cases.c.owner_path, "under"),
    "from_on": cases.c.opened_on >= bindparam("from_on"),
    "before_on": cases.c.opened_on < bindparam("before_on"),
    "kind": cases.c.kind == bindparam("kind"),
    "closed": cases.c.closed == bindparam("closed"),
    "name": cases.c.id.in_(
        select(parties.c.case_id).where(parties.c.name_index == bindparam("name"))
    ),
    "due_before": cases.c.next_due_at <= bindparam("due_before"),
    "after": tuple_(cases.c.opened_on, cases.c.id)
    < tuple_(
        bindparam("after", type_=cases.c.opened_on.type),
        bindparam("after_id", type_=cases.c.id.type),
    ),
}
_PARTS: Final = {"receiver": RECEIVES, "sender": SENDS, "former": TOOK_PART}
_NEWEST: Final = (cases.c.opened_on.desc(), cases.c.id.desc())


def list_cases(tx: Tx, viewer: Viewer, wanted: CaseFilter) -> list[ListedCase]:
    """Give the cases a viewer may know of, newest first, at most `wanted.limit`."""
    seen = _widest(viewer, related(viewer, PROGRESS))
    if not seen:
        return []
    given: dict[str, Any] = {
        "state": wanted.state,
        "tier": wanted.tier,
        "body": wanted.body,
        "under": wanted.under,
        "from_on": day_text(wanted.from_on),
        "before_on": day_text(wanted.before_on),
        "kind": wanted.kind,
        "closed": wanted.closed,
        "name": wanted.name,
        "due_before": None if wanted.due_before is None else micros(wanted.due_before),
        "after": None if wanted.after is None else wanted.after[0].isoformat(),
    }
    given = {name: value for name, value in given.items() if value is not None}
    statement = _listing(seen, related(viewer, READ), tuple(given))
    params = {**span(viewer), **given, "limit": wanted.limit}
    if wanted.after is not None:
        params["after_id"] = wanted.after[1]
    if wanted.under is not None:
        params |= {"under_from": wanted.under, "under_to": end_of(wanted.under)}
    return [_listed(*row) for row in tx.all(statement, params)]


def _widest(viewer: Viewer, seen: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what lies within another relation: it would only be walked twice."""
    inside = "above" in seen and viewer.path.startswith(viewer.scope_path)
    return tuple(one for one in seen if one != "owner" or not inside)


@cache
def _listing(
    seen: tuple[str, ...], read: tuple[str, ...], narrowed: tuple[str, ...]
) -> Statement:
    # The newest n of all relations are among the newest n of each. One condition with OR over
    # all of them would make SQLite read every case there is.
    narrow = [_NARROWED[name] for name in narrowed]
    branches = [_branch(relation).where(*narrow) for relation in seen]
    newest = union(
        *(
            select(found.c.id)
            for branch in branches
            for found in [branch.order_by(*_NEWEST).limit(bindparam("limit")).subquery()]
        )
    )
    readable = or_(false(), *(RELATIONS[relation] for relation in read))
    return Statement(
        "case_list",
        select(
            cases.c.id,
            cases.c.number,
            cases.c.kind,
            cases.c.state,
            cases.c.closed,
            cases.c.owner,
            cases.c.owner_tier,
            cases.c["class"],
            cases.c.opened_on,
            cases.c.responsible_role,
            cases.c.responsible_body,
            cases.c.next_due_at,
            cases.c.version,
            case((readable, literal(1)), else_=literal(0)).label("readable"),
            cases.c.title,
            cases.c.wrapped_key,
        )
        .where(cases.c.id.in_(newest))
        .order_by(*_NEWEST)
        .limit(bindparam("limit")),
    )


def _branch(relation: str) -> Select[Any]:
    """Give the cases in one relation to the viewer, from the side that has an index for it."""
    chosen = select(cases.c.id, cases.c.opened_on)
    part = _PARTS.get(relation)
    if part is None:
        return chosen.where(RELATIONS[relation])
    return chosen.where(cases.c.id.in_(select(machines.c.case_id).where(part)))


def _listed(*row: Any) -> ListedCase:
    (
        case_id, number, kind, state, closed, owner, tier, class_, opened_on, role, body, due,
        version, readable, title, wrapped_key,
    ) = row  # fmt: skip
    return ListedCase(
        case_id, number, kind, state, bool(closed), owner, tier, class_,
        date.fromisoformat(opened_on), role, body, moment_or_none(due), version,
        bool(readable), title if readable else None, wrapped_key if readable else None,
    )  # fmt: skip
