"""One's own account: password, one-time codes, sessions."""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.errors import Fault, InputRefused, MediationError
from mediation.operations.desk.accounts import (
    SignInRefused,
    change_password,
    end_others,
)
from mediation.operations.desk.brakes import SignInHeld
from mediation.operations.desk.own import account_of_session
from mediation.operations.desk.second_factor import set_up, switch_off
from mediation.records.accounts import Session
from mediation.web.desk import AnOfficer, Officer
from mediation.web.hop import OneHop
from mediation.web.pages import page, see_other
from mediation.web.routes.signing import password_twice
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)

REFUSED: Final = (InputRefused, SignInRefused, SignInHeld)


@router.get("/account")
def account_page(officer: AnOfficer, done: str = "") -> HTMLResponse:
    """Show one's account."""
    return own_page(officer, done=done)


@router.post("/account/password")
def password_changed(officer: AnOfficer, form: Submitted) -> Response:
    """Change one's password; all other sessions end."""
    try:
        new = password_twice(form)
        change_password(officer.office, own(officer), typed(form, "old"), new, officer.now)
    except REFUSED as error:
        return own_page(officer, "password", error)
    return see_other("/account?done=password")


@router.post("/account/codes")
def codes_set(officer: AnOfficer, form: Submitted) -> Response:
    """Ask for one-time codes from now on, or no more."""
    work = switch_off if text_of(form, "off") else set_up
    try:
        work(officer.office, own(officer), text_of(form, "code"), officer.now)
    except REFUSED as error:
        return own_page(officer, "codes", error)
    return see_other("/account?done=codes")


@router.post("/account/sessions")
def others_ended(officer: AnOfficer, _: Submitted) -> Response:
    """End one's other sessions."""
    with officer.office.database.writing() as tx:
        end_others(tx, own(officer))
    return see_other("/account?done=sessions")


def own_page(
    officer: Officer,
    part: str = "",
    error: MediationError | None = None,
    *,
    done: str = "",
) -> HTMLResponse:
    """Render the page, with what was refused in one of its parts."""
    with officer.reading() as tx:
        told = account_of_session(officer.office, tx, own(officer), officer.now)
    faults = {part: list(sentences(officer, error))} if error else {}
    status = 429 if isinstance(error, SignInHeld) else 422 if error else 200
    return page(
        "account", officer, {"account": told, "faults": faults, "done": done}, status=status
    )


def sentences(officer: Officer, error: MediationError) -> Iterable[str]:
    """Say what was refused."""
    faults = error.faults if isinstance(error, InputRefused) else (Fault("", error.message),)
    return (officer.say(fault.message) for fault in faults)


def own(officer: Officer) -> Session:
    """Give the session of somebody signed in."""
    assert officer.session is not None  # noqa: S101 - an officer has one
    return officer.session


def typed(form: FormData, name: str) -> str:
    """Give a password as it was typed, spaces and all."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
