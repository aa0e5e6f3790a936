"""Opens cases, carries them through events, and tells how they stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mediation.engine.cases import CALENDAR, Actor, Case, moment_text
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import next_due
from mediation.engine.decisions import (
    Command,
    Move,
    find_move,
    fire,
    moves,
    next_steps,
    not_from_here,
)
from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.forms import Asked, Filled, read_form
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.schemas import form_schema
from mediation.engine.workflows.definitions import Event
from mediation.errors import Fault, Faults, InputRefused, MediationError
from mediation.language import Label, Language, Message
from mediation.operations.office import Chosen, Office, People, Sitting
from mediation.operations.papers import take_series
from mediation.operations.recording import Recorder, Request
from mediation.records.cases import (
    CaseNotFound,
    CaseRow,
    NewCase,
    StaleVersion,
    read_case,
    reserve_case,
)
from mediation.records.database import Tx
from mediation.records.documents import case_documents
from mediation.records.duplicates import likely_duplicates
from mediation.records.events import EventRow, find_event
from mediation.records.gateway import ContentWithheld, Viewer, find_case, see_case
from mediation.records.numbers import number_key
from mediation.records.parties import Identity, case_parties, open_party
from mediation.records.values import canonical, digest

SERIES = "case"
ACKNOWLEDGED = "acknowledged_duplicates"
ACKNOWLEDGED_LABEL = Label(
    "已核对、并非同一纠纷的案件", "Like cases seen and held to be others"
)
REFUSALS = (EventRefused, InputRefused, StaleVersion, CaseNotFound, ContentWithheld)
"""Why a request is turned away before anything is written."""
LET_PASS = timedelta(minutes=1)
"""How far the clocks of two machines, or of one that waited, may be apart."""
MOST_FIRED = 100
"""How often the calendar may fire at one moment, beside once for each clock then running."""


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
    """

    sitting: Sitting
    now: datetime
    occurred_at: datetime | None = None
    key: str | None = None
    version: int | None = None

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.occurred_at or self.now


def open_case(office: Office, tx: Tx, kind: str, data: object, asking: Asking) -> Done:
    """Open a case at the officer's own desk.

    Args:
        tx: open for writing; the door commits.
        data: the opening form; besides its fields, `acknowledged_duplicates` lists the numbers
            of like cases the officer has seen and holds to be others.

    Raises:
        InputRefused: with every fault of the form.
        EventRefused: if the officer may not open, or like cases are not acknowledged.
        KeyReused: the key was used for another request.
    """
    asked_for = request_digest(asking, "open", kind, data)
    return once(
        tx, asking, asked_for, lambda: open_now(office, tx, kind, data, asking, asked_for)
    )


def open_now(
    office: Office, tx: Tx, kind: str, data: object, asking: Asking, asked_for: str
) -> Done:
    """Open a case; the request has not come before.

    Raises:
        MediationError: as for `open_case`.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    not_ahead(asking)
    desk = people.directory.body(asking.sitting.body)
    pinned = office.catalogue.find(kind, desk.place)
    procedure = pinned.procedure
    event = procedure.opening
    given = dict(data) if isinstance(data, Mapping) else data
    seen = given.pop(ACKNOWLEDGED, []) if isinstance(given, dict) else []
    asked = asked_about(tx, Standing(people, procedure, Case()), event, asking)
    filled = read_form(asked, given)
    command = Command(event.name, filled.plain, actor, asking.at)
    steps = next_steps(procedure, Case(), command, people.traits, office.calendar)
    refuse_duplicates(office, tx, people, kind, filled, seen, asking)
    office.catalogue.pin(tx, pinned)
    number = take_series(tx, people, procedure, desk.code, SERIES, asking.at)
    _, wrapped = office.keys.new_case_key(number)
    new = NewCase(
        number=number,
        kind=kind,
        place=desk.place,
        workflow=pinned.hash,
        body=desk.code,
        body_path=desk.path,
        tier=desk.tier,
        opened_on=shanghai_day(asking.at),
        wrapped_key=wrapped,
    )
    recorder = Recorder.of(office, tx, reserve_case(tx, new), asking.now, people)
    recorder.take(steps, actor, Request(filled, asking.key, asked_for))
    recorder.write()
    return done(recorder)


def do_event(
    office: Office, tx: Tx, number: str, event: str, data: object, asking: Asking
) -> Done:
    """Do an event of a case, or of one of its side machines (`referral/2:accept`).

    1. A request that came before gives the result it had.
    2. The case is locked; clocks over by then fire first, so that person-first and sweep-first
       leave the same log.
    3. All blockers are told before the form is read, all faults of the form at once.
    4. Everything is decided, then everything is written.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        StaleVersion: the case has changed since `asking.version`.
        EventRefused: with every blocker.
        InputRefused: with every fault of the form.
        KeyReused: the key was used for another request.
    """
    asked_for = request_digest(asking, "do", number_key(number), event, data)
    return once(
        tx,
        asking,
        asked_for,
        lambda: do_now(office, tx, number, event, data, asking, asked_for),
    )


def do_now(
    office: Office,
    tx: Tx,
    number: str,
    event: str,
    data: object,
    asking: Asking,
    asked_for: str,
) -> Done:
    """Do an event; the request has not come before.

    Raises:
        StaleVersion: the case has changed since `asking.version`.
        MediationError: as for `do_event`.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    not_ahead(asking)
    row = find_case(tx, viewer(people, actor), number, lock=True)
    recorder = Recorder.of(office, tx, row, asking.now, people)
    if asking.version is not None and recorder.row.version != asking.version:
        raise StaleVersion(recorder.row.number, recorder.row.version)
    catch_up(recorder, asking.at)
    asking = not_before(recorder.case, asking)
    move = open_move(recorder, event, actor, asking.at)
    filled = read_form(asked_of(recorder, move, asking), data)
    command = Command(event, filled.plain, actor, asking.at)
    steps = next_steps(
        recorder.procedure, recorder.case, command, people.traits, recorder.calendar
    )
    recorder.take(steps, actor, Request(filled, asking.key, asked_for))
    recorder.write()
    return done(recorder)


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


def catch_up(recorder: Recorder, at: datetime) -> None:
    """Fire every clock of a case that is over by a moment, in the order they ran out.

    Raises:
        EventRefused: an expiry has no legal move, which `check` proves cannot be.
        RuntimeError: expiries that follow on each other for ever, likewise.
    """
    moment, left = None, 0
    while clock := next_due(recorder.case, recorder.procedure, at):
        steps = fire(
            recorder.procedure, recorder.case, clock, recorder.people.traits, recorder.calendar
        )
        if moment != steps[0].occurred_at:
            moment, left = steps[0].occurred_at, MOST_FIRED + len(recorder.case.clocks)
        left -= 1
        if left < 0:
            message = f"{recorder.row.number} never comes to rest"
            raise RuntimeError(message)
        recorder.take(steps, CALENDAR)


@dataclass(frozen=True, slots=True)
class View:
    """A case as an officer may see it now, with what he may do.

    Args:
        names: the parties' names by ref.
    """

    row: CaseRow
    case: Case
    procedure: Procedure
    people: People
    actor: Actor
    names: Mapping[str, str] = field(default_factory=dict)


def view_case(office: Office, tx: Tx, number: str, asking: Asking) -> View:
    """Give a case to an officer who may see its content.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = find_case(tx, viewer(people, actor), number)
    procedure = office.catalogue.procedure(tx, row.workflow)
    secret = office.keys.case_key(row.number, row.wrapped_key)
    names = {
        party.ref: str(open_party(secret, row.id, party).get("name", party.ref))
        for party in case_parties(tx, row.id)
    }
    return View(row, Case.from_json(row.snapshot), procedure, people, actor, names)


@dataclass(frozen=True, slots=True)
class Offer:
    """An event offered to an officer: open, or with all its blockers, and its form."""

    move: Move
    form: Mapping[str, Any]


def offers(tx: Tx, view: View, asking: Asking, language: Language) -> list[Offer]:
    """Give every event a person might do now, with its form as JSON Schema."""
    found = moves(view.procedure, view.case, view.actor, view.people.traits, asking.at)
    standing = Standing(view.people, view.procedure, view.case, view.names)
    result = []
    for move in found:
        asked = asked_about(tx, standing, move.event, asking, on_behalf=move.on_behalf)
        result.append(Offer(move, form_schema(asked, language)))
    return result


def opening_form(
    office: Office, tx: Tx, kind: str, asking: Asking, language: Language
) -> Mapping[str, Any]:
    """Give the form that opens a case at the officer's desk, as JSON Schema."""
    people = office.staff(tx)
    desk = people.directory.body(asking.sitting.body)
    procedure = office.catalogue.find(kind, desk.place).procedure
    standing = Standing(people, procedure, Case())
    asked = asked_about(tx, standing, procedure.opening, asking)
    return opening_schema(asked, language)


def opening_schema(asked: Asked, language: Language) -> Mapping[str, Any]:
    """Give the schema of an opening form: beside its fields the like cases acknowledged."""
    schema = form_schema(asked, language)
    schema["properties"][ACKNOWLEDGED] = {
        "type": "array",
        "items": {"type": "string"},
        "title": ACKNOWLEDGED_LABEL.to(language),
    }
    return schema


def asked_of(recorder: Recorder, move: Move, asking: Asking) -> Asked:
    """Give what a form is asked about, for a case being worked on."""
    standing = Standing(recorder.people, recorder.procedure, recorder.case)
    return asked_about(recorder.tx, standing, move.event, asking, on_behalf=move.on_behalf)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case and the people around it, as a form is asked about it.

    Args:
        names: the parties' names by ref, where the reader may see them.
    """

    people: People
    procedure: Procedure
    case: Case
    names: Mapping[str, str] = field(default_factory=dict)


def asked_about(
    tx: Tx, standing: Standing, event: Event, asking: Asking, *, on_behalf: bool = False
) -> Asked:
    """Give what a form is asked about: the case, who may be chosen, the moment."""
    people, case = standing.people, standing.case
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    visible = visible_to(tx, viewer(people, actor))
    return Asked(
        event=event,
        case=case,
        owner=case.owner or asking.sitting.body,
        classes=standing.procedure.workflow.classes,
        choices=Chosen(people, shanghai_day(asking.at), visible),
        at=asking.at,
        on_behalf=on_behalf,
        names=standing.names,
    )


def open_move(recorder: Recorder, event: str, actor: Actor, at: datetime) -> Move:
    """Find an event among those of the present state, open to this officer.

    Raises:
        EventRefused: with every blocker, or because it does not start from here.
    """
    procedure, case = recorder.procedure, recorder.case
    move = find_move(procedure, case, event, actor, recorder.people.traits, at)
    if move and move.blockers:
        raise EventRefused(move.event.label, move.blockers)
    if move:
        return move
    key, _, name = event.rpartition(":")
    known = key if key in case.machines else ""
    chart = procedure.chart(known)
    state = case.machines[known].state if known else case.state
    label = next((e.label for e in chart.plan.events if e.name == name), Label(event, event))
    raise EventRefused(label, (not_from_here(name if known else event, state, chart),))


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
    return digest(canonical([*parts, moment_text(asking.occurred_at)]))


def viewer(people: People, actor: Actor) -> Viewer:
    """Give who looks, for the gateway."""
    body = people.directory.body(actor.body)
    return Viewer(actor.officer, body.code, body.path, body.scope_path, actor.roles)


def visible_to(tx: Tx, who: Viewer) -> Callable[[str], str | None]:
    """Give a function that tells how a case number is written, if the viewer may know of it."""

    def visible(number: str) -> str | None:
        try:
            return see_case(tx, who, number).case.number
        except MediationError:
            return None

    return visible


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


def refuse_duplicates(
    office: Office,
    tx: Tx,
    people: People,
    kind: str,
    filled: Filled,
    seen: object,
    asking: Asking,
) -> None:
    """Refuse an opening while like cases the officer may see are not acknowledged.

    Raises:
        EventRefused: one blocker for each like case.
        InputRefused: the acknowledged numbers are no list of numbers.
    """
    faults = Faults()
    if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
        faults.add(ACKNOWLEDGED, Message("应为案号的列表"))
    faults.refuse_any()
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    identities = [
        Identity(person.get("name"), person.get("id_number"), person.get("phone"))
        for person in filled.people.values()
    ]
    found = likely_duplicates(
        tx, viewer(people, actor), office.keys.index, identities, kind=kind
    )
    known = {str(one) for one in seen} if isinstance(seen, list) else set()
    blockers = tuple(
        Blocker(
            "likely_duplicate",
            Message(
                "可能与 {number} 是同一纠纷；确非同一纠纷的，请注明已核对", {"number": number}
            ),
            remedy=ACKNOWLEDGED,
            value=number,
        )
        for number in found
        if number not in known
    )
    if blockers:
        raise EventRefused(Label("登记", "Register"), blockers)
