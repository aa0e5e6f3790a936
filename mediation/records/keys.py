"""The key file: made once, readable by its owner only, and never exchanged unnoticed.

The file holds the keys that wrap the key of each case, the current one first, and the key of
the blind indexes. The database holds a check value of them, so that a wrong file is refused
before anything is written with it. Without the file all personal data is lost: back it up.
"""

import binascii
import hmac
import json
import os
import stat
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, select

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.database import Database, Tx, write
from mediation.records.sealing import (
    KEY_BYTES,
    Indexer,
    Key,
    KeyDestroyed,
    SealBroken,
    open_bytes,
    open_sealed,
    seal,
    seal_bytes,
)
from mediation.records.statements import Statement, insert_missing
from mediation.records.tables import cases, meta

FORMAT: Final = 1
CHECK: Final = "key_check"

_META: Final = Statement("meta", select(meta.c.value).where(meta.c.key == bindparam("key")))
_META_SET: Final = insert_missing(meta, "meta_insert")
_ANY_CASE: Final = Statement("any_case", select(cases.c.id).limit(1))


class KeyFileRefused(MediationError):
    """The key file is missing, open to others, damaged, or another database's."""

    code = "key_file"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys of an installation.

    Args:
        wrapping: what wraps the keys of cases; the first one wraps, all unwrap.
        index: makes blind indexes.
    """

    wrapping: tuple[Key, ...]
    index: Indexer

    def new_case_key(self, number: str) -> tuple[Key, bytes]:
        """Make the key of a new case, and its wrapped form for the case's row."""
        key = Key.fresh()
        return key, seal_bytes(self.wrapping[0], "cases.wrapped_key", number, key.secret)

    def case_key(self, number: str, wrapped: bytes | None) -> Key:
        """Unwrap the key of a case.

        Raises:
            KeyDestroyed: the case was erased.
            SealBroken: the wrapped key was changed, or is another case's or installation's.
        """
        if wrapped is None:
            raise KeyDestroyed(number)
        for key in self.wrapping:
            if wrapped[1 : 1 + len(key.id)] == key.id:
                return Key.of(open_bytes(key, "cases.wrapped_key", number, wrapped))
        raise SealBroken("cases.wrapped_key", number)

    def seal_own(self, table: str, row: str, payload: Any) -> bytes:
        """Seal a JSON value that belongs to no case."""
        return seal(self.wrapping[0], table, row, payload)

    def open_own(self, table: str, row: str, blob: bytes) -> Any:
        """Open what seal_own gave.

        Raises:
            SealBroken: changed, moved from another row, or sealed by another installation.
        """
        for key in self.wrapping:
            if blob[1 : 1 + len(key.id)] == key.id:
                return open_sealed(key, table, row, blob)
        raise SealBroken(table, row)

    @property
    def check(self) -> str:
        """What the database keeps to know its own key file by; it tells nothing of the keys."""
        # The last key stays when newer ones are put before it.
        parts = (self.wrapping[-1].secret, self.index.secret)
        return ":".join(
            hmac.digest(part, b"mediation key check", "sha256").hex() for part in parts
        )


def open_keys(path: Path, database: Database) -> Keys:
    """Read the key file, making it if neither it nor any sealed data exists yet.

    Raises:
        KeyFileRefused: missing though the database has data, open to others, damaged, or not
            the file this database was sealed with.
    """
    with database.reading() as tx:
        known = _known_check(tx)
        used = known is not None or tx.one(_ANY_CASE, {}) is not None
    if not path.exists():
        if used:
            raise KeyFileRefused(
                Message(
                    "找不到密钥文件 {path}，而数据库中已有加密的数据：请从备份恢复该文件",
                    {"path": path},
                )
            )
        _create(path)
    keys = read_keys(path)
    if known is None:
        if used:
            raise KeyFileRefused(
                Message(
                    "数据库缺少密钥校验值，不能确认 {path} 是它的密钥：请从备份恢复",
                    {"path": path},
                )
            )
        with database.writing() as tx:
            write(tx, [(_META_SET, {"key": CHECK, "value": keys.check})])
            # Another process may have been first, with another file.
            known = _known_check(tx)
    if known is None or not hmac.compare_digest(known, keys.check):
        raise KeyFileRefused(
            Message("密钥文件 {path} 不是这个数据库的密钥：请换回原来的文件", {"path": path})
        )
    return keys


def read_keys(path: Path) -> Keys:
    """Read a key file.

    Raises:
        KeyFileRefused: others may read it, or it is no key file.
    """
    try:
        file = path.open("rb")
    except OSError as fault:
        raise KeyFileRefused(_unusable(path)) from fault
    with file:
        # Asked of what was opened, not of the name: it cannot be exchanged in between.
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileRefused(_unusable(path))
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileRefused(
                Message("密钥文件 {path} 可被他人读取：请执行 chmod 600 {path}", {"path": path})
            )
        content = file.read()
    try:
        return _read(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyFileRefused(
            Message("密钥文件 {path} 已损坏：请从备份恢复", {"path": path})
        ) from None


def _read(content: dict[str, Any]) -> Keys:
    if content["format"] != FORMAT:
        raise ValueError("format")
    secrets = [b64decode(text, validate=True) for text in content["wrapping"]]
    index = b64decode(content["index"], validate=True)
    if not secrets or any(len(secret) != KEY_BYTES for secret in [*secrets, index]):
        raise ValueError("length")
    return Keys(tuple(map(Key.of, secrets)), Indexer(index))


def _create(path: Path) -> None:
    wrapping, index = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
    content = {
        "format": FORMAT,
        "wrapping": [b64encode(wrapping).decode()],
        "index": b64encode(index).decode(),
    }
    # Written aside and linked: no process ever sees half a key file, and none overwrites one.
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise KeyFileRefused(_unusable(path)) from fault
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(aside, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        aside.unlink()


def _unusable(path: Path) -> Message:
    return Message(
        "密钥文件 {path} 不能读写，或不是普通文件：请检查 MEDIATION_KEY_FILE 及其属主、权限",
        {"path": path},
    )


def _known_check(tx: Tx) -> str | None:
    row = tx.one(_META, {"key": CHECK})
    return None if row is None else str(row[0])
