"""The events a person might do now, each with its form as it stands at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mediation.engine.cases import Actor, Case
from mediation.engine.charts import Procedure
from mediation.engine.decisions import (
    Move,
    find_move,
    not_from_here,
)
from mediation.engine.errors import EventRefused
from mediation.engine.filling import read_form
from mediation.engine.forms import Asked, IssuedPaper
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.schemas import form_schema
from mediation.engine.workflows.definitions import Event
from mediation.errors import Fault, InputRefused
from mediation.language import Label, Language
from mediation.operations.cases.attachments import attached_to
from mediation.operations.cases.correcting import offered_papers
from mediation.operations.cases.duplicates import ACKNOWLEDGED, ACKNOWLEDGED_LABEL
from mediation.operations.cases.recording import Recorder
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, viewer, visible_to
from mediation.operations.office import Chosen, Office, People
from mediation.records.database import Tx


@dataclass(frozen=True, slots=True)
class Offer:
    """An event offered to an officer: open, or with all its blockers, and its form."""

    move: Move
    form: Mapping[str, Any]


def offers(view: View, language: Language) -> list[Offer]:
    """Give every event a person might do now, with its form as JSON Schema."""
    return [Offer(move, form_schema(asked_in(view, move), language)) for move in view.moves]


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
    standing = Standing(
        recorder.people, recorder.procedure, recorder.case, case_id=recorder.row.id
    )
    return asked_about_move(recorder.tx, standing, move, asking)


def asked_in(view: View, move: Move) -> Asked:
    """Give what a form is asked about, for who looks at a case."""
    standing = Standing(view.people, view.procedure, view.case, view.names, view.row.id)
    return asked_about_move(view.tx, standing, move, view.asking)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case and the people around it, as a form is asked about it.

    Args:
        names: the parties' names by ref, where the reader may see them.
        case_id: of the case, once it has one.
    """

    people: People
    procedure: Procedure
    case: Case
    names: Mapping[str, str] = field(default_factory=dict)
    case_id: int | None = None


def asked_about_move(tx: Tx, standing: Standing, move: Move, asking: Asking) -> Asked:
    """Give what the form of a move is asked about."""
    asked = asked_about(tx, standing, move.event, asking, machine=move.machine)
    return asked._replace(on_behalf=move.on_behalf)


def asked_about(
    tx: Tx, standing: Standing, event: Event, asking: Asking, *, machine: str = ""
) -> Asked:
    """Give what a form is asked about: the case, who may be chosen, the moment.

    Args:
        machine: the key of the side machine the event belongs to.
    """
    people, case = standing.people, standing.case
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    visible = visible_to(tx, viewer(people, actor))

    def attached() -> frozenset[str]:
        brought = {one.digest for one in asking.uploads}
        return attached_to(tx, standing.case_id) | brought

    def issued() -> Mapping[str, IssuedPaper]:
        return offered_papers(tx, standing.procedure.workflow, standing.case_id)

    return Asked(
        event=event,
        case=case,
        owner=case.owner or asking.sitting.body,
        classes=standing.procedure.workflow.classes,
        choices=Chosen(people, shanghai_day(asking.at), visible, attached, issued),
        at=asking.at,
        names=standing.names,
        machine=machine,
        facts=standing.procedure.chart(machine).facts,
    )


def offer_of(view: View, name: str, language: Language) -> Offer:
    """Give one event by its name, open or with all its blockers, and its form.

    Raises:
        EventRefused: it does not start from the present state.
    """
    move = sought(view.procedure, view.case, name, view.actor, view.people, view.asking.at)
    return Offer(view.foresight.over(move), form_schema(asked_in(view, move), language))


def sought(
    procedure: Procedure, case: Case, name: str, actor: Actor, people: People, at: datetime
) -> Move:
    """Find an event by its name among those of the present state, open or blocked.

    Raises:
        EventRefused: it does not start from here.
    """
    move = find_move(procedure, case, name, actor, people.traits, at)
    if move:
        return move
    key, _, bare = name.rpartition(":")
    known = key if key in case.machines else ""
    chart = procedure.chart(known)
    state = case.machines[known].state if known else case.state
    label = next((e.label for e in chart.plan.events if e.name == bare), Label(name, name))
    raise EventRefused(label, (not_from_here(bare if known else name, state, chart),))


def form_faults(view: View, name: str, data: object) -> tuple[Fault, ...]:
    """Tell what is wrong with a form as it stands, without doing anything.

    Raises:
        EventRefused: the event does not start from the present state.
    """
    move = sought(view.procedure, view.case, name, view.actor, view.people, view.asking.at)
    return faults_in(asked_in(view, move), data)


def opening_faults(
    office: Office, tx: Tx, kind: str, data: object, asking: Asking
) -> tuple[Fault, ...]:
    """Tell what is wrong with an opening form as it stands, without opening anything."""
    people = office.staff(tx)
    desk = people.directory.body(asking.sitting.body)
    procedure = office.catalogue.find(kind, desk.place).procedure
    standing = Standing(people, procedure, Case())
    return faults_in(asked_about(tx, standing, procedure.opening, asking), data)


def faults_in(asked: Asked, data: object) -> tuple[Fault, ...]:
    """Read a form for its faults alone."""
    try:
        read_form(asked, data)
    except InputRefused as refused:
        return refused.faults
    return ()
