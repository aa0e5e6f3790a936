"""Papers: completing parties keeps what was known of them, and is found by both."""

from typing import Any

import pytest

from mediation.errors import InputRefused
from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records.cases import read_case
from mediation.records.parties import case_parties, open_party
from tests.offices import Desk


def opened(desk: Desk) -> str:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    people = [{"name": "张三", "phone": "13800000001"}, {"name": "李四"}]
    form = {"people": people, "class": "noise", "sentence": "楼上吵闹"}
    with desk.office.database.writing() as tx:
        return open_case(desk.office, tx, "neighbour", form, asking).number


def complete(desk: Desk, number: str, *rows: dict[str, Any]) -> None:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    with desk.office.database.writing() as tx:
        do_event(desk.office, tx, number, "complete_parties", {"people": list(rows)}, asking)


def test_what_becomes_known_of_a_party_is_added_to_what_was(desk: Desk) -> None:
    number = opened(desk)
    complete(
        desk,
        number,
        {"ref": "a1", "address": "天馨小区3栋101", "agent": "张小三"},
        {"ref": "a1", "phone": "13800000002"},
    )
    with desk.office.database.reading() as tx:
        row = read_case(tx, 1)
        secret = desk.office.keys.case_key(row.number, row.wrapped_key)
        known = {one.ref: open_party(secret, 1, one) for one in case_parties(tx, 1)}
        assert list(verify(desk.office, tx)) == []
    assert known["a1"] == {
        "name": "张三", "phone": "13800000002", "address": "天馨小区3栋101", "agent": "张小三",
    }  # fmt: skip
    assert known["b1"] == {"name": "李四"}
    assert row.snapshot["facts"]["parties"][0]["a1"]["represented"] is True


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"ref": "a9", "address": "某处"}, "people.0.ref"),
        ({"address": "某处"}, "people.0.ref"),
        ({"ref": "a1", "name": "王五"}, "people.0.name"),
        ({"ref": "a1", "side": "third"}, "people.0.side"),
        ({"ref": "a1", "phone": "1"}, "people.0.phone"),
    ],
)
def test_who_a_party_is_stays_as_it_was_registered(
    desk: Desk, row: dict[str, Any], field: str
) -> None:
    number = opened(desk)
    with pytest.raises(InputRefused) as refused:
        complete(desk, number, row)
    assert [fault.field for fault in refused.value.faults] == [field]
