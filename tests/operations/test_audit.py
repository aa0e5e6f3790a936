"""What was changed behind the program's back is named."""

from datetime import timedelta
from pathlib import Path

import pytest

from mediation.engine.decisions import VERSION
from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.deadlines import sweep
from mediation.operations.desk import statistics
from mediation.operations.desk.statistics import tally
from mediation.operations.office import Sitting
from mediation.operations.outbox import send
from mediation.operations.proofs.figures import recount
from mediation.records import triggers
from mediation.records.cases import read_case
from mediation.records.checkpoints import checkpoint
from mediation.records.events import case_log
from mediation.records.schema import SchemaRefused, check_schema
from mediation.records.sealing import row_of, seal
from mediation.records.verification import Finding
from tests.offices import Desk

SLIPPED_IN = (
    "INSERT INTO outbox SELECT 'x', case_id, seq, 9, recipient, kind, body, created_at,"
    " sent_at, attempts, next_try_at FROM outbox WHERE id = (SELECT min(id) FROM outbox)"
)
TAMPERED = {
    "state": ("UPDATE cases SET state = 'closing/archived'", "table_differs"),
    "custody": ("UPDATE cases SET owner = 'lf'", "table_differs"),
    "due moment": ("UPDATE cases SET next_due_at = NULL", "table_differs"),
    "deadline": ("UPDATE deadlines SET status = 'ended'", "table_differs"),
    "no parties": ("DELETE FROM parties", "table_differs"),
    "another's seal": ("UPDATE parties SET sealed = (SELECT head FROM cases)", "seal_broken"),
    "a paper": ("UPDATE documents SET sealed = (SELECT head FROM cases)", "seal_broken"),
    "a paper's number": ("UPDATE documents SET number = '1'", "table_differs"),
    "a paper's code": ("UPDATE documents SET code = '0000-0000-0000'", "table_differs"),
    "that a paper has a code": ("UPDATE documents SET code = NULL", "table_differs"),
    "what a paper corrects": ("UPDATE documents SET corrects = '1.1'", "table_differs"),
    "jurisdiction": ("UPDATE cases SET owner_path = '/'", "table_differs"),
    "the tier": ("UPDATE cases SET owner_tier = 'street'", "table_differs"),
    "the lookup": ("UPDATE cases SET number_key = 'x'", "table_differs"),
    "the responsible role": (
        "UPDATE cases SET responsible_role = 'registrar'",
        "table_differs",
    ),
    "the responsible body": ("UPDATE cases SET responsible_body = 'lf'", "table_differs"),
    "nobody responsible": ("UPDATE cases SET responsible_role = NULL", "table_differs"),
    "what a clock fires": ("UPDATE deadlines SET fires = NULL", "table_differs"),
    "no title": ("UPDATE cases SET title = NULL", "seal_broken"),
    "a title cut short": ("UPDATE cases SET title = substr(title, 1, 30)", "seal_broken"),
    "a key cut short": (
        "UPDATE cases SET wrapped_key = substr(wrapped_key, 1, 9)",
        "seal_broken",
    ),
    "a person found by another": ("UPDATE parties SET name_index = id_index", "table_differs"),
    "a message taken away": (
        "DELETE FROM outbox WHERE id = (SELECT min(id) FROM outbox)",
        "message_missing",
    ),
    "a message turned": ("UPDATE outbox SET recipient = 'chair@lf'", "message_changed"),
    "a message rewritten": ("UPDATE outbox SET body = '{}'", "message_changed"),
    "a message slipped in": (SLIPPED_IN, "message_extra"),
    "where it is counted": ("UPDATE figures SET path = '/nb/'", "figures_differ"),
    "when it is counted": ("UPDATE figures SET received = 202602", "figures_differ"),
    "that it was in time": ("UPDATE figures SET late = NOT late", "figures_differ"),
    "that it was settled": ("UPDATE figures SET settled = NOT settled", "figures_differ"),
    "that it was performed": ("UPDATE figures SET performed = NOT performed", "figures_differ"),
    "that it is counted": ("DELETE FROM figures", "figures_differ"),
    "where the report counts it": ("UPDATE rounds SET path = '/nb/'", "rounds_differ"),
    "the day the report has": ("UPDATE rounds SET ended_on = NULL", "rounds_differ"),
    "that the report has it": ("DELETE FROM rounds", "rounds_differ"),
    "an event": ("UPDATE events SET body = replace(body, '2026', '2025')", "event_changed"),
    "the last event": ("DELETE FROM events WHERE seq = 2", "event_missing"),
}


def settled_case(desk: Desk) -> str:
    """Settle a case at once; its opening sends no message, so a clock of it runs out first."""
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    people = [{"name": "张三"}, {"name": "李四"}]
    form = {"people": people, "class": "noise", "sentence": "楼上吵闹"}
    result = {"results": ["apology"], "rights_told": True}
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", form, asking).number
        do_event(desk.office, tx, number, "agree_at_once", promise(result), asking)
    sweep(desk.office, desk.now + timedelta(days=30))
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
    tamper(desk, statement)

    found = findings(desk)

    assert code in {finding.code for finding in found}
    assert {finding.number for finding in found} == {number}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE figures SET late = NOT late",
        "DELETE FROM figures",
        "UPDATE rounds SET settled = NOT settled",
        "DELETE FROM rounds",
    ],
)
def test_figures_that_were_changed_are_put_right_from_the_log(
    desk: Desk, statement: str
) -> None:
    settled_case(desk)
    assert recount(desk.office) == 0
    tamper(desk, statement)
    assert recount(desk.office) == 1
    assert findings(desk) == []


TALLIED = {
    "a count": "UPDATE tallies SET settled = settled + 1 WHERE child = ''",
    "a body's count": "UPDATE tallies SET received = received + 1 WHERE child <> ''",
    "a row taken away": "DELETE FROM tallies WHERE child = ''",
}


@pytest.mark.parametrize("what", TALLIED)
def test_a_changed_count_of_a_wide_body_is_named_unless_it_is_out_of_date(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    settled_case(desk)
    monkeypatch.setattr(statistics, "WIDE", 20)
    assert tally(desk.office, desk.now + timedelta(days=31)) == 1
    assert findings(desk) == []
    tamper(desk, TALLIED[what])

    (found,) = findings(desk)

    assert found.code == "tally_differs"
    assert "云溪区 2026-03" in found.message.to("zh")
    asking = Asking(Sitting("wangguilan", "tx"), desk.now + timedelta(days=31))
    form = {"people": [{"name": "王五"}], "class": "noise", "sentence": "夜里装修"}
    with desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", form, asking)
    assert findings(desk) == [], "something has happened since: it will be counted again"


def findings(desk: Desk) -> list[Finding]:
    with desk.office.database.reading() as tx:
        return list(verify(desk.office, tx))


def tamper(desk: Desk, *statements: str) -> None:
    """Change the database behind its triggers."""
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        for statement in statements:
            tx.connection.exec_driver_sql(statement)


def test_who_answers_for_a_case_that_has_not_risen_is_known_exactly(desk: Desk) -> None:
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    form = {
        "people": [{"name": "王五"}, {"name": "赵六"}],
        "class": "noise",
        "sentence": "噪声",
    }
    with desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", form, asking)
    assert findings(desk) == []
    tamper(desk, "UPDATE cases SET responsible_role = 'chair'")
    assert {one.code for one in findings(desk)} == {"table_differs"}


def test_a_title_of_other_names_is_named_though_it_opens(desk: Desk) -> None:
    number = settled_case(desk)
    with desk.office.database.writing() as tx:
        row = read_case(tx, 1)
        secret = desk.office.keys.case_key(number, row.wrapped_key)
        false = seal(secret, "cases", row_of(1), "王五、赵六邻里纠纷")
    tamper(desk, f"UPDATE cases SET title = {literal(desk, false)}")
    assert {(one.code, one.number) for one in findings(desk)} == {("table_differs", number)}


def literal(desk: Desk, blob: bytes) -> str:
    on_sqlite = desk.office.database.dialect == "sqlite"
    return f"X'{blob.hex()}'" if on_sqlite else f"decode('{blob.hex()}', 'hex')"


def test_what_was_sent_meanwhile_is_no_change(desk: Desk) -> None:
    settled_case(desk)
    assert send(desk.office, lambda _: None, desk.now + timedelta(days=31)).sent > 0
    assert findings(desk) == []


COUNTED = {
    "behind": ("UPDATE counters SET next = 1", "missing None, doubled or beyond 1"),
    "ahead": ("UPDATE counters SET next = 4", "missing 2; 3, doubled or beyond None"),
    "gone": ("DELETE FROM counters", "used up to 1"),
}


@pytest.mark.parametrize("how", COUNTED)
def test_a_counter_that_does_not_agree_with_the_numbers_taken_is_named(
    desk: Desk, how: str
) -> None:
    settled_case(desk)
    statement, said = COUNTED[how]
    tamper(desk, statement)

    found = findings(desk)

    assert {one.code for one in found} == {"numbers_differ"}
    assert all(said in one.message.to("en") for one in found)
    assert any("case of tx in 2026" in one.message.to("en") for one in found)


def test_a_case_that_vanished_leaves_a_gap_in_the_numbers(desk: Desk) -> None:
    settled_case(desk)
    asking = Asking(Sitting("wangguilan", "tx"), desk.now + timedelta(days=30))
    form = {
        "people": [{"name": "王五"}, {"name": "赵六"}],
        "class": "noise",
        "sentence": "噪声",
    }
    with desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", form, asking)
    tables = (*GONE[:-2], "DELETE FROM cases")
    tamper(
        desk, *(f"{one} WHERE {'id' if 'cases' in one else 'case_id'} = 1" for one in tables)
    )

    assert "numbers_differ" in {one.code for one in findings(desk)}


PINNED = {
    "workflows": "UPDATE workflows SET body = replace(body, 'month', 'day')",
    "calendars": "UPDATE calendars SET body = replace(body, '2026', '2027')",
}


@pytest.mark.parametrize("table", PINNED)
def test_a_changed_rule_that_cases_are_pinned_to_is_named(desk: Desk, table: str) -> None:
    settled_case(desk)
    tamper(desk, PINNED[table])

    assert "pin_changed" in {one.code for one in findings(desk)}


# What SQLite takes into any column, and what PostgreSQL does.
SPOILT = {
    ("cases", "next_due_at"): "'soon'",
    ("cases", "opened_on"): "'yesterday'",
    ("cases", "snapshot"): "'{\"state\":'",
    ("cases", "state"): "CAST(X'ff' AS TEXT)",
    ("cases", "head"): "'text'",
    ("events", "body"): "'{'",
    ("events", "occurred_at"): "'then'",
    ("events", "sealed"): "'text'",
    ("deadlines", "due_at"): "9223372036854775807",
    ("deadlines", "ledger"): "''",
    ("machines", "body"): "'['",
    ("documents", "sealed"): "'text'",
    ("outbox", "body"): "'{'",
    ("parties", "sealed"): "'text'",
}
ON_BOTH = {name for name in SPOILT if name[1] in {"snapshot", "opened_on", "body", "ledger"}}
ON_BOTH |= {("deadlines", "due_at")}


@pytest.mark.parametrize("where", SPOILT, ids=".".join)
def test_a_column_that_cannot_be_read_is_named_with_its_case(
    desk: Desk, where: tuple[str, str]
) -> None:
    if desk.office.database.dialect == "postgresql" and where not in ON_BOTH:
        pytest.skip("PostgreSQL takes nothing but its type")
    table, column = where
    number = settled_case(desk)
    tamper(desk, f"UPDATE {table} SET {column} = {SPOILT[where]}")

    found = findings(desk)

    assert {(one.code, one.number) for one in found} == {("column_malformed", number)}
    assert all(table in one.message.to("en") for one in found)
    assert all(column in one.message.to("en") for one in found)


def test_a_table_that_all_stand_on_ends_the_proof_and_says_so(desk: Desk) -> None:
    settled_case(desk)
    tamper(desk, "UPDATE seats SET roles = '['")

    assert {one.code for one in findings(desk)} == {"column_malformed", "not_proven"}


def test_what_an_earlier_engine_decided_is_told_and_not_decided_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled_case(desk)
    # The rule of the next release, by which nothing of the log would be decided as it was.
    monkeypatch.setattr("mediation.operations.proofs.decisions.next_step", lambda *_: None)
    assert "decision_differs" in {one.code for one in findings(desk)}

    monkeypatch.setattr("mediation.operations.proofs.decisions.VERSION", VERSION + 1)
    [told] = findings(desk)
    assert (told.code, told.grave) == ("decided_earlier", False)
    with desk.office.database.reading() as tx:
        assert f": {len(case_log(tx, 1))}." in told.message.to("en")

    # What it left is compared as strictly as ever.
    tamper(desk, "UPDATE cases SET state = 'closing/archived'")
    assert {one.code for one in findings(desk) if one.grave} == {"table_differs"}


CUT = (
    "DELETE FROM events WHERE seq > 1",
    "UPDATE cases SET version = 1, head = (SELECT hash FROM events WHERE seq = 1)",
    "DELETE FROM checkpoints",
)
GONE = tuple(
    f"DELETE FROM {table}"
    for table in (
        "outbox", "documents", "machines", "deadlines", "parties", "figures", "rounds",
        "events", "cases",
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
