"""A small world of bodies and cases for the tests of this folder, written by plain calls."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from mediation.records.cases import CaseRow, CaseState, NewCase, reserve_case
from mediation.records.database import Database, Tx
from mediation.records.events import ChainedEvent, EventWrite, append_event
from mediation.records.keys import Keys, open_keys
from mediation.records.numbers import Series, format_number, take_number
from mediation.records.people import Body, Officer, Seat, save_people
from mediation.records.sealing import row_of, seal
from mediation.records.workflows import WorkflowRow, keep_calendar, keep_workflow

DAY: Final = date(2026, 11, 2)
NOON: Final = datetime(2026, 11, 2, 4, tzinfo=UTC)
WORKFLOW: Final = "f" * 64


def body(code: str, path: str, **other: Any) -> Body:
    made = Body(
        code=code,
        name=f"单位{code}",
        word=code,
        sort="committee",
        tier="community",
        path=path,
        scope_path=path,
        supervised_by=None,
        place="national",
        competence=None,
        from_on=date(2020, 1, 1),
        until_on=None,
    )
    return replace(made, **other)


# A district with two streets; s1 has a judicial office that oversees the street, and two
# communities, one of them with a group. s10 shares its first letters with s1.
BODIES: Final = (
    body("d", "/d/", tier="district", sort="centre"),
    body("s1", "/d/s1/", tier="street", supervised_by="d"),
    body("jo", "/d/s1/jo/", tier=None, sort="office", scope_path="/d/s1/", supervised_by="d"),
    body("c1", "/d/s1/c1/", supervised_by="jo"),
    body("g1", "/d/s1/c1/g1/", sort="group", supervised_by="c1"),
    body("c2", "/d/s1/c2/", supervised_by="jo"),
    body("s10", "/d/s10/", tier="street", supervised_by="d"),
    body("c3", "/d/s10/c3/", supervised_by="s10"),
    body("court", "/d/court/", tier=None, sort="court"),
)
PATHS: Final = {one.code: one.path for one in BODIES}


@dataclass(frozen=True)
class World:
    database: Database
    keys: Keys

    def open_case(self, code: str = "c1", **other: Any) -> CaseRow:
        with self.database.writing() as tx:
            return open_case(tx, self.keys, code, **other)

    def do(self, case: CaseRow, name: str = "note", **other: Any) -> ChainedEvent:
        with self.database.writing() as tx:
            return append_event(tx, an_event(case, name, **other))


def build(database: Database, folder: Path) -> World:
    keys = open_keys(folder / "mediation.key", database)
    with database.writing() as tx:
        save_people(
            tx,
            bodies=BODIES,
            officers=[Officer("zhang", "张调解")],
            seats=[Seat("zhang", "c1", frozenset({"mediator"}), date(2020, 1, 1), None)],
        )
        keep_workflow(tx, WorkflowRow(WORKFLOW, "neighbour", "national", 1, "{}"))
        keep_calendar(tx, "2026", "{}")
    return World(database, keys)


def open_case(tx: Tx, keys: Keys, code: str, **other: Any) -> CaseRow:
    n = take_number(tx, Series(code, "case", 2026))
    number = format_number("（{year}）{word}人调字第{n}号", year=2026, word=code, n=n)
    key, wrapped = keys.new_case_key(number)
    made = reserve_case(
        tx,
        NewCase(
            number=number,
            kind=other.pop("kind", "neighbour"),
            place="national",
            workflow=WORKFLOW,
            body=code,
            body_path=PATHS[code],
            tier="community",
            opened_on=other.pop("opened_on", DAY),
            wrapped_key=wrapped,
        ),
    )
    title = seal(key, "cases", row_of(made.id), "张三与李四")
    return append_event(tx, an_event(made, "register", title=title, **other)).case


def an_event(case: CaseRow, name: str = "note", **other: Any) -> EventWrite:
    at = NOON + timedelta(hours=case.version)
    body: Mapping[str, Any] = other.pop("body", {"name": name, "facts": {"n": case.version}})
    columns = {
        field: other.pop(field)
        for field in ("state", "closed", "owner", "owner_path", "title", "next_due_at")
        if field in other
    }
    after = CaseState(
        state=columns.pop("state", "intake/registered"),
        closed=columns.pop("closed", False),
        owner=columns.pop("owner", case.owner),
        owner_path=columns.pop("owner_path", case.owner_path),
        owner_tier=case.owner_tier,
        class_="noise",
        settled_on=None,
        closed_on=None,
        responsible_role="mediator",
        responsible_body=case.owner,
        next_due_at=columns.pop("next_due_at", None),
        snapshot={"n": case.version + 1},
        **columns,
    )
    return EventWrite(
        case=case,
        after=after,
        name=name,
        actor=other.pop("actor", "zhang@c1"),
        occurred_at=at,
        recorded_at=at,
        calendar="2026",
        body=body,
        **other,
    )
