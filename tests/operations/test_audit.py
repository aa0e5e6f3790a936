"""What was changed behind the program's back is named."""

from pathlib import Path

import pytest

from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records import triggers
from mediation.records.checkpoints import checkpoint
from mediation.records.schema import SchemaRefused, check_schema
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


CUT = (
    "DELETE FROM events WHERE seq > 1",
    "UPDATE cases SET version = 1, head = (SELECT hash FROM events WHERE seq = 1)",
    "DELETE FROM checkpoints",
)
GONE = tuple(
    f"DELETE FROM {table}"
    for table in (
        "outbox", "documents", "machines", "deadlines", "parties", "events", "cases",
        "checkpoints",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("statements", "code"), [(CUT, "event_missing"), (GONE, "case_missing")]
)
def test_what_was_cut_away_whole_is_named_by_the_witness_outside(
    desk: Desk, tmp_path: Path, statements: tuple[str, ...], code: str
) -> None:
    number = settled_case(desk)
    anchors = tmp_path / "anchors.jsonl"
    database = desk.office.database
    checkpoint(database, anchors, desk.now)
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        for statement in statements:
            tx.connection.exec_driver_sql(statement)

    with database.reading() as tx:
        found = {(one.code, one.number) for one in verify(desk.office, tx, anchors)}

    assert (code, number) in found


def test_a_database_without_its_triggers_is_not_opened(desk: Desk) -> None:
    database = desk.office.database
    trigger = triggers.expected(database.dialect)[0]
    table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
    with database.writing() as tx:
        tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")

    with pytest.raises(SchemaRefused) as refused:
        check_schema(database)

    assert trigger.name in str(refused.value)
