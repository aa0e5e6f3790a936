"""What residents have sent, at the desk; and the code that is handed to parties."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from mediation.errors import InputRefused
from mediation.operations.answers.cases import content_told
from mediation.operations.cases.viewing import view_case
from mediation.operations.residents.applications import (
    Declining,
    application_told,
    decline_application,
    prepare_registering,
    read_application,
    waiting_told,
)
from mediation.operations.residents.progress import case_code
from mediation.web.desk import AnOfficer, Officer
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.routes.registering import draft_name
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)


@router.get("/applications")
def applications_page(officer: AnOfficer) -> HTMLResponse:
    """Show the applications that wait at one's body."""
    with officer.reading() as tx:
        found = waiting_told(officer.office, tx, officer.asking())
    return page("applications", officer, {"found": found})


@router.get("/applications/{number}")
def application_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show an application, masked, and what may be done with it."""
    return shown(officer, number)


@router.post("/applications/{number}/read")
def application_read(officer: AnOfficer, number: str, _: Submitted) -> HTMLResponse:
    """Show what a resident has written; the look is kept."""
    with officer.office.database.writing() as tx:
        written = read_application(officer.office, tx, number, officer.asking())
    return shown(officer, number, written=written)


@router.post("/applications/{number}/register")
def application_registered(officer: AnOfficer, number: str, form: Submitted) -> Response:
    """Go to the opening form of a kind, filled out of the application."""
    kind = text_of(form, "kind")
    name = draft_name(kind, number, quick=False)
    try:
        with officer.office.database.writing() as tx:
            prepare_registering(officer.office, tx, number, kind, name, officer.asking())
    except InputRefused as error:
        return shown(officer, number, error=error)
    return see_other(link("register", kind, application=number))


@router.post("/applications/{number}/decline")
def application_declined(officer: AnOfficer, number: str, form: Submitted) -> Response:
    """Decline an application, with a reason and whom to turn to."""
    given = Declining(text_of(form, "reason"), text_of(form, "right_body"))
    try:
        with officer.office.database.writing() as tx:
            decline_application(officer.office, tx, number, given, officer.asking())
    except InputRefused as error:
        return shown(officer, number, given=given, error=error)
    return see_other("/applications")


@router.get("/cases/{number}/code")
def code_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show the code of a case, large, to be printed and handed over."""
    office, asking = officer.office, officer.asking()
    with officer.reading() as tx:
        view = view_case(office, tx, number, asking)
        code, case = case_code(view), content_told(view, officer.words, derivation=False)
    address = f"{officer.desk.settings.url}/progress"
    return page("case_code", officer, {"code": code, "case": case, "address": address})


def shown(
    officer: Officer,
    number: str,
    *,
    written: dict[str, str] | None = None,
    given: Declining | None = None,
    error: InputRefused | None = None,
) -> HTMLResponse:
    """Render an application, with what is wrong about what was decided."""
    office = officer.office
    with officer.reading() as tx:
        told = application_told(office, tx, number, officer.asking())
    faults: dict[str, list[str]] = {}
    for fault in error.faults if error else ():
        faults.setdefault(fault.field, []).append(officer.say(fault.message))
    context: dict[str, Any] = {
        "application": told,
        "written": written,
        "given": given or Declining(""),
        "faults": faults,
        "kinds": {name: officer.words.kind(name) for name in office.catalogue.kinds},
    }
    return page("application", officer, context, status=422 if error else 200)
