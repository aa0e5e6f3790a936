"""The paper register entered at one sitting: twenty rows on one page."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused, MediationError
from mediation.operations.answers.refusals import error_told
from mediation.operations.cases.requests import KeyReused, carried_out
from mediation.operations.desk.drafts import drop_draft, read_draft
from mediation.operations.desk.grid import DAY, enter_row, grid_form
from mediation.web.desk import AnOfficer, Officer
from mediation.web.fields import Field, FieldMaker, faults_by_field
from mediation.web.hop import OneHop
from mediation.web.pages import link, page, see_other
from mediation.web.submitted import (
    Submitted,
    rows_sent,
    text_of,
    texts_of,
    value_of,
)

router = APIRouter(route_class=OneHop)

ROWS: Final = "rows"
MOST_ROWS: Final = 20
SEEN: Final = "acknowledged_duplicates"


@dataclass(frozen=True)
class Line:
    """A row as it was sent or is to be drawn.

    Args:
        key: it is entered once under this key, however often it is sent.
        seen: like cases that were looked at and held to be others.
        error: why it was not entered.
    """

    key: str
    data: Mapping[str, Any]
    seen: Sequence[str] = ()
    error: MediationError | None = None


@router.get("/quick/{kind}/grid")
def grid_page(officer: AnOfficer, kind: str, entered: int = 0) -> HTMLResponse:
    """Show twenty rows: empty, or with what was typed and not yet sent."""
    with officer.reading() as tx:
        draft = read_draft(officer.office, tx, officer.sitting, draft_name(kind))
    lines = list(sent(officer, kind, FormData([*draft])))
    kept = bool(lines)
    lines += [Line(secrets.token_urlsafe(12), {}) for _ in range(MOST_ROWS - len(lines))]
    return drawn(officer, kind, lines, {"entered": entered, "numbers": [], "kept": kept})


@router.post("/quick/{kind}/grid")
def grid_entered(officer: AnOfficer, kind: str, form: Submitted) -> Response:
    """Enter every row that is sound, each by itself; show the others again."""
    left: list[Line] = []
    numbers: list[str] = []
    for line in sent(officer, kind, form):
        try:
            data = {**line.data, **({SEEN: list(line.seen)} if line.seen else {})}
            enter = partial(enter_row, kind=kind, row=data, asking=officer.asking(key=line.key))
            numbers.append(carried_out(officer.office, enter).number)
        except (InputRefused, EventRefused, KeyReused) as error:
            left.append(Line(line.key, line.data, line.seen, error))
    with officer.office.database.writing() as tx:
        drop_draft(tx, officer.sitting, draft_name(kind))
    if left:
        done = {"entered": len(numbers), "numbers": numbers, "kept": False}
        return drawn(officer, kind, left, done)
    return see_other(link("quick", kind, "grid", entered=len(numbers) or None))


def sent(officer: Officer, kind: str, form: FormData) -> Iterator[Line]:
    """Read the rows in which anything was typed; a row without a day is of the day above."""
    schema, day = schema_of(officer, kind), ""
    for place in range(min(rows_sent(form, ROWS), MOST_ROWS)):
        name = f"{ROWS}.{place}"
        data = value_of(schema, form, name)
        if data.keys() - {DAY}:
            day = data.setdefault(DAY, day)
            key = text_of(form, f"{name}.key") or secrets.token_urlsafe(12)
            yield Line(key, data, texts_of(form, f"{name}.{SEEN}"))


def drawn(
    officer: Officer, kind: str, lines: Sequence[Line], done: Mapping[str, Any]
) -> HTMLResponse:
    """Render rows, each with what is wrong with it beside the cell and above all of them."""
    schema = schema_of(officer, kind)
    rows = [row_of(officer, schema, place, line) for place, line in enumerate(lines)]
    context = {
        "kind": kind,
        "kind_label": officer.words.kind(kind),
        "draft": draft_name(kind),
        "answer": bool(done["entered"]) or any(line.error for line in lines),
        "rows": rows,
        "faulty": [row for row in rows if row["error"]],
        **done,
    }
    return page("grid", officer, context, status=422 if context["faulty"] else 200)


def row_of(
    officer: Officer, schema: Mapping[str, Any], place: int, line: Line
) -> dict[str, Any]:
    """Give a row as the page draws it."""
    name = f"{ROWS}.{place}"
    told = (
        error_told(line.error, officer.words, officer.language)["error"] if line.error else None
    )
    found = faults_by_field(told.get("faults", ())) if told else {}
    faults = {f"{name}.{field}": said for field, said in found.items()}
    fields = FieldMaker(faults).fields(schema, line.data, f"{name}.")
    return {
        "name": name,
        "no": place + 1,
        "key": line.key,
        "seen": line.seen,
        "fields": fields,
        "error": told,
        "elsewhere": elsewhere(found, fields, name),
    }


def elsewhere(
    found: Mapping[str, Sequence[str]], fields: Sequence[Field], name: str
) -> list[str]:
    """Give the faults that belong to no cell of the row."""
    cells = {one.name.removeprefix(f"{name}.") for one in fields}
    return [said for field, every in found.items() if field not in cells for said in every]


def draft_name(kind: str) -> str:
    """Name the draft of the page."""
    return f"grid/{kind}"


def schema_of(officer: Officer, kind: str) -> Mapping[str, Any]:
    """Give the form of one row."""
    with officer.reading() as tx:
        return grid_form(officer.office, tx, kind, officer.asking(), officer.language)
