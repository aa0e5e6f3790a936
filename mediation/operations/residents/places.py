"""Whom a resident may apply to: the bodies that mediate, by the streets they belong to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.gateway import REVEAL, RIGHTS
from mediation.records.people import Body, Directory

READERS: Final = [role for role, rights in RIGHTS.items() if REVEAL in rights.get("owner", ())]
"""The roles that may read what a resident has written."""


@dataclass(frozen=True, slots=True)
class Place:
    """A body that mediates, with what a resident knows it by.

    Args:
        district: the top of its tree.
        area: the nearest body above it that does not mediate itself, mostly a street.
    """

    district: Body
    area: Body
    body: Body


def places(office: Office, tx: Tx, day: date) -> list[Place]:
    """Give the bodies that take applications on a day, in the order of the tree.

    A body takes them if it is of a sort that mediates and somebody is there to read them.
    """
    directory = office.staff(tx).directory
    sorts = office.catalogue.library.bodies.sort
    mediate = {name for name, sort in sorts.items() if sort.mediates}
    found = (
        body
        for body in directory.bodies.values()
        if body.sort in mediate
        and body.exists_on(day)
        and any(directory.holders(body.code, role, day) for role in READERS)
    )
    return [place(directory, body, mediate) for body in sorted(found, key=lambda b: b.path)]


def place(directory: Directory, body: Body, mediate: set[str]) -> Place:
    """Give a body with what is above it."""
    chain = list(above(directory, body)) or [body]
    area = next((one for one in chain if one.sort not in mediate), chain[-1])
    return Place(chain[-1], area, body)


def above(directory: Directory, body: Body) -> Iterator[Body]:
    """Give the bodies above one, the nearest first."""
    path = body.path
    while path := path[: path.rstrip("/").rfind("/") + 1]:
        if found := directory.body_at(path):
            yield found


LEVELS: Final[Mapping[str, Callable[[Place], Body]]] = {
    "district": lambda one: one.district,
    "area": lambda one: one.area,
    "body": lambda one: one.body,
}
"""The questions by which a body is chosen, in this order."""


def choices(found: Iterable[Place], typed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Give what may be chosen at each level under what was chosen above it: code -> name."""
    left, offered = list(found), {}
    for level, body_of in LEVELS.items():
        offered[level] = {body_of(one).code: body_of(one).name for one in left}
        wanted = chosen(offered[level], typed.get(level, ""))
        left = [one for one in left if body_of(one).code == wanted]
    return offered


def chosen(offered: Mapping[str, str], typed: str) -> str:
    """Give what was chosen of some choices; where there is only one, it is chosen."""
    if len(offered) == 1:
        return next(iter(offered))
    return typed if typed in offered else ""
