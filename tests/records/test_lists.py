"""Lists walk the shortest index, and find the same cases whichever way they walk."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediation.records.database import Tx
from mediation.records.gateway import Viewer
from mediation.records.lists import CaseFilter, list_cases
from mediation.records.statements import Params, Row, Statement
from tests.records.world import DAY, PATHS, World

NEAR = Viewer("li", "d", PATHS["d"], PATHS["d"], frozenset({"supervisor"}))
WIDE = replace(NEAR, wide=frozenset({"owner", "above"}))
NARROWED: list[dict[str, Any]] = [
    {},
    {"state": "intake/registered"},
    {"closed": False},
    {"kind": "neighbour"},
    {"after": (DAY + timedelta(days=2), 3)},
    {"from_on": DAY + timedelta(days=1), "before_on": DAY + timedelta(days=3)},
    {"under": PATHS["c1"]},
    {"under": PATHS["c1"], "wide": True},
    {"under": "/"},
    {"name": b"nobody"},
]


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_both_ways_find_the_same(world: World, narrowed: dict[str, Any]) -> None:
    for no in range(6):
        world.open_case("c1" if no % 2 else "c2", opened_on=DAY + timedelta(days=no // 2))
    with world.database.reading() as tx:
        one, two = (
            [row.id for row in list_cases(tx, who, CaseFilter(limit=4, **narrowed))]
            for who in (NEAR, WIDE)
        )
    assert one == two
    assert bool(one) is ("name" not in narrowed)


class Asked:
    """A transaction that only notes what it is asked."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self.plan: list[str] = []

    def all(self, statement: Statement, params: Params) -> list[Row]:
        text, given = statement.ready("sqlite", params)
        rows = self.tx.driver.execute(f"EXPLAIN QUERY PLAN {text}", given).fetchall()
        self.plan += [row[3] for row in rows]
        return []


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    ("who", "index"), [(NEAR, "ix_cases_owner_path"), (WIDE, "ix_cases_opened")]
)
@pytest.mark.parametrize("narrowed", NARROWED[:6], ids=str)
def test_cases_are_only_read_when_they_are_shown(
    world: World, who: Viewer, index: str, narrowed: dict[str, Any]
) -> None:
    with world.database.reading() as tx:
        asked = Asked(tx)
        list_cases(asked, who, CaseFilter(**narrowed))  # type: ignore[arg-type]
    if "state" in narrowed and who is WIDE:
        index = "ix_cases_state"
    assert any(f"COVERING INDEX {index}" in step for step in asked.plan), asked.plan
    assert not [
        step for step in asked.plan if step.startswith("SCAN cases") and "INDEX" not in step
    ]
