"""An event that extends or restarts a clock is blocked where there is none, by itself."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor, Body, Case, fold
from mediation.engine.charts import Procedure
from mediation.engine.decisions import find_move, moves, next_steps
from mediation.engine.drafting import Command
from mediation.engine.errors import Blocker, EventRefused
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.reading import read_library
from mediation.resources import resource_dir

SMALL = Path(__file__).parent / "planted" / "small"
CALENDAR = load_calendar(resource_dir("workflows") / "holidays")
BODIES = {"home": Body("home", "office", "street")}
CLERK = Actor("wang", "home", frozenset(["clerk"]))
AT = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)

EVENTS = """
[event.prolong]
label   = { zh = "延长", en = "Prolong" }
from    = ["registered", "working", "resting"]
by      = ["clerk@owner"]
effects = [{ extend = "job" }]
law     = ["rule-1"]

[event.again]
label   = { zh = "重来", en = "Again" }
from    = ["registered", "working"]
by      = ["clerk@owner"]
effects = [{ restart = "job" }]
law     = ["rule-1"]

[event.start_anew]
label   = { zh = "重新开办", en = "Start anew" }
from    = ["registered", "working"]
to      = "working"
by      = ["clerk@owner"]
effects = [{ restart = "job" }]
law     = ["rule-1"]

[event.drop]
label   = { zh = "不再计算", en = "Drop" }
from    = ["working"]
by      = ["clerk@owner"]
effects = [{ end = "job" }]
law     = ["rule-1"]
"""


@pytest.fixture
def procedure(tmp_path: Path) -> Procedure:
    folder = shutil.copytree(SMALL, tmp_path / "small")
    with (folder / "stages" / "desk.toml").open("a", encoding="utf-8") as desk:
        desk.write(EVENTS)
    numbers = folder / "periods" / "national.toml"
    text = numbers.read_text("utf-8")
    numbers.write_text(
        text.replace("job   = { days = 30 }", "job = { days = 30, extension = { days = 30 } }"),
        "utf-8",
    )
    return Procedure(compose(read_library(folder), "small", "national"))


def do(procedure: Procedure, case: Case, *events: str) -> Case:
    """Carry a case through events at one moment."""
    for event in events:
        form = {"people": {}, "class": "plain"} if event == "register" else {}
        command = Command(event, form, CLERK, AT)
        for step in next_steps(procedure, case, command, BODIES, CALENDAR):
            case = fold(case, step)
    return case


def blockers(procedure: Procedure, case: Case, event: str) -> list[Blocker]:
    """What stands in the way of an event, the same for the list and for the deed."""
    move = find_move(procedure, case, event, CLERK, BODIES, AT)
    assert move is not None
    assert move in moves(procedure, case, CLERK, BODIES, AT)
    if move.blockers:
        with pytest.raises(EventRefused) as refused:
            do(procedure, case, event)
        assert refused.value.blockers == move.blockers
    return list(move.blockers)


def test_nothing_is_extended_where_its_clock_does_not_run(procedure: Procedure) -> None:
    registered = do(procedure, Case(), "register")
    (blocker,) = blockers(procedure, registered, "prolong")
    assert blocker.text.to("zh") == "期限“办理时限”没有在计算，无从延长"
    assert blocker.text.to("en") == "No clock of “Job” runs that could be extended"
    assert (blocker.code, blocker.law) == ("clock", "rule-1")


def test_what_runs_or_stands_suspended_is_extended(procedure: Procedure) -> None:
    working = do(procedure, Case(), "register", "work")
    assert blockers(procedure, working, "prolong") == []
    resting = do(procedure, working, "rest")
    assert blockers(procedure, resting, "prolong") == []
    assert next(
        c for c in do(procedure, resting, "prolong").clocks if c.period == "job"
    ).extensions


def test_nothing_restarts_in_a_state_that_is_not_its_own(procedure: Procedure) -> None:
    registered = do(procedure, Case(), "register")
    (blocker,) = blockers(procedure, registered, "again")
    assert blocker.text.to("zh") == "期限“办理时限”没有在计算，无从重新计算"


def test_what_is_restarted_may_also_begin_with_the_event(procedure: Procedure) -> None:
    registered = do(procedure, Case(), "register")
    assert blockers(procedure, registered, "start_anew") == []
    assert "job" in {c.period for c in do(procedure, registered, "start_anew").clocks}


def test_a_clock_ended_by_an_event_is_gone_and_can_be_begun_again(procedure: Procedure) -> None:
    dropped = do(procedure, Case(), "register", "work", "drop")
    assert [clock.period for clock in dropped.clocks] == []
    assert blockers(procedure, dropped, "drop") == []
    assert [clock.text.to("zh") for clock in blockers(procedure, dropped, "prolong")] == [
        "期限“办理时限”没有在计算，无从延长"
    ]
    assert [c.period for c in do(procedure, dropped, "again").clocks] == ["job"]
