"""The handbook as pages show it: contents, one feature, finds, and what cites what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from mediation.engine.workflows.reading import Library
from mediation.operations.answers.words import Told, Words
from mediation.operations.handbook.citations import Citations
from mediation.operations.handbook.results import Results, results
from mediation.operations.handbook.searching import MOST, Found, Place, feature_places, search
from mediation.operations.handbook.specification import (
    Feature,
    Rule,
    Specification,
    specification,
)


@dataclass(frozen=True)
class Handbook:
    """The specification, bound with the law it cites and its last results."""

    spec: Specification
    library: Library
    results: Results | None

    @cached_property
    def citations(self) -> Citations:
        """What finds the articles a rule cites."""
        return Citations(self.library.law.article)

    def articles(self, rule: Rule) -> list[str]:
        """List the keys of the articles a rule cites."""
        return self.citations.found(rule.title, rule.tags)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Everything that can be found by its words."""
        return tuple(
            place
            for feature in self.spec.features.values()
            for place in feature_places(
                feature, [list(self.said_of(rule)) for rule in feature.rules]
            )
        )

    def said_of(self, rule: Rule) -> Iterator[str]:
        """Give what is said of the articles and mechanisms of a rule, in both languages."""
        law = self.library.law.article
        for key in self.articles(rule):
            article = law[key]
            said = article.rule
            yield f"《{article.statute}》{article.number} {said.zh}"
            yield said.en
        for tag in rule.tags:
            if label := self.spec.mechanisms.get(tag):
                yield f"{tag} {label.zh}"
                yield f"{tag} {label.en}"

    @cached_property
    def cited(self) -> Mapping[str, tuple[tuple[Feature, Rule], ...]]:
        """The rules by what they rest on: an article's key, or a mechanism's id."""
        found: dict[str, list[tuple[Feature, Rule]]] = {}
        for feature in self.spec.features.values():
            for rule in feature.rules:
                mechanisms = (tag for tag in rule.tags if tag in self.spec.mechanisms)
                for key in (*self.articles(rule), *mechanisms):
                    found.setdefault(key, []).append((feature, rule))
        return {key: tuple(rules) for key, rules in found.items()}


BOUND: Final[dict[int, Handbook]] = {}
"""By the identity of the library, which is read once a process and does not change."""


def handbook_of(library: Library) -> Handbook:
    """Give the handbook that ships with the program, bound once a process."""
    if id(library) not in BOUND:
        BOUND[id(library)] = Handbook(specification(), library, results())
    return BOUND[id(library)]


def contents_told(handbook: Handbook, words: Words) -> Told:
    """Tell the contents: every chapter with its features and how they came out."""
    return {
        **about(handbook, words),
        "chapters": [
            {
                "name": chapter.name,
                "label": words.to(chapter.label),
                "features": [feature_line(handbook, one) for one in chapter.features],
            }
            for chapter in handbook.spec.chapters
        ],
        "kinds": {name: words.kind(name) for name in words.library.kinds},
    }


def about(handbook: Handbook, words: Words) -> Told:
    """Tell what every page of the handbook says of it."""
    return {
        "language": words.language,
        "results": handbook.results,
        "scenarios": len(handbook.spec.places),
        "passed": sum(
            1
            for title in handbook.spec.places
            if handbook.results
            and title in handbook.results.scenarios
            and handbook.results.scenarios[title].passed
        ),
    }


def feature_line(handbook: Handbook, feature: Feature) -> Told:
    """Tell a feature in one line of the contents."""
    return {
        "feature": feature,
        "rules": len(feature.rules),
        "scenarios": sum(1 for _ in feature.scenarios),
        "failed": [one.title for one in feature.scenarios if failed(handbook, one.title)],
    }


def failed(handbook: Handbook, title: str) -> bool:
    """Whether a scenario is known not to have passed."""
    found = handbook.results.scenarios.get(title) if handbook.results else None
    return bool(found and not found.passed)


def feature_told(handbook: Handbook, path: str, words: Words) -> Told:
    """Tell one feature: its rules, each with the law beside it and its scenarios.

    Args:
        path: one that exists, as `chapter/name`.
    """
    spec = handbook.spec
    feature = spec.features[path]
    order = list(spec.features.values())
    place = order.index(feature)
    chapter = next(one for one in spec.chapters if one.name == feature.chapter)
    return {
        **about(handbook, words),
        "feature": feature,
        "chapter": words.to(chapter.label),
        "rules": [rule_told(handbook, rule, words) for rule in feature.rules],
        "outcomes": handbook.results.scenarios if handbook.results else {},
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
    }


def rule_told(handbook: Handbook, rule: Rule, words: Words) -> Told:
    """Tell a rule with the articles it cites and the mechanisms it serves."""
    return {
        "rule": rule,
        "law": [article_told(handbook, key, words) for key in handbook.articles(rule)],
        "mechanisms": [
            {"id": tag, "label": words.to(handbook.spec.mechanisms[tag])}
            for tag in rule.tags
            if tag in handbook.spec.mechanisms
        ],
    }


def article_told(handbook: Handbook, key: str, words: Words) -> Told:
    """Tell an article: its citation, and what it says in our own words."""
    rule = getattr(handbook.library.law.article[key].rule, words.language)
    return {"key": key, "citation": words.citation(key), "rule": rule}


def index_told(handbook: Handbook, words: Words) -> Told:
    """Tell what rests on each article and each mechanism."""
    law, mechanisms = handbook.library.law.article, handbook.spec.mechanisms
    return {
        **about(handbook, words),
        "articles": [
            {**article_told(handbook, key, words), "rules": handbook.cited[key]}
            for key in law
            if key in handbook.cited
        ],
        "mechanisms": [
            {"id": key, "label": words.to(label), "rules": handbook.cited[key]}
            for key, label in mechanisms.items()
            if key in handbook.cited
        ],
    }


def found_told(handbook: Handbook, asked: str, words: Words) -> Told:
    """Tell what a search found, the best first."""
    found: list[Found] = search(handbook.places, asked)
    return {
        **about(handbook, words),
        "asked": asked,
        "found": found[:MOST],
        "count": len(found),
    }
