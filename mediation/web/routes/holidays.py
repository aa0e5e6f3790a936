"""Holiday notices: how far they are known, and a year's notice entered."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.errors import InputRefused
from mediation.operations.administration.holidays import (
    enter_notice,
    holidays_told,
    notice_form,
)
from mediation.operations.answers.refusals import error_told
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import FieldMaker, faults_by_field
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.submitted import Submitted, data_of

router = APIRouter(route_class=OneHop)


@router.get("/administration/holidays")
def holidays_page(officer: AnOfficer) -> HTMLResponse:
    """Show each year's holiday notice, and how far the calendar is known."""
    with officer.reading() as tx:
        told = holidays_told(officer.office, tx, officer.asking(), officer.words)
    return page("administration_holidays", officer, {"calendar": told})


@router.get("/administration/holidays/{year}")
def notice_page(officer: AnOfficer, year: int) -> HTMLResponse:
    """Show the form of a year's notice; of a known year, as it stands."""
    return asked(officer, year, None, None)


@router.post("/administration/holidays/{year}")
def notice_entered(officer: AnOfficer, year: int, form: Submitted) -> Response:
    """Enter a year's notice, or show the form again with what is wrong."""
    data = data_of(schema_of(officer, year), form)
    try:
        with officer.office.database.writing() as tx:
            enter_notice(officer.office, tx, year, data, officer.asking())
    except InputRefused as error:
        return asked(officer, year, form, error)
    return see_other(link("administration", "holidays"))


def asked(
    officer: Officer, year: int, form: FormData | None, error: InputRefused | None
) -> HTMLResponse:
    """Render the form, with what was filled in and what is wrong with it."""
    schema = schema_of(officer, year)
    told = error_told(error, officer.words, officer.language)["error"] if error else None
    faults = faults_by_field(told["faults"]) if told else {}
    data = standing(schema) if form is None else data_of(schema, form)
    context = {"year": year, "error": told, "fields": FieldMaker(faults).fields(schema, data)}
    return page("administration_notice", officer, context, status=422 if error else 200)


def standing(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Give what stands in a form from the beginning."""
    return {
        name: standing(field) if "properties" in field else field.get("default")
        for name, field in schema["properties"].items()
    }


def schema_of(officer: Officer, year: int) -> Mapping[str, Any]:
    """Give the schema of the form."""
    with officer.reading() as tx:
        return notice_form(officer.office, tx, year, officer.asking(), officer.words)
