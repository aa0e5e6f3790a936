"""docs/papers.md says of every paper where it is issued and what it bears; it is read here."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from mediation.operations.catalogue import Catalogue
from mediation.rendering.formats import exported
from mediation.rendering.templates import documents
from mediation.resources import resource_dir
from tests.rendering.occasions import EIGHT, FULL, MINIMAL, TWO
from tests.rendering.outputs import docx_text, pdf_text, squeezed
from tests.rendering.test_outside import OUTSIDE, issuing, kinds, rendered

pytestmark = pytest.mark.checkout

PAGE = Path(__file__).parents[2] / "docs" / "papers.md"
EVERYWHERE, OPEN = "各环节", "各未结环节"


@dataclass(frozen=True)
class Entry:
    """What the page says of a paper."""

    label: str
    issued: frozenset[str]
    number: str
    always: tuple[str, ...]
    sometimes: tuple[str, ...]


def entries() -> dict[str, Entry]:
    if not PAGE.exists():
        return {}
    found = {}
    for part in PAGE.read_text("utf-8").split("\n## ")[1:]:
        label, name = re.fullmatch(r"(.+) `(\w+)`", part.splitlines()[0]).groups()  # type: ignore[union-attr]
        told = dict(line[2:].split("：", 1) for line in part.splitlines() if line[:2] == "- ")
        fields = [tuple(re.findall("`([^`]+)`", told.get(key, ""))) for key in ("栏目", "遇有")]
        found[name] = Entry(label, frozenset(told["出具"].split("；")), told["字号"], *fields)
    return found


ENTRIES = entries()
EVERY = pytest.mark.parametrize("name", sorted(ENTRIES))


@cache
def catalogue() -> Catalogue:
    return Catalogue.read(resource_dir("workflows"))


@cache
def issued() -> dict[str, dict[str, set[str]]]:
    """Give by paper the events that issue it, each with the labels of the states it is from."""
    found: dict[str, dict[str, set[str]]] = {}
    for pinned in catalogue().all():
        workflow = pinned.procedure.workflow
        for plan in (workflow.case, *workflow.machines.values()):
            beside = "" if plan is workflow.case else f"（{plan.label.zh}）"
            for event in plan.events:
                states = {plan.states[one].label.zh for one in event.sources}
                for name in event.issues:
                    events = found.setdefault(name, {})
                    events.setdefault(event.label.zh + beside, set()).update(states)
    return found


def states_told(states: set[str]) -> str:
    """Write states as the page does: all open ones and all there are in a word."""
    plans = [one.procedure.workflow.case for one in catalogue().all()]
    all_ = {state.label.zh for plan in plans for state in plan.states.values()}
    open_ = {s.label.zh for plan in plans for s in plan.states.values() if not s.closed}
    words = {frozenset(open_): OPEN, frozenset(all_): EVERYWHERE}
    return words.get(frozenset(states)) or "、".join(sorted(states))


def test_every_paper_stands_on_the_page_once() -> None:
    assert sorted(ENTRIES) == sorted(documents())
    bodies = catalogue().library.bodies
    assert {name: one.label for name, one in ENTRIES.items()} == {
        name: one.label.zh for name, one in bodies.document.items()
    }


@EVERY
def test_the_page_says_which_events_issue_a_paper_and_from_where(name: str) -> None:
    assert ENTRIES[name].issued == {
        f"{event}：{states_told(states)}" for event, states in issued()[name].items()
    }


def smallest(name: str) -> list[str]:
    if name in OUTSIDE:
        return rendered_all(name, full=False)
    return [one.paper().html for one in MINIMAL if one.name == name]


def fullest(name: str) -> list[str]:
    if name in OUTSIDE:
        return rendered_all(name, full=True)
    return [one.paper().html for one in FULL if one.name == name]


def rendered_all(name: str, *, full: bool) -> list[str]:
    return [
        rendered(name, event, sort, kind, EIGHT if full else TWO)
        for event, sort in issuing(name)
        for kind in (kinds(event, sort) if sort else ("",))
    ]


@EVERY
def test_every_field_of_a_paper_stands_in_its_pdf_and_its_docx(name: str) -> None:
    entry = ENTRIES[name]
    assert entry.always
    for html in (*smallest(name)[:1], *fullest(name)[:1]):
        for text in (pdf_text(exported(html, "pdf")), docx_text(exported(html, "docx"))):
            assert [one for one in entry.always if squeezed(one) not in text] == []


@EVERY
def test_what_a_paper_bears_in_some_cases_stands_in_one_of_them(name: str) -> None:
    texts = [pdf_text(exported(html, "pdf")) for html in fullest(name)]
    texts += [docx_text(exported(html, "docx")) for html in fullest(name)[:1]]
    together = "".join(texts)
    assert [one for one in ENTRIES[name].sometimes if squeezed(one) not in together] == []
