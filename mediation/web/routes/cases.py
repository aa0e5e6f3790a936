"""Cases: the list, one case with everything about it, and names revealed on purpose."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from mediation.operations.answers.cases import case_told
from mediation.operations.answers.documents import documents_told
from mediation.operations.answers.log import log_told
from mediation.operations.answers.moves import moves_told
from mediation.operations.desk.attachments import attachments_told
from mediation.operations.desk.finding import Wanted, found_told
from mediation.operations.desk.reveals import may_reveal, reveal
from mediation.operations.desk.standing import standing_told
from mediation.web.desk import AnOfficer
from mediation.web.pages import page
from mediation.web.submitted import Submitted, text_of

router = APIRouter()


@router.get("/cases")
def cases_page(
    officer: AnOfficer,
    q: str = "",
    state: str = "",
    kind: str = "",
    open: str = "",  # noqa: A002 - the word that stands in the address
    due: str = "",
    after: str = "",
) -> HTMLResponse:
    """Show the cases one may know of, newest first, narrowed and searched."""
    wanted = Wanted(q, state, kind, open, due, after)
    with officer.office.database.reading() as tx:
        told = found_told(officer.office, tx, wanted, officer.asking(), officer.words)
    kinds = {name: officer.words.kind(name) for name in officer.office.catalogue.kinds}
    return page("cases", officer, {"found": told, "wanted": wanted, "kinds": kinds})


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
    with officer.office.database.reading() as tx:
        told = log_told(officer.office, tx, number, officer.asking(), officer.words)
    return page("log", officer, {"log": told})


def case_context(officer: Any, number: str) -> dict[str, Any]:
    """Gather what the page of a case shows."""
    office, asking, words = officer.office, officer.asking(), officer.words
    with office.database.reading() as tx:
        case = case_told(office, tx, number, asking, words, derivation=True)
        context: dict[str, Any] = {"case": case, "revealed": None}
        if case["progress_only"]:
            return {**context, "moves": None, "log": None, "documents": [], "standing": None}
        moves = moves_told(office, tx, number, asking, words)
        named = {one["key"]: one["kind_label"] for one in case["machines"]}
        for move in moves["moves"]:
            move["machine_label"] = named.get(move["machine"], "")
        return {
            **context,
            "may_reveal": may_reveal(office, tx, number, asking),
            "moves": moves,
            "log": log_told(office, tx, number, asking, words),
            "documents": documents_told(office, tx, number, asking, words),
            "attachments": attachments_told(office, tx, number, asking, words),
            "standing": standing_told(office, tx, number, asking, words),
        }
