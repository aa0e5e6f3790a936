"""A world file: bodies, officers and their seats, read strictly."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mediation import text
from mediation.engine.errors import unknown
from mediation.engine.workflows.reading import NATIONAL, Library
from mediation.errors import Faults, InputRefused
from mediation.language import Message
from mediation.records.people import Body, Directory, Officer, Seat

BODY: Final = {
    "code", "name", "word", "sort", "tier", "parent", "scope", "supervised_by", "place",
    "competence", "from_on", "until_on",
}  # fmt: skip
OFFICER: Final = {"handle", "name", "seats"}
SEAT: Final = {"body", "roles", "from_on", "until_on"}
WORLD: Final = {"from_on", "bodies", "officers"}
COMPETENCE: Final = {"kinds", "classes"}

# HANDLE@BODY is read at the one @, a path at its slashes.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class World:
    """The bodies, officers and seats of a world file."""

    bodies: tuple[Body, ...]
    officers: tuple[Officer, ...]
    seats: tuple[Seat, ...]


def read_world(data: object, library: Library) -> World:
    """Read a world out of plain values.

    Args:
        data: `from_on`; `bodies`, each with code, name, word, sort and, as they apply, tier,
            parent, scope (whose part of the tree it oversees), supervised_by, place,
            competence; `officers`, each with handle, name and seats of body and roles. Days
            that are not given are the world's `from_on`, a place is the parent's.

    Raises:
        InputRefused: with every fault.
        TreeBroken: bodies supervise each other in a ring.
    """
    reader = WorldReader(library)
    world = reader.read(table(data))
    Directory(world.bodies, world.officers, world.seats)
    return world


class WorldReader:
    """Reads a world, gathering its faults."""

    def __init__(self, library: Library) -> None:
        self.library, self.faults = library, Faults()
        self.rows: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.from_on = date(2000, 1, 1)

    def read(self, data: Mapping[str, Any]) -> World:
        """Read bodies first, for everything else names them."""
        self.known("", data, WORLD)
        self.from_on = self.day("from_on", data.get("from_on")) or self.from_on
        for where, row in self.tables("bodies", data.get("bodies")):
            self.known(where, row, BODY)
            code = self.faults.take(f"{where}.code", name_of, row.get("code"))
            if code in self.rows:
                self.faults.add(f"{where}.code", Message("“{name}”出现了两次", {"name": code}))
            elif code:
                self.rows[code] = (where, row)
        bodies = [self.body(code, where, row) for code, (where, row) in self.rows.items()]
        self.words(bodies)
        officers, seats = self.officers(data.get("officers", []))
        self.faults.refuse_any()
        return World(tuple(bodies), tuple(officers), tuple(seats))

    def words(self, bodies: Iterable[Body]) -> None:
        """Note every word that two bodies share: their numbers would be the same."""
        known: set[str] = set()
        for body in bodies:
            if body.word in known:
                where, twice = self.rows[body.code][0], {"name": body.word}
                self.faults.add(f"{where}.word", Message("“{name}”出现了两次", twice))
            known.add(body.word)

    def body(self, code: str, where: str, row: Mapping[str, Any]) -> Body:
        """Read one body; its faults are noted."""
        shelves = self.library.bodies
        taken = self.faults.take
        tier, scope = row.get("tier"), row.get("scope")
        above = row.get("supervised_by")
        return Body(
            code=code,
            name=taken(f"{where}.name", text.line, row.get("name")) or "",
            word=taken(f"{where}.word", text.line, row.get("word")) or "",
            sort=self.one(f"{where}.sort", row.get("sort"), shelves.sort) or "",
            tier=self.one(f"{where}.tier", tier, shelves.tier) if tier else None,
            path=self.path(code, f"{where}.parent"),
            scope_path=self.path(
                self.one(f"{where}.scope", scope, self.rows) or code if scope else code, ""
            ),
            supervised_by=(
                self.one(f"{where}.supervised_by", above, self.rows) if above else None
            ),
            place=self.place(code, f"{where}.place"),
            competence=self.competence(f"{where}.competence", row.get("competence")),
            from_on=self.day(f"{where}.from_on", row.get("from_on")) or self.from_on,
            until_on=self.day(f"{where}.until_on", row.get("until_on")),
        )

    def path(self, code: str, where: str) -> str:
        """Give the path of a body, its parents above it; a ring is a fault of each in it."""
        climbed = self.climbed(code, where)
        return "/" + "".join(f"{one}/" for one in reversed(climbed))

    def climbed(self, code: str, where: str) -> list[str]:
        """Give a body and the bodies above it, as far as they are known."""
        climbed = [code]
        while parent := self.rows[climbed[-1]][1].get("parent"):
            if parent not in self.rows:
                if len(climbed) == 1 and where:
                    self.one(where, parent, self.rows)
                break
            if parent in climbed:
                if where:
                    self.faults.add(where, Message("上下级关系成了环"))
                break
            climbed.append(parent)
        return climbed

    def place(self, code: str, where: str) -> str:
        """Give the place of a body: its own, else that of the nearest body above with one."""
        own = self.rows[code][1].get("place")
        if own:
            return self.one(where, own, self.library.places) or NATIONAL
        named = (self.rows[one][1].get("place") for one in self.climbed(code, ""))
        return next((one for one in named if isinstance(one, str)), NATIONAL)

    def competence(self, where: str, value: Any) -> dict[str, list[str]] | None:
        """Read what a body may take on; everything if nothing is said."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.faults.add(where, Message("应为按栏目填写的表"))
            return None
        self.known(where, value, COMPETENCE)
        classes = {name for kind in self.library.kinds.values() for name in kind.class_}
        known: dict[str, Iterable[str]] = {"kinds": self.library.kinds, "classes": classes}
        return {
            # An empty list is a word too: such a body takes no case, it only passes them on.
            key: self.several(f"{where}.{key}", value[key], names) if value[key] != [] else []
            for key, names in known.items()
            if value.get(key) is not None
        }

    def officers(self, value: Any) -> tuple[list[Officer], list[Seat]]:
        """Read the officers with their seats."""
        officers: dict[str, Officer] = {}
        seats: list[Seat] = []
        for where, row in self.tables("officers", value):
            self.known(where, row, OFFICER)
            handle = self.faults.take(f"{where}.handle", name_of, row.get("handle")) or ""
            name = self.faults.take(f"{where}.name", text.name, row.get("name")) or ""
            if handle in officers:
                twice = Message("“{name}”出现了两次", {"name": handle})
                self.faults.add(f"{where}.handle", twice)
            officers[handle] = Officer(handle, name)
            for seat_at, seat in self.tables(f"{where}.seats", row.get("seats", [])):
                seats.append(self.seat(handle, seat_at, seat))
        return list(officers.values()), seats

    def seat(self, handle: str, where: str, row: Mapping[str, Any]) -> Seat:
        """Read one seat."""
        self.known(where, row, SEAT)
        return Seat(
            officer=handle,
            body=self.one(f"{where}.body", row.get("body"), self.rows) or "",
            roles=frozenset(
                self.several(f"{where}.roles", row.get("roles"), self.library.bodies.role)
            ),
            from_on=self.day(f"{where}.from_on", row.get("from_on")) or self.from_on,
            until_on=self.day(f"{where}.until_on", row.get("until_on")),
        )

    def known(self, where: str, row: Mapping[str, Any], keys: Iterable[str]) -> None:
        """Note every key nobody reads."""
        for key in row:
            if key not in keys:
                self.faults.add(f"{where}.{key}".lstrip("."), unknown(str(key), sorted(keys)))

    def tables(self, where: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the tables of a list with where they stand; what is none is a fault."""
        if not isinstance(value, list):
            self.faults.add(where, Message("应为列表"))
            return
        for position, row in enumerate(value):
            if isinstance(row, Mapping):
                yield f"{where}.{position}", row
            else:
                self.faults.add(f"{where}.{position}", Message("应为按栏目填写的表"))

    def one(self, where: str, value: Any, names: Iterable[str]) -> str | None:
        """Read one of some names."""
        return self.faults.take(where, among(names), value)

    def several(self, where: str, value: Any, names: Iterable[str]) -> list[str]:
        """Read a list of some names."""
        if not isinstance(value, list) or not value:
            self.faults.add(where, Message("应为列表"))
            return []
        read = (self.one(f"{where}.{n}", one, names) for n, one in enumerate(value))
        return [one for one in read if one]

    def day(self, where: str, value: Any) -> date | None:
        """Read a day, if one is given."""
        return None if value is None else self.faults.take(where, text.day, value)


def table(value: object) -> Mapping[str, Any]:
    """Accept a table.

    Raises:
        InputRefused: it is none.
    """
    if not isinstance(value, Mapping):
        raise InputRefused(Message("应为按栏目填写的表"))
    return value


def name_of(value: object) -> str:
    """Accept a code or handle: what stands in `HANDLE@BODY` and in paths.

    Raises:
        InputRefused: it is none.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InputRefused(Message("应由小写字母、数字和 - _ . 组成，不超过40个字符"))
    return value


def among(names: Iterable[str]) -> Callable[[object], str]:
    """Give the rule that accepts one of some names."""
    known = tuple(names)

    def rule(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise InputRefused(unknown(str(value)[:60], known))
        return value

    return rule
