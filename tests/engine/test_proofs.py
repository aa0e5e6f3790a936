"""What `mediation check` proves: the real workflows hold it, a planted fault is refused."""

import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mediation.engine.errors import DefinitionsRefused
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.proofs.checking import Ways, check
from mediation.engine.proofs.documents import Papers
from mediation.engine.proofs.leftovers import leftovers
from mediation.engine.proofs.report import Report
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.definitions import Workflow
from mediation.engine.workflows.reading import read_library
from mediation.rendering import templates, variables
from mediation.resources import resource_dir

WORKFLOWS = resource_dir("workflows")
PLANTED = Path(__file__).parent / "planted"
SMALL = PLANTED / "small"
CALENDAR = load_calendar(WORKFLOWS / "holidays")
DAY = date(2026, 3, 2)
PAPERS = Papers(templates.documents(), variables.faults)
SMALL_PAPERS = Papers(("sheet",), lambda *_: ())

Proved = dict[tuple[str, str], tuple[Workflow, Report]]


def proved(
    folder: Path, *only: tuple[str, str], papers: Papers = PAPERS, day: date = DAY
) -> Proved:
    """Every kind with every place, or those asked for, with what is proved of each."""
    library = read_library(folder)
    pairs = only or tuple((kind, place) for kind in library.kinds for place in library.places)
    workflows = {pair: compose(library, *pair) for pair in pairs}
    walked: list[Ways] = []
    return {
        pair: (workflow, check(workflow, papers, day, CALENDAR, walked))
        for pair, workflow in workflows.items()
    }


@pytest.fixture(scope="module")
def real() -> Proved:
    return proved(WORKFLOWS)


def planted(name: str) -> list[dict[str, Any]]:
    """The faults of one file."""
    return list(tomllib.loads((PLANTED / f"{name}.toml").read_text("utf-8"))["fault"])


def plant(source: Path, target: Path, fault: dict[str, Any]) -> Path:
    """Copy a folder of workflows with a fault in it."""
    shutil.copytree(source, target)
    for edit in fault["edit"]:
        path, old = target / edit["file"], edit.get("old", "")
        text = path.read_text("utf-8")
        assert old in text, f"{path.name} no longer says {old!r}: plant the fault elsewhere"
        changed = text.replace(old, edit["new"], 1) if old else f"{text}\n{edit['new']}\n"
        path.write_text(changed, "utf-8")
    return target


def told(folder: Path, pair: tuple[str, str], papers: Papers, day: date = DAY) -> str:
    """Everything a checker is told of a folder, in Chinese."""
    try:
        found = proved(folder, pair, papers=papers, day=day)
    except DefinitionsRefused as refused:
        return refused.message.to("zh")
    faults = [*found[pair][1].faults, *leftovers(found, papers)]
    assert all(fault.message.to("en") for fault in faults)
    return "\n".join(f"{fault.code} {fault.message.to('zh')}" for fault in faults)


# ---------------------------------------------------------------- the real workflows


def test_the_workflows_hold_what_is_promised(real: Proved) -> None:
    assert len(real) == 12
    faults = [fault.message.to("zh") for _, report in real.values() for fault in report.faults]
    assert faults == []


def test_nothing_in_the_workflows_is_dead(real: Proved) -> None:
    assert [fault.message.to("zh") for fault in leftovers(real, PAPERS)] == []


def test_nobody_waits_longer_than_45_days_until_somebody_accountable_is_told(
    real: Proved,
) -> None:
    longest = [report.untouched for _, report in real.values()]
    assert all(one is not None and 0 < one.days <= 45 for one in longest)


def test_a_report_carries_the_figures(real: Proved) -> None:
    report = real["property", "national"][1]
    assert min(report.states, report.events, report.periods, report.law) > 30


@pytest.mark.parametrize("place", ["ningbo", "shenzhen"])
def test_ways_walked_at_another_place_prove_the_same(real: Proved, place: str) -> None:
    workflow, report = real["general", place]
    assert check(workflow, PAPERS, DAY, CALENDAR) == report


def test_ways_are_walked_once_for_places_that_differ_in_numbers_alone() -> None:
    library, walked = read_library(WORKFLOWS), list[Ways]()
    for place in ("national", "ningbo", "shenzhen"):
        check(compose(library, "general", place), PAPERS, DAY, CALENDAR, walked)
    # What fires at the end of the mediation period differs from the nation's in both.
    assert [one.workflow.place for one in walked] == ["national", "ningbo"]


@pytest.mark.parametrize("fault", planted("faults"), ids=lambda fault: fault["name"])
def test_a_fault_planted_into_the_workflows_is_refused(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    folder = plant(WORKFLOWS, tmp_path / "workflows", fault)
    message = told(folder, (fault["kind"], "national"), PAPERS)
    for part in fault["told"]:
        assert part in message


def test_an_unknown_variable_of_a_document_is_refused_even_outside_a_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(resource_dir("templates"), tmp_path / "templates")
    template = tmp_path / "templates" / "documents" / "agreement.html.j2"
    with template.open("a", encoding="utf-8") as file:
        file.write("\n{{ facts.agreed_onn | day }}\n")
    monkeypatch.setattr(templates, "resource_dir", lambda name: tmp_path / name)
    caches = (templates.environment, templates.documents, variables._reading)
    for cache in caches:
        cache.cache_clear()
    try:
        message = told(WORKFLOWS, ("general", "national"), PAPERS)
    finally:
        for cache in caches:
            cache.cache_clear()
    assert "agreement.html.j2" in message
    assert "没有“facts.agreed_onn”这个名称，是否应为“facts.agreed_on”？" in message


# ---------------------------------------------------------------- a small procedure


def test_a_small_procedure_without_a_fault_is_proved_whole() -> None:
    found = proved(SMALL, papers=SMALL_PAPERS)
    ((_, report),) = found.values()
    assert report.faults == ()
    assert report.untouched is not None
    assert (report.untouched.days, report.untouched.state.zh) == (39, "办理中")
    assert [fault.code for fault in leftovers(found, SMALL_PAPERS)] == ["unused_document"]


@pytest.mark.parametrize("fault", planted("small_faults"), ids=lambda fault: fault["name"])
def test_a_fault_planted_into_a_small_procedure_is_refused(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    folder = plant(SMALL, tmp_path / "small", fault)
    message = told(folder, ("small", "national"), SMALL_PAPERS, fault.get("day", DAY))
    for part in fault["told"]:
        assert part in message


@pytest.mark.parametrize("variety", planted("small_varieties"), ids=lambda one: one["name"])
def test_a_sound_variety_of_the_small_procedure_is_not_refused(
    tmp_path: Path, variety: dict[str, Any]
) -> None:
    folder = plant(SMALL, tmp_path / "small", variety)
    ((_, report),) = proved(folder, papers=SMALL_PAPERS).values()
    assert [fault.message.to("zh") for fault in report.faults] == []
    assert report.sound
