"""Cases as a door shows them: how one stands, its log, its papers; lists; progress alone."""

from collections.abc import Iterator
from typing import Any, Final

from mediation.engine.cases import Case, moment
from mediation.engine.charts import Chart, Procedure
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.engine.outlook import deadlines, if_nobody_acts
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers import (
    Told,
    Words,
    deadline_told,
    nobody_told,
    offer_told,
    paper_told,
    until,
)
from mediation.operations.cases import Asking, View, offers, view_case, viewer
from mediation.operations.office import Office, People
from mediation.records.cases import CaseNotFound, CaseRow
from mediation.records.database import Tx
from mediation.records.documents import case_documents, open_document
from mediation.records.events import EventRow, case_log
from mediation.records.gateway import ContentWithheld, see_case
from mediation.records.lists import CaseFilter, ListedCase, list_cases

MASK: Final = "某"


class DocumentNotFound(MediationError):
    """No paper of this id that the asker may know of."""

    code = "document_not_found"

    def __init__(self, document: str) -> None:
        super().__init__(Message("没有文书 {id}", {"id": document}))


def case_told(
    office: Office, tx: Tx, number: str, asking: Asking, words: Words, *, derivation: bool
) -> Told:
    """Tell how a case stands; its progress alone where the officer may see no more.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
    """
    try:
        view = view_case(office, tx, number, asking)
    except ContentWithheld:
        return progress_told(office, tx, number, asking, words)
    case, procedure, people = view.case, view.procedure, view.people
    clocks = deadlines(procedure, case, office.calendar)
    held = people.held(shanghai_day(asking.now))
    nobody = if_nobody_acts(procedure, case, people.traits, held)
    classes = procedure.workflow.classes
    return {
        **row_told(view.row, procedure, people, words),
        "class": view.row.class_,
        "class_label": words.to(classes[view.row.class_].label) if view.row.class_ else "",
        "parties": list(parties_told(view)),
        "deadlines": [deadline_told(one, words, derivation=derivation) for one in clocks],
        "machines": list(machines_told(procedure, case, people, words)),
        "facts": {name: known.value for name, known in case.facts.items()},
        "if_nobody_acts": nobody_told(nobody, people.directory, words),
    }


def progress_told(office: Office, tx: Tx, number: str, asking: Asking, words: Words) -> Told:
    """Tell where a case is and when it is due, to a desk that has handed it over.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
    """
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    row = see_case(tx, viewer(people, actor), number).case
    procedure = office.catalogue.procedure(tx, row.workflow)
    told = row_told(row, procedure, people, words)
    return {**told, "deadlines": [], "if_nobody_acts": None, "progress_only": True}


def row_told(row: CaseRow, procedure: Procedure, people: People, words: Words) -> Told:
    """Tell what everybody may know who knows of a case at all."""
    return {
        "number": row.number,
        "kind": row.kind,
        "kind_label": words.to(procedure.workflow.label),
        "place": row.place,
        "version": row.version,
        "state": row.state,
        "state_label": words.to(procedure.case.plan.states[row.state].label),
        "closed": row.closed,
        "tier": row.owner_tier,
        "tier_label": words.tier(row.owner_tier),
        "body": row.owner,
        "body_name": people.directory.body(row.owner).name,
        "desk": row.desk,
        "opened_on": row.opened_on.isoformat(),
        **responsible_told(row, people, words),
        "progress_only": False,
    }


def responsible_told(row: CaseRow | ListedCase, people: People, words: Words) -> Told:
    """Tell who answers for a case and when something happens next."""
    role, body, due_at = row.responsible_role, row.responsible_body, row.next_due_at
    named = ""
    if role and body:
        named = words.duty(people.directory.body(body).name, role)
    return {
        "responsible": f"{role}@{body}" if role and body else None,
        "responsible_label": named,
        "next_due_at": due_at and due_at.isoformat(),
        "next_due_on": due_at and day_ended(due_at).isoformat(),
    }


def parties_told(view: View) -> Iterator[Told]:
    """Tell the parties; of a person's name only its first character."""
    for ref, party in (view.case.value("parties") or {}).items():
        name = view.names.get(ref, "")
        person = party["sort"] == "person"
        shown = name[:1] + MASK * (len(name) > 1) if person else name
        yield {"ref": ref, "side": party["side"], "sort": party["sort"], "name": shown}


def machines_told(
    procedure: Procedure, case: Case, people: People, words: Words
) -> Iterator[Told]:
    """Tell the side machines of a case."""
    bodies = people.directory.bodies
    for key, machine in case.machines.items():
        plan = procedure.chart(key).plan
        yield {
            "key": key,
            "kind": machine.kind,
            "kind_label": words.to(plan.kinds[machine.kind].label),
            "state": machine.state,
            "state_label": words.to(plan.states[machine.state].label),
            "open": machine.open,
            "sender": machine.sender,
            "receiver": machine.receiver,
            "receiver_name": bodies[machine.receiver].name
            if machine.receiver in bodies
            else "",
        }


def moves_told(office: Office, tx: Tx, number: str, asking: Asking, words: Words) -> Told:
    """Tell every event a person might do now.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
    """
    view = view_case(office, tx, number, asking)
    found = offers(tx, view, asking, words.language)
    return {
        "number": view.row.number,
        "state": view.row.state,
        "state_label": words.to(view.procedure.case.plan.states[view.row.state].label),
        "version": view.row.version,
        "moves": [offer_told(one, words) for one in found],
    }


def cases_told(
    office: Office, tx: Tx, wanted: CaseFilter, asking: Asking, words: Words
) -> list[Told]:
    """Tell the cases an officer may know of, newest first."""
    people = office.staff(tx)
    actor = asking.sitting.actor(people, shanghai_day(asking.now))
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "kind_label": words.kind(row.kind),
            "state": row.state,
            "state_label": words.state(row.state),
            "closed": row.closed,
            "tier": row.owner_tier,
            "tier_label": words.tier(row.owner_tier),
            "body": row.owner,
            "body_name": people.directory.body(row.owner).name,
            "opened_on": row.opened_on.isoformat(),
            "version": row.version,
            **responsible_told(row, people, words),
            "progress_only": not row.readable,
        }
        for row in list_cases(tx, viewer(people, actor), wanted)
    ]


def log_told(office: Office, tx: Tx, number: str, asking: Asking, words: Words) -> Told:
    """Tell everything that happened to a case, without what people said.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
    """
    view = view_case(office, tx, number, asking)
    log = case_log(tx, view.row.id)
    return {
        "number": view.row.number,
        "version": view.row.version,
        "events": [event_told(view.procedure, event, words) for event in log],
    }


def event_told(procedure: Procedure, event: EventRow, words: Words) -> Told:
    """Tell one event of a log."""
    step: dict[str, Any] = event.body["step"]
    key, _, name = step["event"].rpartition(":")
    chart = procedure.chart(key)
    label = next((one.label for one in chart.plan.events if one.name == name), None)
    role, at, _ = event.actor.partition("@")
    return {
        "seq": event.seq,
        "event": event.name,
        "label": words.to(label) if label else name,
        "state": step["state"],
        "state_label": state_label(chart, step["state"], words),
        "actor": event.actor if at else words.right(role),
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "form": event.body["form"],
        "documents": [
            paper_told(name, number, words) for name, number, _ in event.body["documents"]
        ],
        "clocks": [clock_told(procedure, clock, words) for clock in step["clocks"]],
        "hash": event.hash.hex(),
    }


def clock_told(procedure: Procedure, clock: dict[str, Any], words: Words) -> Told:
    """Tell what an event did to a clock."""
    period = procedure.chart(clock["machine"]).plan.periods[clock["period"]]
    due_at = moment(clock["due_at"])
    return {
        "period": clock["period"],
        "label": words.to(period.label),
        "machine": clock["machine"],
        "status": clock["status"],
        "due_at": clock["due_at"],
        "until": words.say(until(due_at)) if due_at else "",
        "level": clock["level"],
    }


def state_label(chart: Chart, state: str, words: Words) -> str:
    """Name a state of a chart."""
    found = chart.plan.states.get(state)
    return words.to(found.label) if found else state


def documents_told(
    office: Office, tx: Tx, number: str, asking: Asking, words: Words
) -> list[Told]:
    """Tell the papers of a case in the order they were issued.

    Raises:
        CaseNotFound: unknown, or not the officer's to know.
        ContentWithheld: the officer may follow its progress only.
    """
    view = view_case(office, tx, number, asking)
    return [
        {
            "id": f"{view.row.number}/{row.place.seq}.{row.place.no}",
            **paper_told(row.document.name, row.document.number, words),
            "event": row.place.seq,
            "digest": row.document.digest,
            "template": row.document.template,
        }
        for row in case_documents(tx, view.row.id)
    ]


def document_told(office: Office, tx: Tx, document: str, asking: Asking, words: Words) -> Told:
    """Tell one paper as issued, its HTML included.

    Args:
        document: an id from `documents_told`.

    Raises:
        DocumentNotFound: there is none, or it is not the officer's to know of.
        ContentWithheld: the officer may follow the progress of its case only.
    """
    number, _, place = document.rpartition("/")
    try:
        found = documents_told(office, tx, number, asking, words)
    except CaseNotFound:
        raise DocumentNotFound(document) from None
    told = next((one for one in found if one["id"].rpartition("/")[2] == place), None)
    if told is None:
        raise DocumentNotFound(document)
    row = view_case(office, tx, number, asking).row
    paper = case_documents(tx, row.id)[found.index(told)]
    secret = office.keys.case_key(row.number, row.wrapped_key)
    return {**told, "html": open_document(secret, paper)}
