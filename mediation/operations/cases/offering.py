"""The events a person might do now, each with its form as it stands at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.engine.decisions import (
    Move,
    find_move,
    moves,
    not_from_here,
)
from mediation.engine.errors import EventRefused
from mediation.engine.forms import Asked
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.schemas import form_schema
from mediation.engine.workflows.definitions import Event
from mediation.language import Label, Language
from mediation.operations.cases.attachments import attached_to
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
    standing = Standing(
        recorder.people, recorder.procedure, recorder.case, case_id=recorder.row.id
    )
    return asked_about(recorder.tx, standing, move.event, asking, on_behalf=move.on_behalf)


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


def asked_about(
    tx: Tx, standing: Standing, event: Event, asking: Asking, *, on_behalf: bool = False
) -> Asked:
    """Give what a form is asked about: the case, who may be chosen, the moment."""
    people, case = standing.people, standing.case
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    visible = visible_to(tx, viewer(people, actor))

    def attached() -> frozenset[str]:
        brought = {one.digest for one in asking.uploads}
        return attached_to(tx, standing.case_id) | brought

    return Asked(
        event=event,
        case=case,
        owner=case.owner or asking.sitting.body,
        classes=standing.procedure.workflow.classes,
        choices=Chosen(people, shanghai_day(asking.at), visible, attached),
        at=asking.at,
        on_behalf=on_behalf,
        names=standing.names,
    )


def offer_of(tx: Tx, view: View, name: str, asking: Asking, language: Language) -> Offer:
    """Give one event by its name, open or with all its blockers, and its form.

    Raises:
        EventRefused: it does not start from the present state.
    """
    move = find_move(view.procedure, view.case, name, view.actor, view.people.traits, asking.at)
    if move is None:
        blocker = not_from_here(name, view.case.state, view.procedure.case)
        raise EventRefused(Label(name, name), (blocker,))
    standing = Standing(view.people, view.procedure, view.case, view.names)
    asked = asked_about(tx, standing, move.event, asking, on_behalf=move.on_behalf)
    return Offer(move, form_schema(asked, language))
