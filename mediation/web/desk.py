"""What every page works with: the installation, its moment, and who is looking."""

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Annotated, Final, Literal

from fastapi import Depends, Request

from mediation import clock
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import LANGUAGES, Language, Message
from mediation.operations.answers.words import Words
from mediation.operations.cases.attachments import Upload
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.accounts import seen, session_of
from mediation.operations.office import Office, Sitting
from mediation.records.accounts import Session
from mediation.records.database import Tx
from mediation.records.people import Seat
from mediation.settings import Settings

Size = Literal["normal", "large", "largest"]
SIZES: Final[tuple[Size, ...]] = ("normal", "large", "largest")
Density = Literal["guided", "dense"]
DENSITIES: Final[tuple[Density, ...]] = ("guided", "dense")


class SignInNeeded(MediationError):
    """A page for officers, and nobody is signed in."""

    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__(Message("请先登录"))


@dataclass(frozen=True)
class Desk:
    """The installation behind the pages.

    Args:
        demo: whether this is the demo's world, whose officers sign in without a password.
        told: gives the present moment.
    """

    settings: Settings
    office: Office
    demo: bool = False
    told: Callable[[], datetime] = field(default=clock.now)

    def now(self) -> datetime:
        """Give the present moment: the rehearsal's, or the clock's."""
        return self.settings.now or self.told()

    @property
    def secure(self) -> bool:
        """Whether people reach it by TLS, so that cookies may travel no other way."""
        return self.settings.url.startswith("https://")

    @cached_property
    def session_cookie(self) -> str:
        """The name of the session's cookie."""
        return "__Host-desk" if self.secure else "desk"

    @cached_property
    def visit_cookie(self) -> str:
        """The name of the cookie of somebody who is not signed in."""
        return "__Host-visit" if self.secure else "visit"

    def words(self, language: Language) -> Words:
        """Give the names of things in a language."""
        return self._words[language]

    @cached_property
    def _words(self) -> dict[Language, Words]:
        return {one: Words(self.office.catalogue.library, one) for one in LANGUAGES}

    def guard(self, cookie: str) -> str:
        """Give the token a form must carry, which only a page of ours can know."""
        secret = self.office.keys.index.secret
        return hmac.digest(secret, f"form\0{cookie}".encode(), "sha256").hex()


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page.

    Args:
        language: what he reads.
        size: how large.
        density: one question at a time, or everything on one page.
        guard: the token his forms carry.
        address: the page he is on, to come back to.
        session: None if he is not signed in.
        seats: where he may act from today.
        tx: the transaction in which it was found out who he is, while it is open.
    """

    desk: Desk
    now: datetime
    language: Language
    size: Size
    density: Density
    guard: str
    address: str
    session: Session | None = None
    seats: tuple[Seat, ...] = ()
    tx: Tx | None = None

    @cached_property
    def words(self) -> Words:
        """The names of things in his language."""
        return self.desk.words(self.language)

    def say(self, message: Message) -> str:
        """Say a sentence of the program."""
        return message.to(self.language)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """Read in the transaction that is open for his page, or in one of its own."""
        if self.tx:
            yield self.tx
        else:
            with self.desk.office.database.reading() as tx:
                yield tx


@dataclass(frozen=True)
class Officer(Visitor):
    """Somebody signed in, in one of his seats."""

    sitting: Sitting = field(default=Sitting("", ""))

    @property
    def office(self) -> Office:
        """The office he works in."""
        return self.desk.office

    @property
    def roles(self) -> frozenset[str]:
        """The roles of his present seat."""
        held = (seat.roles for seat in self.seats if seat.body == self.sitting.body)
        return frozenset[str]().union(*held)

    def asking(
        self,
        *,
        occurred_at: datetime | None = None,
        key: str | None = None,
        version: int | None = None,
        uploads: tuple[Upload, ...] = (),
    ) -> Asking:
        """Give how an operation is asked for by him, now."""
        return Asking(self.sitting, self.now, occurred_at, key, version, uploads)


# These two wait for nothing; as plain functions they would be sent to a thread and back.
async def desk_of(request: Request) -> Desk:
    """Give the installation behind a request."""
    desk: Desk = request.app.state.desk
    return desk


@contextmanager
def visiting(request: Request) -> Iterator[Visitor]:
    """Find out who looks: an officer in his seat, or anybody.

    An officer's page is read in the transaction in which he was found: one state of the
    database says who he is and what he sees.
    """
    desk: Desk = request.app.state.desk
    now = desk.now()
    token = request.cookies.get(desk.session_cookie, "")
    if not token:
        yield anybody(request, desk, now)
        return
    with desk.office.database.reading() as tx:
        found = session_of(desk.office, tx, token, now)
        if found is None:
            yield anybody(request, desk, now)
            return
        session, seats = found
        sitting = Sitting(session.officer, session.body)
        look, guard, address = look_of(request), desk.guard(token), address_of(request)
        yield Officer(desk, now, *look, guard, address, session, seats, tx, sitting)
    seen(desk.office, session, now)


def anybody(request: Request, desk: Desk, now: datetime) -> Visitor:
    """Give somebody who is not signed in."""
    visit = request.cookies.get(desk.visit_cookie) or request.state.visit
    return Visitor(desk, now, *look_of(request), desk.guard(visit), address_of(request))


def address_of(request: Request) -> str:
    """Give the page somebody can come back to; what answers a form is none."""
    return request.url.path if request.method == "GET" else "/"


def look_of(request: Request) -> tuple[Language, Size, Density]:
    """Read how a browser shows pages: language, size, density."""
    cookies = request.cookies
    language: Language = "en" if cookies.get("language") == "en" else "zh"
    size: Size = next((one for one in SIZES if one == cookies.get("size")), "normal")
    density: Density = next(
        (one for one in DENSITIES if one == cookies.get("density")), "guided"
    )
    return language, size, density


def visitor_of(request: Request) -> Visitor:
    """Find out who looks, to answer him later: in other transactions than that one."""
    with visiting(request) as visitor:
        return replace(visitor, tx=None)


def signed_in(visitor: Visitor) -> Officer:
    """Give the officer who looks.

    Raises:
        SignInNeeded: nobody is signed in.
    """
    if not isinstance(visitor, Officer):
        raise SignInNeeded
    return visitor


async def officer_of(visitor: Annotated[Visitor, Depends(visitor_of)]) -> Officer:
    """Give the officer who looks.

    Raises:
        SignInNeeded: nobody is signed in.
    """
    return signed_in(visitor)


TheDesk = Annotated[Desk, Depends(desk_of)]
AVisitor = Annotated[Visitor, Depends(visitor_of)]
AnOfficer = Annotated[Officer, Depends(officer_of)]


def today(visitor: Visitor) -> str:
    """Give today's day in China, ISO."""
    return shanghai_day(visitor.now).isoformat()
