"""Every sentence of the program has its English, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import mediation
from mediation.language import ENGLISH
from mediation.resources import resource_dir

PACKAGE = Path(mediation.__file__).parent
PAGES = resource_dir("templates") / "pages"
SAID_ON_A_PAGE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|[^"\s][^)]*)""")
MARKERS = {"Message", "N_"}


def sentences() -> Iterator[tuple[str, str | None]]:
    """Where a sentence stands, and the sentence; None where it cannot be read off."""
    for module in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(module.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in MARKERS:
                first = node.args[0] if node.args else node.keywords[0].value
                place = f"{module.relative_to(PACKAGE)}:{node.lineno}"
                yield from ((place, said) for said in _said(first, tree) or [None])

    for template in sorted(PAGES.rglob("*.j2")):
        text = template.read_text("utf-8")
        for found in SAID_ON_A_PAGE.finditer(text):
            place = f"{template.name}:{text.count(chr(10), 0, found.start()) + 1}"
            written = found[1].startswith('"')
            yield place, ast.literal_eval(found[1]) if written else None


def _said(argument: ast.expr, tree: ast.Module) -> list[str | None]:
    """What a marker may be called with: a sentence, or one out of a table of the module."""
    if isinstance(argument, ast.Subscript):
        table = _name(argument.value)
        assigned = [
            node.value
            for node in tree.body
            if (isinstance(node, ast.AnnAssign) and _name(node.target) == table)
            or (isinstance(node, ast.Assign) and _name(node.targets[0]) == table)
        ]
        values = [row for node in assigned if isinstance(node, ast.Dict) for row in node.values]
        return [said for value in values for said in _said(value, tree)]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    return [None]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}


def english() -> dict[str, str]:
    known: dict[str, str] = {}
    for source in sorted(ENGLISH.glob("*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale="en", abort_invalid=True)
        known |= {str(entry.id): str(entry.string) for entry in catalogue if entry.id}
    return known


def test_a_sentence_is_written_out_where_it_is_said() -> None:
    assert [place for place, sentence in sentences() if sentence is None] == []


def test_every_sentence_has_its_english() -> None:
    known = english()
    missing = [f"{place} {said}" for place, said in sentences() if said and not known.get(said)]
    assert missing == []


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    assert sorted(english().keys() - {sentence for _, sentence in sentences()}) == []


@pytest.mark.parametrize(("chinese", "translated"), english().items())
def test_both_languages_carry_the_same_values(chinese: str, translated: str) -> None:
    assert placeholders(translated) == placeholders(chinese)


def test_no_sentence_stands_in_the_catalogue_twice() -> None:
    written = [source.read_text("utf-8") for source in ENGLISH.glob("*.po")]
    assert sum(text.count("\nmsgid ") - 1 for text in written) == len(english())
