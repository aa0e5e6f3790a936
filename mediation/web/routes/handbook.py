"""The handbook: the living specification as pages, with its last results."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from mediation.operations.handbook.coverage import coverage_told
from mediation.operations.handbook.telling import (
    Handbook,
    contents_told,
    feature_told,
    found_told,
    handbook_of,
    index_told,
)
from mediation.web.desk import AVisitor, TheDesk, Visitor
from mediation.web.hop import OneHop
from mediation.web.pages import page

router = APIRouter(route_class=OneHop)


@router.get("/handbook")
def contents_page(visitor: AVisitor) -> HTMLResponse:
    """Show the contents."""
    return shown("handbook", visitor, contents_told(bound(visitor), visitor.words))


@router.get("/handbook/search")
def search_page(visitor: AVisitor, q: str = "") -> HTMLResponse:
    """Show where words stand in the handbook."""
    return shown("handbook_search", visitor, found_told(bound(visitor), q, visitor.words))


@router.get("/handbook/index")
def index_page(visitor: AVisitor) -> HTMLResponse:
    """Show what rests on each article and each mechanism."""
    return shown("handbook_index", visitor, index_told(bound(visitor), visitor.words))


@router.get("/handbook/coverage/{kind}")
def coverage_page(visitor: AVisitor, desk: TheDesk, kind: str) -> HTMLResponse:
    """Show what of a kind's chart the scenarios have executed.

    Raises:
        HTTPException: there is no such kind.
    """
    catalogue, handbook = desk.office.catalogue, bound(visitor)
    if kind not in catalogue.kinds:
        raise HTTPException(404)
    told = coverage_told(catalogue, kind, handbook.spec, handbook.results, visitor.words)
    return shown("handbook_coverage", visitor, told)


@router.get("/handbook/{chapter}/{name}")
def feature_page(visitor: AVisitor, chapter: str, name: str) -> HTMLResponse:
    """Show one feature.

    Raises:
        HTTPException: there is no such feature.
    """
    handbook, path = bound(visitor), f"{chapter}/{name}"
    if path not in handbook.spec.features:
        raise HTTPException(404)
    return shown("handbook_feature", visitor, feature_told(handbook, path, visitor.words))


def bound(visitor: Visitor) -> Handbook:
    """Give the handbook of the installation."""
    return handbook_of(visitor.desk.office.catalogue.library)


def shown(name: str, visitor: Visitor, told: Any) -> HTMLResponse:
    """Render a page of the handbook in the frame of the desk."""
    kinds = visitor.desk.office.catalogue.kinds
    context = {"told": told, "frame": "_base.html.j2", "first_kind": kinds[0]}
    return page(name, visitor, {**context, "searchable": True})
