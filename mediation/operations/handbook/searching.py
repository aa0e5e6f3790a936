"""Search over the handbook: rules, scenarios and articles by the words people use for them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mediation.operations.handbook.specification import Feature, Part, Rule, Scenario
from mediation.rendering.values import cn

MOST: Final = 40
"""So many finds are shown; whoever gets more adds a word."""
LONGEST: Final = 100
# 人民调解法31, 第31条 and 第三十一条 are one article.
NUMBERED: Final = re.compile(r"(?:(?<=[\u4e00-\u9fff])|第)([0-9]{1,4})条?$")
# What stands between the characters of a word in print and is not typed.
BETWEEN: Final = "[《》“”\\s]*"


@dataclass(frozen=True, slots=True)
class Place:
    """What may be found: a feature, a rule or a scenario.

    Args:
        weight: how far up it stands; a find in a feature's title comes before one in a step.
        title: what it is called.
        own: its sentences, the title first.
        around: what it stands under.
    """

    weight: int
    feature: Feature
    anchor: str
    title: str
    own: tuple[str, ...]
    around: str


@dataclass(frozen=True, slots=True)
class Found:
    """A place with the sentence around the hit, cut where the words begin and end.

    Args:
        sentence: (text, whether it is one of the words).
    """

    place: Place
    sentence: tuple[tuple[str, bool], ...]

    @property
    def titled(self) -> bool:
        """Whether the sentence is the title itself."""
        return "".join(text for text, _ in self.sentence) == self.place.title


def feature_places(feature: Feature, articles: Sequence[Sequence[str]]) -> Iterator[Place]:
    """Give what may be found in a feature.

    Args:
        articles: for each rule what is said of the articles it cites.
    """
    own = (feature.title, feature.description, feature.english, *feature.tags)
    yield Place(0, feature, "", feature.title, own, "")
    for rule, said in zip(feature.rules, articles, strict=True):
        above = " ".join((feature.title, rule.title, *rule.tags))
        sentences = (rule.title, *rule.tags, *said, *sentences_of(rule.background))
        yield Place(1, feature, rule.anchor, rule.title, sentences, feature.title)
        for scenario in rule.scenarios:
            yield scenario_place(feature, rule, scenario, above)


def scenario_place(feature: Feature, rule: Rule, scenario: Scenario, above: str) -> Place:
    """Give a scenario as it may be found."""
    tables = [
        " ".join((*examples.header, *row))
        for examples in scenario.examples
        for row in examples.rows
    ]
    own = (scenario.title, *sentences_of(scenario.parts), *tables)
    return Place(2, feature, scenario.anchor, scenario.title, own, f"{above} {rule.title}")


def sentences_of(parts: Iterable[Part]) -> Iterator[str]:
    """Give the sentences of steps, each with the table under it."""
    for part in parts:
        for step in part.steps:
            yield " ".join((step.sentence, *(cell for row in step.rows for cell in row)))


def search(places: Iterable[Place], asked: str) -> list[Found]:
    """Find the places where all the words stand, at least one of them in the place itself."""
    words = [pattern(word) for word in asked[:LONGEST].split()]
    found = [hit for place in places if (hit := found_in(place, words))] if words else []
    return sorted(found, key=lambda one: (not one.titled, one.place.weight))


def pattern(word: str) -> re.Pattern[str]:
    """Write a word as it may stand in print."""
    article = NUMBERED.search(word)
    forms = [word]
    if article:
        forms.append(f"{word[: article.start()]}第{cn(int(article[1]))}条")
    joined = "|".join(BETWEEN.join(map(re.escape, form)) for form in forms)
    # A number is a whole number: who looks for CQ1 does not mean CQ10.
    return re.compile(f"(?:{joined})(?![0-9])" if word[-1].isdigit() else joined, re.IGNORECASE)


def found_in(place: Place, words: Sequence[re.Pattern[str]]) -> Found | None:
    """Look into one place; None if it has not all the words."""
    best, most = "", 0
    for sentence in place.own:
        count = sum(1 for word in words if word.search(sentence))
        if count > most:
            best, most = sentence, count
    if not most:
        return None
    text = "\n".join((*place.own, place.around))
    if most < len(words) and not all(word.search(text) for word in words):
        return None
    return Found(place, tuple(cut(best, words)))


def cut(sentence: str, words: Sequence[re.Pattern[str]]) -> Iterator[tuple[str, bool]]:
    """Cut a sentence into what is one of the words and what is not."""
    either = re.compile("|".join(f"(?:{word.pattern})" for word in words), re.IGNORECASE)
    end = 0
    for hit in either.finditer(sentence):
        yield sentence[end : hit.start()], False
        yield hit[0], True
        end = hit.end()
    yield sentence[end:], False
