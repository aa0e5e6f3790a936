"""Messages written with the event that causes them, and sent afterwards, at least once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select, update

from mediation.records.database import Tx, write
from mediation.records.statements import Params, Statement, insert, insert_missing
from mediation.records.tables import UNSENT, outbox
from mediation.records.values import (
    canonical,
    micros,
    micros_or_none,
    moment,
    moment_or_none,
    parsed,
)


class MessageWrite(NamedTuple):
    """A message to be sent once the transaction has committed.

    Args:
        recipient: an officer, a role of a body, or an address the sender understands.
        body: the fields the kind allows; never more of a person than that.
    """

    recipient: str
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as kept.

    Args:
        id: stays the same over retries, so that the receiver can leave out a second copy.
        case_id: None if no case caused it.
    """

    id: str
    case_id: int | None
    seq: int | None
    no: int | None
    recipient: str
    kind: str
    body: Mapping[str, Any]
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    next_try_at: datetime


MESSAGE_INSERT: Final = insert(outbox, "message_insert")
_ADD: Final = insert_missing(outbox, "message_add")
_UNSENT: Final = Statement(
    "messages_unsent",
    select(*outbox.columns)
    .where(UNSENT, outbox.c.next_try_at <= bindparam("now"))
    .order_by(outbox.c.next_try_at, outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True),
)
_OF_CASE: Final = Statement(
    "messages",
    select(*outbox.columns)
    .where(outbox.c.case_id == bindparam("case_id"))
    .order_by(outbox.c.seq, outbox.c.no),
)
_TRIED: Final = Statement(
    "message_tried",
    update(outbox)
    .where(outbox.c.id == bindparam("at_id"), UNSENT)
    .values(attempts=outbox.c.attempts + 1),
    columns=["sent_at", "next_try_at"],
)


def claim_messages(tx: Tx, now: datetime, limit: int = 50) -> list[MessageRow]:
    """Claim messages to be sent; no other sender gets them until the transaction ends."""
    rows = tx.all(_UNSENT, {"now": micros(now), "limit": limit})
    return [_message(row) for row in rows]


def case_messages(tx: Tx, case_id: int) -> list[MessageRow]:
    """Give the messages that the events of a case have caused."""
    return [_message(row) for row in tx.all(_OF_CASE, {"case_id": case_id})]


def mark_tried(
    tx: Tx, message: MessageRow, *, sent_at: datetime | None, next_try_at: datetime
) -> None:
    """Record an attempt: sent, or to be tried again from `next_try_at` on."""
    params = {
        "at_id": message.id,
        "sent_at": micros_or_none(sent_at),
        "next_try_at": micros(next_try_at),
    }
    write(tx, [(_TRIED, params)])


def add_message(tx: Tx, message: MessageWrite, named: str, now: datetime) -> None:
    """Add a message no event causes, unless one of this id is there already.

    Args:
        named: says what must happen once, for instance `reminder/2026-11-22/zhang`.
    """
    write(tx, [(_ADD, _row(message, named, now))])


def message_id(case_id: int, seq: int, no: int) -> str:
    """Name the message that an event causes."""
    return f"{case_id}/{seq}/{no}"


def message_row(
    message: MessageWrite, case_id: int, seq: int, no: int, created_at: datetime
) -> Params:
    """Write the columns of the message that an event causes."""
    row = _row(message, message_id(case_id, seq, no), created_at)
    return {**row, "case_id": case_id, "seq": seq, "no": no}


def _row(message: MessageWrite, named: str, created_at: datetime) -> dict[str, Any]:
    return {
        "id": named,
        "case_id": None,
        "seq": None,
        "no": None,
        "recipient": message.recipient,
        "kind": message.kind,
        "body": canonical(message.body),
        "created_at": micros(created_at),
        "sent_at": None,
        "attempts": 0,
        "next_try_at": micros(created_at),
    }


def _message(row: Sequence[Any]) -> MessageRow:
    named, case_id, seq, no, recipient, kind, body, created, sent, attempts, next_try = row
    return MessageRow(
        named, case_id, seq, no, recipient, kind, parsed(body), moment(created),
        moment_or_none(sent), attempts, moment(next_try),
    )  # fmt: skip
