"""Spreadsheets in which every cell is what it was given as: a text, or a number.

Nothing that somebody typed becomes a formula, a link or a number. A text that a spreadsheet
might take for a formula, when the file is saved as text and opened again, gets an apostrophe.
"""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST: Final = 32_000
"""A cell holds a little more."""
PERCENT: Final = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)%")
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")
PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Cell = str | int
FORMATTED: Final = {"text_wrap": True, "valign": "top", "font_size": 12, "border": 1}


def safe(text: str) -> str:
    """Give a text so that no program reads it as a formula."""
    return f"'{text[:LONGEST]}" if text.startswith(DANGEROUS) else text[:LONGEST]


class Sheets:
    """A workbook while it is written."""

    def __init__(self) -> None:
        self.file = BytesIO()
        self.book = Workbook(self.file, PLAIN)
        self.text = self.format(num_format="@")
        self.head = self.format(bold=True, bg_color="#EEF2F6")
        self.number = self.format(align="right")
        self.percent = self.format(align="right", num_format="0.0%")

    def format(self, **more: object) -> Format:
        """Make a format that all cells share, and what is special of it."""
        return self.book.add_format({**FORMATTED, **more})

    def sheet(
        self,
        name: str,
        rows: Iterable[Sequence[Cell]],
        widths: Sequence[int],
        *,
        heads: int = 1,
    ) -> None:
        """Write a sheet of texts and whole numbers; its first rows are headings."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.write(sheet, at, column, cell, head=at < heads)
        sheet.freeze_panes(heads, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, max(heads - 1, 0))

    def write(self, sheet: Worksheet, row: int, column: int, cell: Cell, *, head: bool) -> None:
        """Write one cell as what it is."""
        if isinstance(cell, int):
            sheet.write_number(row, column, cell, self.number)
        elif isinstance(cell, Figure) and (found := PERCENT.fullmatch(cell)):
            sheet.write_number(row, column, float(found[1]) / 100, self.percent)
        elif isinstance(cell, Figure) and NUMBER.fullmatch(cell):
            sheet.write_number(row, column, float(cell), self.number)
        else:
            sheet.write_string(row, column, safe(cell), self.head if head else self.text)

    def done(self) -> bytes:
        """Give the file."""
        self.book.close()
        return self.file.getvalue()


class Figure(str):
    """A figure that the program has counted, as it is told: `12`, `12.35`, `96.9%`."""

    __slots__ = ()
