"""The event log: one event written whole or not at all, and the log read back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select, update

from mediation.records.cases import CaseRow, CaseState, StaleVersion
from mediation.records.chain import event_hash
from mediation.records.database import Tx, write
from mediation.records.deadlines import DEADLINE_UPSERT, Deadline, deadline_row
from mediation.records.documents import DOCUMENT_INSERT, Document, document_row
from mediation.records.machines import MACHINE_UPSERT, Machine, machine_row
from mediation.records.outbox import MESSAGE_INSERT, MessageWrite, message_row
from mediation.records.parties import PARTY_UPSERT, Party, party_row
from mediation.records.rounds import RoundChange, changes_written
from mediation.records.statements import Params, Plan, RowMissed, Statement, among, insert
from mediation.records.statistics import FIGURES_SAVE, Figures, figures_row
from mediation.records.tables import cases, events
from mediation.records.values import canonical, day_text, micros, micros_or_none, moment, parsed


class EventWrite(NamedTuple):
    """One event with everything it writes.

    Args:
        case: the row it was decided on; its version becomes this one plus one.
        after: the case row from now on; None if another event of the same plan follows it.
        body: the whole step as plain JSON; no names, no phones.
        sealed: what people said beside it, sealed for `("events", row_of(case.id, seq))`.
        key: the idempotency key, unique with the actor.
        request_digest: tells whether a second request with the same key is the same request.
        figures: what statistics count of the case, if the event changes it.
        round: what it does to what the reports count of the case.
    """

    case: CaseRow
    after: CaseState | None
    name: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    calendar: str
    body: Mapping[str, Any]
    sealed: bytes | None = None
    key: str | None = None
    request_digest: str | None = None
    deadlines: Sequence[Deadline] = ()
    machines: Sequence[Machine] = ()
    parties: Sequence[Party] = ()
    documents: Sequence[Document] = ()
    messages: Sequence[MessageWrite] = ()
    figures: Figures | None = None
    round: RoundChange | None = None

    @property
    def seq(self) -> int:
        """The number of this event in its case."""
        return self.case.version + 1


class ChainedEvent(NamedTuple):
    """An event ready to be written: hashed on to its predecessor.

    Args:
        case: the row as the event leaves it; the next event of the case is decided on this.
    """

    event: EventWrite
    hash: bytes
    case: CaseRow
    row: Params


class EventRow(NamedTuple):
    """An event as recorded."""

    case_id: int
    seq: int
    name: str
    actor: str
    key: str | None
    request_digest: str | None
    occurred_at: datetime
    recorded_at: datetime
    workflow: str
    calendar: str
    body: Mapping[str, Any]
    sealed: bytes | None
    prev_hash: bytes
    hash: bytes


_ALWAYS: Final = ("version", "last_at", "head", "snapshot")


@cache
def _case_update(columns: tuple[str, ...]) -> Statement:
    """Give the update of a case that has changed in these columns.

    SQLite writes the index and seeks the foreign key of every column named, changed or not:
    naming all of them costs four times as much.
    """
    as_read = cases.c.id == bindparam("at_id"), cases.c.version == bindparam("at_version")
    title = func.coalesce(bindparam("new_title", type_=cases.c.title.type), cases.c.title)
    update_ = update(cases).where(*as_read).values(title=title)
    return Statement("case_update", update_, columns=[*_ALWAYS, *columns], every=True)


_EVENT_INSERT: Final = insert(events, "event_insert")
_LOG: Final = Statement(
    "log",
    select(*events.columns)
    .where(events.c.case_id == bindparam("case_id"))
    .order_by(events.c.seq),
)
_NAMED: Final = Statement(
    "log_named",
    among(
        select(events.c.seq, events.c.name, events.c.body, events.c.sealed)
        .where(events.c.case_id == bindparam("case_id"))
        .order_by(events.c.seq),
        events.c.name,
        "names",
    ),
)
_BY_KEY: Final = Statement(
    "event_by_key",
    select(*events.columns).where(
        events.c.actor == bindparam("actor"),
        events.c.key == bindparam("key"),
        events.c.key.is_not(None),
    ),
)


def chain_event(event: EventWrite) -> ChainedEvent:
    """Hash an event on to the head of its case; nothing is written yet."""
    case = event.case
    body = canonical(event.body)
    occurred, recorded = micros(event.occurred_at), micros(event.recorded_at)
    fields = [
        case.id, case.number, event.seq, event.name, event.actor, event.key,
        event.request_digest, occurred, recorded, case.workflow, event.calendar,
    ]  # fmt: skip
    made = event_hash(case.head, fields, body, event.sealed)
    row = {
        "case_id": case.id,
        "seq": event.seq,
        "name": event.name,
        "actor": event.actor,
        "key": event.key,
        "request_digest": event.request_digest,
        "occurred_at": occurred,
        "recorded_at": recorded,
        "workflow": case.workflow,
        "calendar": event.calendar,
        "body": body,
        "sealed": event.sealed,
        "prev_hash": case.head,
        "hash": made,
    }
    return ChainedEvent(event, made, _left(event, made), row)


def _left(event: EventWrite, made: bytes) -> CaseRow:
    case, after = event.case, event.after
    if after is None:
        return case._replace(version=event.seq, last_at=event.occurred_at, head=made)
    return case._replace(
        state=after.state,
        closed=after.closed,
        version=event.seq,
        owner=after.owner,
        owner_path=after.owner_path,
        owner_tier=after.owner_tier,
        class_=after.class_,
        settled_on=after.settled_on,
        closed_on=after.closed_on,
        responsible_role=after.responsible_role,
        responsible_body=after.responsible_body,
        next_due_at=after.next_due_at,
        last_at=event.occurred_at,
        head=made,
        snapshot=after.snapshot,
        title=case.title if after.title is None else after.title,
    )


def append_event(tx: Tx, event: EventWrite) -> ChainedEvent:
    """Write one event and everything that goes with it.

    Raises:
        StaleVersion: the case has moved on since `event.case` was read.
    """
    chained = chain_event(event)
    append_events(tx, [chained])
    return chained


def append_events(tx: Tx, chained: Sequence[ChainedEvent]) -> None:
    """Write many events in one plan, of many cases or of one case in their order.

    Raises:
        StaleVersion: a case has moved on since it was read; the caller undoes the whole batch.
    """
    try:
        write(tx, event_plan(chained))
    except RowMissed as missed:
        raise StaleVersion("、".join(each.case.number for each in chained)) from missed


def event_plan(chained: Sequence[ChainedEvent]) -> Plan:
    """Give the statements that write these events, the compare-and-set of the cases first.

    What several events of a case write to one row is written once, as the last of them says.
    """
    first: dict[int, ChainedEvent] = {}
    last: dict[int, ChainedEvent] = {}
    parties: dict[tuple[int, str], Party] = {}
    deadlines: dict[tuple[int, int], Deadline] = {}
    machines: dict[tuple[int, str], Machine] = {}
    documents: list[Params] = []
    messages: list[Params] = []
    figures: dict[int, Figures] = {}
    rounds: list[tuple[int, RoundChange]] = []
    for each in chained:
        event, case_id, seq = each.event, each.case.id, each.case.version
        first.setdefault(case_id, each)
        last[case_id] = each
        parties.update(((case_id, one.ref), one) for one in event.parties)
        deadlines.update(((case_id, one.no), one) for one in event.deadlines)
        machines.update(((case_id, one.key), one) for one in event.machines)
        documents += [document_row(case_id, seq, one) for one in event.documents]
        messages += [
            message_row(one, case_id, seq, no, event.recorded_at)
            for no, one in enumerate(event.messages, start=1)
        ]
        if event.figures:
            # As in the table: that a clock has once run out is not forgotten.
            late = case_id in figures and figures[case_id].late
            figures[case_id] = event.figures._replace(late=late or event.figures.late)
        if event.round:
            rounds.append((case_id, event.round))
    rows: list[tuple[Statement, list[Params]]] = [
        *_case_updates(first, last),
        (_EVENT_INSERT, [each.row for each in chained]),
        (PARTY_UPSERT, [party_row(case_id, one) for (case_id, _), one in parties.items()]),
        (DEADLINE_UPSERT, [deadline_row(id_, one) for (id_, _), one in deadlines.items()]),
        (MACHINE_UPSERT, [machine_row(case_id, one) for (case_id, _), one in machines.items()]),
        (DOCUMENT_INSERT, documents),
        (MESSAGE_INSERT, messages),
        (FIGURES_SAVE, [figures_row(case_id, one) for case_id, one in figures.items()]),
        *changes_written(rounds),
    ]
    # Preparing a single row for executemany costs more than running it.
    return [
        (statement, params[0] if len(params) == 1 else params)
        for statement, params in rows
        if params
    ]


def _case_updates(
    first: Mapping[int, ChainedEvent], last: Mapping[int, ChainedEvent]
) -> list[tuple[Statement, list[Params]]]:
    rows: dict[tuple[str, ...], list[Params]] = {}
    for case_id, one in first.items():
        was, now = _shown(one.event.case), _shown(last[case_id].case)
        new = {name: value for name, value in now.items() if value != was[name]}
        params = _case_params(one, last[case_id]) | new
        rows.setdefault(tuple(new), []).append(params)
    return [(_case_update(columns), params) for columns, params in rows.items()]


def _shown(case: CaseRow) -> dict[str, Any]:
    """Give what lists show and find of a case, as columns."""
    return {
        "state": case.state,
        "closed": case.closed,
        "owner": case.owner,
        "owner_path": case.owner_path,
        "owner_tier": case.owner_tier,
        "class": case.class_,
        "settled_on": day_text(case.settled_on),
        "closed_on": day_text(case.closed_on),
        "responsible_role": case.responsible_role,
        "responsible_body": case.responsible_body,
        "next_due_at": micros_or_none(case.next_due_at),
    }


def _case_params(first: ChainedEvent, last: ChainedEvent) -> dict[str, Any]:
    case, after = last.case, last.event.after
    if after is None:
        message = f"{case.number}: its last event does not say what it leaves"
        raise ValueError(message)
    return {
        "at_id": case.id,
        "at_version": first.event.case.version,
        "version": case.version,
        "last_at": last.row["occurred_at"],
        "head": case.head,
        "snapshot": canonical(case.snapshot),
        "new_title": after.title,
    }


def case_log(tx: Tx, case_id: int) -> list[EventRow]:
    """Give all events of a case, in their order."""
    return [_event_row(row) for row in tx.all(_LOG, {"case_id": case_id})]


def events_named(
    tx: Tx, case_id: int, names: Collection[str]
) -> list[tuple[int, str, Mapping[str, Any], bytes | None]]:
    """Give number, name, body and what was sealed of the events so named, in their order."""
    asked = {"case_id": case_id, "names": canonical(sorted(names))}
    return [
        (seq, name, parsed(body), sealed) for seq, name, body, sealed in tx.all(_NAMED, asked)
    ]


def find_event(tx: Tx, actor: str, key: str) -> EventRow | None:
    """Give the event an actor already recorded under an idempotency key."""
    row = tx.one(_BY_KEY, {"actor": actor, "key": key})
    return None if row is None else _event_row(row)


def _event_row(row: Sequence[Any]) -> EventRow:
    (
        case_id, seq, name, actor, key, request_digest, occurred, recorded, workflow, calendar,
        body, sealed, prev_hash, made,
    ) = row  # fmt: skip
    return EventRow(
        case_id, seq, name, actor, key, request_digest, moment(occurred), moment(recorded),
        workflow, calendar, parsed(body), sealed, prev_hash, made,
    )  # fmt: skip
