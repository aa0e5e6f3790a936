"""The hash chain of a case's events: over the ciphertext, so that erasure breaks nothing."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from mediation.records.values import canonical

# What the first event of a case, and the first checkpoint, are chained to.
START: Final = bytes(32)

_fields: Final[Callable[[list[Any]], str]] = canonical


def event_hash(prev_hash: bytes, fields: list[Any], body: str, sealed: bytes | None) -> bytes:
    """Give the hash of an event.

    Args:
        prev_hash: of the event before it, START for the first.
        fields: every other column in its written form, in the order of `chained_fields`.
        body: the step as canonical JSON.
        sealed: the ciphertext beside it.
    """
    chained = sha256(prev_hash)
    # JSON holds no raw line break, so the parts cannot run into each other.
    chained.update(f"{_fields(fields)}\n{body}\n".encode())
    if sealed is not None:
        chained.update(sha256(sealed).digest())
    return chained.digest()


def checkpoint_hash(prev_hash: bytes, body: str) -> bytes:
    """Give the hash of a checkpoint over the one before it."""
    return sha256(prev_hash + body.encode()).digest()
