"""Reads the HTML of a paper back as blocks, from which its PDF and its DOCX are set.

The HTML as issued is the paper; whatever else is made of it is made from its own words, so that
no output can say something that another does not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from lxml import html

Kind = Literal["text", "bold", "blank", "break"]
WIDTH: Final = 156.0
"""How wide the text is, in millimetres."""

_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_LINE: Final = re.compile(r"[ \t\r\f]*\n[ \t\r\f]*")
_INLINE: Final[dict[str, Kind]] = {"b": "bold", "span": "text"}
_MILLIMETRES: Final = re.compile(r"width:([\d.]+)mm")


class Run(NamedTuple):
    """A stretch of text set in one way; a blank is a line to write on."""

    text: str
    kind: Kind = "text"


Runs = tuple[Run, ...]


class Paragraph(NamedTuple):
    """A paragraph, a title or a heading.

    Args:
        look: `h1`, `h2`, or how a paragraph is set: `no`, `to`, `lead`, `note`, `seal`, `cut`.
    """

    look: str
    runs: Runs


class Items(NamedTuple):
    """A list, counted in Chinese in brackets."""

    items: tuple[Runs, ...]


class Cell(NamedTuple):
    """A cell of a table."""

    runs: Runs
    head: bool
    columns: int
    rows: int


class Table(NamedTuple):
    """A table.

    Args:
        look: `form`, `form party` or `sign`.
        widths: of the columns, in millimetres; the whole is as wide as the text.
        head: rows that stand again on every page.
    """

    look: str
    widths: tuple[float, ...]
    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]


class Section(NamedTuple):
    """Blocks that stay together, `keep`, or the foot that says where to verify, `verify`.

    Args:
        address: where the paper can be verified; empty if nowhere.
    """

    look: str
    blocks: "tuple[Block, ...]"
    address: str = ""


Block = Paragraph | Items | Table | Section


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as blocks.

    Args:
        on: the day of what it is about; None on papers issued before they said it to programs.
    """

    title: str
    on: date | None
    blocks: tuple[Block, ...]


class NotVocabulary(ValueError):
    """A paper holds an element that nothing can be made of: its template is wrong."""

    def __init__(self, element: html.HtmlElement) -> None:
        kind = f".{element.get('class')}" if element.get("class") else ""
        super().__init__(f"<{element.tag}{kind}> is not in the vocabulary of papers")


def read_paper(text: str) -> Paper:
    """Read a paper.

    Raises:
        NotVocabulary: it holds an element that is not in the vocabulary.
    """
    tree = html.document_fromstring(text)
    main = tree.find("body/main")
    if main is None:
        raise NotVocabulary(tree)
    title = _SPACE.sub(" ", tree.findtext("head/title") or "").strip()
    said = tree.xpath("string(head/meta[@name='date']/@content)")
    return Paper(title, date.fromisoformat(said) if said else None, tuple(_blocks(main)))


def _blocks(parent: html.HtmlElement) -> Iterator[Block]:
    for element in parent:
        look = element.get("class") or ""
        match element.tag:
            case "h1" | "h2":
                yield Paragraph(str(element.tag), _runs(element))
            case "p":
                yield Paragraph(look, _runs(element))
            case "ol" if look == "cn":
                yield Items(tuple(_runs(item) for item in element))
            case "table":
                yield _table(element, look)
            case "section" if look in {"keep", "verify"}:
                yield Section(look, tuple(_blocks(element)), element.get("data-address") or "")
            case _:
                raise NotVocabulary(element)


def _table(element: html.HtmlElement, look: str) -> Table:
    head: list[tuple[Cell, ...]] = []
    rows: list[tuple[Cell, ...]] = []
    for row in element.iter("tr"):
        in_head = row.getparent() is not None and row.getparent().tag == "thead"
        (head if in_head else rows).append(tuple(_cell(cell) for cell in row))
    widths = [_width(column) for column in element.iter("col")]
    if not widths:
        count = sum(cell.columns for cell in (*head, *rows)[0])
        widths = [WIDTH / count] * count
    return Table(look, tuple(widths), tuple(head), tuple(rows))


def _width(column: html.HtmlElement) -> float:
    given = _MILLIMETRES.search(column.get("style") or "")
    if given is None:
        raise NotVocabulary(column)
    return float(given[1])


def _cell(element: html.HtmlElement) -> Cell:
    if element.tag not in {"td", "th"}:
        raise NotVocabulary(element)
    lines = element.get("class") == "said"
    spans = (int(element.get(name) or 1) for name in ("colspan", "rowspan"))
    return Cell(_runs(element, lines=lines), element.tag == "th", *spans)


def _runs(element: html.HtmlElement, *, lines: bool = False) -> Runs:
    """Give the text of an element, white space as a browser shows it.

    Args:
        lines: whether lines end where they were typed.
    """
    found = list(_merged(_inline(element, "text", lines=lines)))
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while found and found[end].kind in {"text", "bold"}:
            run = found[end]
            # Not the full-width space, which is typed on purpose.
            kept = strip(run.text, " ")
            if kept:
                found[end] = Run(kept, run.kind)
                break
            del found[end]
    return tuple(found)


def _inline(element: html.HtmlElement, kind: Kind, *, lines: bool) -> Iterator[Run]:
    yield from _text(element.text, kind, lines=lines)
    for child in element:
        if child.tag == "br":
            yield Run("", "break")
        elif child.get("class") == "blank":
            yield Run("", "blank")
        elif child.tag in _INLINE:
            own = "bold" if child.tag == "b" else kind
            yield from _inline(child, own, lines=lines)
        else:
            raise NotVocabulary(child)
        yield from _text(child.tail, kind, lines=lines)


def _text(text: str | None, kind: Kind, *, lines: bool) -> Iterator[Run]:
    if not text:
        return
    if not lines:
        yield Run(_SPACE.sub(" ", text), kind)
        return
    for no, line in enumerate(_LINE.split(text)):
        if no:
            yield Run("", "break")
        yield Run(_SPACE.sub(" ", line), kind)


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    last: Run | None = None
    for run in runs:
        if run.kind in {"text", "bold"} and not run.text:
            continue
        if last and run.kind == last.kind and run.kind in {"text", "bold"}:
            last = Run(_SPACE.sub(" ", last.text + run.text), run.kind)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last
