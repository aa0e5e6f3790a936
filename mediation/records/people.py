"""Bodies, officers and their seats: an immutable directory, loaded at once."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ClauseElement, Integer, Text, cast, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.database import Tx, write
from mediation.records.statements import Params, Statement, upsert
from mediation.records.tables import bodies, meta, officers, seats
from mediation.records.values import canonical, day_or_none, day_text, parsed


class BodyUnknown(MediationError):
    """No body has this code."""

    code = "body_unknown"

    def __init__(self, code: str) -> None:
        super().__init__(Message("没有单位 {code}", {"code": code}))


class SeatUnknown(MediationError):
    """This officer has no seat in this body on this day."""

    code = "seat_unknown"

    def __init__(self, officer: str, body: str) -> None:
        super().__init__(
            Message("{officer} 当日在 {body} 没有席位", {"officer": officer, "body": body})
        )


class TreeBroken(MediationError):
    """The tree of bodies contradicts itself."""

    code = "tree_broken"


@dataclass(frozen=True, slots=True)
class Body:
    """A node of the tree.

    Args:
        word: 代字, for numbers.
        tier: None for the doors beside the tiers.
        path: `/d/s1/c3/`, with every body above it.
        scope_path: what its supervisors oversee; mostly its own path.
        supervised_by: the code of the body its expired clocks rise to.
        place: the pack of periods that holds here.
        competence: `kinds` and `classes`, each a list or None for all; None for everything.
        until_on: the first day it no longer exists.
    """

    code: str
    name: str
    word: str
    sort: str
    tier: str | None
    path: str
    scope_path: str
    supervised_by: str | None
    place: str
    competence: Mapping[str, Any] | None
    from_on: date
    until_on: date | None

    def exists_on(self, day: date) -> bool:
        """Whether the body exists on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)

    def competent_for(self, kind: str, class_: str | None) -> bool:
        """Whether a dispute of this kind and class is within what it may take on."""
        if self.competence is None:
            return True
        kinds, classes = self.competence.get("kinds"), self.competence.get("classes")
        return (kinds is None or kind in kinds) and (classes is None or class_ in classes)


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who works in one or more bodies, and the name of the hand that signs."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer's place in a body, with the roles held there.

    Args:
        until_on: the first day it is no longer held.
    """

    officer: str
    body: str
    roles: frozenset[str]
    from_on: date
    until_on: date | None

    def held_on(self, day: date) -> bool:
        """Whether the seat is held on a day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


class Directory:
    """All bodies, officers and seats of an installation as they stood when it was loaded.

    Raises:
        TreeBroken: a body names a supervisor that does not exist, or supervises itself.
    """

    def __init__(
        self, bodies: Iterable[Body], officers: Iterable[Officer], seats: Iterable[Seat]
    ) -> None:
        self.bodies: Final = {body.code: body for body in bodies}
        self.officers: Final = {officer.handle: officer for officer in officers}
        self.seats: Final = tuple(seats)
        self._by_path = {body.path: body for body in self.bodies.values()}
        self._in_order = sorted(self.bodies.values(), key=lambda body: body.path)
        self._by_body: dict[str, list[Seat]] = {}
        self._by_officer: dict[str, list[Seat]] = {}
        for seat in self.seats:
            self._by_body.setdefault(seat.body, []).append(seat)
            self._by_officer.setdefault(seat.officer, []).append(seat)
        self._below: dict[str, list[Body]] = {}
        for body in self._in_order:
            above = body.path[: body.path.rstrip("/").rfind("/") + 1]
            self._below.setdefault(above, []).append(body)
        self._ladders = {code: self._climbed(code) for code in self.bodies}
        self._wide: dict[str, bool] = {}

    def body(self, code: str) -> Body:
        """Find a body by its code.

        Raises:
            BodyUnknown: there is none.
        """
        found = self.bodies.get(code)
        if found is None:
            raise BodyUnknown(code)
        return found

    def body_at(self, path: str) -> Body | None:
        """Give the body at a path."""
        return self._by_path.get(path)

    def bodies_under(self, path: str) -> list[Body]:
        """Give the body at a path and all below it, in the order of the tree."""
        first = bisect_left(self._in_order, path, key=path_of)
        # `0` is the sign behind `/`: the first text behind everything under the path.
        last = bisect_left(self._in_order, path[:-1] + "0", key=path_of)
        return self._in_order[first:last]

    def is_wide(self, path: str) -> bool:
        """Tell whether more than one body in a hundred lies at or below a path.

        The cases of so many are found sooner by walking all cases, those of fewer by theirs.
        """
        if path not in self._wide:
            found = len(self.bodies_under(path))
            self._wide[path] = found > 1 and found * 100 > len(self.bodies)
        return self._wide[path]

    def bodies_next_below(self, path: str) -> list[Body]:
        """Give the bodies one level below a path, in the order of the tree."""
        return self._below.get(path, [])

    def ladder(self, code: str) -> tuple[Body, ...]:
        """Give who oversees a body, nearest first, without the body itself.

        Raises:
            BodyUnknown: there is no such body.
        """
        return self._ladders[self.body(code).code]

    def nearest(self, code: str, sort: str, day: date) -> list[Body]:
        """Give the bodies of a sort on the nearest level: below this body, else around it.

        Raises:
            BodyUnknown: there is no such body.
        """
        path = self.body(code).path
        while path:
            found = [
                body
                for body in self.bodies_under(path)
                if body.sort == sort and body.code != code and body.exists_on(day)
            ]
            if found:
                return sorted(found, key=lambda body: (body.path.count("/"), body.path))
            path = path[: path.rstrip("/").rfind("/") + 1]
        return []

    def holders(self, code: str, role: str, day: date) -> list[Officer]:
        """Give the officers who hold a role in a body on a day, by handle."""
        held = (seat for seat in self._by_body.get(code, ()) if seat.held_on(day))
        return [
            self.officers[handle]
            for handle in sorted({seat.officer for seat in held if role in seat.roles})
        ]

    def seats_of(self, handle: str, day: date) -> list[Seat]:
        """Give the seats an officer holds on a day, in bodies that exist."""
        held = (seat for seat in self._by_officer.get(handle, ()) if seat.held_on(day))
        return [seat for seat in held if self.body(seat.body).exists_on(day)]

    def seat(self, handle: str, code: str, day: date) -> Seat:
        """Find an officer's seat in a body on a day, its roles joined if there are several.

        Raises:
            SeatUnknown: no such officer, body or seat on that day.
        """
        found = [
            seat
            for seat in self._by_body.get(code, ())
            if seat.officer == handle and seat.held_on(day) and self.body(code).exists_on(day)
        ]
        if not found:
            raise SeatUnknown(handle, code)
        roles = frozenset[str]().union(*(seat.roles for seat in found))
        return Seat(handle, code, roles, found[0].from_on, found[0].until_on)

    def _climbed(self, code: str) -> tuple[Body, ...]:
        climbed: list[Body] = []
        above = self.bodies[code].supervised_by
        while above is not None:
            if above not in self.bodies:
                raise TreeBroken(
                    Message("{code} 的督办单位 {above} 不存在", {"code": code, "above": above})
                )
            if above == code or self.bodies[above] in climbed:
                raise TreeBroken(Message("{code} 的督办关系成了环", {"code": code}))
            climbed.append(self.bodies[above])
            above = self.bodies[above].supervised_by
        return tuple(climbed)


def path_of(body: Body) -> str:
    """Give what bodies are ordered by."""
    return body.path


_BODIES: Final = Statement("bodies", select(*bodies.columns))
_OFFICERS: Final = Statement("officers", select(*officers.columns))
_SEATS: Final = Statement("seats", select(*seats.columns))
_BODY_SAVE: Final = upsert(bodies, "body_save")
_OFFICER_SAVE: Final = upsert(officers, "officer_save")
_SEAT_SAVE: Final = upsert(seats, "seat_save")


def load_directory(tx: Tx) -> Directory:
    """Load all bodies, officers and seats.

    Raises:
        TreeBroken: a body names a supervisor that does not exist, or supervises itself.
    """
    return Directory(
        [_body(row) for row in tx.all(_BODIES, {})],
        [Officer(*row) for row in tx.all(_OFFICERS, {})],
        [_seat(*row) for row in tx.all(_SEATS, {})],
    )


def _body(row: Sequence[Any]) -> Body:
    (
        code, name, word, sort, tier, path, scope_path, supervised_by, place, competence,
        from_on, until_on,
    ) = row  # fmt: skip
    return Body(
        code, name, word, sort, tier, path, scope_path, supervised_by, place,
        None if competence is None else parsed(competence), date.fromisoformat(from_on),
        day_or_none(until_on),
    )  # fmt: skip


def _seat(officer: str, body: str, from_on: str, until_on: str | None, roles: str) -> Seat:
    held = frozenset[str](parsed(roles))
    return Seat(officer, body, held, date.fromisoformat(from_on), day_or_none(until_on))


def save_people(
    tx: Tx,
    *,
    bodies: Iterable[Body] = (),
    officers: Iterable[Officer] = (),
    seats: Iterable[Seat] = (),
) -> None:
    """Add bodies, officers and seats, or replace those of the same code, handle or first day.

    Raises:
        TreeBroken: a path without its slashes, or a body that is already there under another
            path: cases carry the path, so a body is moved by an operation of its own.
    """
    known = {code: path for code, path, *_ in tx.all(_PATHS, {})}
    saved = sorted(bodies, key=lambda body: body.path)
    for body in saved:
        for path in (body.path, body.scope_path):
            if not (path.startswith("/") and path.endswith("/")):
                raise TreeBroken(Message("{code} 的路径应以 / 开头和结尾", {"code": body.code}))
        if known.get(body.code, body.path) != body.path:
            raise TreeBroken(
                Message("{code} 已在另一路径下，不能直接改动", {"code": body.code})
            )
    plan: list[tuple[Statement, list[Params]]] = [
        # A supervisor may be saved after those it oversees.
        (_BODY_SAVE, [_body_row(body) | {"supervised_by": None} for body in saved]),
        (_BODY_SAVE, [_body_row(body) for body in saved]),
        (_OFFICER_SAVE, [{"handle": one.handle, "name": one.name} for one in officers]),
        (_SEAT_SAVE, [_seat_row(seat) for seat in seats]),
    ]
    write(tx, [(statement, rows) for statement, rows in plan if rows])
    raise_version(tx)


_PEOPLE: Final = "people"
VERSION: Final = select(meta.c.value).where(meta.c.key == _PEOPLE)
"""For statements that ask it along; they tell it to `version_read`."""
_VERSION: Final = Statement("people_version", VERSION)


def _raising(insert: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    # Raised in the database: two who change people at once make two versions.
    raised = cast(cast(meta.c.value, Integer) + 1, Text)
    return insert.on_conflict_do_update(index_elements=["key"], set_={"value": raised})


_VERSION_RAISE: Final = Statement(
    "people_version_raise",
    {
        "sqlite": _raising(sqlite.insert(meta)),
        "postgresql": _raising(postgresql.insert(meta).inline()),
    },
    columns=["key", "value"],
)


def people_version(tx: Tx) -> int:
    """Give the version of the directory: it changes with every change of people or bodies.

    It is asked once in a transaction that only reads.
    """
    if tx.known and _PEOPLE in tx.known:
        return tx.known[_PEOPLE]
    row = tx.one(_VERSION, {})
    return version_read(tx, None if row is None else row[0])


def version_read(tx: Tx, value: str | None) -> int:
    """Take note of the version as it was read."""
    version = int(value or 0)
    if tx.known is not None:
        tx.known[_PEOPLE] = version
    return version


def raise_version(tx: Tx) -> None:
    """Let everybody load anew what decisions read beside the case.

    Who reads the directory asks for its version first, so a change is obeyed at once. Whoever
    else raises it waits until this transaction is over.
    """
    write(tx, [(_VERSION_RAISE, {"key": _PEOPLE, "value": "1"})])


_PATHS: Final = Statement("paths", select(bodies.c.code, bodies.c.path))


def _body_row(body: Body) -> dict[str, Any]:
    return {
        "code": body.code,
        "name": body.name,
        "word": body.word,
        "sort": body.sort,
        "tier": body.tier,
        "path": body.path,
        "scope_path": body.scope_path,
        "supervised_by": body.supervised_by,
        "place": body.place,
        "competence": None if body.competence is None else canonical(body.competence),
        "from_on": day_text(body.from_on),
        "until_on": day_text(body.until_on),
    }


def _seat_row(seat: Seat) -> dict[str, Any]:
    return {
        "officer": seat.officer,
        "body": seat.body,
        "from_on": day_text(seat.from_on),
        "until_on": day_text(seat.until_on),
        "roles": canonical(sorted(seat.roles)),
    }
