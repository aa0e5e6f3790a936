"""Cases told: how one stands, its progress alone, lists."""

from collections.abc import Iterator

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.engine.outlook import deadlines, if_nobody_acts
from mediation.operations.answers.deadlines import (
    deadline_told,
    incident_told,
    nobody_told,
)
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import (
    Asking,
)
from mediation.operations.cases.viewing import View, view_case, viewer
from mediation.operations.office import Office, People
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.deadlines import case_deadlines
from mediation.records.gateway import ContentWithheld, see_case
from mediation.records.lists import CaseFilter, ListedCase, list_cases
from mediation.text import masked


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
    return content_told(view, words, derivation=derivation)


def content_told(view: View, words: Words, *, derivation: bool) -> Told:
    """Tell how a case stands, to who may see its content."""
    case, procedure, people = view.case, view.procedure, view.people
    clocks = deadlines(procedure, case, people.calendar)
    held = people.held(shanghai_day(view.asking.now))
    aside = [row for row in case_deadlines(view.tx, view.row.id) if row.incident_at]
    passed = {row.deadline.no for row in aside}
    nobody = if_nobody_acts(procedure, case, people.traits, held, passed)
    classes = procedure.workflow.classes
    return {
        **row_told(view.row, procedure, people, words),
        "class": view.row.class_,
        "class_label": words.to(classes[view.row.class_].label) if view.row.class_ else "",
        "parties": list(parties_told(view)),
        "deadlines": [deadline_told(one, words, derivation=derivation) for one in clocks],
        "incidents": [incident_told(procedure, row, words) for row in aside],
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
    nothing: Told = {"deadlines": [], "incidents": [], "if_nobody_acts": None}
    return {**told, **nothing, "progress_only": True}


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
        shown = masked(name, party["sort"])
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
