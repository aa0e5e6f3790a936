"""Papers looked up by their codes, without an account."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from mediation.operations.residents.papers import verify_paper
from mediation.web.desk import AVisitor, Visitor
from mediation.web.hop import OneHop
from mediation.web.pages import page
from mediation.web.routes.residents import ASKED, answered, source
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)

TEMPLATE: Final = "resident_verify"


@router.get("/verify")
def verify_page(visitor: AVisitor) -> HTMLResponse:
    """Ask for the code of a paper."""
    return page(TEMPLATE, visitor, ASKED)


@router.post("/verify")
def verify_typed(request: Request, visitor: AVisitor, form: Submitted) -> HTMLResponse:
    """Tell of the paper whose code was typed."""
    return verified(request, visitor, text_of(form, "code"))


@router.get("/verify/{code}")
def verify_scanned(request: Request, visitor: AVisitor, code: str) -> HTMLResponse:
    """Tell of the paper whose code stands in the address, as the paper itself bears it."""
    return verified(request, visitor, code)


def verified(request: Request, visitor: Visitor, typed: str) -> HTMLResponse:
    """Render what is known of a paper, or that nothing is."""
    office, where = visitor.desk.office, source(request)
    return answered(
        visitor,
        TEMPLATE,
        typed,
        lambda: verify_paper(office, typed, where, visitor.now, visitor.words),
    )
