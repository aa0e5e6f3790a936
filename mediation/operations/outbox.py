"""Sends what events and reminders have left to send: at least once, told apart by its id."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import structlog

from mediation.operations.office import Office
from mediation.records.outbox import MessageRow, claim_messages, mark_tried

BATCH = 50
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
MOST_DOUBLINGS = 9

Deliver = Callable[[MessageRow], None]
"""Hands a message on; raises if it could not. A second copy has the same id."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of sending did."""

    sent: int
    failed: int


class FileBox:
    """Delivers into a folder, one JSON file a message: a second copy falls on the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, message: MessageRow) -> None:
        """Write the file of a message, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {
            "id": message.id,
            "recipient": message.recipient,
            "kind": message.kind,
            "body": message.body,
            "created_at": message.created_at.isoformat(),
        }
        # A colon would be refused on Windows, a slash would be a folder.
        file = self.folder / f"{quote(message.id, safe='')}.json"
        aside = file.with_suffix(f".{os.getpid()}.part")
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
        aside.chmod(0o600)
        aside.replace(file)


def send(office: Office, deliver: Deliver, now: datetime) -> Sent:
    """Send everything that waits by a moment.

    1. A batch is claimed by putting it off: nobody else takes it, and a crash brings it back.
    2. It is delivered outside any transaction.
    3. What was delivered is marked sent.
    """
    sent = failed = 0
    while batch := claimed(office, now):
        delivered = [message for message in batch if handed_on(deliver, message)]
        with office.database.writing() as tx:
            for message in delivered:
                mark_tried(tx, message, sent_at=now, next_try_at=now)
        sent += len(delivered)
        failed += len(batch) - len(delivered)
    return Sent(sent, failed)


def claimed(office: Office, now: datetime) -> list[MessageRow]:
    """Take a batch of messages and put each off, twice as long with every attempt."""
    with office.database.writing() as tx:
        batch = claim_messages(tx, now, BATCH)
        for message in batch:
            mark_tried(tx, message, sent_at=None, next_try_at=now + wait(message.attempts))
    return batch


def wait(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts."""
    doubled: int = 2 ** min(attempts, MOST_DOUBLINGS)
    return min(FIRST_WAIT * doubled, LONGEST_WAIT)


def handed_on(deliver: Deliver, message: MessageRow) -> bool:
    """Deliver a message, and tell whether that went well; whatever fails is tried again."""
    try:
        deliver(message)
    except Exception as fault:  # noqa: BLE001 - a carrier may fail in any way it likes
        log.warning("message_not_delivered", id=message.id, fault=type(fault).__name__)
        return False
    return True
