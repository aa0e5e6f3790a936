from datetime import date

import pytest

from mediation.operations.answers.proofs import PROVED, proof_of
from mediation.operations.answers.words import Words
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.coverage import coverage_told
from mediation.operations.handbook.flows import lanes_of
from mediation.operations.handbook.procedures import procedure_told
from mediation.operations.handbook.results import results
from mediation.operations.handbook.specification import specification
from mediation.resources import resource_dir

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.read(resource_dir("workflows"))


@pytest.fixture(scope="module")
def words(catalogue: Catalogue) -> Words:
    return Words(catalogue.library, "zh")


def test_a_workflow_is_proved_once_a_day(catalogue: Catalogue) -> None:
    pinned = catalogue.find("general", "national")
    assert proof_of(catalogue, pinned, DAY) is proof_of(catalogue, pinned, DAY)
    proof_of(catalogue, pinned, date(2026, 3, 3))
    assert {day for _, day in PROVED} == {date(2026, 3, 3)}


def test_lanes_follow_the_usual_way(catalogue: Catalogue) -> None:
    plan = catalogue.find("neighbour", "national").procedure.workflow.case
    lanes = lanes_of(plan, "neighbour", catalogue.library)
    assert list(lanes) == ["intake", "community", "street", "agreement", "closing"]
    assert sum(map(len, lanes.values())) == len(plan.states)
    named = [state.name.rpartition("/")[2] for state in lanes["community"]]
    assert named[:3] == ["accepted", "fact_finding", "mediating"]


def test_everything_about_a_procedure_is_told(catalogue: Catalogue, words: Words) -> None:
    told = procedure_told(catalogue, "property", "shenzhen", "", DAY, words)
    plan = catalogue.find("property", "shenzhen").procedure.workflow.case
    events = [*told["anywhere"], *(one for lane in told["lanes"] for one in lane["events"])]
    assert len(events) == len(plan.events)
    assert {need["text"] for one in events for need in one["needs"]} >= {"移送须各方当事人同意"}
    assert [one["label"] for one in told["periods"] if one["differs"]] == ["调解期限"]
    assert told["proof"]["sound"]


def test_coverage_without_results_claims_nothing(catalogue: Catalogue, words: Words) -> None:
    told = coverage_told(catalogue, "general", specification(), None, words)
    assert [plan["played_states"] for plan in told["plans"]] == [0, 0, 0, 0]
    assert not any(one["scenarios"] for plan in told["plans"] for one in plan["transitions"])


@pytest.mark.parametrize("kind", ["property", "demolition", "neighbour", "general"])
def test_coverage_is_whole(catalogue: Catalogue, words: Words, kind: str) -> None:
    told = coverage_told(catalogue, kind, specification(), results(), words)
    for plan in told["plans"]:
        assert plan["played_states"] == plan["states"]
        assert [one["label"] for one in plan["transitions"] if not one["scenarios"]] == []
