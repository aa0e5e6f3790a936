"""Whether the installation is well: which part is late, for whoever watches it."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from mediation.operations.health import health
from mediation.web.desk import TheDesk
from mediation.web.hop import OneHop

router = APIRouter(route_class=OneHop)


@router.get("/healthz")
def healthz(desk: TheDesk) -> JSONResponse:
    """Tell what is late; 503 if anything is."""
    found = health(desk.office, desk.now())
    return JSONResponse(found.told(), 200 if found.well else 503)
