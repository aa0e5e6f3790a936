"""Registering a dispute: the dense form, and the quick oral case on one screen."""

import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused, MediationError
from mediation.operations.answers.refusals import error_told
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.offering import opening_form
from mediation.operations.desk.drafts import drop_draft, read_draft
from mediation.operations.desk.quick import quick_form, settle_quickly
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import OCCURRED, FieldMaker, faults_by_field, with_photos
from mediation.web.pages import link, page, see_other
from mediation.web.routes.events import occurred
from mediation.web.submitted import (
    WITH_PHOTOS,
    Submitted,
    data_of,
    rows_sent,
    text_of,
    texts_of,
    uploads_of,
)

router = APIRouter()


@router.get("/register")
def kinds_page(officer: AnOfficer) -> HTMLResponse:
    """Ask what sort of dispute it is, and whether it is settled already."""
    names = officer.office.catalogue.kinds
    kinds = {name: officer.words.kind(name) for name in names}
    return page("kinds", officer, {"kinds": kinds})


@router.get("/register/{kind}")
def register_page(officer: AnOfficer, kind: str) -> HTMLResponse:
    """Show the form that opens a case."""
    return opening_page(officer, kind, quick=False)


@router.post("/register/{kind}", max_body_size=WITH_PHOTOS)
def registered(officer: AnOfficer, kind: str, form: Submitted) -> Response:
    """Open a case as it was filled in."""
    return opened(officer, kind, form, quick=False)


@router.get("/quick/{kind}")
def quick_page(officer: AnOfficer, kind: str) -> HTMLResponse:
    """Show the one screen of the quick oral case."""
    return opening_page(officer, kind, quick=True)


@router.post("/quick/{kind}", max_body_size=WITH_PHOTOS)
def quickly_settled(officer: AnOfficer, kind: str, form: Submitted) -> Response:
    """Record a quarrel that was settled on the spot."""
    return opened(officer, kind, form, quick=True)


def opened(officer: Officer, kind: str, form: FormData, *, quick: bool) -> Response:
    """Open a case, or show the form again with what is wrong."""
    schema = schema_of(officer, kind, quick=quick)
    data = data_of(schema, form)
    if seen := texts_of(form, "acknowledged_duplicates"):
        data["acknowledged_duplicates"] = seen
    if more := text_of(form, "more"):
        rows = {more: rows_sent(form, more) + 1}
        return opening_page(officer, kind, quick=quick, form=form, rows=rows)
    try:
        asking = officer.asking(
            occurred_at=occurred(text_of(form, OCCURRED)),
            key=text_of(form, "key") or None,
            uploads=uploads_of(form),
        )
        work = settle_quickly if quick else open_case
        with officer.office.database.writing() as tx:
            done = work(officer.office, tx, kind, data, asking)
            drop_draft(tx, officer.sitting, draft_name(kind, quick=quick))
    except (InputRefused, EventRefused) as error:
        return opening_page(officer, kind, quick=quick, form=form, error=error)
    return see_other(link("cases", done.number, done="opened"))


def opening_page(
    officer: Officer,
    kind: str,
    *,
    quick: bool,
    form: FormData | None = None,
    rows: Mapping[str, int] | None = None,
    error: MediationError | None = None,
) -> HTMLResponse:
    """Render a form that opens a case."""
    name = draft_name(kind, quick=quick)
    with officer.office.database.reading() as tx:
        draft = read_draft(officer.office, tx, officer.sitting, name)
    schema = schema_of(officer, kind, quick=quick)
    typed = form if form is not None else FormData([*draft])
    told = error_told(error, officer.words, officer.language)["error"] if error else None
    faults = faults_by_field(told["faults"]) if told and "faults" in told else {}
    properties = {
        name: part
        for name, part in schema["properties"].items()
        if name != "acknowledged_duplicates"
    }
    shown: dict[str, Any] = {**schema, "properties": properties}
    wanted = rows or {"people": 2}
    filled = {**data_of(shown, typed), OCCURRED: text_of(typed, OCCURRED)}
    fields = FieldMaker(faults, wanted).fields(with_photos(shown, officer.language), filled)
    context = {
        "kind": kind,
        "kind_label": officer.words.kind(kind),
        "quick": quick,
        "fields": fields,
        "error": told,
        "faults": faults,
        "acknowledged": texts_of(typed, "acknowledged_duplicates"),
        "key": text_of(typed, "key") or secrets.token_urlsafe(12),
        "answer": form is not None,
        "lost": bool(uploads_of(typed)),
        "draft": name,
        "kept": bool(draft) and form is None,
    }
    status = 200 if error is None else 422 if isinstance(error, InputRefused) else 409
    return page("quick" if quick else "register", officer, context, status=status)


def schema_of(officer: Officer, kind: str, *, quick: bool) -> Mapping[str, Any]:
    """Give the schema of a form that opens a case."""
    form = quick_form if quick else opening_form
    with officer.office.database.reading() as tx:
        return form(officer.office, tx, kind, officer.asking(), officer.language)


def draft_name(kind: str, *, quick: bool) -> str:
    """Name the draft of a form."""
    return f"{'quick' if quick else 'register'}/{kind}"
