"""What `mediation check` proves: the real workflows hold it, a planted fault is refused."""

import shutil
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mediation.engine.calendars import load_calendar
from mediation.engine.composing import compose
from mediation.engine.definitions import Workflow
from mediation.engine.errors import DefinitionsRefused
from mediation.engine.proofs.checking import check
from mediation.engine.proofs.documents import Papers
from mediation.engine.proofs.leftovers import leftovers
from mediation.engine.proofs.report import Report
from mediation.engine.reading import read_library
from mediation.rendering import templates, variables
from mediation.resources import resource_dir

WORKFLOWS = resource_dir("workflows")
CALENDAR = load_calendar(WORKFLOWS / "holidays")
DAY = date(2026, 3, 2)
PAPERS = Papers(templates.documents(), variables.faults)

Proved = dict[tuple[str, str], tuple[Workflow, Report]]


def proved(folder: Path, *only: tuple[str, str], papers: Papers = PAPERS) -> Proved:
    """Every kind with every place, or those asked for, with what is proved of each."""
    library = read_library(folder)
    pairs = only or tuple((kind, place) for kind in library.kinds for place in library.places)
    workflows = {pair: compose(library, *pair) for pair in pairs}
    return {
        pair: (workflow, check(workflow, papers, DAY, CALENDAR))
        for pair, workflow in workflows.items()
    }


@pytest.fixture(scope="module")
def real() -> Proved:
    return proved(WORKFLOWS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORKFLOWS, tmp_path / "workflows"))


def plant(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text; with no old text, add the new at the end."""
    path = folder / file
    text = path.read_text("utf-8")
    assert not old or old in text, f"{file} no longer says {old!r}: plant the fault elsewhere"
    path.write_text(text.replace(old, new, 1) if old else f"{text}\n{new}\n", "utf-8")


def told(folder: Path, *only: tuple[str, str], papers: Papers = PAPERS) -> str:
    """Everything a checker is told of a folder, in both languages."""
    pairs = only or (("property", "national"),)
    try:
        found = proved(folder, *pairs, papers=papers)
    except DefinitionsRefused as refused:
        return str(refused) + refused.message.to("zh")
    faults = [fault for _, report in found.values() for fault in report.faults]
    return "\n".join(
        f"{fault.code} {fault.message.to('zh')}\n{fault.message.to('en')}" for fault in faults
    )


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


# ---------------------------------------------------------------- planted faults

FAULTS = tomllib.loads((Path(__file__).parent / "planted" / "faults.toml").read_text("utf-8"))[
    "fault"
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_a_planted_fault_is_refused_with_a_useful_message(
    copy: Path, fault: dict[str, Any]
) -> None:
    for edit in fault["edit"]:
        plant(copy, edit["file"], edit.get("old", ""), edit["new"])
    message = told(copy, (fault["kind"], fault.get("place", "national")))
    for part in fault["told"]:
        assert part in message
