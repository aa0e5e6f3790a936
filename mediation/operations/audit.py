"""Proves the log: hashes, then every state folded anew, then every event decided again."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mediation.engine.cases import CALENDAR, Actor, Body, Case, Clock, Step, fold
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import next_due, soonest
from mediation.engine.decisions import Command, next_step
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.cases.attachments import media_of
from mediation.operations.office import Office
from mediation.records.attachments import case_attachments, open_attachment
from mediation.records.cases import CaseRow, case_ids, read_cases
from mediation.records.database import Tx
from mediation.records.deadlines import case_deadlines
from mediation.records.documents import case_documents, open_document
from mediation.records.events import EventRow, case_log
from mediation.records.machines import case_machines
from mediation.records.parties import case_parties, open_party
from mediation.records.sealing import SealBroken
from mediation.records.verification import Finding
from mediation.records.verification import verify as verify_chains


def verify(office: Office, tx: Tx, anchors: Path | None = None) -> Iterator[Finding]:
    """Prove everything recorded: checkpoints and chains, then states, then decisions.

    Args:
        anchors: the anchor file outside the database.
    """
    broken = set()
    for finding in verify_chains(tx, anchors):
        broken.add(finding.number)
        yield finding
    after = 0
    while ids := case_ids(tx, after):
        for row in read_cases(tx, ids):
            # What its chain disowns proves nothing more; the break has been named.
            if row.number not in broken:
                yield from verify_case(office, tx, row)
        after = ids[-1]


def verify_case(office: Office, tx: Tx, row: CaseRow) -> Iterator[Finding]:
    """Fold a case's log and compare every table with it, then decide every event again.

    The hashes are checked before this, by the records.
    """
    log = case_log(tx, row.id)
    procedure = office.catalogue.procedure(tx, row.workflow)
    case, clocks = Case(), dict[int, Clock]()
    papers: list[tuple[int, str, str | None, str]] = []
    for event in log:
        step = Step.from_json(event.body["step"])
        if not agrees(office, tx, procedure, case, event):
            text = Message("按当时的流程和日历重新判定，结果不同")
            yield Finding("decision_differs", row.number, event.seq, text)
        case = fold(case, step)
        clocks.update((clock.no, clock) for clock in step.clocks)
        papers += [(event.seq, *one) for one in event.body["documents"]]
    yield from compared(tx, row, case, clocks, papers, procedure)
    yield from sealed(office, tx, row, case)
    yield from attached(office, tx, row, log)


def attached(office: Office, tx: Tx, row: CaseRow, log: list[EventRow]) -> Iterator[Finding]:
    """Name every photo that was changed, swapped or removed since its event was recorded.

    Of a case whose key was destroyed on purpose only the names can be compared.
    """
    brought = {
        digest: event.seq
        for event in reversed(log)
        for digest in event.body.get("attachments", ())
    }
    kept = {one.digest: one for one in case_attachments(tx, row.id)}
    for digest in sorted(brought.keys() ^ kept.keys()):
        said = Message("附件 {digest} 与办理记录不符：缺失，或者不在记录中", {"digest": digest})
        yield Finding("attachment_differs", row.number, brought.get(digest), said)
    if not kept or row.wrapped_key is None:
        return
    for digest in sorted(brought.keys() & kept.keys()):
        try:
            secret = office.keys.case_key(row.number, row.wrapped_key)
            genuine = media_of(open_attachment(tx, secret, kept[digest])) == kept[digest].media
        except SealBroken:
            genuine = False
        if not genuine:
            said = Message("附件 {digest} 的内容被改动或者调换", {"digest": digest})
            yield Finding("attachment_differs", row.number, brought[digest], said)


def sealed(office: Office, tx: Tx, row: CaseRow, case: Case) -> Iterator[Finding]:
    """Open everything that is sealed beside a case: who its parties are, its papers.

    A case whose key was destroyed on purpose has nothing left to open.
    """
    if row.wrapped_key is None:
        return
    try:
        secret = office.keys.case_key(row.number, row.wrapped_key)
        parties = case_parties(tx, row.id)
        for party in parties:
            open_party(secret, row.id, party)
        for paper in case_documents(tx, row.id):
            open_document(secret, paper)
    except SealBroken as broken:
        yield Finding("seal_broken", row.number, None, broken.message)
        return
    if {party.ref for party in parties} != set(case.value("parties") or {}):
        text = Message("当事人名册与记录推算的结果不符")
        yield Finding("table_differs", row.number, None, text)


def compared(
    tx: Tx,
    row: CaseRow,
    case: Case,
    clocks: Mapping[int, Clock],
    papers: list[tuple[int, str, str | None, str]],
    procedure: Procedure,
) -> Iterator[Finding]:
    """Compare what the log makes with what the tables say."""
    if case.to_json() != row.snapshot:
        yield Finding(
            "table_differs", row.number, None, Message("案件现状与其记录推算的结果不符")
        )
    for name, folded, kept in columns(case, row, procedure):
        if folded != kept:
            text = Message("“{column}”一项与记录推算的结果不符", {"column": name})
            yield Finding("table_differs", row.number, None, text)
    kept_clocks = {
        one.deadline.no: (one.deadline.status, one.deadline.due_at, one.deadline.ledger)
        for one in case_deadlines(tx, row.id)
    }
    if kept_clocks != {
        no: (clock.status, clock.due_at, clock.to_json()) for no, clock in clocks.items()
    }:
        yield Finding("table_differs", row.number, None, Message("期限与记录推算的结果不符"))
    machines = {one.key: (one.state, one.open, one.body) for one in case_machines(tx, row.id)}
    if machines != {
        key: (one.state, one.open, one.to_json()) for key, one in case.machines.items()
    }:
        yield Finding(
            "table_differs",
            row.number,
            None,
            Message("移送、履行、确认事项与记录推算的结果不符"),
        )
    frozen = [
        (one.place.seq, one.document.name, one.document.number, one.document.digest)
        for one in case_documents(tx, row.id)
    ]
    if frozen != papers:
        yield Finding("table_differs", row.number, None, Message("文书与签发时的记录不符"))


def columns(case: Case, row: CaseRow, procedure: Procedure) -> list[tuple[str, Any, Any]]:
    """Give what the case row shows beside its snapshot: name, folded, kept."""
    state = procedure.case.plan.states.get(case.state)
    days = {"settled_on": row.settled_on, "closed_on": row.closed_on}
    return [
        ("state", case.state, row.state),
        ("version", case.version, row.version),
        ("owner", case.owner, row.owner),
        ("desk", case.desk, row.desk),
        ("closed", bool(state and state.closed), row.closed),
        ("class", case.value("class"), row.class_),
        ("next_due_at", soonest(case, procedure), row.next_due_at),
        *((name, case.value(name), day and day.isoformat()) for name, day in days.items()),
    ]


def agrees(office: Office, tx: Tx, procedure: Procedure, case: Case, event: EventRow) -> bool:
    """Decide an event again, on the case as it stood, and tell whether the step is the same.

    Numbers were taken from their counters, not decided; they are left out.
    """
    step = Step.from_json(event.body["step"])
    bodies = {one["code"]: Body.from_json(one) for one in event.body["bodies"]}
    actor = Actor.from_json(event.body["actor"])
    at = step.occurred_at
    clock = next_due(case, procedure, at) if actor == CALENDAR else None
    command = Command(step.event, event.body["form"], actor, at, clock)
    try:
        calendar = office.catalogue.calendar_of(tx, event.calendar)
        again = next_step(procedure, case, command, bodies, calendar)
    except (MediationError, LookupError):
        # Refused, or decided by a calendar or on bodies that nobody has kept.
        return False
    return again == without_numbers(step)


def without_numbers(step: Step) -> Step:
    """Give a step as it was decided, before its numbers were taken."""
    taken = set(step.numbers.values())
    return replace(step, facts={name: v for name, v in step.facts.items() if name not in taken})
