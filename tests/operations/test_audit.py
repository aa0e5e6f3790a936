"""What was changed behind the program's back is named."""

import pytest

from mediation.operations.audit import verify
from mediation.operations.cases import Asking, do_event, open_case
from mediation.operations.office import Sitting
from mediation.records import triggers
from tests.offices import Desk

TAMPERED = {
    "state": ("UPDATE cases SET state = 'closing/archived'", "table_differs"),
    "custody": ("UPDATE cases SET owner = 'lf'", "table_differs"),
    "due moment": ("UPDATE cases SET next_due_at = NULL", "table_differs"),
    "deadline": ("UPDATE deadlines SET status = 'ended'", "table_differs"),
    "no parties": ("DELETE FROM parties", "table_differs"),
    "another's seal": ("UPDATE parties SET sealed = (SELECT head FROM cases)", "seal_broken"),
    "a paper": ("UPDATE documents SET sealed = (SELECT head FROM cases)", "seal_broken"),
    "a paper's number": ("UPDATE documents SET number = '1'", "table_differs"),
    "an event": ("UPDATE events SET body = replace(body, '2026', '2025')", "event_changed"),
    "the last event": ("DELETE FROM events WHERE seq = 2", "event_missing"),
}


def settled_case(desk: Desk) -> str:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    people = [{"name": "张三"}, {"name": "李四"}]
    form = {"people": people, "class": "noise", "sentence": "楼上吵闹"}
    result = {"results": ["apology"], "rights_told": True}
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", form, asking).number
        do_event(desk.office, tx, number, "agree_at_once", promise(result), asking)
    return number


def promise(result: dict[str, object]) -> dict[str, object]:
    owed = {"obligor": "b1", "sort": "act", "due_on": "2026-03-20", "what": "铺上地毯"}
    return {**result, "terms": "夜间不再拖动家具", "obligations": [owed]}


def test_what_nobody_touched_is_sound(desk: Desk) -> None:
    settled_case(desk)

    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


@pytest.mark.parametrize("what", TAMPERED)
def test_a_change_by_hand_is_named(desk: Desk, what: str) -> None:
    number = settled_case(desk)
    statement, code = TAMPERED[what]
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        tx.connection.exec_driver_sql(statement)

    with desk.office.database.reading() as tx:
        found = list(verify(desk.office, tx))

    assert code in {finding.code for finding in found}
    assert {finding.number for finding in found} == {number}
