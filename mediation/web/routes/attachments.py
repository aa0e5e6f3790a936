"""Photos and other attachments: stored sealed, given out as downloads only."""

from fastapi import APIRouter
from fastapi.responses import Response

from mediation.operations.attachments.names import disposition
from mediation.operations.desk.attachments import download
from mediation.web.desk import AnOfficer
from mediation.web.hop import OneHop
from mediation.web.security import ATTACHMENT

router = APIRouter(route_class=OneHop)


@router.get("/attachments/{number}/{digest}")
def attachment(officer: AnOfficer, number: str, digest: str) -> Response:
    """Give a file to be kept: no browser may show it, whatever is in it."""
    with officer.office.database.writing() as tx:
        given = download(officer.office, tx, number, digest, officer.asking())
    headers = {
        "content-disposition": disposition(given.name, given.plain),
        "content-security-policy": ATTACHMENT,
    }
    return Response(given.content, media_type=given.media, headers=headers)
