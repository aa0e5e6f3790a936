"""Doing an event of a case: its form, made from the workflow; its refusals, all of them."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.clock import parse_moment
from mediation.engine.errors import EventRefused
from mediation.errors import Faults, InputRefused, MediationError
from mediation.operations.answers.cases import case_told
from mediation.operations.answers.moves import move_told
from mediation.operations.answers.refusals import error_told
from mediation.operations.cases.handling import do_event
from mediation.operations.desk.drafts import drop_draft, keep_draft, read_draft
from mediation.records.cases import StaleVersion
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import OCCURRED, FieldMaker, faults_by_field, with_photos
from mediation.web.pages import link, page, see_other
from mediation.web.submitted import (
    WITH_PHOTOS,
    Submitted,
    data_of,
    rows_sent,
    text_of,
    uploads_of,
)

router = APIRouter()

UNKEPT: Final = frozenset({"guard", "key", "version", "more"})


@router.get("/cases/{number}/do/{event:path}")
def event_page(officer: AnOfficer, number: str, event: str) -> HTMLResponse:
    """Show the form of an event, or all that blocks it."""
    with officer.office.database.reading() as tx:
        draft = read_draft(officer.office, tx, officer.sitting, draft_name(number, event))
        move = move_told(officer.office, tx, number, event, officer.asking(), officer.words)
    typed = FormData([*draft])
    filled = Filled(data_of(move["form"], typed), typed, kept=bool(draft))
    return form_page(officer, number, event, filled)


@router.post("/cases/{number}/do/{event:path}", max_body_size=WITH_PHOTOS)
def event_done(officer: AnOfficer, number: str, event: str, form: Submitted) -> Response:
    """Do an event as it was filled in, or show the form again with what is wrong."""
    with officer.office.database.reading() as tx:
        move = move_told(officer.office, tx, number, event, officer.asking(), officer.words)
    data = data_of(move["form"], form)
    if more := text_of(form, "more"):
        rows = {more: rows_sent(form, more) + 1}
        return form_page(officer, number, event, Filled(data, form, rows))
    try:
        asking = officer.asking(
            occurred_at=occurred(text_of(form, OCCURRED)),
            key=text_of(form, "key") or None,
            version=version_of(text_of(form, "version")),
            uploads=uploads_of(form),
        )
        with officer.office.database.writing() as tx:
            done = do_event(officer.office, tx, number, event, data, asking)
            drop_draft(tx, officer.sitting, draft_name(number, event))
    except (InputRefused, EventRefused, StaleVersion) as error:
        return form_page(officer, number, event, Filled(data, form), error)
    return see_other(link("cases", done.number, done=event) + "#top")


@router.post("/drafts/{name:path}")
def draft_kept(officer: AnOfficer, name: str, form: Submitted) -> Response:
    """Keep what was typed so far, as it stands."""
    kept = [
        (field, value)
        for field, value in form.multi_items()
        if field not in UNKEPT and isinstance(value, str) and value
    ]
    with officer.office.database.writing() as tx:
        keep_draft(officer.office, tx, officer.sitting, name, kept, officer.now)
    return Response(status_code=204)


@dataclass(frozen=True)
class Filled:
    """What a form shows.

    Args:
        data: what was filled in.
        form: as the browser has sent it; None on a first look.
        rows: table -> how many rows to draw.
        kept: whether it comes from a draft.
    """

    data: Mapping[str, Any]
    form: FormData = field(default_factory=FormData)
    rows: Mapping[str, int] = field(default_factory=dict)
    kept: bool = False


def form_page(
    officer: Officer,
    number: str,
    event: str,
    filled: Filled,
    error: MediationError | None = None,
) -> HTMLResponse:
    """Render the form of an event with what was filled in and what is wrong with it."""
    office, asking, words = officer.office, officer.asking(), officer.words
    with office.database.reading() as tx:
        case = case_told(office, tx, number, asking, words, derivation=False)
        move = move_told(office, tx, number, event, asking, words)
    told = error_told(error, words, officer.language)["error"] if error else None
    faults = faults_by_field(told["faults"]) if told and "faults" in told else {}
    schema = with_photos(move["form"], officer.language)
    typed = {**filled.data, OCCURRED: text_of(filled.form, OCCURRED)}
    context = {
        "case": case,
        "move": move,
        "event": event,
        "error": told,
        "faults": faults,
        "fields": FieldMaker(faults, filled.rows).fields(schema, typed),
        "key": text_of(filled.form, "key") or secrets.token_urlsafe(12),
        "version": case["version"],
        "answer": bool(filled.form) and not filled.kept,
        "lost": bool(uploads_of(filled.form)),
        "draft": draft_name(number, event),
        "kept": filled.kept,
    }
    status = 200 if error is None else 422 if isinstance(error, InputRefused) else 409
    return page("event", officer, context, status=status)


def draft_name(number: str, event: str) -> str:
    """Name the draft of a form."""
    return f"{number}/{event}"


def occurred(typed: str) -> Any:
    """Read when it happened, if that was said.

    Raises:
        InputRefused: it is no moment.
    """
    faults = Faults()
    at = faults.take(OCCURRED, parse_moment, typed) if typed else None
    faults.refuse_any()
    return at


def version_of(typed: str) -> int | None:
    """Read the version a form was opened at."""
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None
