"""Steps about the quick oral case: one form, and the rows of the paper register."""

from typing import Any

from pytest_bdd import given, parsers, then, when

from mediation.errors import InputRefused, MediationError
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.grid import COLUMNS, enter_row, grid_form
from mediation.operations.desk.quick import quick_form, settle_quickly
from mediation.records.cases import case_ids
from tests.offices import Desk
from tests.steps.cases import sittings
from tests.steps.cells import value

KIND = "neighbour"


def completed(desk: Desk, schema: Any, given: dict[str, str]) -> dict[str, Any]:
    """Fill a form: what a scenario says by label, and by default what it needs besides."""
    parts = schema["properties"]
    names = {part["title"]: name for name, part in parts.items()}
    found: dict[str, Any] = {"class": "noise", "sentence": "夜里拖动桌椅"}
    found["results"] = [parts["results"]["items"]["oneOf"][0]["const"]]
    found["rights_told"] = True
    for label, text in given.items():
        found[names[label]] = value(parts[names[label]], text, desk.now.date())
    return {name: one for name, one in found.items() if one not in ("", "（空）")}


@when(parsers.re(r"(?P<name>\S+?)一次登记并办结(?P<one>\S+?)与(?P<other>\S+?)的(?P<sort>\S+)"))
def a_quarrel_is_settled_at_once(
    desk: Desk,
    name: str,
    one: str,
    other: str,
    sort: str,
    datatable: list[list[str]] | None = None,
) -> None:
    asking = Asking(next(sittings(desk, name)), desk.now)
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            schema = quick_form(desk.office, tx, KIND, asking, "zh")
            rows = {"纠纷事由": sort, **dict(datatable or [])}
            people = [{"name": one}, {"name": other}]
            data = {**completed(desk, schema, rows), "people": people}
            done = settle_quickly(desk.office, tx, KIND, data, asking)
    except MediationError as refused:
        desk.problem = refused
    else:
        desk.number, desk.documents = done.number, [name for name, _ in done.documents]


@given(parsers.re(r"(?P<name>\S+?)照登记簿补录了"), target_fixture="refused_rows")
@when(parsers.re(r"(?P<name>\S+?)照登记簿补录"), target_fixture="refused_rows")
def the_register_is_entered(
    desk: Desk, name: str, datatable: list[list[str]]
) -> dict[int, list[str]]:
    """Enter rows as a page does, each by itself; give the faulty cells by row."""
    head, *rows = datatable
    refused: dict[int, list[str]] = {}
    for no, cells in enumerate(rows, start=1):
        asking = Asking(next(sittings(desk, name)), desk.now, key=f"row {no}")
        try:
            with desk.office.database.writing() as tx:
                schema = grid_form(desk.office, tx, KIND, asking, "zh")
                row = completed(desk, schema, dict(zip(head, cells, strict=True)))
                desk.number = enter_row(desk.office, tx, KIND, row, asking).number
        except InputRefused as error:
            refused[no] = [COLUMNS[fault.field].zh for fault in error.faults]
    return refused


@then(parsers.re(r"一共登记了(?P<count>\d+)件"))
def so_many_are_registered(desk: Desk, count: str) -> None:
    with desk.office.database.reading() as tx:
        assert len(case_ids(tx, 0)) == int(count)


@then(parsers.re(r"第(?P<no>\d+)行的“(?P<label>[^”]+)”有误"))
def a_cell_is_wrong(refused_rows: dict[int, list[str]], no: str, label: str) -> None:
    assert refused_rows == {int(no): [label]}
