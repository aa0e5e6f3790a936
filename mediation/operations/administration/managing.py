"""Who manages people, how far, and what nobody may do for himself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.gateway import RIGHTS
from mediation.records.people import Body, Directory, Seat, SeatUnknown
from mediation.records.people_changes import PeopleChange, note_changes

ADMINISTRATOR: Final = "administrator"
AUDITOR: Final = "auditor"
READERS: Final = frozenset(role for role, rights in RIGHTS.items() if rights)
"""The roles that read cases; whoever manages rights has none of them in the same seat."""


class NotAdministered(MediationError):
    """Not there, or not this officer's to manage: nobody can tell which."""

    code = "not_administered"

    def __init__(self) -> None:
        super().__init__(Message("没有找到，或者不归您管理"))


class OwnRights(MediationError):
    """An administrator reached for rights of his own."""

    code = "own_rights"

    def __init__(self) -> None:
        super().__init__(
            Message("管理员不能改动自己的席位、角色和账户；请由另一位管理员或者上级管理员办理")
        )


class BeyondReach(MediationError):
    """The officer sits in bodies this administrator does not manage."""

    code = "beyond_reach"

    def __init__(self) -> None:
        super().__init__(Message("此人在您管理的单位以外也有席位，他的账户请由上级管理员办理"))


class StillNeeded(MediationError):
    """A body cannot end while something depends on it."""

    code = "still_needed"


@dataclass(frozen=True, slots=True)
class Manager:
    """An administrator in his seat, with the part of the tree he manages.

    Args:
        root: his body: he manages it and all below it.
        day: today.
    """

    office: Office
    tx: Tx
    directory: Directory
    asking: Asking
    root: Body
    day: date

    @classmethod
    def of(cls, office: Office, tx: Tx, asking: Asking, *roles: str) -> Self:
        """Give the manager an officer is in his present seat.

        Args:
            roles: one of which the seat must have; if none is named, the administrator's.

        Raises:
            NotAdministered: the seat is no administrator's.
        """
        directory, day = office.staff(tx).directory, shanghai_day(asking.now)
        sitting = asking.sitting
        try:
            seat = directory.seat(sitting.officer, sitting.body, day)
        except SeatUnknown:
            raise NotAdministered from None
        if not seat.roles & set(roles or [ADMINISTRATOR]):
            raise NotAdministered
        return cls(office, tx, directory, asking, directory.body(sitting.body), day)

    def body(self, code: str) -> Body:
        """Find a body he manages.

        Raises:
            NotAdministered: unknown, or not below his own.
        """
        found = self.directory.bodies.get(code)
        if found is None or not found.path.startswith(self.root.path):
            raise NotAdministered
        return found

    @property
    def bodies(self) -> list[Body]:
        """The bodies he manages that are not at an end, in the order of the tree."""
        below = self.directory.bodies_under(self.root.path)
        return [one for one in below if one.until_on is None or one.until_on > self.day]

    def seats(self, handle: str) -> list[Seat]:
        """Give the seats an officer holds or will hold, wherever they are."""
        return [
            one for one in self.directory.seats if one.officer == handle and self.lives(one)
        ]

    def lives(self, seat: Seat) -> bool:
        """Tell whether a seat is held today or will be."""
        return seat.until_on is None or seat.until_on > max(self.day, seat.from_on)

    def sitting_in(self, body: Body, handle: str) -> str:
        """Accept an officer who has a seat in a body.

        Raises:
            NotAdministered: he has none.
        """
        if not any(one.body == body.code for one in self.seats(handle)):
            raise NotAdministered
        return handle

    def another(self, handle: str) -> str:
        """Accept an officer who is somebody else: nobody gives rights to himself.

        Raises:
            OwnRights: it is the administrator himself.
        """
        if handle == self.asking.sitting.officer:
            raise OwnRights
        return handle

    def wholly_below(self, handle: str) -> str:
        """Accept an officer all of whose seats this administrator manages.

        Whoever makes an invitation could take it up: it must open no door but his own.

        Raises:
            OwnRights: it is the administrator himself.
            BeyondReach: he also sits elsewhere.
        """
        for seat in self.seats(self.another(handle)):
            if not self.directory.body(seat.body).path.startswith(self.root.path):
                raise BeyondReach
        return handle

    def note(
        self,
        what: str,
        subject: str,
        path: str,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a change into the journal, in the transaction that makes it."""
        sitting, at = self.asking.sitting, self.asking.now
        change = PeopleChange(
            at, sitting.officer, sitting.body, what, subject, path, before, after
        )
        note_changes(self.tx, [change])


def cut(seat: Seat, until: date) -> Seat:
    """Give a seat that ends on a day, or by itself if that is sooner."""
    last = min(until, seat.until_on) if seat.until_on else until
    # One that has not begun was never held.
    return replace(seat, until_on=max(last, seat.from_on))
