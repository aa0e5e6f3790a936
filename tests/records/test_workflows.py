"""A workflow or calendar is kept once, for ever, and those in use are known."""

import pytest

from mediation.records.workflows import (
    WorkflowRow,
    WorkflowUnknown,
    calendar_or_none,
    find_workflow,
    keep_calendar,
    keep_workflow,
    workflows_in_use,
)
from tests.records.world import WORKFLOW, World


def test_what_is_kept_stays_as_it_was_first_kept(world: World) -> None:
    with world.database.writing() as tx:
        keep_workflow(tx, WorkflowRow(WORKFLOW, "neighbour", "national", 1, "[]"))
        keep_calendar(tx, "2026", "[]")
    with world.database.reading() as tx:
        assert find_workflow(tx, WORKFLOW).body == "{}"
        assert calendar_or_none(tx, "2026") == "{}"
        assert calendar_or_none(tx, "2027") is None
        with pytest.raises(WorkflowUnknown):
            find_workflow(tx, "x")


def test_only_workflows_of_open_cases_are_in_use(world: World) -> None:
    with world.database.reading() as tx:
        assert workflows_in_use(tx) == []
    case = world.open_case()
    with world.database.reading() as tx:
        assert [one.hash for one in workflows_in_use(tx)] == [WORKFLOW]
    world.do(case, closed=True)
    with world.database.reading() as tx:
        assert workflows_in_use(tx) == []
