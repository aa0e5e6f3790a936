"""Which transitions the living specification executes: no step without a promise.

A transition is an event as defined, with one of its branches; placements do not count apart. It
is covered when a scenario under a rule that cites an article or a mechanism has executed it. A
run of all features with a transition uncovered fails and lists it; a run of some does not.

With `--record-specification FILE` a run of all features also writes what each scenario came to
on each database; the handbook shows it.
"""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from pytest_bdd.parser import Scenario, ScenarioTemplate
from pytest_bdd.scenario import scenario_wrapper_template_registry

from mediation import clock
from mediation.engine.cases import Case, Step, fold
from mediation.engine.charts import Procedure
from mediation.engine.conditions import condition
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.situations import Situation
from mediation.engine.workflows.definitions import Event
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.results import Transition
from mediation.operations.handbook.specification import specification
from mediation.operations.office import Office
from mediation.records.cases import case_ids, read_case
from mediation.records.events import case_log
from mediation.resources import resource_dir
from tests.offices import Desk

ARTICLE: Final = re.compile(r"第[一二三四五六七八九十百千零〇]+条|[\u4e00-\u9fff]\d+$")
PLAYED: Final = scenario_wrapper_template_registry
"""The functions that play scenarios."""
MECHANISM: Final = re.compile(r"(?:CD|QH|CQ|QDN|BS)\d+")
DONE: Final = pytest.StashKey[set[Transition]]()
"""Transitions executed under a citing rule in this process, or gathered from the workers."""
OFFICE: Final = pytest.StashKey[Office]()
"""The office a scenario is played in."""
WHOLE: Final = pytest.StashKey[bool]()
"""Whether every scenario is run."""
PLAY: Final = "scenario"
"""The property of a test: its feature, scenario, database, and the transitions executed."""
RECORD: Final = "--record-specification"


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "where to write what each scenario came to, if all are run"
    parser.addoption(RECORD, type=Path, metavar="FILE", help=told)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[DONE] = set()
    config.stash[WHOLE] = False
    file = config.getoption(RECORD)
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(file.resolve()))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note whether every scenario of every module of features was collected and kept."""
    kept: dict[Any, set[Any]] = defaultdict(set)
    for item in session.items:
        if isinstance(item, pytest.Function) and item.function in PLAYED:
            kept[item.module].add(item.function)
    session.config.stash[WHOLE] = bool(kept) and all(
        functions == {one for one in vars(module).values() if callable(one) and one in PLAYED}
        for module, functions in kept.items()
    )


def pytest_bdd_after_step(
    request: pytest.FixtureRequest, step_func_args: dict[str, object]
) -> None:
    desk = step_func_args.get("desk")
    if isinstance(desk, Desk):
        request.node.stash[OFFICE] = desk.office


def pytest_bdd_after_scenario(request: pytest.FixtureRequest, scenario: Scenario) -> None:
    done: list[Transition] = []
    if cited(scenario) and OFFICE in request.node.stash:
        done = list(executed(request.node.stash[OFFICE]))
        request.config.stash[DONE].update(done)
    # A property of a test travels with its report, from whichever worker it was run by.
    path = scenario.feature.rel_filename.removesuffix(".feature")
    database = request.getfixturevalue("dialect")
    request.node.user_properties.append((PLAY, [path, scenario.name, database, done]))


class Recorder:
    """Writes what each scenario came to on each database, and what it executed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.features: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.transitions: dict[Transition, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one play; a scenario with examples passes where all of them do."""
        for name, play in report.user_properties:
            if report.when == "call" and name == PLAY:
                self.note(play, passed=report.passed)

    def note(self, play: Any, *, passed: bool) -> None:
        path, title, database, done = play
        known = self.features[path].setdefault(title, {"passed": {}, "transitions": []})
        known["passed"][database] = passed and known["passed"].get(database, True)
        for event, branch_no in done:
            no = self.transitions.setdefault((event, branch_no), len(self.transitions))
            if no not in known["transitions"]:
                known["transitions"].append(no)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.config.stash[WHOLE]:
            project = tomllib.loads((session.config.rootpath / "pyproject.toml").read_text())
            self.file.write_text(self.written(project["project"]["version"]), "utf-8")

    def written(self, version: str) -> str:
        """Write it as JSON, a line for each feature, so that a change shows what changed."""
        features = specification().features
        rows = [
            f"{spelt(path)}: {spelt({'digest': features[path].digest, 'scenarios': told})}"
            for path, told in sorted(self.features.items())
        ]
        head = {
            "day": shanghai_day(clock.now()).isoformat(),
            "version": version,
            "transitions": list(self.transitions),
        }
        listed = ",\n".join(rows)
        return f'{spelt(head)[:-1]}, "features": {{\n{listed}\n}}}}\n'


def spelt(value: object) -> str:
    """Spell a value in JSON, Chinese as Chinese."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def cited(scenario: Scenario | ScenarioTemplate) -> bool:
    """Tell whether a scenario stands under a rule that names an article or a mechanism."""
    rule = scenario.rule
    said = (rule.name, *rule.tags) if rule else ()
    return any(ARTICLE.search(one) or MECHANISM.search(one) for one in said)


def executed(office: Office) -> Iterator[Transition]:
    """Give every transition in the logs of an office."""
    with office.database.reading() as tx:
        traits = office.staff(tx).traits
        for case_id in case_ids(tx, 0):
            procedure = office.catalogue.procedure(tx, read_case(tx, case_id).workflow)
            case = Case()
            for row in case_log(tx, case_id):
                step = Step.from_json(row.body["step"])
                yield step.definition, branch(procedure, case, step, row.body["form"], traits)
                case = fold(case, step)


def branch(procedure: Procedure, case: Case, step: Step, form: Any, traits: Any) -> int:
    """Tell which branch of its event a step took; two may lead to the same state."""
    key, _, name = step.event.rpartition(":")
    chart = procedure.chart(key)
    event = chart.events[step.source][name]
    led = [no for no, one in enumerate(event.branches) if (one.to or step.source) == step.state]
    if len(led) == 1:
        return led[0]
    situation = Situation(
        procedure.workflow.kind, case, traits, step.occurred_at, key, chart.defaults, form
    )
    return next(no for no in led if condition(event.branches[no].test, chart.plan)(situation))


@cache
def every_transition() -> dict[Transition, str]:
    """Give every transition of every kind at every place, with how it is called in the list."""
    found: dict[Transition, str] = {}
    for pinned in Catalogue.read(resource_dir("workflows")).all():
        procedure = pinned.procedure
        for chart in (procedure.case, *procedure.machines.values()):
            for event in chart.plan.events:
                for no in range(len(event.branches)):
                    found[event.definition, no] = called(event, no)
    return found


def called(event: Event, no: int) -> str:
    """Name a transition: the event, its label, and which of several branches it is."""
    if len(event.branches) == 1:
        return f"{event.definition} {event.label.zh}"
    test = event.branches[no].test
    when = f"{test.subject} {test.value}".strip() if test.about != "always" else "otherwise"
    return f"{event.definition} {event.label.zh} ({when})"


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Gather what a worker of pytest-xdist has done."""
    output = getattr(node, "workeroutput", {})
    node.config.stash[DONE].update((name, no) for name, no in output.get("transitions", ()))
    node.config.stash[WHOLE] |= output.get("every_scenario", False)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        done: set[Transition] = config.stash[DONE]
        config.workeroutput["transitions"] = sorted(done)
        config.workeroutput["every_scenario"] = config.stash[WHOLE]
        return
    if config.stash[WHOLE] and uncovered(config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def uncovered(config: pytest.Config) -> list[str]:
    """Name the transitions no scenario under a citing rule has executed."""
    every = every_transition()
    return sorted(name for key, name in every.items() if key not in config.stash[DONE])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.stash[WHOLE]:
        return
    missing, total = uncovered(config), len(every_transition())
    terminalreporter.section("transitions executed by the living specification")
    terminalreporter.line(f"{total - len(missing)} of {total}")
    for name in missing:
        terminalreporter.line(f"  not covered: {name}")
