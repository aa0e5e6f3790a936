"""Reports: the monthly tables, what is entered and submitted, the register, the copy card."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.answers.refusals import error_told
from mediation.operations.attachments.names import disposition
from mediation.operations.dossier.binding import PDF, bind
from mediation.operations.dossier.together import gather_together
from mediation.operations.reports.columns import columns_of
from mediation.operations.reports.cutting import cut_off, cutoff_told
from mediation.operations.reports.entering import entry_told
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.register import (
    card_told,
    listed,
    register_columns,
    register_told,
)
from mediation.operations.reports.sheets import listing, workbook
from mediation.operations.reports.submitting import enter_figures, submit_month
from mediation.operations.reports.table import behind_told, report_told
from mediation.web.desk import AnOfficer, Officer
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.security import ATTACHMENT
from mediation.web.submitted import Submitted, text_of

router = APIRouter(route_class=OneHop)

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@contextmanager
def reading(
    officer: Officer, body: str, month: str, *, writes: bool = False
) -> Iterator[Reading]:
    """Open a report for an officer."""
    database = officer.office.database
    with database.writing() if writes else officer.reading() as tx:
        yield Reading.of(officer.office, tx, body, month, officer.asking())


@router.get("/statistics/report")
def report_page(officer: AnOfficer, body: str = "", month: str = "") -> HTMLResponse:
    """Show the two tables of a body for a month or a year."""
    with reading(officer, body, month) as report:
        told = report_told(report, officer.words)
    return page("report", officer, {"told": told})


@router.get("/statistics/report/file")
def report_file(officer: AnOfficer, body: str = "", month: str = "") -> Response:
    """Give the tables as a spreadsheet."""
    with reading(officer, body, month) as report:
        name = f"{report.body.name}{report.period.written}.xlsx"
        return download(workbook(report, officer.words), name)


@router.get("/statistics/report/cases")
def behind_page(
    officer: AnOfficer,
    body: str = "",
    month: str = "",
    measure: str = "accepted",
    by: str = "",
    key: str = "",
) -> HTMLResponse:
    """Show the cases that one figure counts."""
    with reading(officer, body, month) as report:
        told = behind_told(report, measure, by, key, officer.words)
    return page("report_cases", officer, {"told": told})


@router.get("/statistics/report/entered")
def entered_page(officer: AnOfficer, body: str = "", month: str = "") -> HTMLResponse:
    """Show the form of what a body enters for a month."""
    with reading(officer, body, month) as report:
        told = entry_told(report, {}, officer.words)
    return page("report_entered", officer, {"told": told, "error": None})


@router.post("/statistics/report/entered")
def figures_entered(officer: AnOfficer, form: Submitted) -> Response:
    """Enter figures, or show the form again with what is wrong."""
    body, month = text_of(form, "body"), text_of(form, "month")
    typed = {name: text_of(form, name) for name in form}
    try:
        with reading(officer, body, month, writes=True) as report:
            enter_figures(report, typed)
            written = report.period.written
    except InputRefused as error:
        with reading(officer, body, month) as report:
            told = entry_told(report, typed, officer.words)
        refusal = error_told(error, officer.words, officer.language)["error"]
        return page("report_entered", officer, {"told": told, "error": refusal}, status=422)
    return see_other(link("statistics", "report", body=body, month=written))


@router.post("/statistics/report/submit")
def month_submitted(officer: AnOfficer, form: Submitted) -> Response:
    """Submit a month."""
    body, month = text_of(form, "body"), text_of(form, "month")
    with reading(officer, body, month, writes=True) as report:
        submit_month(report, carry=text_of(form, "carry") == "yes")
        written = report.period.written
    return see_other(link("statistics", "report", body=body, month=written))


@router.get("/statistics/register")
def register_page(
    officer: AnOfficer, body: str = "", month: str = "", after: str = ""
) -> HTMLResponse:
    """Show a page of the register of cases."""
    with reading(officer, body, month) as report:
        told = register_told(report, officer.words, after)
    return page("report_register", officer, {"told": told})


@router.post("/statistics/register")
def register_file(officer: AnOfficer, form: Submitted) -> Response:
    """Give the register, or the table of the provincial system, as a spreadsheet."""
    body, month = text_of(form, "body"), text_of(form, "month")
    provincial = text_of(form, "columns") == "province"
    columns = (
        columns_of(officer.desk.settings.home)
        if provincial
        else register_columns(officer.words)
    )
    with reading(officer, body, month, writes=True) as report:
        rows = listed(report, columns, officer.words, text_of(form, "reason"))
        name = f"{report.body.name}{report.period.written}.xlsx"
    return download(listing(officer.say(Message("案件登记簿")), rows), name)


@router.post("/statistics/register/sheets")
def sheets_bound(officer: AnOfficer, form: Submitted) -> Response:
    """Give the simple cases of a body as one PDF; each look at them is written down first."""
    body, month = text_of(form, "body"), text_of(form, "month")
    with reading(officer, body, month, writes=True) as report:
        gathered = gather_together(report, officer.words)
    content = bind(gathered, officer.desk.settings.font_dir)
    return download(content, f"{gathered.number}.pdf", PDF)


@router.get("/cases/{number}/card")
def card_page(officer: AnOfficer, number: str) -> HTMLResponse:
    """Show the fields of a case in the order of the provincial form, persons masked."""
    return card(officer, number, None)


@router.post("/cases/{number}/card")
def card_in_full(officer: AnOfficer, number: str, form: Submitted) -> HTMLResponse:
    """Show them with persons in full, for a reason that is kept."""
    return card(officer, number, text_of(form, "reason"))


def card(officer: Officer, number: str, reason: str | None) -> HTMLResponse:
    """Render the copy card of a case."""
    columns, database = columns_of(officer.desk.settings.home), officer.office.database
    with officer.reading() if reason is None else database.writing() as tx:
        asking, words = officer.asking(), officer.words
        told = card_told(officer.office, tx, number, columns, asking, words, reason)
    return page("report_card", officer, {"told": told})


@router.get("/administration/bodies/{code}/cutoff")
def cutoff_page(officer: AnOfficer, code: str) -> HTMLResponse:
    """Show on which day the months of a body end."""
    with officer.reading() as tx:
        told = cutoff_told(officer.office, tx, code, officer.asking())
    return page("report_cutoff", officer, {"told": told, "error": None})


@router.post("/administration/bodies/{code}/cutoff")
def cutoff_set(officer: AnOfficer, code: str, form: Submitted) -> Response:
    """Set it, or say what is wrong."""
    day, month = text_of(form, "day"), text_of(form, "month")
    try:
        with officer.office.database.writing() as tx:
            cut_off(officer.office, tx, code, day, month, officer.asking())
    except InputRefused as error:
        with officer.reading() as tx:
            told = cutoff_told(officer.office, tx, code, officer.asking())
        refusal = error_told(error, officer.words, officer.language)["error"]
        return page("report_cutoff", officer, {"told": told, "error": refusal}, status=422)
    return see_other(link("administration", "bodies", code, "cutoff"))


def download(content: bytes, name: str, media: str = XLSX) -> Response:
    """Give a report to be kept as a file."""
    plain = f"report.{name.rpartition('.')[2]}"
    headers = {
        "content-disposition": disposition(name, plain),
        "content-security-policy": ATTACHMENT,
    }
    return Response(content, media_type=media, headers=headers)
