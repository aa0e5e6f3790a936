"""Lists of cases: each way a viewer is related to cases is one short walk along one index."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

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
        wide: whether so many bodies lie there that all cases are walked by day instead.
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
    wide: bool = False
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


def _hidden(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # No planner can walk an index by an expression: this says which index is not the way.
    return column.concat("")


def _named(*, near: bool) -> ColumnElement[bool]:
    """Give the condition that a party has a name: asked of few cases, or of all at once."""
    bearing = select(parties.c.case_id).where(parties.c.name_index == bindparam("name"))
    if near:
        return bearing.where(parties.c.case_id == cases.c.id).exists()
    return cases.c.id.in_(bearing)


def _narrowed(*, near: bool) -> dict[str, ColumnElement[bool]]:
    """Give what may narrow a list.

    Args:
        near: the walk is along the few cases of a place, and nothing else may lead it.
    """
    state = _hidden(cases.c.state) if near else cases.c.state
    opened_on = _hidden(cases.c.opened_on) if near else cases.c.opened_on
    return {
        "state": state == bindparam("state"),
        "tier": cases.c.owner_tier == bindparam("tier"),
        "body": cases.c.owner == bindparam("body"),
        "from_on": opened_on >= bindparam("from_on"),
        "before_on": opened_on < bindparam("before_on"),
        "kind": cases.c.kind == bindparam("kind"),
        "closed": cases.c.closed == bindparam("closed"),
        "name": _named(near=near),
        "due_before": cases.c.next_due_at <= bindparam("due_before"),
        "after": tuple_(opened_on, cases.c.id)
        < tuple_(
            bindparam("after", type_=cases.c.opened_on.type),
            bindparam("after_id", type_=cases.c.id.type),
        ),
    }


_NARROWED: Final = {near: _narrowed(near=near) for near in (False, True)}
_SUBTREES: Final = {"owner": "own", "above": "scope"}
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
        "from_on": day_text(wanted.from_on),
        "before_on": day_text(wanted.before_on),
        "kind": wanted.kind,
        "closed": wanted.closed,
        "name": wanted.name,
        "due_before": None if wanted.due_before is None else micros(wanted.due_before),
        "after": None if wanted.after is None else wanted.after[0].isoformat(),
    }
    given = {name: value for name, value in given.items() if value is not None}
    ways = tuple(_way(viewer, wanted, relation) for relation in seen)
    statement = _listing(ways, related(viewer, READ), tuple(given))
    params = {**span(viewer), **given, "limit": wanted.limit}
    if wanted.after is not None:
        params["after_id"] = wanted.after[1]
    if wanted.under is not None:
        params |= {"under_from": wanted.under, "under_to": end_of(wanted.under)}
    return [_listed(*row) for row in tx.all(statement, params)]


class _Way(NamedTuple):
    """How the cases in one relation are walked.

    Args:
        under: whether they are narrowed to a subtree.
        led_by_under: whether that subtree is the smaller one, and leads.
        near: whether they are few enough to be looked at one by one; else all cases are walked
            by day, and those elsewhere left out.
    """

    relation: str
    under: bool
    led_by_under: bool
    near: bool


def _way(viewer: Viewer, wanted: CaseFilter, relation: str) -> _Way:
    if relation not in _SUBTREES:
        return _Way(relation, wanted.under is not None, led_by_under=False, near=True)
    path = viewer.path if relation == "owner" else viewer.scope_path
    led = wanted.under is not None and wanted.under.startswith(path)
    wide = wanted.wide if led else relation in viewer.wide
    return _Way(relation, wanted.under is not None, led, not wide)


def _widest(viewer: Viewer, seen: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what lies within another relation: it would only be walked twice."""
    inside = "above" in seen and viewer.path.startswith(viewer.scope_path)
    return tuple(one for one in seen if one != "owner" or not inside)


@cache
def _listing(
    ways: tuple[_Way, ...], read: tuple[str, ...], narrowed: tuple[str, ...]
) -> Statement:
    # The newest n of all relations are among the newest n of each. One condition with OR over
    # all of them would make SQLite read every case there is.
    branches = [
        _branch(way).where(*(_NARROWED[way.near][name] for name in narrowed)) for way in ways
    ]
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


def _branch(way: _Way) -> Select[Any]:
    """Give the cases in one relation to the viewer, from the side that has an index for it."""
    chosen = select(cases.c.id, cases.c.opened_on)
    path, hidden = cases.c.owner_path, _hidden(cases.c.owner_path)
    leads = way.near and way.relation in _SUBTREES
    if way.under:
        chosen = chosen.where(under(path if leads and way.led_by_under else hidden, "under"))
    if way.relation in _SUBTREES:
        column = path if leads and not way.led_by_under else hidden
        return chosen.where(under(column, _SUBTREES[way.relation]))
    part = _PARTS.get(way.relation)
    if part is None:
        return chosen.where(RELATIONS[way.relation])
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
