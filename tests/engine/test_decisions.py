"""What the engine decides where clocks, custody and side machines meet."""

import shutil
import tomllib
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor, Body, Case, Clock, Step, fold
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import next_due
from mediation.engine.decisions import fire, next_steps
from mediation.engine.drafting import Command
from mediation.engine.errors import DefinitionsRefused
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.legal_time.periods import day_ended
from mediation.engine.outlook import Duty, if_nobody_acts, responsible
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.reading import read_library
from mediation.resources import resource_dir

WORKFLOWS = resource_dir("workflows")
CALENDAR = load_calendar(WORKFLOWS / "holidays")
BODIES = {
    "home": Body("home", "committee", "community", supervisors=("near", "top")),
    "near": Body("near", "judicial_office", "street", supervisors=("top",)),
    "top": Body("top", "justice_bureau", "district"),
}
PEOPLE = {
    "a1": {"side": "applicant", "sort": "person", "capacity": "full", "represented": False},
    "b1": {"side": "respondent", "sort": "person", "capacity": "full", "represented": False},
}
ALL = Actor("wang", "home", frozenset(["registrar", "mediator", "chair", "liaison"]))


class Told:
    """A case carried through events, with every step it took."""

    def __init__(self, procedure: Procedure, actor: Actor = ALL) -> None:
        self.procedure, self.actor = procedure, actor
        self.case, self.steps = Case(), list[Step]()

    def do(self, event: str, on: str, **form: Any) -> list[Step]:
        """Do an event at noon of a day, after what the calendar has made due."""
        at = datetime.fromisoformat(f"{on}T12:00").replace(tzinfo=SHANGHAI)
        self.wait(at)
        command = Command(event, form, self.actor, at)
        return self.take(next_steps(self.procedure, self.case, command, BODIES, CALENDAR))

    def wait(self, at: datetime) -> list[Step]:
        """Let the calendar do what is due by a moment."""
        done: list[Step] = []
        while clock := next_due(self.case, self.procedure, at):
            done += self.take(fire(self.procedure, self.case, clock, BODIES, CALENDAR))
        return done

    def take(self, steps: Iterable[Step]) -> list[Step]:
        """Let the case become what was decided."""
        taken = list(steps)
        for step in taken:
            self.case = fold(self.case, step)
        self.steps += taken
        return taken

    def clock(self, period: str) -> Clock:
        """Give the live clock of a period."""
        (found,) = (one for one in self.case.clocks if one.period == period)
        return found

    def last_day(self, period: str) -> date:
        """Give the last day of the live clock of a period."""
        due_at = self.clock(period).due_at
        assert due_at
        return day_ended(due_at)


@pytest.fixture(scope="module")
def general() -> Procedure:
    return Procedure(compose(read_library(WORKFLOWS), "general", "national"))


@pytest.fixture
def mediating(general: Procedure) -> Told:
    """A case being mediated since Monday the 2nd of March 2026."""
    told, day = Told(general), "2026-03-02"
    told.do("register", day, people=PEOPLE, **{"class": "neighbour"})
    told.do("interview", day)
    told.do("accept", day, basis="application")
    told.do("name_mediators", day, mediators=["wang"], manner="named")
    told.do("tell_rights", day, manner="spoken", answers={"a1": "agrees", "b1": "agrees"})
    told.do("settle_mediators", day)
    return told


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# ---------------------------------------------------------------- clocks that have risen


def test_a_clock_that_has_risen_keeps_what_it_used_while_it_was_suspended(
    mediating: Told,
) -> None:
    mediating.wait(at("2026-04-07T12:00"))
    assert mediating.clock("settle").level == 1
    assert mediating.last_day("settle") == date(2026, 4, 10)
    mediating.do("suspend", "2026-04-08", ground="appraisal")
    assert mediating.clock("settle").status == "suspended"
    mediating.do("resume", "2026-05-20")
    # Three of the supervisor's five working days were left: the 8th, 9th and 10th of April.
    assert mediating.last_day("settle") == date(2026, 5, 22)
    assert mediating.wait(at("2026-05-20T13:00")) == []


def test_nobody_is_passed_over_by_a_clock_that_was_over_before_he_was_told(
    mediating: Told,
) -> None:
    mediating.do("extend", "2026-06-10", consent="spoken")
    assert mediating.last_day("settle") == date(2026, 5, 6)
    (rise,) = mediating.wait(at("2026-06-10T13:00"))
    assert [(clock.period, clock.level) for clock in rise.clocks] == [("settle", 1)]
    assert mediating.last_day("settle") == date(2026, 6, 17)


def test_who_a_case_rises_to_is_told(mediating: Told) -> None:
    rises = [one for one in mediating.wait(at("2026-04-01T12:00")) if one.clocks[0].level]
    told = [{f"{one.to.role}@{one.body}" for one in step.notices} for step in rises[:3]]
    assert [step.clocks[0].level for step in rises[:3]] == [1, 2, 3]
    assert told[0] == told[1] == {"chair@home", "supervisor@near"}
    assert told[2] == {"chair@home", "supervisor@near", "supervisor@top"}


def test_the_highest_supervisor_is_told_once_a_month_and_for_ever(mediating: Told) -> None:
    rises = [
        step
        for step in mediating.wait(at("2027-03-02T12:00"))
        for clock in step.clocks
        if clock.period == "settle"
    ]
    days = [day_ended(step.occurred_at) for step in rises]
    gaps = [(later - day).days for day, later in pairwise(days)]
    assert (days[0], gaps[:2]) == (date(2026, 4, 2), [8, 7])
    assert len(gaps) > 10
    assert all(28 <= gap <= 45 for gap in gaps[2:])
    assert all("top" in {notice.body for notice in step.notices} for step in rises[2:])
    assert mediating.clock("settle").status == "running"


def test_an_extension_brings_a_clock_down_from_the_top(mediating: Told) -> None:
    mediating.wait(at("2026-05-20T12:00"))
    assert mediating.clock("settle").top
    mediating.do("extend", "2026-05-20", consent="spoken")
    mediating.wait(at("2026-05-20T13:00"))
    settle = mediating.clock("settle")
    assert (settle.level, settle.top) == (1, False)


def test_a_case_that_has_risen_does_not_sink_when_another_clock_runs_out(
    mediating: Told,
) -> None:
    mediating.wait(at("2026-03-31T12:00"))
    assert mediating.case.level == 3
    told = if_nobody_acts(mediating.procedure, mediating.case, BODIES)
    assert told
    assert told.period.en == "Mediation period"
    assert told.duty == Duty("supervisor", "top")
    mediating.wait(told.at)
    assert told.duty == responsible(mediating.procedure, mediating.case, BODIES)


# ---------------------------------------------------------------- what follows from an event


SMALL = Path(__file__).parent / "planted" / "small"
CLERK = Actor("li", "home", frozenset(["clerk", "chief"]))


DROPPED = """
[event.drop]
label   = { zh = "不问了", en = "Drop" }
from    = ["working"]
by      = ["clerk@owner"]
law     = ["rule-1"]
effects = [{ move = "errand", event = "cancel" }]
[event.dropped]
label = { zh = "已取消", en = "Dropped" }
from  = ["working"]
to    = "resting"
by    = ["machine"]
on    = "errand:cancelled"
law   = ["rule-1"]
"""


def small(folder: Path, added: str) -> Procedure:
    """Compose the small library with some tables added to its stage."""
    target = folder / "workflows"
    for source in SMALL.rglob("*.toml"):
        text = source.read_text("utf-8")
        text += added if source.stem == "desk" else ""
        copy = target / source.relative_to(SMALL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    return Procedure(compose(read_library(target), "small", "national"))


def test_what_an_earlier_answer_has_settled_is_passed_over(tmp_path: Path) -> None:
    told = Told(small(tmp_path, DROPPED), CLERK)
    told.do("register", "2026-03-02", people=PEOPLE, **{"class": "plain"})
    told.do("work", "2026-03-02", promised="2026-03-09")
    told.do("write", "2026-03-02")
    told.do("write", "2026-03-02")
    steps = told.do("drop", "2026-03-02")
    assert [step.event for step in steps] == [
        "drop", "errand/1:cancel", "errand/2:cancel", "dropped",
    ]  # fmt: skip
    assert told.case.state == "desk/resting"


# ---------------------------------------------------------------- files nobody understands


@pytest.mark.parametrize(
    "fault", tomllib.loads((SMALL.parent / "refused.toml").read_text("utf-8"))["fault"],
    ids=lambda fault: fault["name"],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_refused(
    fault: dict[str, Any], tmp_path: Path
) -> None:
    folder = shutil.copytree(SMALL, tmp_path / "workflows")
    for edit in fault["edit"]:
        path, old = folder / edit["file"], edit.get("old", "")
        text = path.read_text("utf-8")
        assert old in text
        new = edit["new"]
        path.write_text(text.replace(old, new, 1) if old else f"{text}\n{new}\n", "utf-8")
    with pytest.raises(DefinitionsRefused) as refused:
        compose(read_library(folder), "small", "national")
    assert fault["told"][0] in refused.value.message.to("zh")
