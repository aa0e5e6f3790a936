"""Registering a dispute: the dense form, and the quick oral case on one screen."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.engine.errors import EventRefused
from mediation.errors import Fault, InputRefused, MediationError
from mediation.operations.answers.moves import faults_told
from mediation.operations.answers.refusals import error_told
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.offering import opening_faults, opening_form
from mediation.operations.cases.requests import Done, carried_out
from mediation.operations.desk.drafts import drop_draft, read_draft
from mediation.operations.desk.quick import quick_form, settle_quickly
from mediation.operations.office import Office
from mediation.operations.residents.applications import link_application
from mediation.records.database import Tx
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import OCCURRED, faults_by_field
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.routes.events import asked_for, key_of, occurred
from mediation.web.submitted import (
    WITH_FILES,
    Submitted,
    data_of,
    text_of,
    texts_of,
    uploads_of,
)

router = APIRouter(route_class=OneHop)


@router.get("/register")
def kinds_page(officer: AnOfficer) -> HTMLResponse:
    """Ask what sort of dispute it is, and whether it is settled already."""
    names = officer.office.catalogue.kinds
    kinds = {name: officer.words.kind(name) for name in names}
    return page("kinds", officer, {"kinds": kinds})


@router.get("/register/{kind}")
def register_page(officer: AnOfficer, kind: str, application: str = "") -> HTMLResponse:
    """Show the form that opens a case, filled from an application if there is one."""
    return opening_page(officer, kind, quick=False, application=application)


@router.post("/register/{kind}", max_body_size=WITH_FILES)
def registered(officer: AnOfficer, kind: str, form: Submitted) -> Response:
    """Open a case as it was filled in."""
    return opened(officer, kind, form, quick=False)


@router.get("/quick/{kind}")
def quick_page(officer: AnOfficer, kind: str) -> HTMLResponse:
    """Show the one screen of the quick oral case."""
    return opening_page(officer, kind, quick=True)


@router.post("/quick/{kind}", max_body_size=WITH_FILES)
def quickly_settled(officer: AnOfficer, kind: str, form: Submitted) -> Response:
    """Record a quarrel that was settled on the spot."""
    return opened(officer, kind, form, quick=True)


def opened(officer: Officer, kind: str, form: FormData, *, quick: bool) -> Response:
    """Open a case, or show the form again with what is wrong."""
    schema = schema_of(officer, kind, quick=quick)
    data = data_of(schema, form)
    if seen := texts_of(form, "acknowledged_duplicates"):
        data["acknowledged_duplicates"] = seen
    if text_of(form, "more") or text_of(form, "step"):
        return opening_page(officer, kind, quick=quick, form=form)
    application = text_of(form, "application")

    def work(office: Office, tx: Tx) -> Done:
        begin = settle_quickly if quick else open_case
        done = begin(office, tx, kind, data, asking)
        if application:
            link_application(office, tx, application, done, asking)
        drop_draft(tx, officer.sitting, draft_name(kind, application, quick=quick))
        return done

    try:
        asking = officer.asking(
            occurred_at=occurred(text_of(form, OCCURRED)),
            key=key_of(form),
            uploads=uploads_of(form),
        )
        done = carried_out(officer.office, work)
    except (InputRefused, EventRefused) as error:
        return opening_page(officer, kind, quick=quick, form=form, error=error)
    return see_other(link("cases", done.number, done="opened"))


def opening_page(
    officer: Officer,
    kind: str,
    *,
    quick: bool,
    form: FormData | None = None,
    error: MediationError | None = None,
    application: str = "",
) -> HTMLResponse:
    """Render a form that opens a case."""
    application = application or text_of(form or FormData(), "application")
    name = draft_name(kind, application, quick=quick)
    with officer.reading() as tx:
        draft = read_draft(officer.office, tx, officer.sitting, name)
    schema = schema_of(officer, kind, quick=quick)
    typed = form if form is not None else FormData([*draft])
    told = error_told(error, officer.words, officer.language)["error"] if error else None
    properties = {
        name: part
        for name, part in schema["properties"].items()
        if name != "acknowledged_duplicates"
    }
    shown: dict[str, Any] = {**schema, "properties": properties}
    found: tuple[Fault, ...] = ()
    if text_of(typed, "step"):
        with officer.reading() as tx:
            data = data_of(shown, typed)
            found = opening_faults(officer.office, tx, kind, data, officer.asking())
    wrong = told.get("faults", ()) if told else faults_told(found, officer.words)
    asked = asked_for(
        officer,
        shown,
        typed,
        faults_by_field(wrong),
        refused=error is not None,
        rows={"people": 2},
    )
    context = {
        "kind": kind,
        "kind_label": officer.words.kind(kind),
        **asked,
        "wizard": None if quick else asked["wizard"],
        "error": told,
        "acknowledged": texts_of(typed, "acknowledged_duplicates"),
        "answer": form is not None,
        "draft": name,
        "application": application,
        "kept": bool(draft) and form is None,
    }
    status = 200 if error is None else 422 if isinstance(error, InputRefused) else 409
    return page("quick" if quick else "register", officer, context, status=status)


def schema_of(officer: Officer, kind: str, *, quick: bool) -> Mapping[str, Any]:
    """Give the schema of a form that opens a case."""
    form = quick_form if quick else opening_form
    with officer.reading() as tx:
        return form(officer.office, tx, kind, officer.asking(), officer.language)


def draft_name(kind: str, application: str = "", *, quick: bool) -> str:
    """Name the draft of a form."""
    name = f"{'quick' if quick else 'register'}/{kind}"
    return f"{name}/{application}" if application else name
