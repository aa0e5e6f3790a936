"""Photos and other attachments: stored sealed, given out as downloads only."""

from fastapi import APIRouter
from fastapi.responses import Response

from mediation.operations.desk.attachments import download
from mediation.web.desk import AnOfficer
from mediation.web.security import PHOTO

router = APIRouter()


@router.get("/attachments/{number}/{digest}")
def attachment(officer: AnOfficer, number: str, digest: str) -> Response:
    """Give a photo to be kept as a file: no browser may show it, whatever is in it."""
    with officer.office.database.writing() as tx:
        given = download(officer.office, tx, number, digest, officer.asking())
    disposition = f'attachment; filename="{given.name}"'
    headers = {"content-disposition": disposition, "content-security-policy": PHOTO}
    return Response(given.content, media_type=given.media, headers=headers)
