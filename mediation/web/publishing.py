"""Handbook, procedures and reports as files that open from disk: no server, no script."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.answers.words import Told, Words
from mediation.operations.catalogue import Catalogue
from mediation.operations.handbook.coverage import coverage_told
from mediation.operations.handbook.procedures import (
    places_of,
    procedure_told,
    procedures_told,
)
from mediation.operations.handbook.telling import (
    contents_told,
    feature_told,
    handbook_of,
    index_told,
)
from mediation.web.pages import STATIC, Speech, environment

COPIED: Final = ("desk.css", "desk.svg")
Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page to be written.

    Args:
        parts: of its address on the desk: `handbook`, chapter, name.
    """

    parts: Parts
    template: str
    told: Callable[[], Told]


def publish(catalogue: Catalogue, words: Words, now: datetime, folder: Path) -> list[Path]:
    """Write all pages into a folder, with the style they need; give the pages' files.

    Raises:
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(STATIC / name, folder / name)
    written = []
    for leaf in leaves(catalogue, words, now):
        file = folder / file_of(leaf.parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered(leaf, catalogue, words, now), "utf-8")
        written.append(file)
    return written


def leaves(catalogue: Catalogue, words: Words, now: datetime) -> Iterator[Leaf]:
    """Give every page of the handbook and of the procedures."""
    handbook = handbook_of(catalogue.library)
    spec, found = handbook.spec, handbook.results
    yield Leaf(("handbook",), "handbook", partial(contents_told, handbook, words))
    yield Leaf(("handbook", "index"), "handbook_index", partial(index_told, handbook, words))
    for path, feature in spec.features.items():
        parts = ("handbook", feature.chapter, feature.name)
        yield Leaf(parts, "handbook_feature", partial(feature_told, handbook, path, words))
    for kind in catalogue.kinds:
        yield Leaf(
            ("handbook", "coverage", kind),
            "handbook_coverage",
            partial(coverage_told, catalogue, kind, spec, found, words),
        )
    yield Leaf(("procedures",), "procedures", partial(procedures_told, catalogue, words))
    for kind in catalogue.kinds:
        for place in places_of(catalogue):
            yield from procedure_leaves(catalogue, kind, place, words, now)


def procedure_leaves(
    catalogue: Catalogue, kind: str, place: str, words: Words, now: datetime
) -> Iterator[Leaf]:
    """Give the pages of a kind at a place: the case's, and its side machines'."""
    day = shanghai_day(now)
    for machine in ("", *catalogue.find(kind, place).procedure.workflow.machines):
        yield Leaf(
            ("procedures", kind, place, *([machine] if machine else [])),
            "procedure",
            partial(procedure_told, catalogue, kind, place, machine, day, words),
        )


def rendered(leaf: Leaf, catalogue: Catalogue, words: Words, now: datetime) -> str:
    """Render one page, its links relative to where it will lie."""
    up = "../" * (len(file_of(leaf.parts).parts) - 1)
    speech = Speech(words.language, now)

    def link(*parts: str) -> str:
        return up + quote(file_of(parts).as_posix())

    context: Mapping[str, Any] = {
        "_": speech.say,
        "day": speech.day,
        "today_on": shanghai_day(now).isoformat(),
        "told": leaf.told(),
        "frame": "_published.html.j2",
        "first_kind": catalogue.kinds[0],
        "searchable": False,
        "link": link,
        "static": lambda name: up + name,
    }
    return environment(words.language).get_template(f"{leaf.template}.html.j2").render(context)


def report_paper(told: Told, words: Words, now: datetime) -> str:
    """Render a monthly report as one file with a style of its own, to be printed."""
    speech = Speech(words.language, now)
    context: Mapping[str, Any] = {
        "_": speech.say,
        "day": speech.day,
        "moment": speech.moment,
        "lang": "zh-CN" if words.language == "zh" else "en",
        "told": told,
    }
    return environment(words.language).get_template("_report_paper.html.j2").render(context)


def file_of(parts: Parts) -> Path:
    """Say where a page lies in the folder: the contents of the handbook at its top."""
    if parts == ("handbook",):
        return Path("index.html")
    if len(parts) == 1:
        return Path(*parts, "index.html")
    return Path(*parts[:-1], f"{parts[-1]}.html")
