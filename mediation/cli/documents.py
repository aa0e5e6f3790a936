"""Documents of a case, as they were issued."""

from typing import Annotated

import typer

from mediation.cli.cases import DOCUMENT, NOTHING, looked_into, looked_up
from mediation.cli.doors import Answer, Commands, Door
from mediation.cli.options import As, Number
from mediation.cli.output import Page
from mediation.language import Message
from mediation.operations.answers.documents import document_told, documents_told

document_commands = Commands("document", "文书：列出、查看 / documents")


@document_commands.command("list", "一件案件的文书 / the documents of a case", moment=True)
def list_(door: Door, number: Number, officer: As) -> Answer:
    """List the papers of a case in the order they were issued."""
    told = looked_into(door, officer, number, documents_told)

    def shown(page: Page) -> None:
        page.table(
            (Message("编号"), DOCUMENT, Message("字号"), Message("摘要")),
            [(one["id"], one["label"], one["number"], one["digest"][:16]) for one in told],
            NOTHING,
        )

    return Answer(told, shown)


@document_commands.command("show", "文书原文（HTML） / a document as issued", moment=True)
def show(
    door: Door,
    document: Annotated[
        str, typer.Argument(metavar="ID", help="见 document list / see `document list`")
    ],
    officer: As,
) -> Answer:
    """Show a paper as issued."""
    told = looked_up(
        door,
        officer,
        lambda office, tx, asking, words: document_told(office, tx, document, asking, words),
    )
    return Answer(told, lambda page: page.line(told["html"]))
