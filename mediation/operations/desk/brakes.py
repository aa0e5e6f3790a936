"""Brakes on guessing: who fails too often waits, each time twice as long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.office import Office
from mediation.records.accounts import Throttle, find_throttle, save_throttle
from mediation.records.database import Tx
from mediation.records.values import digest

FIRST_HOLD, LONGEST_HOLD = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)
"""So long after the last failure they are counted anew."""
MOST_DOUBLINGS: Final = 10


class SignInHeld(MediationError):
    """Too many failures; one has to wait."""

    code = "sign_in_held"

    def __init__(self) -> None:
        super().__init__(Message("输错次数过多，请稍后再试"))


@dataclass(frozen=True, slots=True)
class Source:
    """What guesses are counted by.

    Args:
        name: a digest: somebody may have typed his password where his name belongs.
        free: so many failures cost nothing.
    """

    name: str
    free: int


def of_officer(officer: str) -> Source:
    """Count by whose account is guessed at."""
    return Source(f"officer {digest(officer)}", 5)


def of_computer(computer: str) -> Source:
    """Count by where guesses come from; a whole office may stand behind one address."""
    return Source(f"from {digest(computer)}", 50)


def of_session(officer: str) -> Source:
    """Count by somebody signed in: who found a session open must not guess either."""
    return Source(f"session {digest(officer)}", 5)


def holds(tx: Tx, sources: Iterable[Source], now: datetime) -> bool:
    """Tell whether one of the sources has to wait."""
    brakes = (find_throttle(tx, one.name) for one in sources)
    return any(brake is not None and brake.held_until > now for brake in brakes)


def note_failures(tx: Tx, sources: Iterable[Source], now: datetime) -> None:
    """Count a failure; behind the free ones each doubles the wait."""
    for source in sources:
        before = find_throttle(tx, source.name)
        remembered = before is not None and now - before.held_until < FORGOTTEN_AFTER
        failures = (before.failures if before and remembered else 0) + 1
        over = min(failures - source.free, MOST_DOUBLINGS)
        hold = min(FIRST_HOLD * 2**over, LONGEST_HOLD) if over >= 0 else timedelta()
        save_throttle(tx, source.name, Throttle(failures, now + hold))


def release(tx: Tx, sources: Iterable[Source], now: datetime) -> None:
    """Forget the failures of sources that got it right."""
    for source in sources:
        save_throttle(tx, source.name, Throttle(0, now))


def refuse_held(office: Office, source: Source, now: datetime) -> None:
    """Let a source pass that need not wait.

    Raises:
        SignInHeld: it has failed too often.
    """
    with office.database.reading() as tx:
        if holds(tx, [source], now):
            raise SignInHeld


def failed(office: Office, source: Source, now: datetime) -> None:
    """Count a failure in a transaction of its own: what it failed at is refused."""
    with office.database.writing() as tx:
        note_failures(tx, [source], now)
