"""Opens cases and carries them through events."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from mediation.engine.cases import Actor, Case, Step
from mediation.engine.decisions import Move, next_steps
from mediation.engine.drafting import Command
from mediation.engine.errors import EventRefused
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.schemas import form_schema
from mediation.operations.cases.attachments import (
    SORTS,
    attached_to,
    keep_uploads,
    read_form_with,
)
from mediation.operations.cases.duplicates import ACKNOWLEDGED, refuse_duplicates
from mediation.operations.cases.expiries import catch_up
from mediation.operations.cases.foreseeing import Foresight
from mediation.operations.cases.offering import Standing, asked_about, asked_of, sought
from mediation.operations.cases.papers import kept_people, take_series
from mediation.operations.cases.recording import Recorder, Request
from mediation.operations.cases.requests import (
    Asking,
    Done,
    Sent,
    done,
    not_ahead,
    not_before,
    once,
    request_digest,
)
from mediation.operations.cases.viewing import viewer
from mediation.operations.office import Office
from mediation.records.cases import (
    NewCase,
    StaleVersion,
    reserve_case,
)
from mediation.records.database import Tx
from mediation.records.gateway import find_case
from mediation.records.numbers import number_key

SERIES = "case"


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
    filled = read_form_with(asked, given, asking.uploads, sorts_of(office), ())
    command = Command(event.name, filled.plain, actor, asking.at)
    steps = next_steps(procedure, Case(), command, people.traits, people.calendar)
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
    record(recorder, steps, actor, Request(filled, asking.key, asked_for, asking.uploads))
    return done(recorder)


def record(recorder: Recorder, steps: Iterable[Step], actor: Actor, request: Request) -> None:
    """Write what was decided, and keep the files that came with it.

    Raises:
        StaleVersion: somebody else has written the case since it was read.
    """
    recorder.take(steps, actor, request)
    recorder.write()
    if request.uploads:
        keep_uploads(
            recorder.tx, recorder.secret, recorder.row.id, request.uploads,
            actor.officer, recorder.now,
        )  # fmt: skip


def do_event(
    office: Office, tx: Tx, number: str, event: str, data: object | Sent, asking: Asking
) -> Done:
    """Do an event of a case, or of one of its side machines (`referral/2:accept`).

    1. A request that came before gives the result it had.
    2. The case is locked; clocks over by then fire first, so that person-first and sweep-first
       leave the same log. A clock that is set aside with an incident is passed over.
    3. All blockers are told before the form is read, all faults of the form at once.
    4. Everything is decided, then everything is written.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        StaleVersion: the case has changed since `asking.version`.
        ClockFailed: what a clock that is over does cannot be done, and it is not set aside yet.
        EventRefused: with every blocker.
        InputRefused: with every fault of the form.
        KeyReused: the key was used for another request.
    """
    content = data.words if isinstance(data, Sent) else data
    asked_for = request_digest(asking, "do", number_key(number), event, content)
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
    data: object | Sent,
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
    asked = asked_of(recorder, move, asking)
    # What may be filled in is the same in every language.
    given = data.read(form_schema(asked, "zh")) if isinstance(data, Sent) else data
    attached = attached_to(tx, recorder.row.id) if asking.uploads else ()
    filled = read_form_with(asked, given, asking.uploads, sorts_of(office), attached)
    command = Command(event, filled.plain, actor, asking.at)
    steps = next_steps(
        recorder.procedure, recorder.case, command, people.traits, people.calendar
    )
    record(recorder, steps, actor, Request(filled, asking.key, asked_for, asking.uploads))
    return done(recorder)


def sorts_of(office: Office) -> Collection[str]:
    """Give what a file may be to a case."""
    return office.catalogue.library.lists.list[SORTS].keys()


def open_move(recorder: Recorder, event: str, actor: Actor, at: datetime) -> Move:
    """Find an event among those of the present state, open to this officer.

    Raises:
        EventRefused: with every blocker, or because it does not start from here.
    """
    move = sought(recorder.procedure, recorder.case, event, actor, recorder.people, at)
    move = foresight(recorder, at).over(move)
    if move.blockers:
        raise EventRefused(move.event.label, move.blockers)
    return move


def foresight(recorder: Recorder, at: datetime) -> Foresight:
    """Give what tells of an event what its papers would lack."""
    tx, row = recorder.tx, recorder.row

    def people() -> Mapping[str, Mapping[str, Any]]:
        return kept_people(tx, recorder.secret, row.id)

    workflow = recorder.procedure.workflow
    return Foresight(tx, workflow, recorder.case, row.id, people, shanghai_day(at))
