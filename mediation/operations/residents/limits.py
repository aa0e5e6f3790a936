"""How often somebody without an account may try: guessing codes, handing in applications."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.words import Told
from mediation.operations.desk.brakes import (
    FORGOTTEN_AFTER,
    SignInHeld,
    Source,
    holds,
    note_failures,
)
from mediation.operations.office import Office
from mediation.records.accounts import (
    Throttle,
    expire_throttles,
    find_throttle,
    save_throttle,
)
from mediation.records.database import Tx
from mediation.records.values import digest

FREE_GUESSES: Final = 50
"""A whole neighbourhood may stand behind one address. A guess is right once in 2^40: with these
and one each quarter of an hour from then on, a million addresses need some twenty years."""
MOST_APPLICATIONS: Final = 20
SPAN: Final = timedelta(hours=1)
OF_ONE_SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that a provider gives out; the rest is the subscriber's to choose."""


class AppliedTooOften(MediationError):
    """More applications come from one source than people hand in."""

    code = "applied_too_often"

    def __init__(self) -> None:
        super().__init__(
            Message("从这里提交的申请太多了，请一小时以后再试，或者直接到调委会去说")
        )


def of_guesser(address: str) -> Source:
    """Count by where codes are tried from."""
    return Source(f"code {digest(subscriber(address))}", FREE_GUESSES)


def of_verifier(address: str) -> Source:
    """Count by where codes of papers are tried from; progress is counted apart."""
    return Source(f"paper {digest(subscriber(address))}", FREE_GUESSES)


def looked_up(
    office: Office,
    source: Source,
    now: datetime,
    find: Callable[[Tx], Told | None],
    unknown: Callable[[], MediationError],
) -> Told:
    """Look up what a code is for, and brake whoever guesses.

    It opens its transactions itself: that a guess failed is written down although the guess is
    refused.

    Raises:
        SignInHeld: too many wrong codes come from there.
        MediationError: nothing was found, as `unknown` says it.
    """
    with office.database.reading() as tx:
        if holds(tx, [source], now):
            raise SignInHeld
        told = find(tx)
    if told is None:
        with office.database.writing() as tx:
            forget_old(tx, now)
            note_failures(tx, [source], now)
        raise unknown()
    return told


def subscriber(address: str) -> str:
    """Give what one subscriber cannot change about his address."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(ip_network((known, OF_ONE_SUBSCRIBER), strict=False))
    return str(known)


def count_application(tx: Tx, address: str, now: datetime) -> None:
    """Count an application by where it comes from.

    Raises:
        AppliedTooOften: as many have come within the hour as may.
    """
    forget_old(tx, now)
    source = f"apply {digest(subscriber(address))}"
    counted = find_throttle(tx, source)
    if counted is None or counted.held_until <= now:
        counted = Throttle(0, now + SPAN)
    if counted.failures >= MOST_APPLICATIONS:
        raise AppliedTooOften
    save_throttle(tx, source, Throttle(counted.failures + 1, counted.held_until))


def forget_old(tx: Tx, now: datetime) -> None:
    """Take away what nobody counts by any more: anybody can make rows here."""
    expire_throttles(tx, now - FORGOTTEN_AFTER)
