"""What people read on a terminal: sentences, tables of aligned Chinese, refusals."""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mediation.clock import SHANGHAI
from mediation.language import Label, Language, Message

# Into a file or a pipe nobody knows a width; lines there are better long than broken.
WIDE: Final = 160


class Page:
    """Writes sentences and tables in one language; nothing in them is read as markup."""

    def __init__(self, language: Language, *, error: bool = False) -> None:
        self.language = language
        file = sys.stderr if error else sys.stdout
        self.console = Console(
            file=file,
            width=None if file.isatty() else WIDE,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def say(self, message: Message | Label | str) -> str:
        """Give a sentence in the page's language."""
        return message if isinstance(message, str) else message.to(self.language)

    def line(self, message: Message | Label | str = "") -> None:
        """Write a sentence."""
        self.console.print(Text(self.say(message)), soft_wrap=True)

    def table(
        self, headings: Sequence[Message], rows: Iterable[Sequence[object]], nothing: Message
    ) -> None:
        """Write a table, or that there is nothing to put in it."""
        made = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in headings:
            made.add_column(self.say(heading), overflow="fold")
        for row in rows:
            made.add_row(*(Text(self.cell(value)) for value in row))
        if made.row_count:
            self.console.print(made)
        else:
            self.line(nothing)

    def facts(self, rows: Iterable[tuple[Message, object]]) -> None:
        """Write names with their values, one a line; what is empty is left out."""
        told = [(self.say(name), self.cell(value)) for name, value in rows]
        told = [(name, value) for name, value in told if value]
        widest = max((cell_len(name) for name, _ in told), default=0)
        for name, value in told:
            self.line(f"{set_cell_size(name, widest)}  {value}")

    def cell(self, value: object) -> str:
        """Write one value."""
        if isinstance(value, Message | Label):
            return value.to(self.language)
        if isinstance(value, bool):
            return self.say(Message("是") if value else Message("否"))
        return "" if value is None else str(value)

    def refusal(self, error: dict[str, Any]) -> None:
        """Write why something was refused: every blocker with article, who, and remedy."""
        blockers = error["blockers"]
        # The sentence of a refused event names all its blockers; below they are told in full.
        told = error["message"] if not blockers else error["message"].partition("：")[0]
        self.line(told.partition(": ")[0] if blockers else told)
        for blocker in blockers:
            self.line(f"  · {blocker['text']}")
            parts = (
                (Message("依据"), blocker["citation"]),
                (Message("由谁"), blocker["who_label"]),
                (Message("办法"), blocker["remedy_label"]),
            )
            told = [f"{self.say(name)} {value}" for name, value in parts if value]
            if told:
                self.line(f"      {'　'.join(told)}")
        for fault in error.get("faults", ()):
            where = f"{fault['field']}：" if fault["field"] else ""
            self.line(f"  · {where}{fault['message']}")


def local(moment: str | None) -> str:
    """Write a moment on the clock of Shanghai, to the minute."""
    if moment is None:
        return ""
    return f"{datetime.fromisoformat(moment).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
