"""Checkpoints: the heads of all chains, in the database and witnessed by a file outside it.

A chain by itself does not notice when its tail is cut, a case vanishes whole, or the database
is put back to yesterday. The anchor file does, so it belongs on another volume. Each line of it
is a checkpoint chained to the one before; every door that makes checkpoints keeps all of them.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from mediation.errors import MediationError
from mediation.language import Message
from mediation.records.chain import START, checkpoint_hash
from mediation.records.database import Database, Tx, write
from mediation.records.statements import Statement, insert, insert_missing
from mediation.records.tables import UNANCHORED, cases, checkpoints, meta
from mediation.records.values import canonical

# One checkpoint holds no more heads than this: its transaction must stay short.
MOST_HEADS: Final = 1000


# The first line of an anchor file: one that holds nothing but this was begun, not emptied.
HEADING: Final = canonical({"format": 1, "mediation": "anchors"})


class AnchorsMissing(MediationError):
    """The database has checkpoints, and there is no file outside that witnesses any of them."""

    code = "anchors_missing"

    def __init__(self, path: Path) -> None:
        super().__init__(
            Message(
                "数据库已有见证点，而见证文件 {path} 不存在或为空。若它曾在此处，请从备份恢复，"
                "并运行 mediation audit verify 核对；若首次在此使用本数据库，或已查明原因，"
                "请运行 mediation audit witness --anew 重新建立（将留下记录）",
                {"path": path},
            )
        )


class AnchorsPresent(MediationError):
    """The anchor file witnesses this very database: there is nothing to begin anew."""

    code = "anchors_present"

    def __init__(self, path: Path) -> None:
        super().__init__(Message("见证文件 {path} 与数据库相符，无须重新建立", {"path": path}))


class AnchorsUnusable(MediationError):
    """The anchor file cannot be opened for reading and writing."""

    code = "anchors_unusable"

    def __init__(self, path: Path) -> None:
        super().__init__(
            Message("不能读写见证文件 {path}：请检查其属主、权限与所在磁盘", {"path": path})
        )


class AnchorsDisagree(MediationError):
    """The anchor file witnesses checkpoints that the database does not have."""

    code = "anchors_disagree"

    def __init__(self, path: Path, no: int | None) -> None:
        super().__init__(
            Message(
                "见证文件 {path} 与数据库不符（{where}）：数据库可能被改动或恢复到较早的备份，"
                "请先运行 mediation audit verify 核对；已查明原因的，运行 "
                "mediation audit witness --anew 另建见证文件，原文件留存备查",
                {
                    "path": path,
                    "where": Message("第 {no} 号", {"no": no}) if no else Message("末行不可读"),
                },
            )
        )
        self.no = no


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a case when a checkpoint was made."""

    case_id: int
    number: str
    version: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The heads that changed since the checkpoint before.

    Args:
        body: canonical JSON: its number, moment and heads; `anew` where an anchor file was
            begun anew, with the name under which the one before was kept.
    """

    no: int
    body: str
    prev_hash: bytes
    hash: bytes

    @property
    def heads(self) -> list[Head]:
        """The heads witnessed."""
        return [
            Head(case_id, number, version, bytes.fromhex(head))
            for case_id, number, version, head in json.loads(self.body)["heads"]
        ]

    @property
    def anew(self) -> bool:
        """Whether it says that an anchor file was begun anew."""
        return "anew" in json.loads(self.body)

    @property
    def genuine(self) -> bool:
        """Whether the hash is that of the content."""
        return checkpoint_hash(self.prev_hash, self.body) == self.hash

    def line(self) -> str:
        """Write a line of the anchor file, without its line break."""
        body = json.loads(self.body)
        return canonical({"body": body, "prev": self.prev_hash.hex(), "hash": self.hash.hex()})

    @classmethod
    def of_line(cls, line: str) -> "Checkpoint":
        """Read a line of the anchor file; a broken one is a ValueError, KeyError, TypeError."""
        read: Any = json.loads(line)
        body = read["body"]
        prev, made = bytes.fromhex(read["prev"]), bytes.fromhex(read["hash"])
        return cls(int(body["no"]), canonical(body), prev, made)


_LATCH: Final = Statement(
    "checkpoint_latch",
    select(meta.c.key).where(meta.c.key == bindparam("key")).with_for_update(),
)
_LATCH_INSERT: Final = insert_missing(meta, "checkpoint_latch_insert")
_TAIL: Final = Statement(
    "checkpoint_tail",
    select(checkpoints.c.no, checkpoints.c.hash).order_by(checkpoints.c.no.desc()).limit(1),
)
# A case somebody is writing now is left to the next checkpoint.
_CHANGED: Final = Statement(
    "heads_changed",
    select(cases.c.id, cases.c.number, cases.c.version, cases.c.head)
    .where(UNANCHORED)
    .order_by(cases.c.id)
    .limit(MOST_HEADS)
    .with_for_update(skip_locked=True),
)
_INSERT: Final = insert(checkpoints, "checkpoint_insert")
_ANCHORED: Final = Statement(
    "case_anchored",
    update(cases).where(cases.c.id == bindparam("at_id")),
    columns=["anchored_version"],
    every=True,
)
_AFTER: Final = Statement(
    "checkpoints_after",
    select(*checkpoints.columns)
    .where(checkpoints.c.no > bindparam("no"))
    .order_by(checkpoints.c.no)
    .limit(500),
)
_AT: Final = Statement(
    "checkpoint_at", select(checkpoints.c.hash).where(checkpoints.c.no == bindparam("no"))
)


def take_checkpoint(tx: Tx, at: datetime) -> Checkpoint | None:
    """Add a checkpoint of the heads that changed since the last; None if none did.

    At most MOST_HEADS of them: call again until it gives None to take in all.
    """
    _latch(tx)
    heads = [Head(*row) for row in tx.all(_CHANGED, {})]
    if not heads:
        return None
    told = [[one.case_id, one.number, one.version, one.hash.hex()] for one in heads]
    made = _added(tx, {"at": at.isoformat(), "heads": told})
    moved = [{"at_id": one.case_id, "anchored_version": one.version} for one in heads]
    write(tx, [(_ANCHORED, moved)])
    return made


def _latch(tx: Tx) -> None:
    """Let nobody else add a checkpoint until the transaction ends."""
    if tx.one(_LATCH, {"key": "checkpoints"}) is None:
        write(tx, [(_LATCH_INSERT, {"key": "checkpoints", "value": ""})])
        tx.one(_LATCH, {"key": "checkpoints"})


def _added(tx: Tx, told: dict[str, Any]) -> Checkpoint:
    last, prev_hash = tx.one(_TAIL, {}) or (0, START)
    body = canonical({"no": last + 1, **told})
    made = Checkpoint(last + 1, body, prev_hash, checkpoint_hash(prev_hash, body))
    row = {"no": made.no, "body": body, "prev_hash": prev_hash, "hash": made.hash}
    write(tx, [(_INSERT, row)])
    return made


def checkpoints_after(tx: Tx, no: int) -> Iterator[Checkpoint]:
    """Give the checkpoints of the database behind number `no`, in order."""
    while rows := tx.all(_AFTER, {"no": no}):
        for row in rows:
            made = Checkpoint(*row)
            yield made
            no = made.no


def extend_anchors(tx: Tx, path: Path) -> int:
    """Copy to the anchor file every checkpoint it has not got, and give their number.

    The database commits first, the file follows: a crash between the two is made good by the
    next call. A file that is ahead of the database witnesses against it. A new file is begun
    only for a database without any checkpoint; otherwise it was here and has gone.

    Raises:
        AnchorsMissing: there is no file, or an empty one, and the database has checkpoints.
        AnchorsDisagree: the file's last line is not a checkpoint of this database.
        AnchorsUnusable: the file cannot be opened.
    """
    with _locked(path) as descriptor:
        last = _checked_tail(tx, path, descriptor)
        if last is None and tx.one(_TAIL, {}) is not None:
            raise AnchorsMissing(path)
        return _extended(tx, descriptor, last)


def begin_anew(database: Database, path: Path, at: datetime) -> str | None:
    """Begin the anchor file anew because an operator says so; a checkpoint says that it was.

    A file that disagrees with the database is evidence: it is kept beside the new one.

    Returns:
        The name of the file kept, None if there was none.

    Raises:
        AnchorsPresent: the file agrees with the database.
        AnchorsUnusable: the file cannot be opened.
    """
    kept = _kept_aside(database, path, at)
    with database.writing() as tx:
        _latch(tx)
        _added(tx, {"at": at.isoformat(), "heads": [], "anew": kept})
    with database.reading() as tx, _locked(path) as descriptor:
        _extended(tx, descriptor, None)
    return kept


def _kept_aside(database: Database, path: Path, at: datetime) -> str | None:
    with database.reading() as tx, _locked(path) as descriptor:
        try:
            last = _checked_tail(tx, path, descriptor)
        except AnchorsDisagree:
            kept = path.with_name(f"{path.name}.{at:%Y%m%dT%H%M%S%f}")
            path.rename(kept)
            return kept.name
        if last is not None:
            raise AnchorsPresent(path)
    return None


def _checked_tail(tx: Tx, path: Path, descriptor: int) -> int | None:
    """Give the number of the file's last checkpoint, 0 behind the heading, None if empty.

    Raises:
        AnchorsDisagree: it is not a checkpoint of this database.
    """
    line = _last_line(descriptor)
    if line is None or line == HEADING:
        return None if line is None else 0
    try:
        tail = Checkpoint.of_line(line)
    except (ValueError, KeyError, TypeError):
        raise AnchorsDisagree(path, None) from None
    row = tx.one(_AT, {"no": tail.no})
    if row is None or row[0] != tail.hash:
        raise AnchorsDisagree(path, tail.no)
    return tail.no


def _extended(tx: Tx, descriptor: int, last: int | None) -> int:
    """Append all checkpoints behind a number; a file without any line gets its heading."""
    made = [one.line() for one in checkpoints_after(tx, last or 0)]
    lines = [HEADING, *made] if last is None else made
    if lines:
        os.lseek(descriptor, 0, os.SEEK_END)
        _write_all(descriptor, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(descriptor)
    return len(made)


def checkpoint(database: Database, path: Path, at: datetime) -> int:
    """Witness every head that changed, in the database and in the anchor file.

    Returns:
        The number of checkpoints made.

    Raises:
        MediationError: as for `extend_anchors`, before anything is witnessed.
    """
    with database.reading() as tx:
        extend_anchors(tx, path)
    count = 0
    while True:
        with database.writing() as tx:
            if take_checkpoint(tx, at) is None:
                break
        count += 1
    with database.reading() as tx:
        extend_anchors(tx, path)
    return count


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise AnchorsUnusable(path) from fault
    try:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415 - there is none on Windows

            # Given back when the file is closed.
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _last_line(descriptor: int) -> str | None:
    """Read the last whole line; half a line, left by a crash, is cut off."""
    size, chunk, read = os.lseek(descriptor, 0, os.SEEK_END), 1 << 16, b""
    end = start = size
    while start > 0 and read.count(b"\n", 0, -1) == 0:
        start = max(0, start - chunk)
        os.lseek(descriptor, start, os.SEEK_SET)
        read = os.read(descriptor, end - start)
    whole = read.rfind(b"\n") + 1
    os.ftruncate(descriptor, start + whole)
    lines = read[:whole].splitlines()
    return lines[-1].decode(errors="replace") if lines else None


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
