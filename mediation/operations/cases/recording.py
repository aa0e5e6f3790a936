"""Writes decided steps down: numbers, papers, clocks, side machines, messages, the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mediation.engine.cases import (
    CASE,
    MACHINE,
    Actor,
    Case,
    Clock,
    Notice,
    SideMachine,
    Step,
    fold,
)
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import soonest
from mediation.engine.decisions import VERSION
from mediation.engine.filling import Filled
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.outlook import Duty, responsible
from mediation.operations.cases.attachments import NAMES, Upload
from mediation.operations.cases.figures import changed_figures
from mediation.operations.cases.papers import Papers, completed, kept_people, take_series
from mediation.operations.cases.rounds import changed_round
from mediation.operations.office import Office, People
from mediation.records.cases import CaseRow, CaseState
from mediation.records.database import Tx
from mediation.records.deadlines import Deadline
from mediation.records.documents import Document
from mediation.records.events import ChainedEvent, EventWrite, append_events, chain_event
from mediation.records.machines import Machine
from mediation.records.outbox import MessageWrite
from mediation.records.parties import Identity, Party, seal_party
from mediation.records.sealing import Key, row_of, seal
from mediation.records.values import day_or_none

NOTHING = Filled({}, {})

Told = Mapping[str, Any]
"""What the log says of an event beside its step: its result, the clock that brought it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came in at a door with an event.

    Args:
        key: the idempotency key, unique with the actor.
        digest: tells whether a second request with the same key is the same request.
        uploads: the files that came with it.
    """

    filled: Filled = NOTHING
    key: str | None = None
    digest: str | None = None
    uploads: Sequence[Upload] = ()

    @property
    def attachments(self) -> Told:
        """Tell the log of the files by their digests; nothing where none came."""
        told: dict[str, Told] = {}
        for one in self.uploads:
            pages = {} if one.seen.pages is None else {"pages": one.seen.pages}
            told[one.digest] = {"sort": one.sort, **pages}
        return {"attachments": list(told), "attached": told} if told else {}

    @property
    def sealed(self) -> Told:
        """Give what people said, and what they call the files they brought."""
        names = {one.digest: one.name for one in self.uploads if one.name}
        return {**self.filled.sealed, **({NAMES: names} if names else {})}


@dataclass(slots=True)
class Recorder:
    """Carries one case through the steps of one transaction and writes them at its end.

    Args:
        row: the case row as the last step left it.
        case: its snapshot.
        now: when it is recorded.
        issued: the papers of the last decision.
        titled: the sealed title of a case that is being opened.
    """

    office: Office
    tx: Tx
    people: People
    procedure: Procedure
    row: CaseRow
    case: Case
    now: datetime
    chained: list[ChainedEvent] = field(default_factory=list)
    issued: list[Document] = field(default_factory=list)
    unwrapped: Key | None = None
    titled: bytes | None = None

    @classmethod
    def of(
        cls, office: Office, tx: Tx, row: CaseRow, now: datetime, people: People | None = None
    ) -> "Recorder":
        """Begin with a case as it stands in the database.

        Args:
            people: the directory, if this transaction has asked for it already.
        """
        return cls(
            office=office,
            tx=tx,
            people=people or office.staff(tx),
            procedure=office.catalogue.procedure(tx, row.workflow),
            row=row,
            case=Case.from_json(row.snapshot) if row.snapshot else Case(),
            now=now,
        )

    @property
    def secret(self) -> Key:
        """The key of the case, unwrapped when something is to be sealed or opened."""
        if self.unwrapped is None:
            self.unwrapped = self.office.keys.case_key(self.row.number, self.row.wrapped_key)
        return self.unwrapped

    def take(
        self,
        steps: Iterable[Step],
        actor: Actor,
        request: Request | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Note the steps of one decision; the form, or the clock, belongs to the first."""
        steps, self.issued = list(steps), []
        moved = (step.state for step in reversed(steps) if ":" not in step.event)
        result = [next(moved, self.case.state), self.row.version + len(steps)]
        for no, step in enumerate(steps):
            if no:
                # What follows the case does to a side machine, or a machine to the case.
                actor, request, clock = CASE if ":" in step.event else MACHINE, None, None
            beside = {"result": result} | ({"clock": clock.no} if clock else {})
            last = no == len(steps) - 1
            self.take_one(step, actor, request or Request(), beside, last=last)

    def take_one(
        self, step: Step, actor: Actor, request: Request, beside: Told, *, last: bool
    ) -> None:
        """Note one step: its numbers and papers are made now, all is written at the end."""
        step = self.numbered(step)
        seq = self.row.version + 1
        before = self.case
        self.case = after = fold(before, step)
        if seq == 1:
            self.titled = self.title(request.filled)
        people = self.sealed_people(request.filled, before)
        issued = self.papers(step, seq, request.filled, actor)
        self.issued += issued
        owners = dict.fromkeys(filter(None, (before.owner, after.owner)))
        sealed = self.sealed(seq, request)
        told = step.to_json()
        event = EventWrite(
            case=self.row,
            after=self.state(after) if last else None,
            name=step.event,
            actor=f"{actor.officer}@{actor.body}" if actor.officer else min(actor.roles),
            occurred_at=step.occurred_at,
            recorded_at=self.now,
            calendar=self.people.calendar.version,
            body={
                "step": told,
                "form": dict(request.filled.plain),
                "actor": actor.to_json(),
                "bodies": [self.people.traits[code].to_json() for code in owners],
                "documents": [[one.name, one.number, one.digest] for one in issued],
                "engine": VERSION,
                **beside,
                **request.attachments,
            },
            sealed=sealed,
            key=request.key,
            request_digest=request.digest,
            deadlines=[
                deadline_of(self.procedure, clock, ledger)
                for clock, ledger in zip(step.clocks, told["clocks"], strict=True)
            ],
            machines=[
                machine_of(self.people, key, one, told["machines"][key])
                for key, one in step.machines.items()
            ],
            parties=people,
            documents=issued,
            messages=[message_of(notice, self.row.number) for notice in step.notices],
            figures=changed_figures(self.procedure, self.people, before, after, step),
            round=changed_round(self.procedure, self.people, before, after, step, self.now),
        )
        chained = chain_event(event)
        self.chained.append(chained)
        self.row = chained.case

    def write(self) -> None:
        """Write everything noted, in one plan.

        Raises:
            StaleVersion: somebody else has written the case since it was read.
        """
        if self.chained:
            append_events(self.tx, self.chained)

    def numbered(self, step: Step) -> Step:
        """Take the numbers a step asks for; its facts receive them."""
        if not step.numbers:
            return step
        owner = step.owner or self.case.owner
        taken = {
            fact: take_series(
                self.tx, self.people, self.procedure, owner, series, step.occurred_at
            )
            for series, fact in step.numbers.items()
        }
        return step._replace(facts={**step.facts, **taken})

    def papers(self, step: Step, seq: int, filled: Filled, actor: Actor) -> list[Document]:
        """Render, number and freeze the papers a step issues."""
        if not step.issues:
            return []
        papers = Papers(
            office=self.office,
            tx=self.tx,
            people=self.people,
            procedure=self.procedure,
            case=self.case,
            row=self.row,
            secret=self.secret,
            now=self.now,
        )
        unwritten = [(one.event.body, one.event.sealed) for one in self.chained]
        return papers.issue(step, seq, filled, actor, unwritten)

    def sealed(self, seq: int, request: Request) -> bytes | None:
        """Seal what people said; nothing if they said nothing."""
        if not request.sealed:
            return None
        return seal(self.secret, "events", row_of(self.row.id, seq), request.sealed)

    def sealed_people(self, filled: Filled, before: Case) -> list[Party]:
        """Seal who the parties are; of those known before, all that is known now."""
        known = filled.people.keys() & (before.value("parties") or {}).keys()
        kept = kept_people(self.tx, self.secret, self.row.id) if known else {}
        return [
            seal_party(
                self.secret,
                self.office.keys.index,
                self.row.id,
                ref,
                person,
                Identity(person.get("name"), person.get("id_number"), person.get("phone")),
            )
            for ref, person in completed(kept, filled.people).items()
        ]

    def title(self, filled: Filled) -> bytes:
        """Seal whose case it is."""
        names = {ref: str(person["name"]) for ref, person in filled.people.items()}
        return seal(self.secret, "cases", row_of(self.row.id), title_of(self.case, names))

    def state(self, case: Case) -> CaseState:
        """Give what the case row shows from now on."""
        held = self.people.held(shanghai_day(self.now))
        duty = responsible(self.procedure, case, self.people.traits, held)
        return state_of(self.procedure, self.people, case, duty, self.titled)


def title_of(case: Case, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Give whose case it is: of the people it was opened with, the name and the sort."""
    sorts = case.value("parties") or {}
    return {ref: [name, sorts[ref]["sort"]] for ref, name in names.items()}


def state_of(
    procedure: Procedure,
    people: People,
    case: Case,
    duty: Duty | None = None,
    title: bytes | None = None,
) -> CaseState:
    """Give what the case row shows of a case; who answers for it and its title are told.

    Args:
        title: sealed; None leaves the title as it is.
    """
    owner = people.directory.body(case.owner)
    return CaseState(
        state=case.state,
        closed=procedure.case.plan.states[case.state].closed,
        owner=case.owner,
        owner_path=owner.path,
        owner_tier=owner.tier,
        class_=case.value("class"),
        settled_on=day_or_none(case.value("settled_on")),
        closed_on=day_or_none(case.value("closed_on")),
        responsible_role=duty.role if duty else None,
        responsible_body=duty.body if duty else None,
        next_due_at=soonest(case, procedure),
        snapshot=case.to_json(),
        title=title,
    )


def deadline_of(procedure: Procedure, clock: Clock, told: Told) -> Deadline:
    """Give the row of a clock, which is kept as the log tells it."""
    period = procedure.chart(clock.machine).plan.periods[clock.period]
    return Deadline(
        no=clock.no,
        machine=clock.machine,
        period=clock.period,
        effect=period.effect,
        fires=period.fires or None,
        due_at=clock.due_at,
        status=clock.status,
        ledger=told,
    )


def machine_of(people: People, key: str, machine: SideMachine, told: Told) -> Machine:
    """Give the row of a side machine, which is kept as the log tells it."""
    bodies = people.directory.bodies
    sender, receiver = bodies.get(machine.sender), bodies.get(machine.receiver)
    return Machine(
        key=key,
        sort=key.partition("/")[0],
        kind=machine.kind,
        state=machine.state,
        open=machine.open,
        sender=sender.code if sender else None,
        sender_path=sender.path if sender else None,
        receiver=receiver.code if receiver else None,
        receiver_path=receiver.path if receiver else None,
        body=told,
    )


def message_of(notice: Notice, number: str) -> MessageWrite:
    """Give the message a notice is sent as."""
    return MessageWrite(
        recipient=f"{notice.to.role}@{notice.body}",
        kind="event",
        body={"number": number, "event": notice.event},
    )
