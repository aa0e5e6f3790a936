"""Personal data sealed with AES-256-GCM: one blob a row, bound to its table, row and key.

A sealed blob is an algorithm byte, the id of its key (8 bytes), a nonce (12) and the ciphertext
with its tag. The table and the row are authenticated, not stored: a blob moved elsewhere does
not open. Sealing and opening are always explicit; no column does it by itself.
"""

import hmac
import os
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.values import canonical, parsed

AES_256_GCM: Final = 1
KEY_BYTES: Final = 32
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_HEAD_BYTES: Final = 1 + _ID_BYTES + _NONCE_BYTES


class SealBroken(MediationError):
    """A sealed blob does not open where it stands: moved, changed, or of another key."""

    code = "seal_broken"

    def __init__(self, table: str, row: str) -> None:
        super().__init__(
            Message(
                "{table} {row} 的加密内容无法打开：可能被改动、移动，或密钥不符",
                {"table": table, "row": row},
            )
        )
        self.table = table
        self.row = row


class KeyDestroyed(MediationError):
    """The key of a case was destroyed: its personal data is erased for good."""

    code = "key_destroyed"

    def __init__(self, number: str) -> None:
        super().__init__(Message("{number} 的个人信息已依法销毁，不能恢复", {"number": number}))


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key for sealing, with the id that its blobs carry."""

    id: bytes
    secret: bytes
    cipher: AESGCM

    @classmethod
    def of(cls, secret: bytes) -> Self:
        """Make a key of 32 secret bytes; its id tells nothing about them."""
        return cls(
            sha256(b"mediation key id\0" + secret).digest()[:_ID_BYTES], secret, AESGCM(secret)
        )

    @classmethod
    def fresh(cls) -> Self:
        """Make a new random key."""
        return cls.of(os.urandom(KEY_BYTES))


def row_of(*parts: str | int) -> str:
    """Write the identity of a row: its primary key, joined."""
    return "/".join(map(str, parts))


def seal_bytes(key: Key, table: str, row: str, content: bytes) -> bytes:
    """Seal bytes for one row of one table."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = key.cipher.encrypt(nonce, content, _bound(key, table, row))
    return bytes((AES_256_GCM,)) + key.id + nonce + sealed


def open_bytes(key: Key, table: str, row: str, blob: bytes) -> bytes:
    """Open what seal_bytes gave.

    Raises:
        SealBroken: changed, moved from another row or table, or sealed by another key.
    """
    known = len(blob) > _HEAD_BYTES and blob[0] == AES_256_GCM
    if not known or blob[1 : 1 + _ID_BYTES] != key.id:
        raise SealBroken(table, row)
    nonce = blob[1 + _ID_BYTES : _HEAD_BYTES]
    try:
        return key.cipher.decrypt(nonce, blob[_HEAD_BYTES:], _bound(key, table, row))
    except InvalidTag:
        raise SealBroken(table, row) from None


def seal(key: Key, table: str, row: str, payload: Any) -> bytes:
    """Seal a JSON value for one row of one table."""
    return seal_bytes(key, table, row, canonical(payload).encode())


def open_sealed(key: Key, table: str, row: str, blob: bytes) -> Any:
    """Open what seal gave.

    Raises:
        SealBroken: changed, moved from another row or table, or sealed by another key.
    """
    return parsed(open_bytes(key, table, row, blob))


def _bound(key: Key, table: str, row: str) -> bytes:
    return canonical([table, row, key.id.hex()]).encode()


@dataclass(frozen=True, slots=True, repr=False)
class Indexer:
    """Blind indexes: equal values meet, and without the key none can be guessed from its index.

    Identity numbers and phones are few enough to be hashed one and all, hence the key.
    """

    secret: bytes

    def of_id(self, number: str) -> bytes:
        """Give the index of an identity number."""
        return self._of("id", _folded(number).upper())

    def of_phone(self, number: str) -> bytes:
        """Give the index of a phone number, its separators and China's prefix left out."""
        digits = "".join(sign for sign in _folded(number) if sign in "0123456789")
        if len(digits) > _MOBILE_DIGITS:
            digits = digits.removeprefix("0086").removeprefix("86")
        return self._of("phone", digits)

    def of_name(self, name: str) -> bytes:
        """Give the index of a name, white space left out."""
        return self._of("name", _folded(name).casefold())

    def of_row(self, table: str, row: int) -> bytes:
        """Give the index of a row: what a code for it is proved by."""
        return self._of(f"row {table}", str(row))

    def of_paper(self, place: str) -> bytes:
        """Give the index of a paper's place: what the code printed on it is made of."""
        return self._of("paper", place)

    def _of(self, sort: str, value: str) -> bytes:
        return hmac.digest(self.secret, f"{sort}\0{value}".encode(), "sha256")


_MOBILE_DIGITS: Final = 11


def _folded(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())
