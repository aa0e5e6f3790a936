"""Passwords: which are good enough, how they are kept, whether one fits."""

import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mediation.errors import Fault, InputRefused
from mediation.language import Message

SHORTEST, LONGEST = 10, 200
FEWEST_CHARACTERS: Final = 5
"""A password made of fewer different characters than these is no secret."""

# Hashing takes a quarter of a second and 64 MiB: a flood of guesses must not take the rest.
_hasher: Final = PasswordHasher()
_at_once: Final = threading.BoundedSemaphore(2)
_NOBODYS: Final = _hasher.hash(secrets.token_urlsafe(32))


def new_password(password: str, officer: str) -> str:
    """Accept a new password: long, and not the name; no rule of what it is made of.

    Source: OWASP ASVS 5.0, 6.2.

    Raises:
        InputRefused: it is too short, too long, or the name itself.
    """
    plain = len(set(password)) < FEWEST_CHARACTERS or officer.lower() in password.lower()
    if not SHORTEST <= len(password) <= LONGEST or plain:
        limits = {"least": SHORTEST, "most": LONGEST}
        told = Message("口令应有 {least} 至 {most} 个字符，不含登录名，不能太简单", limits)
        raise InputRefused((Fault("password", told),))
    return password


def hash_of(password: str) -> str:
    """Give the argon2 hash of a password."""
    with _at_once:
        return _hasher.hash(_bytes(password))


def fits(hashed: str | None, password: str) -> bool:
    """Tell whether a password fits; it takes as long where there is no account."""
    with _at_once:
        try:
            _hasher.verify(hashed or _NOBODYS, _bytes(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


def _bytes(password: str) -> bytes:
    # A password may be any characters at all, halves of some included.
    return password.encode(errors="surrogatepass")
