"""For residents, without an account: what this is, progress by code, applying online."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from mediation.errors import InputRefused
from mediation.language import LANGUAGES
from mediation.operations.desk.brakes import SignInHeld
from mediation.operations.residents.applying import (
    CONSENT,
    FIELDS,
    LONGEST_STORY,
    QUESTIONS,
    Asked,
    HandingIn,
    asked,
    hand_in,
)
from mediation.operations.residents.limits import AppliedTooOften
from mediation.operations.residents.papers import PaperUnknown
from mediation.operations.residents.progress import CodeUnknown, look_up
from mediation.web.desk import SIZES, AVisitor, TheDesk, Visitor
from mediation.web.hop import OneHop
from mediation.web.pages import page
from mediation.web.routes.signing import keep_look
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)

ASKED: Final[dict[str, Any]] = {"typed": "", "told": None, "fault": ""}
"""What a page that asks for a code shows before one was typed."""

LONGEST_KEPT: Final = 2 * LONGEST_STORY
"""So much of what was typed into a field goes forward; more is refused and not shown again."""
BACK, SEND, RECEIPT = "back", "send", "receipt"
LOOKS: Final[dict[str, str]] = {
    **dict.fromkeys(SIZES, "size"),
    **dict.fromkeys(LANGUAGES, "language"),
}
"""What the buttons for size and language say, and the cookie that keeps each."""


@router.get("/about")
def about_page(visitor: AVisitor) -> HTMLResponse:
    """Tell what this desk is, who may do what, and how a resident gets help."""
    return page("resident_about", visitor)


@router.get("/progress")
def progress_page(visitor: AVisitor) -> HTMLResponse:
    """Ask for a code."""
    return page("resident_progress", visitor, ASKED)


@router.post("/progress")
def progress_now(
    request: Request, visitor: AVisitor, desk: TheDesk, form: Submitted
) -> HTMLResponse:
    """Tell how the matter stands that a code was given for; the code is in no address."""
    typed, where = text_of(form, "code"), source(request)
    return answered(
        visitor,
        "resident_progress",
        typed,
        lambda: look_up(desk.office, typed, where, visitor.now, visitor.words),
    )


def answered(
    visitor: Visitor,
    template: str,
    typed: str,
    look_up: Callable[[], dict[str, Any]],
) -> HTMLResponse:
    """Render the page that asks for a code, with what was found or why nothing was."""
    context = dict(ASKED)
    try:
        context["told"] = look_up()
    except (CodeUnknown, PaperUnknown, SignInHeld) as error:
        status = 429 if isinstance(error, SignInHeld) else 404
        context |= {"typed": typed[:40], "fault": visitor.say(error.message)}
        return page(template, visitor, context, status=status)
    return page(template, visitor, context)


@router.get("/apply")
def apply_page(visitor: AVisitor) -> HTMLResponse:
    """Say what applying means, before anything is asked."""
    return page("resident_apply", visitor, {"key": secrets.token_urlsafe(24)})


@router.post("/apply")
def apply_now(
    request: Request, visitor: AVisitor, desk: TheDesk, form: Submitted
) -> HTMLResponse:
    """Go on to the next question, or back, or hand in; what was answered goes along."""
    typed = {field: text_of(form, field)[:LONGEST_KEPT] for field in FIELDS}
    go, at, key = text_of(form, "go"), text_of(form, "at"), text_of(form, "key")
    seen, agreed = looking(visitor, go), text_of(form, CONSENT) == "yes"
    if go == SEND or at == RECEIPT:
        answer = handed_in(seen, HandingIn(typed, key, agreed, source(request)))
    else:
        with desk.office.database.reading() as tx:
            found = asked(desk.office, tx, typed, visitor.now)
        answer = turned(seen, Turning(found, at, key, agreed), go)
    if go in LOOKS:
        keep_look(answer, desk, LOOKS[go], go)
    return answer


def looking(visitor: Visitor, look: str) -> Visitor:
    """Give the visitor with the size or language that he has just chosen, if he has."""
    size = next((one for one in SIZES if one == look), visitor.size)
    language = next((one for one in LANGUAGES if one == look), visitor.language)
    return replace(visitor, size=size, language=language)


@dataclass(frozen=True, slots=True)
class Turning:
    """An application between two of its pages.

    Args:
        at: the question he comes from; empty at the summary.
        key: of the form, the same from its first page on.
        agreed: whether he has agreed already.
    """

    found: Asked
    at: str
    key: str
    agreed: bool = False


def turned(visitor: Visitor, turning: Turning, go: str) -> HTMLResponse:
    """Show the question somebody wants to see: the same, one before, a named one, the next."""
    found, at = turning.found, turning.at
    if go in LOOKS:
        return asking_page(visitor, turning, at)
    if go == BACK:
        return asking_page(visitor, turning, found.before(at))
    if go in QUESTIONS:
        return asking_page(visitor, turning, go)
    following = found.after(at)
    return asking_page(visitor, turning, following, refused=bool(at) and following == at)


def asking_page(
    visitor: Visitor, turning: Turning, question: str, *, refused: bool = False
) -> HTMLResponse:
    """Render a question with what stands in it; with none left, all of it to be confirmed."""
    found = turning.found
    name = "resident_question" if question in found.questions else "resident_summary"
    faults = told_faults(visitor, found) if refused else {}
    context = {**wizard(turning), "question": question, "faults": faults}
    return page(name, visitor, context, status=422 if refused else 200)


def wizard(turning: Turning) -> dict[str, Any]:
    """Give what every page of the application draws."""
    return {
        "asked": turning.found,
        "agreed": turning.agreed,
        "fields": FIELDS,
        "questions": QUESTIONS,
        "key": turning.key or secrets.token_urlsafe(24),
        "longest": LONGEST_STORY,
    }


def told_faults(visitor: Visitor, found: Asked) -> dict[str, list[str]]:
    """Say what is wrong, by field."""
    return {field: [visitor.say(one) for one in all_] for field, all_ in found.faults.items()}


def handed_in(visitor: Visitor, given: HandingIn) -> HTMLResponse:
    """Hand an application in and show its receipt, or what is still missing."""
    office = visitor.desk.office
    try:
        with office.database.writing() as tx:
            receipt = hand_in(office, tx, given, visitor.now)
    except (InputRefused, AppliedTooOften) as error:
        return not_handed_in(visitor, given, error)
    with office.database.reading() as tx:
        found = asked(office, tx, given.typed, visitor.now)
    body = found.offered["body"].get(found.answers["body"], "")
    context = {
        **wizard(Turning(found, RECEIPT, given.key)),
        "receipt": receipt,
        "body_name": body,
    }
    return page("resident_receipt", visitor, context)


def not_handed_in(
    visitor: Visitor, given: HandingIn, error: InputRefused | AppliedTooOften
) -> HTMLResponse:
    """Show the question that is not answered well, or the summary with what it still wants."""
    office = visitor.desk.office
    with office.database.reading() as tx:
        found = asked(office, tx, given.typed, visitor.now)
    turning = Turning(found, "", given.key, given.agreed)
    if found.open:
        return asking_page(visitor, turning, found.open, refused=True)
    told = error.faults[0].message if isinstance(error, InputRefused) else error.message
    faults = {CONSENT: [visitor.say(told)]}
    context = {**wizard(turning), "question": "", "faults": faults}
    status = 422 if isinstance(error, InputRefused) else 429
    return page("resident_summary", visitor, context, status=status)


def source(request: Request) -> str:
    """Give the address a request comes from."""
    return request.client.host if request.client else ""
