"""The quick oral case: opened and settled in one go, on one form, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.engine.decisions import Move
from mediation.engine.schemas import form_schema
from mediation.engine.workflows.definitions import Event
from mediation.errors import InputRefused
from mediation.language import Language, Message
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import Standing, asked_about, opening, opening_schema
from mediation.operations.cases.requests import Asking, Done
from mediation.operations.office import Office
from mediation.records.database import Tx


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
    """Give the form of a quick oral case: that of the opening and of the settling together."""
    people = office.staff(tx)
    desk = people.directory.body(asking.sitting.body)
    procedure = office.catalogue.find(kind, desk.place).procedure
    standing = Standing(people, procedure, Case())
    first = opening_schema(asked_about(tx, standing, opening(procedure), asking), language)
    event = quick_event(procedure)
    settling = Move(event.name, event, "", (), on_behalf=False)
    second = form_schema(asked_about(tx, standing, settling, asking), language)
    return {
        **first,
        "properties": {**first["properties"], **second["properties"]},
        "required": [*first["required"], *second["required"]],
    }


def settle_quickly(office: Office, tx: Tx, kind: str, data: object, asking: Asking) -> Done:
    """Open a case and settle it on the spot; both or neither.

    Raises:
        InputRefused: with every fault of either form.
        EventRefused: if it may not be opened or not be settled so.
        KeyReused: the key was used for another request.
    """
    if not isinstance(data, Mapping):
        raise InputRefused(Message("应为按栏目填写的表"))
    desk = office.staff(tx).directory.body(asking.sitting.body)
    event = quick_event(office.catalogue.find(kind, desk.place).procedure)
    settling = {field.name for field in event.form}
    told = {name: value for name, value in data.items() if name not in settling}
    opened = open_case(office, tx, kind, told, asking)
    key = asking.key and f"{asking.key}+"
    settled = {name: value for name, value in data.items() if name in settling}
    return do_event(
        office, tx, opened.number, event.name, settled, replace(asking, key=key, version=None)
    )
