"""The dossier of a case: what it holds and lacks, and all of it as one file."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from mediation.operations.answers.dossier import dossier_told
from mediation.operations.answers.moves import lifting
from mediation.operations.attachments.names import disposition
from mediation.operations.cases.viewing import view_case
from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.gathering import gather
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.pages import page
from mediation.web.security import ATTACHMENT
from mediation.web.submitted import Submitted

router = APIRouter(route_class=OneHop)


@router.get("/cases/{number}/dossier")
def dossier_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show what the dossier holds, what is missing, and who can add it."""
    with officer.reading() as tx:
        view = view_case(officer.office, tx, number, officer.asking())
        told = dossier_told(view, officer.words)
        context = {"dossier": told, "doable": lifting(view), "may_reveal": view.may_reveal}
    return page("dossier", officer, context)


@router.post("/cases/{number}/dossier")
def dossier_bound(officer: AnOfficer, number: str, _: Submitted) -> Response:
    """Give the dossier as one PDF; that somebody took it is written down first."""
    office = officer.office
    with office.database.writing() as tx:
        gathered = gather(office, tx, number, officer.asking(), officer.words)
    headers = {
        "content-disposition": disposition(f"卷宗{gathered.number}.pdf", "dossier.pdf"),
        "content-security-policy": ATTACHMENT,
    }
    content = bind(gathered, officer.desk.settings.font_dir)
    return Response(content, media_type="application/pdf", headers=headers)
