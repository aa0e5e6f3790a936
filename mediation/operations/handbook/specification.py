"""The living specification as `features/` holds it: features, rules, scenarios."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from gherkin.parser import Parser

from mediation.language import Label
from mediation.resources import resource_dir

Role = Literal["given", "when", "then"]
Row = tuple[str, ...]

# A line that begins with "and" goes on with what the line before it has begun.
ROLES: Final[Mapping[str, Role]] = {"Context": "given", "Action": "when", "Outcome": "then"}
ENGLISH: Final = re.compile(r"^# en: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence, with the table under it."""

    sentence: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is given, what is done, or what comes of it."""

    role: Role
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """A table whose every row is an example of its own."""

    name: str
    header: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One case that shows a rule."""

    title: str
    parts: tuple[Part, ...]
    examples: tuple[Examples, ...]

    @property
    def anchor(self) -> str:
        """What a link to it names; no two scenarios have the same title."""
        return "-".join(self.title.split())


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, with what is given in all its scenarios."""

    title: str
    anchor: str
    tags: Row
    background: tuple[Part, ...]
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One file.

    Args:
        chapter: its folder.
        name: its file's name.
        english: its rule in one English sentence.
        digest: of its text, so that a result can name the text it stands for.
    """

    chapter: str
    name: str
    title: str
    english: str
    description: str
    tags: Row
    background: tuple[Part, ...]
    rules: tuple[Rule, ...]
    digest: str

    @property
    def path(self) -> str:
        """Its path below `features/`, without the ending."""
        return f"{self.chapter}/{self.name}"

    @property
    def scenarios(self) -> Iterator[Scenario]:
        """Its scenarios, in order."""
        return (scenario for rule in self.rules for scenario in rule.scenarios)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One folder."""

    name: str
    label: Label
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Specification:
    """All of it.

    Args:
        mechanisms: the id a tag names -> what it is, with the report it comes from.
    """

    chapters: tuple[Chapter, ...]
    mechanisms: Mapping[str, Label]

    @cached_property
    def features(self) -> Mapping[str, Feature]:
        """Every feature, by its path."""
        return {one.path: one for chapter in self.chapters for one in chapter.features}

    @cached_property
    def places(self) -> Mapping[str, tuple[Feature, Scenario]]:
        """Where each scenario stands, by its title."""
        return {
            scenario.title: (feature, scenario)
            for feature in self.features.values()
            for scenario in feature.scenarios
        }


@cache
def specification() -> Specification:
    """Give the specification that ships with the program, read once a process."""
    return read_specification(resource_dir("features"))


def read_specification(folder: Path) -> Specification:
    """Read a folder of features."""
    contents = tomllib.loads((folder / "contents.toml").read_text("utf-8"))
    features: dict[str, list[Feature]] = {}
    for file in sorted(folder.glob("*/*.feature")):
        features.setdefault(file.parent.name, []).append(read_feature(file))
    named = [name for name in contents["chapter"] if name in features]
    order = [*named, *(name for name in features if name not in named)]
    labels = {name: Label(**text) for name, text in contents["chapter"].items()}
    return Specification(
        tuple(
            Chapter(name, labels.get(name, Label(name, name)), tuple(features[name]))
            for name in order
        ),
        {
            name: mechanism(Label(**text), contents["report"][name.rstrip("0123456789")])
            for name, text in contents["mechanism"].items()
        },
    )


def mechanism(label: Label, report: Mapping[str, str]) -> Label:
    """Name a mechanism with the report it comes from."""
    return Label(f"{label.zh}（{report['zh']}）", f"{label.en} ({report['en']})")


def read_feature(file: Path) -> Feature:
    """Read one file."""
    text = file.read_text("utf-8")
    told: Any = Parser().parse(text)["feature"]
    english = ENGLISH.search(text)
    rules = [child["rule"] for child in told["children"] if "rule" in child]
    return Feature(
        chapter=file.parent.name,
        name=file.stem,
        title=told["name"],
        english=english[1] if english else "",
        description=paragraph(told["description"]),
        tags=tags(told),
        background=background(told),
        rules=tuple(rule(one, f"r{no}") for no, one in enumerate(rules, 1)),
        digest=sha256(text.encode()).hexdigest()[:16],
    )


def rule(told: Any, anchor: str) -> Rule:
    """Read one rule."""
    scenarios = [child["scenario"] for child in told["children"] if "scenario" in child]
    return Rule(
        title=told["name"],
        anchor=anchor,
        tags=tags(told),
        background=background(told),
        scenarios=tuple(
            Scenario(one["name"], parts(one["steps"]), tuple(map(examples, one["examples"])))
            for one in scenarios
        ),
    )


def background(told: Any) -> tuple[Part, ...]:
    """Read what is given in all scenarios of a feature or rule."""
    found = [child["background"] for child in told["children"] if "background" in child]
    return parts(step for one in found for step in one["steps"])


def parts(steps: Iterable[Any]) -> tuple[Part, ...]:
    """Gather steps by what they are: given, done, come of it."""
    gathered: list[tuple[Role, list[Step]]] = []
    for told in steps:
        role = ROLES.get(told["keywordType"])
        if role and (not gathered or gathered[-1][0] != role):
            gathered.append((role, []))
        gathered[-1][1].append(Step(told["text"], rows(told.get("dataTable", {}))))
    return tuple(Part(role, tuple(found)) for role, found in gathered)


def examples(told: Any) -> Examples:
    """Read a table of examples."""
    return Examples(
        told["name"], cells(told["tableHeader"]), tuple(map(cells, told["tableBody"]))
    )


def rows(table: Mapping[str, Sequence[Any]]) -> tuple[Row, ...]:
    """Read the table under a step."""
    return tuple(map(cells, table.get("rows", ())))


def cells(row: Any) -> Row:
    """Read one row."""
    return tuple(cell["value"] for cell in row["cells"])


def tags(told: Any) -> Row:
    """Read what a feature or a rule is tagged with."""
    return tuple(tag["name"].removeprefix("@") for tag in told["tags"])


def paragraph(text: str) -> str:
    """Join lines that were broken for the file; Chinese needs no space between them."""
    return "".join(line.strip() for line in text.splitlines())
