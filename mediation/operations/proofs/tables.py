"""The tables compared with what the log makes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.outlook import Duty, ladder, responsible
from mediation.engine.situations import Situation
from mediation.language import Message
from mediation.operations.cases.recording import (
    deadline_of,
    machine_of,
    message_of,
    state_of,
)
from mediation.operations.office import People
from mediation.operations.proofs.folding import Folded
from mediation.records.cases import key_of
from mediation.records.database import Tx
from mediation.records.deadlines import case_deadlines
from mediation.records.documents import case_documents
from mediation.records.machines import case_machines
from mediation.records.numbers import number_key
from mediation.records.outbox import MessageRow, case_messages, message_id
from mediation.records.verification import Finding


def compared(tx: Tx, people: People, folded: Folded) -> Iterator[Finding]:
    """Compare what the log makes with what the tables say."""
    row, case, procedure = folded.row, folded.case, folded.procedure
    for name, made, kept in columns(tx, people, folded):
        if made != kept:
            text = Message("“{column}”一项与记录推算的结果不符", {"column": name})
            yield differs(row.number, text)
    duty = (row.responsible_role, row.responsible_body)
    if duty not in possible_duties(folded):
        yield differs(row.number, Message("责任人与记录推算的结果不符"))
    clocks = {
        no: deadline_of(procedure, clock, clock.to_json())
        for no, clock in folded.clocks.items()
    }
    kept_clocks = {one.deadline.no: one.deadline for one in case_deadlines(tx, row.id)}
    if kept_clocks != clocks:
        yield differs(row.number, Message("期限与记录推算的结果不符"))
    machines = [
        machine_of(people, key, one, one.to_json())
        for key, one in sorted(case.machines.items())
    ]
    if sorted(case_machines(tx, row.id), key=lambda one: one.key) != machines:
        yield differs(row.number, Message("移送、履行、确认事项与记录推算的结果不符"))
    papers = [
        (one.row.seq, *paper) for one in folded.events for paper in one.row.body["documents"]
    ]
    frozen = [
        (one.place.seq, one.document.name, one.document.number, one.document.digest)
        for one in case_documents(tx, row.id)
    ]
    if frozen != papers:
        yield differs(row.number, Message("文书与签发时的记录不符"))
    yield from messages(row.number, expected_messages(folded), case_messages(tx, row.id))


def differs(number: str, text: Message) -> Finding:
    """Say that a table does not hold what the log makes."""
    return Finding("table_differs", number, None, text)


def columns(tx: Tx, people: People, folded: Folded) -> Iterator[tuple[str, Any, Any]]:
    """Give what the case row shows: name, as the log makes it, as it is kept."""
    row, case, first = folded.row, folded.case, folded.events[0]
    made = state_of(folded.procedure, people, case)
    shown = (
        "state", "closed", "owner", "owner_path", "owner_tier", "class_", "settled_on",
        "closed_on", "next_due_at", "snapshot",
    )  # fmt: skip
    for name in shown:
        yield name.rstrip("_"), getattr(made, name), getattr(row, name)
    workflow = folded.procedure.workflow
    yield "version", case.version, row.version
    yield "desk", case.desk, row.desk
    yield "desk_path", people.directory.body(case.desk).path, row.desk_path
    yield "kind", workflow.kind, row.kind
    yield "place", workflow.place, row.place
    yield "workflow", folded.events[-1].row.workflow, row.workflow
    yield "opened_on", shanghai_day(first.step.occurred_at), row.opened_on
    yield "last_at", case.last_at, row.last_at
    yield "number_key", number_key(row.number), key_of(tx, row.id)


def possible_duties(folded: Folded) -> set[tuple[str | None, str | None]]:
    """Give who may answer for a case: of its ladder whoever had a holder when it was written.

    Who held which seat then is not in the log; a case that has not risen leaves no choice.
    """
    case, procedure = folded.case, folded.procedure
    bodies = folded.events[-1].bodies
    base = responsible(procedure, case, bodies, level=0)
    if base is None:
        return {(None, None)}
    duties: list[Duty] = [base]
    if case.level:
        at = folded.events[-1].step.occurred_at
        duties += ladder(procedure, Situation(procedure.workflow.kind, case, bodies, at))
    return {(one.role, one.body) for one in duties}


def expected_messages(folded: Folded) -> dict[str, MessageRow]:
    """Give the messages that the log says were caused, unsent, by their ids."""
    found = {}
    for event in folded.events:
        seq, at = event.row.seq, event.row.recorded_at
        for no, notice in enumerate(event.step.notices, start=1):
            told = message_of(notice, folded.row.number)
            named = message_id(folded.row.id, seq, no)
            found[named] = MessageRow(
                named,
                folded.row.id,
                seq,
                no,
                told.recipient,
                told.kind,
                told.body,
                at,
                None,
                0,
                at,
            )
    return found


def messages(
    number: str, expected: Mapping[str, MessageRow], kept: list[MessageRow]
) -> Iterator[Finding]:
    """Compare the messages of a case, whatever became of them since."""
    by_id = {one.id: one for one in kept}
    for named in sorted(expected.keys() | by_id.keys()):
        made, found = expected.get(named), by_id.get(named)
        if made is None:
            yield about(
                "message_extra", number, Message("消息 {id} 不是任何事项发出的", {"id": named})
            )
        elif found is None:
            yield about("message_missing", number, Message("消息 {id} 已消失", {"id": named}))
        elif made != unsent(found):
            yield about("message_changed", number, Message("消息 {id} 被改动", {"id": named}))


def about(code: str, number: str, text: Message) -> Finding:
    """Say what is wrong with a message."""
    return Finding(code, number, None, text)


def unsent(message: MessageRow) -> MessageRow:
    """Give a message as it was before anybody tried to send it."""
    return replace(message, sent_at=None, attempts=0, next_try_at=message.created_at)
