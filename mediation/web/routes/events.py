"""Doing an event of a case: its form, made from the workflow; its refusals, all of them."""

import re
import secrets
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.clock import parse_moment
from mediation.engine.errors import EventRefused
from mediation.errors import Fault, Faults, InputRefused, MediationError
from mediation.operations.answers.cases import content_told
from mediation.operations.answers.moves import faults_told, lifting, move_told
from mediation.operations.answers.refusals import error_told
from mediation.operations.answers.words import Told
from mediation.operations.cases.handling import do_event
from mediation.operations.cases.offering import form_faults
from mediation.operations.cases.requests import Done, Sent, carried_out
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.attachments import sorts_told
from mediation.operations.desk.drafts import drop_draft, keep_draft, read_draft
from mediation.operations.office import Office
from mediation.records.cases import StaleVersion
from mediation.records.database import Tx
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import OCCURRED, FieldMaker, faults_by_field, packs_typed, with_files
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.submitted import (
    WITH_FILES,
    Submitted,
    brings_files,
    data_of,
    rows_wanted,
    text_of,
    uploads_of,
)
from mediation.web.wizard import wizard

router = APIRouter(route_class=OneHop)

UNKEPT: Final = frozenset({"guard", "key", "version", "more", "step"})


@router.get("/cases/{number}/do/{event:path}")
def event_page(officer: AnOfficer, number: str, event: str) -> HTMLResponse:
    """Show the form of an event, or all that blocks it."""
    with officer.reading() as tx:
        draft = read_draft(officer.office, tx, officer.sitting, draft_name(number, event))
    return form_page(officer, number, event, FormData([*draft]), kept=bool(draft))


@router.post("/cases/{number}/do/{event:path}", max_body_size=WITH_FILES)
def event_done(officer: AnOfficer, number: str, event: str, form: Submitted) -> Response:
    """Do an event as it was filled in, or show the form again with what is wrong."""
    if text_of(form, "more") or text_of(form, "step"):
        return form_page(officer, number, event, form)

    def work(office: Office, tx: Tx) -> Done:
        sent = Sent(typed_in(form), lambda schema: data_of(schema, form))
        done = do_event(office, tx, number, event, sent, asking)
        drop_draft(tx, officer.sitting, draft_name(number, event))
        return done

    try:
        asking = officer.asking(
            occurred_at=occurred(text_of(form, OCCURRED)),
            key=key_of(form),
            version=version_of(text_of(form, "version")),
            uploads=uploads_of(form),
        )
        done = carried_out(officer.office, work)
    except (InputRefused, EventRefused, StaleVersion) as error:
        return form_page(officer, number, event, form, error)
    return see_other(link("cases", done.number, done=event))


@router.post("/drafts/{name:path}")
def draft_kept(officer: AnOfficer, name: str, form: Submitted) -> Response:
    """Keep what was typed so far, as it stands."""
    kept = typed_in(form)
    with officer.office.database.writing() as tx:
        keep_draft(officer.office, tx, officer.sitting, name, kept, officer.now)
    return Response(status_code=204)


def form_page(
    officer: Officer,
    number: str,
    event: str,
    form: FormData,
    error: MediationError | None = None,
    *,
    kept: bool = False,
) -> HTMLResponse:
    """Render the form of an event with what was filled in and what is wrong with it."""
    office, asking, words = officer.office, officer.asking(), officer.words
    with officer.reading() as tx:
        view = view_case(office, tx, number, asking)
        case = content_told(view, words, derivation=False)
        move = move_told(view, event, words)
        blocked = isinstance(error, EventRefused) or not move["open"]
        doable = lifting(view) if blocked else {}
        found: tuple[Fault, ...] = ()
        if text_of(form, "step"):
            found = form_faults(view, event, data_of(move["form"], form))
    told = error_told(error, words, officer.language)["error"] if error else None
    wrong = told.get("faults", ()) if told else faults_told(found, words)
    faults = faults_by_field(wrong)
    # Whoever was overtaken sees both, and sends it again against what is there now.
    stale = isinstance(error, StaleVersion)
    context = {
        "case": case,
        "move": move,
        "event": event,
        "error": told,
        "doable": doable,
        **asked_for(officer, move["form"], form, faults, refused=error is not None),
        "version": case["version"] if stale else text_of(form, "version") or case["version"],
        "draft": draft_name(number, event),
        "kept": kept,
        "answer": bool(form) and not kept,
    }
    status = 200 if error is None else 422 if isinstance(error, InputRefused) else 409
    return page("event", officer, context, status=status)


def asked_for(
    officer: Officer,
    schema: Any,
    form: FormData,
    faults: dict[str, list[str]],
    *,
    refused: bool,
    rows: dict[str, int] | None = None,
) -> Told:
    """Give what a form asks for: all at once, or in steps where somebody wants it so.

    The last fields are files that may come with it, and when it happened.
    """
    rows = {**(rows or {}), **rows_wanted(schema, form)}
    typed = {
        **data_of(schema, form),
        **packs_typed(form),
        OCCURRED: text_of(form, OCCURRED),
    }
    drawn = with_files(schema, sorts_told(officer.words), officer.language)
    guided = officer.density == "guided" and len(schema["properties"]) > 1
    return {
        "fields": FieldMaker(faults, rows).fields(drawn, typed),
        "wizard": wizard(schema, form, faults, rows, refused=refused) if guided else None,
        "key": key_of(form) or secrets.token_urlsafe(12),
        "lost": brings_files(form),
    }


def typed_in(form: FormData) -> list[tuple[str, str]]:
    """Give all that was filled in, without what the page itself put there, and no files."""
    return [
        (field, value)
        for field, value in form.multi_items()
        if field not in UNKEPT and isinstance(value, str) and value
    ]


def draft_name(number: str, event: str) -> str:
    """Name the draft of a form."""
    return f"{number}/{event}"


def occurred(typed: str) -> datetime | None:
    """Read when it happened, if that was said.

    Raises:
        InputRefused: it is no moment.
    """
    faults = Faults()
    at = faults.take(OCCURRED, parse_moment, typed) if typed else None
    faults.refuse_any()
    return at


def key_of(form: FormData) -> str | None:
    """Read the key that makes a form count once; a page of ours gives no other sort of it."""
    key = text_of(form, "key")
    return key if re.fullmatch(r"[\w-]{1,64}", key, re.ASCII) else None


def version_of(typed: str) -> int | None:
    """Read the version a form was opened at."""
    return int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else None
