"""Papers looked up by their codes, without an account."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from mediation.errors import MediationError
from mediation.operations.desk.brakes import SignInHeld
from mediation.operations.residents.papers import PaperUnknown, verify_paper
from mediation.web.desk import AVisitor, Visitor
from mediation.web.hop import OneHop
from mediation.web.pages import page
from mediation.web.routes.residents import source
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)


@router.get("/verify")
def verify_page(visitor: AVisitor) -> HTMLResponse:
    """Ask for the code of a paper."""
    return verifying(visitor)


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
    office = visitor.desk.office
    try:
        told = verify_paper(office, typed, source(request), visitor.now, visitor.words)
    except (PaperUnknown, SignInHeld) as error:
        status = 429 if isinstance(error, SignInHeld) else 404
        return verifying(visitor, typed=typed[:40], error=error, status=status)
    return verifying(visitor, told=told)


def verifying(
    visitor: Visitor,
    *,
    typed: str = "",
    told: dict[str, Any] | None = None,
    error: MediationError | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Render the page that asks for a code, with what was found or why nothing was."""
    said = visitor.say(error.message) if error else ""
    context = {"typed": typed, "told": told, "fault": said}
    return page("resident_verify", visitor, context, status=status)
