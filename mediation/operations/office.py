"""What every operation works with: database, keys, workflows, directory."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from mediation.engine.cases import Actor, Body
from mediation.engine.forms import IssuedPaper
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.outlook import Held
from mediation.operations.catalogue import Catalogue
from mediation.operations.notices import calendar_in_force, settle_calendar
from mediation.records.database import Database, Tx
from mediation.records.keys import Keys
from mediation.records.people import Directory, load_directory, people_version
from mediation.resources import resource_dir


class Traits(Mapping[str, Body]):
    """What decisions read of bodies, made once for each body of a directory."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.made: dict[str, Body] = {}

    def __getitem__(self, code: str) -> Body:
        if code not in self.made:
            body = self.directory.body(code)
            competence = body.competence or {}
            kinds, classes = competence.get("kinds"), competence.get("classes")
            self.made[code] = Body(
                code=code,
                sort=body.sort,
                tier=body.tier or "",
                kinds=None if kinds is None else tuple(kinds),
                classes=None if classes is None else tuple(classes),
                supervisors=tuple(above.code for above in self.directory.ladder(code)),
            )
        return self.made[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.directory.bodies)

    def __len__(self) -> int:
        return len(self.directory.bodies)


@dataclass(frozen=True, slots=True)
class People:
    """What stood beside the cases at one version, for decisions and papers.

    Args:
        names: the officers' names, by handle.
        calendar: the working calendar as known then.
    """

    version: int
    directory: Directory
    traits: Traits
    names: Mapping[str, str]
    calendar: WorkingCalendar

    def held(self, day: date) -> Held:
        """Give what tells whether anybody holds a duty on a day."""
        return lambda duty: bool(self.directory.holders(duty.body, duty.role, day))


@dataclass(slots=True)
class Office:
    """An installation at work in one process.

    Args:
        public_url: where residents reach its pages; empty where they reach none.
    """

    database: Database
    keys: Keys
    catalogue: Catalogue
    people: People | None = field(default=None)
    public_url: str = ""

    @classmethod
    def of(cls, database: Database, keys: Keys) -> Self:
        """Give an office with the workflows that ship with the program.

        The calendar it decides by is kept in the database before it decides anything.

        Raises:
            DefinitionError: a holiday notice contradicts one that was entered.
        """
        office = cls.unsettled(database, keys)
        with database.writing() as tx:
            settle_calendar(office.catalogue, tx)
        return office

    @classmethod
    def unsettled(cls, database: Database, keys: Keys) -> Self:
        """Give an office that has written nothing: enough to read and to prove."""
        return cls(database, keys, Catalogue.read(resource_dir("workflows")))

    def staff(self, tx: Tx) -> People:
        """Give directory and calendar as this transaction sees them; anew once one changed."""
        version = people_version(tx)
        if self.people is None or self.people.version != version:
            directory = load_directory(tx)
            names = {handle: one.name for handle, one in directory.officers.items()}
            calendar = calendar_in_force(self.catalogue, tx)
            self.people = People(version, directory, Traits(directory), names, calendar)
        return self.people


@dataclass(frozen=True, slots=True)
class Sitting:
    """An officer in the seat he acts from: `HANDLE@BODY`."""

    officer: str
    body: str

    def actor(self, people: People, day: date) -> Actor:
        """Give the officer with the roles of this seat on a day.

        Raises:
            SeatUnknown: no such officer, body or seat on that day.
        """
        seat = people.directory.seat(self.officer, self.body, day)
        return Actor(self.officer, self.body, seat.roles)

    def __str__(self) -> str:
        return f"{self.officer}@{self.body}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who and which bodies may be chosen in a form on a day.

    Args:
        visible: gives a case number as it is written, if the asker may know of the case.
        attached: names the photos at hand; asked only when a form names one.
        issued: gives the papers of the case; asked only when a form offers them.
    """

    people: People
    day: date
    visible: Callable[[str], str | None]
    attached: Callable[[], Collection[str]]
    issued: Callable[[], Mapping[str, IssuedPaper]] = dict

    def officers(self, body: str, roles: Sequence[str]) -> dict[str, str]:
        """Give handle -> name of the officers of a body who hold one of the roles."""
        held = (self.people.directory.holders(body, role, self.day) for role in roles)
        return {officer.handle: officer.name for officers in held for officer in officers}

    def bodies(self, near: str, sorts: Sequence[str], tiers: Sequence[str]) -> dict[str, str]:
        """Give code -> name of bodies of these sorts and tiers, the nearest first."""
        directory = self.people.directory
        path = directory.body(near).path
        found = [
            body
            for body in directory.bodies.values()
            if body.code != near
            and (not sorts or body.sort in sorts)
            and (not tiers or body.tier in tiers)
            and body.exists_on(self.day)
        ]
        found.sort(key=lambda body: (-shared(path, body.path), body.path))
        return {body.code: body.name for body in found}

    def cases(self, numbers: Iterable[str]) -> list[str]:
        """Give those of the case numbers that exist and may be seen, as they are written."""
        return [found for number in numbers if (found := self.visible(number))]

    def attachments(self) -> Collection[str]:
        """Name the photos at hand by their digests."""
        return self.attached()

    def papers(self) -> Mapping[str, IssuedPaper]:
        """Give the papers of the case by their places."""
        return self.issued()


def shared(path: str, other: str) -> int:
    """Count the bodies two paths have in common."""
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    count = 0
    for one, two in pairs:
        if one != two:
            break
        count += 1
    return count
