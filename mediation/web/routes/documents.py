"""Papers as issued: shown in their own frame, printed by the browser."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from mediation.operations.answers.documents import document_told
from mediation.web.desk import AnOfficer
from mediation.web.pages import page
from mediation.web.security import PAPER

router = APIRouter()


@router.get("/cases/{number}/documents/{place}")
def document_page(officer: AnOfficer, number: str, place: str) -> HTMLResponse:
    """Show a paper with what is known of it."""
    with officer.office.database.reading() as tx:
        told = document_told(
            officer.office, tx, f"{number}/{place}", officer.asking(), officer.words
        )
    return page("document", officer, {"document": told, "number": number, "place": place})


@router.get("/cases/{number}/documents/{place}/paper")
def paper(officer: AnOfficer, number: str, place: str) -> HTMLResponse:
    """Give the paper itself, byte for byte as it was frozen; it can run nothing."""
    with officer.office.database.reading() as tx:
        told = document_told(
            officer.office, tx, f"{number}/{place}", officer.asking(), officer.words
        )
    return HTMLResponse(told["html"], headers={"content-security-policy": PAPER})
