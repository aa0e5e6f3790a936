"""The paper register entered row by row."""

from typing import Any

import pytest

from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused
from mediation.operations.cases.requests import Asking, Done, KeyReused
from mediation.operations.desk.grid import enter_row, grid_form
from mediation.operations.desk.quick import settle_quickly
from mediation.operations.office import Sitting
from mediation.records.gateway import find_case, viewer_of
from tests.offices import Desk

ROW = {
    "day": "2026-02-26",
    "one": "张三",
    "other": "李四",
    "class": "noise",
    "sentence": "夜里拖动桌椅",
    "results": ["apology"],
    "agreed_sum": "200",
    "rights_told": True,
}


def entered(desk: Desk, row: dict[str, Any], key: str = "row") -> Done:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now, key=key)
    with desk.office.database.writing() as tx:
        return enter_row(desk.office, tx, "neighbour", row, asking)


def faults(desk: Desk, row: dict[str, Any]) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        entered(desk, row)
    return [one.field for one in refused.value.faults]


def cases(desk: Desk) -> int:
    with desk.office.database.reading() as tx:
        return int(tx.connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() or 0)


def test_a_row_has_the_columns_of_the_register(desk: Desk) -> None:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    with desk.office.database.reading() as tx:
        form = grid_form(desk.office, tx, "neighbour", asking, "zh")

    assert list(form["properties"]) == [
        "day", "one", "other", "class", "sentence", "results", "agreed_sum", "rights_told",
    ]  # fmt: skip


def test_a_row_is_a_case_settled_on_its_day(desk: Desk) -> None:
    done = entered(desk, ROW)

    with desk.office.database.reading() as tx:
        directory = desk.office.staff(tx).directory
        who = viewer_of(directory, "wangguilan", "tx", desk.now.date())
        row = find_case(tx, who, done.number)
    assert row.closed
    assert f"{row.settled_on}" == "2026-02-26"


def test_a_row_sent_twice_is_entered_once(desk: Desk) -> None:
    first = entered(desk, ROW)

    assert entered(desk, ROW).number == first.number
    with pytest.raises(KeyReused):
        entered(desk, {**ROW, "sentence": "改过的一行"})
    assert cases(desk) == 1


def test_every_fault_of_a_row_is_told_by_its_cell_and_nothing_is_written(desk: Desk) -> None:
    wrong = {"one": "张三", "sentence": "吵架", "agreed_sum": "若干", "day": "昨天"}

    assert set(faults(desk, wrong)) == {
        "day",
        "class",
        "other",
        "results",
        "agreed_sum",
        "rights_told",
    }
    assert cases(desk) == 0


@pytest.mark.parametrize("day", ["", "2026-02-30", "2026-03-03"])
def test_a_row_with_a_wrong_day_is_not_entered(desk: Desk, day: str) -> None:
    assert faults(desk, {**ROW, "day": day}) == ["day"]
    assert cases(desk) == 0


def test_a_row_like_another_case_waits_until_that_was_looked_at(desk: Desk) -> None:
    first = entered(desk, ROW, "one")

    with pytest.raises(EventRefused) as refused:
        entered(desk, ROW, "two")
    assert [one.value for one in refused.value.blockers] == [first.number]
    entered(desk, {**ROW, "acknowledged_duplicates": [first.number]}, "two")
    assert cases(desk) == 2


def test_the_quick_form_tells_the_faults_of_opening_and_settling_together(desk: Desk) -> None:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    with pytest.raises(InputRefused) as refused, desk.office.database.writing() as tx:
        settle_quickly(desk.office, tx, "neighbour", {"agreed_sum": "若干"}, asking)

    told = {one.field for one in refused.value.faults}
    assert told == {"people", "class", "sentence", "results", "agreed_sum", "rights_told"}
