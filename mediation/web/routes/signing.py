"""Signing in and out, the seat one acts from, and how pages look."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import InputRefused, MediationError
from mediation.language import LANGUAGES, Message
from mediation.operations.answers.people import officers_told
from mediation.operations.answers.refusals import error_told
from mediation.operations.desk.accounts import (
    SigningIn,
    SignInRefused,
    change_seat,
    good_invitation,
    sign_in,
    sign_in_for_show,
    sign_out,
    take_up,
)
from mediation.operations.desk.brakes import SignInHeld
from mediation.web.desk import DENSITIES, SIZES, AnOfficer, AVisitor, Desk, TheDesk, Visitor
from mediation.web.hop import OneHop
from mediation.web.pages import page, see_other
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)

YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def sign_in_page(visitor: AVisitor, back: str = "/") -> HTMLResponse:
    """Ask who is there."""
    return asked_who(visitor, back=back)


@router.post("/sign-in")
def sign_in_now(
    request: Request, visitor: AVisitor, desk: TheDesk, form: Submitted
) -> Response:
    """Sign in with name and password, and the one-time code where one is asked for."""
    back = text_of(form, "back")
    typed = form.get("password")
    given = SigningIn(
        officer=text_of(form, "officer"),
        password=typed if isinstance(typed, str) else "",
        source=request.client.host if request.client else "",
        code=text_of(form, "code"),
    )
    try:
        token, _ = sign_in(desk.office, given, visitor.now)
    except (SignInRefused, SignInHeld) as error:
        status = 429 if isinstance(error, SignInHeld) else 403
        return asked_who(visitor, back=back, error=error, officer=given.officer, status=status)
    return signed_in(visitor, token, back)


@router.post("/sign-in/demo")
def sign_in_demo(visitor: AVisitor, desk: TheDesk, form: Submitted) -> Response:
    """Sign in as an officer of the demo.

    Raises:
        SignInRefused: this is not the demo, or there is no such officer.
    """
    if not desk.demo:
        raise SignInRefused(Message("登录名、口令或者动态码不对"))
    officer, _, body = text_of(form, "seat").partition("@")
    token, session = sign_in_for_show(desk.office, officer, visitor.now)
    change_seat(desk.office, session, body, visitor.now)
    return signed_in(visitor, token, text_of(form, "back"))


@router.post("/sign-out")
def sign_out_now(visitor: AVisitor, desk: TheDesk, form: Submitted) -> Response:
    """End the session, or all of this officer's."""
    if visitor.session:
        sign_out(desk.office, visitor.session, everywhere=bool(form.get("everywhere")))
    answer = see_other("/sign-in")
    answer.delete_cookie(desk.session_cookie, path="/", secure=desk.secure, httponly=True)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


@router.post("/seat")
def seat_now(officer: AnOfficer, form: Submitted) -> Response:
    """Go on from another seat."""
    assert officer.session is not None  # noqa: S101 - an officer has one
    change_seat(officer.office, officer.session, text_of(form, "body"), officer.now)
    return see_other("/")


@router.post("/look")
def look_now(desk: TheDesk, form: Submitted) -> Response:
    """Change size of writing, density or language, for this browser."""
    answer = see_other(own_address(text_of(form, "back")))
    known = {"size": SIZES, "density": DENSITIES, "language": LANGUAGES}
    for name, values in known.items():
        if (wanted := text_of(form, name)) in values:
            keep_look(answer, desk, name, wanted)
    return answer


def keep_look(answer: Response, desk: Desk, name: str, wanted: str) -> None:
    """Let a browser keep a size, density or language for a year."""
    answer.set_cookie(
        name, wanted, max_age=YEAR, secure=desk.secure, httponly=True, samesite="lax"
    )


@router.get("/invitation/{secret}")
def invitation_page(visitor: AVisitor, desk: TheDesk, secret: str) -> HTMLResponse:
    """Ask for a new password."""
    with desk.office.database.reading() as tx:
        account = good_invitation(tx, secret, visitor.now)
    return page(
        "invitation", visitor, {"secret": secret, "invited": account.officer, "faults": []}
    )


@router.post("/invitation/{secret}")
def invitation_taken_up(
    visitor: AVisitor, desk: TheDesk, secret: str, form: Submitted
) -> Response:
    """Set the password an invitation allows."""
    try:
        take_up(desk.office, secret, password_twice(form), visitor.now)
    except InputRefused as error:
        faults = [fault.message.to(visitor.language) for fault in error.faults]
        with desk.office.database.reading() as tx:
            account = good_invitation(tx, secret, visitor.now)
        told = {"secret": secret, "invited": account.officer, "faults": faults}
        return page("invitation", visitor, told, status=422)
    return see_other("/sign-in")


def password_twice(form: FormData) -> str:
    """Read a password that was typed twice.

    Raises:
        InputRefused: not twice the same.
    """
    one, two = form.get("password"), form.get("again")
    if one != two or not isinstance(one, str):
        raise InputRefused(Message("两次输入的口令不一样"))
    return one


def asked_who(
    visitor: Visitor,
    *,
    back: str,
    error: MediationError | None = None,
    officer: str = "",
    status: int = 200,
) -> HTMLResponse:
    """Give the page that asks who is there; in the demo, with everybody who is."""
    desk = visitor.desk
    shown = []
    if desk.demo:
        with desk.office.database.reading() as tx:
            directory = desk.office.staff(tx).directory
        shown = officers_told(directory, shanghai_day(visitor.now))
        for one in shown:
            one["role_labels"] = "、".join(visitor.words.role(role) for role in one["roles"])
    told = error_told(error, visitor.words, visitor.language)["error"] if error else None
    context = {"back": own_address(back), "error": told, "typed": officer, "shown": shown}
    return page("sign_in", visitor, context, status=status)


def signed_in(visitor: Visitor, token: str, back: str) -> RedirectResponse:
    """Give the browser its token and send it on; the token before it is worth nothing now."""
    desk = visitor.desk
    if visitor.session:
        sign_out(desk.office, visitor.session)
    answer = see_other(own_address(back))
    answer.set_cookie(
        desk.session_cookie, token, secure=desk.secure, httponly=True, samesite="lax", path="/"
    )
    return answer


def own_address(address: str) -> str:
    """Give an address only if it is one of this site; else the first page."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() and "\\" not in address else "/"
