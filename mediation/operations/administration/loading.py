"""A world file loaded: what it changes stands in the journal as the operator's hand."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from mediation.operations.administration.accounts import ROOT
from mediation.operations.administration.journal import (
    BODY_ADDED,
    BODY_CHANGED,
    OFFICER_ADDED,
    OFFICER_RENAMED,
    SEAT_CHANGED,
    SEAT_GIVEN,
    body_kept,
    seat_kept,
)
from mediation.operations.office import Office
from mediation.operations.world import World, read_world
from mediation.records.database import Tx
from mediation.records.people import Directory, save_people
from mediation.records.people_changes import PeopleChange, State, note_changes

Change = tuple[str, str, str, State | None, State]
"""What was done, to whom, at which path, how it stood and how it stands."""


def load_world(office: Office, tx: Tx, data: object, now: datetime) -> World:
    """Read a world and save it, with each change in the journal; the door commits.

    Raises:
        InputRefused: with every fault.
        TreeBroken: bodies supervise each other in a ring, or one is there under another path.
    """
    world = read_world(data, office.catalogue.library)
    before = office.staff(tx).directory
    save_people(tx, bodies=world.bodies, officers=world.officers, seats=world.seats)
    note_changes(tx, changes_by(world, before, now))
    return world


def changes_by(world: World, before: Directory, now: datetime) -> Iterator[PeopleChange]:
    """Give what a world file adds and changes; nothing for what stands as the file says.

    Args:
        before: who was where when it was loaded.
    """
    paths = {body.code: body.path for body in world.bodies}
    found = (
        *bodies(world, before),
        *officers(world, before, paths),
        *seats(world, before, paths),
    )
    for what, subject, path, old, new in found:
        if old != new:
            yield PeopleChange(now, None, None, what, subject, path, old, new)


def bodies(world: World, before: Directory) -> Iterator[Change]:
    """Give each body of the file."""
    for body in world.bodies:
        old = before.bodies.get(body.code)
        what = BODY_CHANGED if old else BODY_ADDED
        yield what, body.code, body.path, body_kept(old) if old else None, body_kept(body)


def officers(world: World, before: Directory, paths: Mapping[str, str]) -> Iterator[Change]:
    """Give each officer of the file, at the place of his first seat."""
    first = {seat.officer: paths[seat.body] for seat in reversed(world.seats)}
    for officer in world.officers:
        old = before.officers.get(officer.handle)
        what = OFFICER_RENAMED if old else OFFICER_ADDED
        stood, path = {"name": old.name} if old else None, first.get(officer.handle, ROOT)
        yield what, officer.handle, path, stood, {"name": officer.name}


def seats(world: World, before: Directory, paths: Mapping[str, str]) -> Iterator[Change]:
    """Give each seat of the file; one is the same if officer, body and first day are."""
    held = {(one.officer, one.body, one.from_on): one for one in before.seats}
    for seat in world.seats:
        old = held.get((seat.officer, seat.body, seat.from_on))
        what = SEAT_CHANGED if old else SEAT_GIVEN
        yield (
            what,
            seat.officer,
            paths[seat.body],
            seat_kept(old) if old else None,
            seat_kept(seat),
        )
