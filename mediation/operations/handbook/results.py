"""What the last recorded run of the specification came to, scenario by scenario."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from mediation.operations.handbook.specification import Specification, specification
from mediation.resources import resource_dir

FILE: Final = "results.json"
"""Written by `pytest tests/test_features.py --record-specification features/results.json`."""

Transition = tuple[str, int]
"""An event as defined, and which of its branches it took."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one scenario came to.

    Args:
        databases: the name of each -> whether it passed there.
        transitions: those it executed, in order, if it stands under a rule that cites.
    """

    databases: Mapping[str, bool]
    transitions: tuple[Transition, ...]

    @property
    def passed(self) -> bool:
        """Whether it passed wherever it was played."""
        return all(self.databases.values())


@dataclass(frozen=True)
class Results:
    """A recorded run.

    Args:
        day: when it was, ISO.
        version: of the program.
        scenarios: by title; only those whose file still reads as it did then.
    """

    day: str
    version: str
    scenarios: Mapping[str, Result]

    @cached_property
    def executed(self) -> Mapping[Transition, tuple[str, ...]]:
        """The scenarios that executed each transition, those that end with it first."""
        found: dict[Transition, list[tuple[int, str]]] = {}
        for title, result in self.scenarios.items():
            for left, transition in enumerate(reversed(result.transitions)):
                found.setdefault(transition, []).append((left, title))
        return {
            transition: tuple(title for _, title in sorted(titles, key=lambda one: one[0]))
            for transition, titles in found.items()
        }


@cache
def results() -> Results | None:
    """Give the results that ship with the program; None if none do."""
    file = resource_dir("features") / FILE
    return read_results(file, specification()) if file.exists() else None


def read_results(file: Path, spec: Specification) -> Results:
    """Read recorded results; what was said of a text that has changed since says nothing."""
    told = json.loads(file.read_text("utf-8"))
    transitions = [(name, branch) for name, branch in told["transitions"]]
    return Results(
        told["day"],
        told["version"],
        {
            title: Result(one["passed"], tuple(transitions[no] for no in one["transitions"]))
            for path, recorded in told["features"].items()
            if path in spec.features and spec.features[path].digest == recorded["digest"]
            for title, one in recorded["scenarios"].items()
        },
    )
