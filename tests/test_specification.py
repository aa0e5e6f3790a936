"""The form of the living specification: what every file of `features/` keeps to."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd.feature import get_features
from pytest_bdd.parser import Feature, ScenarioTemplate

from mediation.operations.handbook.results import results
from mediation.operations.handbook.specification import specification
from mediation.resources import resource_dir
from tests.coverage_of_transitions import ARTICLE, MECHANISM, cited

MOST_SCENARIOS, MOST_STEPS = 8, 7
FOLDER = resource_dir("features")
FILES = sorted(FOLDER.rglob("*.feature"))
FEATURES = get_features([str(FOLDER)])


def scenarios() -> Iterator[tuple[Feature, ScenarioTemplate]]:
    for feature in FEATURES:
        for scenario in feature.scenarios.values():
            yield feature, scenario


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_chinese_and_says_its_rule_in_one_english_sentence(file: Path) -> None:
    first, second, *_ = file.read_text("utf-8").splitlines()
    assert first == "# language: zh-CN"
    assert re.fullmatch(r"# en: [A-Z].*[.]", second), second


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_fits_a_glance(feature: Feature) -> None:
    assert feature.description.strip(), "the description tells what the rule is for"
    assert len(feature.scenarios) <= MOST_SCENARIOS
    long = [one.name for one in feature.scenarios.values() if len(one._steps) > MOST_STEPS]
    assert not long


def test_scenario_titles_are_unique_across_the_project() -> None:
    titles = Counter(scenario.name for _, scenario in scenarios())
    assert not [title for title, count in titles.items() if count > 1]


def test_every_scenario_stands_under_a_rule_that_says_where_it_comes_from() -> None:
    silent = [
        f"{feature.rel_filename}: {scenario.name}"
        for feature, scenario in scenarios()
        if not (
            cited(scenario) or "本系统的承诺" in (scenario.rule.name if scenario.rule else "")
        )
    ]
    assert not silent


def test_no_scenario_speaks_of_clicks_or_codes() -> None:
    words = re.compile(r"点击|按钮|页面|字段|accepted|mediating|community/")
    told = [
        step.name
        for _, scenario in scenarios()
        for step in scenario.steps
        if words.search(step.name)
    ]
    assert not told


def test_tags_name_mechanisms_and_articles() -> None:
    tags = {tag for feature, scenario in scenarios() for tag in tags_of(feature, scenario)}
    assert not {
        tag for tag in tags if not (MECHANISM.fullmatch(tag) or ARTICLE.search(tag))
    } - {
        "期限",
        "节假日",
    }


def tags_of(feature: Feature, scenario: ScenarioTemplate) -> set[str]:
    return feature.tags | scenario.tags | (scenario.rule.tags if scenario.rule else set())


def test_the_recorded_results_name_exactly_the_scenarios_there_are() -> None:
    """A feature that has changed is recorded anew; CONTRIBUTING says by which command."""
    found = results()
    assert found
    assert found.scenarios.keys() == specification().places.keys()
    assert all(one.passed for one in found.scenarios.values())
