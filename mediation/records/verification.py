"""The proof that nothing recorded was changed, cut off or taken away."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from sqlalchemy import bindparam, exists, select

from mediation.language import Message
from mediation.records.chain import START, event_hash
from mediation.records.checkpoints import HEADING, Checkpoint, Head, checkpoints_after
from mediation.records.database import Tx
from mediation.records.statements import Row, Statement
from mediation.records.tables import cases, events


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded.

    Args:
        code: event_changed, event_missing, head_wrong, case_missing, checkpoint_changed,
            checkpoint_missing, anchor_changed, anchors_missing, witness_anew, and what the
            operations find.
        number: of the case concerned, None if it is no case.
        seq: the first event of the case that is not proven, or the number of the checkpoint.
        grave: whether the records are not sound; otherwise it is only to be known.
    """

    code: str
    number: str | None
    seq: int | None
    message: Message
    grave: bool = True


_CASES: Final = Statement(
    "cases_after",
    select(cases.c.id, cases.c.number, cases.c.version, cases.c.head)
    .where(cases.c.id > bindparam("after"))
    .order_by(cases.c.id)
    .limit(200),
)
_EVENTS: Final = Statement(
    "events_of",
    select(
        events.c.case_id,
        events.c.seq,
        events.c.name,
        events.c.actor,
        events.c.key,
        events.c.request_digest,
        events.c.occurred_at,
        events.c.recorded_at,
        events.c.workflow,
        events.c.calendar,
        events.c.body,
        events.c.sealed,
        events.c.prev_hash,
        events.c.hash,
    )
    .where(events.c.case_id >= bindparam("first"), events.c.case_id <= bindparam("last"))
    .order_by(events.c.case_id, events.c.seq),
)
_ORPHANS: Final = Statement(
    "events_orphaned",
    select(events.c.case_id)
    .distinct()
    .where(~exists().where(cases.c.id == events.c.case_id))
    .order_by(events.c.case_id),
)

_SAID: Final = {
    "event_changed": "{number} 的第 {seq} 项办理记录被改动",
    "event_missing": "{number} 的第 {seq} 项办理记录缺失",
    "checkpoint_changed": "数据库中的第 {no} 号见证点被改动",
    "checkpoint_missing": "数据库中缺少第 {no} 号见证点：可能被删除，或恢复到了较早的备份",
    "anchor_changed": "见证文件的第 {no} 行被改动",
    "anchors_missing": "数据库已有 {no} 个见证点，见证文件却不存在或为空：可能被删除",
    "witness_anew": "第 {no} 号见证点：见证文件于此时按操作员的命令重新建立",
}

Anchors = dict[int, list[Head]]


def verify(tx: Tx, path: Path | None = None, spared: Container[int] = ()) -> Iterator[Finding]:
    """Give what is not as it was recorded: checkpoints first, then cases by id.

    Args:
        path: the anchor file. Without it a tail that was cut and a case that vanished are found
            only as far as the checkpoints inside the database tell, and those may be cut too.
        spared: ids of cases that cannot be read, which has been said.
    """
    anchors: Anchors = {}
    yield from _verify_checkpoints(tx, path, anchors)
    after = 0
    while rows := tx.all(_CASES, {"after": after}):
        found = tx.all(_EVENTS, {"first": rows[0][0], "last": rows[-1][0]})
        logs = {case_id: list(log) for case_id, log in groupby(found, key=lambda row: row[0])}
        for case_id, number, version, head in rows:
            log, heads = logs.get(case_id, []), anchors.pop(case_id, [])
            if case_id in spared:
                continue
            finding = (
                verify_log(case_id, number, log)
                or _verify_anchors(number, log, heads)
                or _verify_head(number, log, version, head)
            )
            if finding is not None:
                yield finding
        after = rows[-1][0]
    for heads in anchors.values():
        number = heads[-1].number
        yield Finding(
            "case_missing", number, 1, Message("案件 {number} 整案消失", {"number": number})
        )
    for (case_id,) in tx.all(_ORPHANS, {}):
        message = Message("编号 {id} 的案件已消失，只剩办理记录", {"id": case_id})
        yield Finding("case_missing", None, None, message)


def verify_log(case_id: int, number: str, log: list[Row]) -> Finding | None:
    """Recompute the chain of one case and give its first break."""
    prev = START
    for seq, row in enumerate(log, start=1):
        _, own_seq, *fields, body, sealed, prev_hash, made = row
        if own_seq != seq:
            return _finding("event_missing", number, seq)
        chained: list[Any] = [case_id, number, own_seq, *fields]
        if prev_hash != prev or event_hash(prev, chained, body, sealed) != made:
            return _finding("event_changed", number, seq)
        prev = made
    return None


def _verify_anchors(number: str, log: list[Row], heads: list[Head]) -> Finding | None:
    proven = 0
    for head in heads:
        if head.number != number:
            return _finding("event_changed", head.number, 1)
        if head.version > len(log):
            return _finding("event_missing", number, len(log) + 1)
        if log[head.version - 1][-1] != head.hash:
            return _finding("event_changed", number, proven + 1)
        proven = head.version
    return None


def _verify_head(number: str, log: list[Row], version: int, head: bytes) -> Finding | None:
    if version > len(log) or not log:
        return _finding("event_missing", number, len(log) + 1)
    if version != len(log) or head != log[-1][-1]:
        message = Message("{number} 的案件状态与办理记录的末项不符", {"number": number})
        return Finding("head_wrong", number, len(log), message)
    return None


def _finding(code: str, number: str, seq: int) -> Finding:
    return Finding(code, number, seq, Message(_SAID[code], {"number": number, "seq": seq}))


def _verify_checkpoints(tx: Tx, path: Path | None, anchors: Anchors) -> Iterator[Finding]:
    """Check both copies of the checkpoints, and gather the heads that they witness."""
    own: list[Checkpoint] = []
    yield from _verify_own(tx, own)
    known = {made.no: made.hash for made in own}
    if own and path is not None and not _begun(path):
        yield _checkpoint("anchors_missing", len(own))
    witnessed = 0
    prev = START
    for no, line in enumerate(_lines(path), start=1):
        if line is None or line.no != no or line.prev_hash != prev or not line.genuine:
            yield _checkpoint("anchor_changed", no)
            break
        prev = line.hash
        if known.get(no) != line.hash:
            yield _checkpoint("checkpoint_changed" if no in known else "checkpoint_missing", no)
        _note(anchors, line)
        witnessed = no
    for made in own[witnessed:]:
        _note(anchors, made)


def _verify_own(tx: Tx, own: list[Checkpoint]) -> Iterator[Finding]:
    """Check the checkpoints of the database, and gather those that are genuine."""
    prev = START
    for no, made in enumerate(checkpoints_after(tx, 0), start=1):
        if made.no != no or made.prev_hash != prev or not made.genuine:
            yield _checkpoint("checkpoint_changed", no)
            return
        prev = made.hash
        own.append(made)
        if made.anew:
            yield replace(_checkpoint("witness_anew", no), grave=False)


def _note(anchors: Anchors, made: Checkpoint) -> None:
    for head in made.heads:
        anchors.setdefault(head.case_id, []).append(head)


def _begun(path: Path) -> bool:
    """Tell whether the anchor file has a whole line at all."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.readline().endswith(b"\n")


def _lines(path: Path | None) -> Iterator[Checkpoint | None]:
    """Read the anchor file; None is a line that cannot be read."""
    if path is None or not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for position, line in enumerate(file):
            # A crash may leave half a line at the end; the next checkpoint makes it whole.
            if line.endswith("\n") and (position or line.rstrip() != HEADING):
                try:
                    yield Checkpoint.of_line(line)
                except (ValueError, KeyError, TypeError):
                    yield None


def _checkpoint(code: str, no: int) -> Finding:
    return Finding(code, None, no, Message(_SAID[code], {"no": no}))
