"""The calendar of meetings and deadlines."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from mediation.operations.desk.calendar import calendar_told
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.pages import page

router = APIRouter(route_class=OneHop)


@router.get("/calendar")
def calendar_page(officer: AnOfficer, month: str = "") -> HTMLResponse:
    """Show a month of the seat's body."""
    with officer.reading() as tx:
        told = calendar_told(officer.office, tx, month, officer.asking(), officer.words)
    return page("calendar", officer, {"calendar": told})
