"""The first page: what is to be done today."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from mediation.operations.desk.work import mail_list, snooze, today_told, wake
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.pages import page, see_other
from mediation.web.submitted import Submitted, text_of, whole

router = APIRouter(route_class=OneHop)


@router.get("/")
def today_page(officer: AnOfficer) -> HTMLResponse:
    """Show the work of today."""
    with officer.reading() as tx:
        told = today_told(officer.office, tx, officer.asking(), officer.words)
    return page("today", officer, {"today": told})


@router.post("/cases/{number}/snooze")
def snooze_now(officer: AnOfficer, number: str, form: Submitted) -> Response:
    """Put a case off for some days, with a reason."""
    days = whole(text_of(form, "days"))
    with officer.office.database.writing() as tx:
        snooze(
            officer.office,
            tx,
            number,
            days if isinstance(days, int) else 0,
            text_of(form, "reason"),
            officer.asking(),
        )
    return see_other("/")


@router.post("/cases/{number}/wake")
def wake_now(officer: AnOfficer, number: str, _: Submitted) -> Response:
    """Take a case up again before its day."""
    with officer.office.database.writing() as tx:
        wake(officer.office, tx, number, officer.asking())
    return see_other("/")


@router.get("/referrals")
def referrals_page(officer: AnOfficer, sent: bool = False) -> HTMLResponse:
    """Show what was received, or sent."""
    with officer.reading() as tx:
        found = mail_list(officer.office, tx, officer.asking(), officer.words, sent=sent)
    return page("referrals", officer, {"mail": found, "sent": sent})
