"""How an operation is asked for, once only, and what it leaves behind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mediation.engine.cases import Case, moment_text
from mediation.engine.errors import EventRefused
from mediation.errors import Fault, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.cases.attachments import Upload
from mediation.operations.cases.recording import Recorder
from mediation.operations.office import Office, Sitting
from mediation.records.cases import (
    CaseNotFound,
    StaleVersion,
    read_case,
)
from mediation.records.database import Tx
from mediation.records.documents import case_documents
from mediation.records.events import EventRow, find_event
from mediation.records.failures import KeyTaken
from mediation.records.gateway import ContentWithheld
from mediation.records.values import canonical_as_sent, digest

REFUSALS = (EventRefused, InputRefused, StaleVersion, CaseNotFound, ContentWithheld)

"""Why a request is turned away before anything is written."""

LET_PASS = timedelta(minutes=1)

"""How far the clocks of two machines, or of one that waited, may be apart."""


class KeyReused(MediationError):
    """An idempotency key came again with another request."""

    code = "key_reused"


@dataclass(frozen=True, slots=True)
class Done:
    """What an event left behind.

    Args:
        documents: name and number of the papers it issued.
    """

    number: str
    state: str
    version: int
    documents: Sequence[tuple[str, str | None]] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """How an operation is asked for: who, when recorded, when it happened, once only.

    Args:
        now: when it is recorded.
        occurred_at: when it happened, if entered afterwards (补录).
        key: a second request with this key gives the first one's result.
        version: refuse unless the case still has this version.
        uploads: the files that come with it.
    """

    sitting: Sitting
    now: datetime
    occurred_at: datetime | None = None
    key: str | None = None
    version: int | None = None
    uploads: tuple[Upload, ...] = ()

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.occurred_at or self.now


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came from a page, to be read when its event is done.

    The case may have moved on since, and its forms with it, by this very request: whether it
    came before is told by what was sent, word for word.

    Args:
        words: names and values of all that was filled in.
        read: gives the data of the form by its JSON Schema.
    """

    words: Sequence[tuple[str, str]]
    read: Callable[[Mapping[str, Any]], object]


def carried_out(office: Office, operation: Callable[[Office, Tx], Done]) -> Done:
    """Carry out an operation in a transaction of its own.

    If the same request got in first, by another door or process, its result is given.

    Raises:
        MediationError: as the operation does.
    """
    try:
        with office.database.writing() as tx:
            return operation(office, tx)
    except KeyTaken:
        with office.database.writing() as tx:
            return operation(office, tx)


def once(tx: Tx, asking: Asking, asked_for: str, work: Callable[[], Done]) -> Done:
    """Do a request unless it was done before.

    What is refused may have been done while it waited for the case: by the same request, sent
    twice.

    Raises:
        KeyReused: the key was used for another request.
    """
    if replay := replayed(tx, asking, asked_for):
        return replay
    try:
        return work()
    except REFUSALS:
        if replay := replayed(tx, asking, asked_for):
            return replay
        raise


def replayed(tx: Tx, asking: Asking, asked_for: str) -> Done | None:
    """Give the result of an earlier request with the same key.

    Raises:
        KeyReused: it was another request.
    """
    if asking.key is None:
        return None
    event = find_event(tx, str(asking.sitting), asking.key)
    if event is None:
        return None
    if event.request_digest != asked_for:
        raise KeyReused(Message("这个请求编号已用于另一项办理，请换一个"))
    return done_then(tx, event)


def done_then(tx: Tx, event: EventRow) -> Done:
    """Give what a request left behind when it was recorded, all its steps together."""
    state, version = event.body["result"]
    papers = tuple(
        (row.document.name, row.document.number)
        for row in case_documents(tx, event.case_id)
        if event.seq <= row.place.seq <= version
    )
    return Done(read_case(tx, event.case_id).number, state, version, papers)


def done(recorder: Recorder) -> Done:
    """Give what the steps just recorded left behind."""
    papers = tuple((paper.name, paper.number) for paper in recorder.issued)
    return Done(recorder.row.number, recorder.case.state, recorder.row.version, papers)


def request_digest(asking: Asking, *parts: Any) -> str:
    """Tell one request from another by its content, and by when it is said to have happened."""
    brought = [[one.digest, one.sort, one.name] for one in asking.uploads]
    return digest(canonical_as_sent([*parts, moment_text(asking.occurred_at), *brought]))


def not_ahead(asking: Asking) -> None:
    """Refuse what is said to happen in the future; a small difference of clocks is let pass.

    Raises:
        InputRefused: it lies ahead.
    """
    if asking.at > asking.now + LET_PASS:
        raise InputRefused((Fault("occurred_at", Message("不能晚于现在")),))


def not_before(case: Case, asking: Asking) -> Asking:
    """Refuse what is said to have happened before the case's last event.

    Who says nothing of when it happened and waited while somebody else wrote the case comes
    behind him.

    Raises:
        InputRefused: it lies before.
    """
    if case.last_at is None or asking.at >= case.last_at:
        return asking
    if asking.occurred_at is None and case.last_at - asking.now <= LET_PASS:
        return replace(asking, occurred_at=case.last_at)
    late = Message("不能早于本案上一事项发生的时间")
    raise InputRefused((Fault("occurred_at", late),))
