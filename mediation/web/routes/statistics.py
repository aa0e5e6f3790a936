"""Statistics: received, settled, rates and times, drawn and as tables."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from mediation.operations.desk.statistics import statistics_told
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.pages import page

router = APIRouter(route_class=OneHop)


@router.get("/statistics")
def statistics_page(
    officer: AnOfficer, body: str = "", first: str = "", last: str = ""
) -> HTMLResponse:
    """Show the statistics of a body and of all below it, in some months."""
    with officer.reading() as tx:
        told = statistics_told(
            officer.office, tx, body, (first, last), officer.asking(), officer.words
        )
    typed = {"first": first, "last": last}
    return page("statistics", officer, {"found": told, "typed": typed})
