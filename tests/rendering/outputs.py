"""What stands in the files papers are set as: the words of a PDF and of a DOCX."""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import pypdfium2
from docx import Document

from mediation.rendering.blocks import Block, Items, Paper, Paragraph, Runs, Section, Table

GAPS = re.compile(r"[\s\u200b\ufffe\u00ad]+")
PAGE_NUMBER = re.compile(r"—\s*\d+\s*—")


def squeezed(text: str) -> str:
    """Give a text without what setting it puts between its letters."""
    return GAPS.sub("", text)


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return squeezed("".join(PAGE_NUMBER.sub("", page) for page in pages))


def docx_text(content: bytes) -> str:
    body: Any = Document(BytesIO(content)).element.body
    return squeezed("".join(body.itertext("{*}t")))


def words(paper: Paper) -> list[str]:
    """Give every stretch of text of a paper, in its order."""
    return [squeezed(run.text) for runs in texts(paper.blocks) for run in runs if run.text]


def texts(blocks: Iterable[Block]) -> Iterable[Runs]:
    for block in blocks:
        match block:
            case Paragraph(runs=runs):
                yield runs
            case Items(items=items):
                yield from items
            case Table(head=head, rows=rows):
                yield from (cell.runs for row in (*head, *rows) for cell in row)
            case Section(blocks=inner):
                yield from texts(inner)
