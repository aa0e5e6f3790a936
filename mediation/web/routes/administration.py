"""Bodies, officers and their seats, invitations, place packs."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.errors import InputRefused
from mediation.operations.administration.accounts import close_account, invite_officer
from mediation.operations.administration.bodies import add_body, body_form, end_body
from mediation.operations.administration.journal import journal_told
from mediation.operations.administration.managing import Manager
from mediation.operations.administration.moving import move_body, move_form
from mediation.operations.administration.officers import (
    add_officer,
    end_seat,
    give_seat,
    officer_form,
    seat_form,
)
from mediation.operations.administration.standing import body_told, tree_told
from mediation.operations.answers.places import places_told
from mediation.operations.answers.refusals import error_told
from mediation.operations.desk.accounts import INVITED_FOR
from mediation.records.database import Tx
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import FieldMaker, faults_by_field
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.submitted import Submitted, data_of, text_of

router = APIRouter(route_class=OneHop)

Schema = Mapping[str, Any]


@router.get("/administration")
def tree_page(officer: AnOfficer) -> HTMLResponse:
    """Show the bodies one manages, with who sits there."""
    with officer.reading() as tx:
        told = tree_told(officer.office, tx, officer.asking(), officer.words)
    return page("administration", officer, {"tree": told})


@router.get("/administration/journal")
def journal_page(officer: AnOfficer) -> HTMLResponse:
    """Show every change that was made here."""
    with officer.reading() as tx:
        told = journal_told(officer.office, tx, officer.asking(), officer.words)
    return page("administration_journal", officer, {"changes": told})


@router.get("/administration/places")
def places_page(officer: AnOfficer) -> HTMLResponse:
    """Show each pack of periods with its numbers and articles."""
    managing(officer)
    return page("administration_places", officer, {"places": places_told(officer.words)})


@router.get("/administration/bodies/{code}")
def body_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show one body: what it is, and who sits there."""
    return shown_body(officer, code)


@router.post("/administration/bodies/{code}/end")
def body_ended(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """End a body and its seats."""
    data = typed(form)
    return changed(
        officer, code, lambda tx: end_body(officer.office, tx, code, data, officer.asking())
    )


@router.post("/administration/bodies/{code}/seats/end")
def seat_ended(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """End a seat."""
    data, handle, asking = typed(form), text_of(form, "officer"), officer.asking()
    return changed(
        officer, code, lambda tx: end_seat(officer.office, tx, code, handle, data, asking)
    )


@router.post("/administration/bodies/{code}/accounts")
def account_changed(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Close an account, or open it again."""
    handle, closed = text_of(form, "officer"), text_of(form, "closed") == "yes"
    asking = officer.asking()
    return changed(
        officer,
        code,
        lambda tx: close_account(officer.office, tx, code, handle, asking, closed=closed),
    )


@router.post("/administration/bodies/{code}/invitations")
def officer_invited(officer: AnOfficer, code: str, form: Submitted) -> HTMLResponse:
    """Invite an officer; the address is shown on this one page and kept nowhere."""
    handle = text_of(form, "officer")
    with officer.office.database.writing() as tx:
        secret = invite_officer(officer.office, tx, code, handle, officer.asking())
        told = body_told(officer.office, tx, code, officer.asking(), officer.words)
    context = {
        "body": told,
        "invited": next(one for one in told["officers"] if one["handle"] == handle),
        "address": f"{officer.desk.settings.url}{link('invitation', secret)}",
        "until": officer.now + INVITED_FOR,
    }
    return page("administration_invited", officer, context)


@router.get("/administration/bodies/{code}/new-body")
def new_body_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show the form of a body below this one."""
    return blank(officer, code, "body")


@router.post("/administration/bodies/{code}/new-body")
def body_added(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Add a body below this one."""
    return added(officer, code, "body", form)


@router.get("/administration/bodies/{code}/new-officer")
def new_officer_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show the form of a new officer."""
    return blank(officer, code, "officer")


@router.post("/administration/bodies/{code}/new-officer")
def officer_added(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Add an officer with his first seat."""
    return added(officer, code, "officer", form)


@router.get("/administration/bodies/{code}/new-seat")
def new_seat_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show the form of a seat for somebody known."""
    return blank(officer, code, "seat")


@router.post("/administration/bodies/{code}/new-seat")
def seat_given(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Give a seat to somebody known."""
    return added(officer, code, "seat", form)


@router.get("/administration/bodies/{code}/move")
def move_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show the form that moves a body under another."""
    return blank(officer, code, "move")


@router.post("/administration/bodies/{code}/move")
def body_moved(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Move a body with all below it."""
    return added(officer, code, "move", form)


def managing(officer: Officer) -> None:
    """Let an administrator pass."""
    with officer.reading() as tx:
        Manager.of(officer.office, tx, officer.asking())


def typed(form: FormData) -> dict[str, str]:
    """Give the texts of a small form, what was left empty left out."""
    return {name: text for name in form if (text := text_of(form, name))}


def changed(officer: Officer, code: str, work: Callable[[Tx], object]) -> Response:
    """Change something of a body, and show the body."""
    try:
        with officer.office.database.writing() as tx:
            work(tx)
    except InputRefused as error:
        return shown_body(officer, code, error)
    return see_other(link("administration", "bodies", code))


def shown_body(officer: Officer, code: str, error: InputRefused | None = None) -> HTMLResponse:
    """Render the page of a body, with what was refused."""
    with officer.reading() as tx:
        told = body_told(officer.office, tx, code, officer.asking(), officer.words)
    refused = error_told(error, officer.words, officer.language)["error"] if error else None
    return page(
        "administration_body",
        officer,
        {"body": told, "error": refused},
        status=422 if error else 200,
    )


ALONE: Final = frozenset({"move"})
"""What nobody may write beside."""
ADDS: Mapping[str, Callable[..., object]] = {
    "body": add_body,
    "officer": add_officer,
    "seat": give_seat,
    "move": move_body,
}
FORMS: Mapping[str, Callable[..., Schema]] = {
    "body": body_form,
    "officer": officer_form,
    "seat": seat_form,
    "move": move_form,
}


def added(officer: Officer, code: str, what: str, form: FormData) -> Response:
    """Add something to a body as it was filled in, or show the form again."""
    data = data_of(schema_of(officer, code, what), form)
    try:
        with officer.office.database.writing(alone=what in ALONE) as tx:
            ADDS[what](officer.office, tx, code, data, officer.asking())
    except InputRefused as error:
        return asked(officer, code, what, form, error)
    return see_other(link("administration", "bodies", code))


def blank(officer: Officer, code: str, what: str) -> HTMLResponse:
    """Render a form with nothing in it but what stands there from the beginning."""
    fields = schema_of(officer, code, what)["properties"]
    preset = [(name, one["default"]) for name, one in fields.items() if "default" in one]
    return asked(officer, code, what, FormData(preset))


def asked(
    officer: Officer,
    code: str,
    what: str,
    form: FormData,
    error: InputRefused | None = None,
) -> HTMLResponse:
    """Render a form, with what was filled in and what is wrong with it."""
    schema = schema_of(officer, code, what)
    told = error_told(error, officer.words, officer.language)["error"] if error else None
    faults = faults_by_field(told["faults"]) if told else {}
    with officer.reading() as tx:
        body = body_told(officer.office, tx, code, officer.asking(), officer.words)
    context = {
        "body": body,
        "what": what,
        "error": told,
        "fields": FieldMaker(faults).fields(schema, data_of(schema, form)),
    }
    return page("administration_form", officer, context, status=422 if error else 200)


def schema_of(officer: Officer, code: str, what: str) -> Schema:
    """Give the schema of a form."""
    with officer.reading() as tx:
        return FORMS[what](officer.office, tx, code, officer.asking(), officer.words)
