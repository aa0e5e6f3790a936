"""Procedures: the chart, periods, law and proofs of each kind of dispute."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.handbook.procedures import procedure_told, procedures_told
from mediation.web.desk import AVisitor
from mediation.web.hop import OneHop
from mediation.web.routes.handbook import shown

router = APIRouter(route_class=OneHop)


@router.get("/procedures")
def procedures_page(visitor: AVisitor) -> HTMLResponse:
    """Show which procedures there are."""
    told = procedures_told(visitor.desk.office.catalogue, visitor.words)
    return shown("procedures", visitor, told)


@router.get("/procedures/{kind}/{place}")
def procedure_page(visitor: AVisitor, kind: str, place: str) -> HTMLResponse:
    """Show the procedure of a kind at a place."""
    return one_page(visitor, kind, place, "")


@router.get("/procedures/{kind}/{place}/{machine}")
def machine_page(visitor: AVisitor, kind: str, place: str, machine: str) -> HTMLResponse:
    """Show what runs beside a case of a kind at a place."""
    return one_page(visitor, kind, place, machine)


def one_page(visitor: AVisitor, kind: str, place: str, machine: str) -> HTMLResponse:
    """Show one chart with everything about it.

    Raises:
        HTTPException: there is no such kind, place or side machine.
    """
    catalogue = visitor.desk.office.catalogue
    if kind not in catalogue.kinds or place not in catalogue.places:
        raise HTTPException(404)
    if machine and machine not in catalogue.find(kind, place).procedure.workflow.machines:
        raise HTTPException(404)
    day = shanghai_day(visitor.now)
    told = procedure_told(catalogue, kind, place, machine, day, visitor.words)
    return shown("procedure", visitor, told)
