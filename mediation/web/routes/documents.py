"""Papers as issued: shown in their own frame, printed by the browser."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from mediation.operations.answers.documents import (
    document_told,
    found_document,
    issued_told,
)
from mediation.operations.answers.lineage import lineage_told
from mediation.operations.attachments.names import disposition
from mediation.rendering.formats import FORMATS, exported
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.pages import page
from mediation.web.security import ATTACHMENT, PAPER

router = APIRouter(route_class=OneHop)


@router.get("/cases/{number}/documents/{place}")
def document_page(officer: AnOfficer, number: str, place: str) -> HTMLResponse:
    """Show a paper with what is known of it."""
    with officer.reading() as tx:
        view, found, issued = found_document(
            officer.office, tx, f"{number}/{place}", officer.asking()
        )
        told = issued_told(view.row.number, found, issued, officer.words)
        lineage = lineage_told(view, found, officer.words)
    context = {"document": told, "number": number, "place": place, "lineage": lineage}
    return page("document", officer, context)


@router.get("/cases/{number}/documents/{place}/paper")
def paper(officer: AnOfficer, number: str, place: str) -> HTMLResponse:
    """Give the paper itself, byte for byte as it was frozen; it can run nothing."""
    with officer.reading() as tx:
        told = document_told(
            officer.office, tx, f"{number}/{place}", officer.asking(), officer.words
        )
    return HTMLResponse(told["html"], headers={"content-security-policy": PAPER})


@router.get("/cases/{number}/documents/{place}/paper.{form}")
def paper_file(officer: AnOfficer, number: str, place: str, form: str) -> Response:
    """Give the paper as a file of another format, made after it was read."""
    with officer.reading() as tx:
        told = document_told(
            officer.office, tx, f"{number}/{place}", officer.asking(), officer.words
        )
    content = exported(told["html"], form, officer.desk.settings.font_dir)
    named = f"{told['label']}{told['number'] or number}.{form}"
    headers = {
        "content-disposition": disposition(named, f"paper.{form}"),
        "content-security-policy": ATTACHMENT,
    }
    return Response(content, media_type=FORMATS[form], headers=headers)
