"""The quick oral case: opened and settled in one go, on one form, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.engine.filling import missing, read_form
from mediation.engine.schemas import form_schema
from mediation.engine.workflows.definitions import Event, Field
from mediation.errors import Faults, InputRefused
from mediation.language import Language, Message
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import Standing, asked_about, opening_schema
from mediation.operations.cases.requests import Asking, Done
from mediation.operations.office import Office
from mediation.records.database import Tx

FOLDED: Final = "x-folded"


def quick_event(procedure: Procedure) -> Event:
    """Find the event that settles a case with its opening.

    Raises:
        InputRefused: this kind of dispute has none.
    """
    for event in procedure.case.plan.events:
        if event.shortcut == "quick":
            return event
    raise InputRefused(Message("此类纠纷没有当场调结的办法"))


def quick_form(
    office: Office, tx: Tx, kind: str, asking: Asking, language: Language
) -> Mapping[str, Any]:
    """Give the form of a quick oral case: that of the opening and of the settling together.

    What the opening asks and does not need comes last and is marked `x-folded`.
    """
    people = office.staff(tx)
    desk = people.directory.body(asking.sitting.body)
    procedure = office.catalogue.find(kind, desk.place).procedure
    standing = Standing(people, procedure, Case())
    first = opening_schema(asked_about(tx, standing, procedure.opening, asking), language)
    second = form_schema(asked_about(tx, standing, quick_event(procedure), asking), language)
    wanted = {*first["required"], *(one.name for one in also_needed(procedure))}
    asked = [name for name in first["properties"] if name in wanted]
    needed = {name: first["properties"][name] for name in asked}
    folded = {
        name: {**part, FOLDED: True}
        for name, part in first["properties"].items()
        if name not in needed
    }
    return {
        **first,
        "properties": {**needed, **second["properties"], **folded},
        "required": [*asked, *second["required"]],
    }


def also_needed(procedure: Procedure) -> list[Field]:
    """Give what the opening may leave out and the settling cannot do without."""
    tests = [procedure.case.plan.needs[name].test for name in quick_event(procedure).needs]
    facts = {test.subject for test in tests if (test.about, test.how) == ("fact", "present")}
    return [
        one
        for one in procedure.opening.form
        if not one.obligatory and (one.sets or one.name) in facts
    ]


def settle_quickly(office: Office, tx: Tx, kind: str, data: object, asking: Asking) -> Done:
    """Open a case and settle it on the spot; both or neither.

    Raises:
        InputRefused: with every fault of either form.
        EventRefused: if it may not be opened or not be settled so.
        KeyReused: the key was used for another request.
    """
    if not isinstance(data, Mapping):
        raise InputRefused(Message("应为按栏目填写的表"))
    people = office.staff(tx)
    desk = people.directory.body(asking.sitting.body)
    procedure = office.catalogue.find(kind, desk.place).procedure
    event = quick_event(procedure)
    settles = {field.name for field in event.form}
    told = {name: value for name, value in data.items() if name not in settles}
    settled = {name: value for name, value in data.items() if name in settles}
    faults = Faults()
    for one in also_needed(procedure):
        if told.get(one.name) in (None, ""):
            faults.add(one.name, missing(one.label))
    try:
        opened = open_case(office, tx, kind, told, asking)
    except InputRefused as refused:
        faults.found += refused.faults
    if faults.found:
        standing = Standing(people, procedure, Case())
        asked = asked_about(tx, standing, event, asking)
        faults.take("", lambda given: read_form(asked, given), settled)
        raise InputRefused(tuple(faults.found))
    # The photos are the case's from its opening on.
    key = asking.key and f"{asking.key}+"
    behind = replace(asking, key=key, version=None, uploads=())
    return do_event(office, tx, opened.number, event.name, settled, behind)
