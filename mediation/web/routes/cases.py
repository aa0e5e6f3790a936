"""Cases: the list, one case with everything about it, and names revealed on purpose."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from mediation.errors import InputRefused
from mediation.operations.answers.cases import content_told, progress_told
from mediation.operations.answers.documents import documents_told
from mediation.operations.answers.log import log_told
from mediation.operations.answers.moves import lifting, moves_told
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.attachments import attachments_told
from mediation.operations.desk.filters import KEPT, forget, keep, kept, query_of
from mediation.operations.desk.finding import Wanted, choices_told, found_told
from mediation.operations.desk.reveals import reveal, reveals_told
from mediation.operations.desk.standing import standing_told
from mediation.operations.residents.progress import case_code
from mediation.records.gateway import ContentWithheld
from mediation.web.desk import AnOfficer, Officer
from mediation.web.hop import OneHop
from mediation.web.pages import page, see_other
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)


async def wanted_of(request: Request) -> Wanted:
    """Read from an address what a list is narrowed by, and where it goes on."""
    asked = request.query_params
    return Wanted(**{name: asked.get(name, "") for name in (*KEPT, "after")})


Narrowing = Annotated[Wanted, Depends(wanted_of)]


@router.get("/cases")
def cases_page(officer: AnOfficer, wanted: Narrowing) -> HTMLResponse:
    """Show the cases one may know of, newest first, narrowed."""
    return list_page(officer, wanted)


@router.post("/cases")
def cases_found(officer: AnOfficer, form: Submitted) -> Response:
    """Search by a number or a name. A name stands in no address, so the answer is the page."""
    wanted = Wanted(**{one.name: text_of(form, one.name) for one in fields(Wanted)})
    if not wanted.q and not wanted.after:
        return see_other(address_of(wanted))
    return list_page(officer, wanted)


@router.post("/filters")
def filter_kept(officer: AnOfficer, form: Submitted) -> Response:
    """Keep what the list is narrowed by under a name."""
    wanted = Wanted(**{name: text_of(form, name) for name in KEPT})
    name = text_of(form, "name")
    try:
        with officer.office.database.writing() as tx:
            keep(tx, officer.sitting, name, wanted)
    except InputRefused as error:
        faults = [officer.say(fault.message) for fault in error.faults]
        return list_page(officer, wanted, name=name, faults=faults, status=422)
    return see_other(address_of(wanted))


@router.post("/filters/forget")
def filter_forgotten(officer: AnOfficer, form: Submitted) -> Response:
    """Forget a filter."""
    with officer.office.database.writing() as tx:
        forget(tx, officer.sitting, text_of(form, "name"))
    return see_other("/cases")


@router.get("/cases/{number}")
def case_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show one case: where it stands, what must happen, what may happen, what happened."""
    return page("case", officer, case_context(officer, number))


@router.post("/cases/{number}/reveal")
def reveal_now(officer: AnOfficer, number: str, form: Submitted) -> HTMLResponse:
    """Show the parties in full, for a reason that is kept."""
    with officer.office.database.writing() as tx:
        people = reveal(officer.office, tx, number, text_of(form, "reason"), officer.asking())
    context = case_context(officer, number)
    return page("case", officer, {**context, "revealed": people})


@router.get("/cases/{number}/log")
def log_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show everything that happened to a case."""
    with officer.reading() as tx:
        told = log_told(view_case(officer.office, tx, number, officer.asking()), officer.words)
    return page("log", officer, {"log": told})


@router.get("/cases/{number}/reveals")
def reveals_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show who has looked at the parties in full, and why."""
    with officer.reading() as tx:
        told = reveals_told(officer.office, tx, number, officer.asking())
    return page("reveals", officer, {"traced": told})


def case_context(officer: Officer, number: str) -> dict[str, Any]:
    """Gather what the page of a case shows."""
    office, asking, words = officer.office, officer.asking(), officer.words
    with officer.reading() as tx:
        try:
            view = view_case(office, tx, number, asking)
        except ContentWithheld:
            told = progress_told(office, tx, number, asking, words)
            nothing = {"revealed": None, "moves": None, "log": None, "standing": None}
            return {"case": told, "documents": [], **nothing}
        case = content_told(view, words, derivation=True)
        moves = moves_told(view, words)
        named = {one["key"]: one["kind_label"] for one in case["machines"]}
        for move in moves["moves"]:
            move["machine_label"] = named.get(move["machine"], "")
        return {
            "case": case,
            "revealed": None,
            "may_reveal": view.may_reveal,
            "code": case_code(view),
            "may_trace": view.may_trace,
            "moves": moves,
            "doable": lifting(view),
            "log": log_told(view, words),
            "documents": documents_told(view, words),
            "attachments": attachments_told(view, words),
            "standing": standing_told(view, words),
        }


def list_page(
    officer: Officer,
    wanted: Wanted,
    *,
    name: str = "",
    faults: Sequence[str] = (),
    status: int = 200,
) -> HTMLResponse:
    """Show a list of cases with what it may be narrowed by."""
    office, asking, words = officer.office, officer.asking(), officer.words
    with officer.reading() as tx:
        context = {
            "found": found_told(office, tx, wanted, asking, words),
            "choices": choices_told(office, tx, wanted, asking, words),
            "kept": kept(tx, officer.sitting),
        }
    told = {"wanted": wanted, "query": query_of(wanted), "name": name, "faults": faults}
    return page("cases", officer, {**context, **told}, status=status)


def address_of(wanted: Wanted) -> str:
    """Give the address of a list so narrowed."""
    query = query_of(wanted)
    return f"/cases?{query}" if query else "/cases"
