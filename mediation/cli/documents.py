"""Documents of a case, as they were issued."""

from pathlib import Path
from typing import Annotated

import typer

from mediation.cli.cases import DOCUMENT, NOTHING, looked_into, looked_up
from mediation.cli.doors import DONE, MISUSED, REFUSED, Answer, Commands, Door, Misuse
from mediation.cli.options import As, Number
from mediation.cli.output import Page
from mediation.cli.saving import save
from mediation.language import Message
from mediation.operations.answers.documents import document_told, documents_told
from mediation.operations.answers.issuing import newest_told
from mediation.operations.answers.words import Told
from mediation.operations.residents.papers import verify_file
from mediation.rendering.formats import exported

document_commands = Commands("document", "文书：列出、查看、导出、查验 / documents")

ISSUED_ON, CORRECTED_BY = Message("出具日期"), Message("更正书")
GENUINE = Message("是本单位出具的，没有更正过")
CORRECTED = Message("是本单位出具的，后来作了更正")
REPLACED = Message("是本单位出具的，后来另行制作了一份")
UNKNOWN = Message("不是本单位出具的文书，或者内容被改动过")


@document_commands.command("list", "一件案件的文书 / the documents of a case", moment=True)
def list_(door: Door, number: Number, officer: As) -> Answer:
    """List the papers of a case in the order they were issued."""
    told = looked_into(door, officer, number, documents_told)

    def shown(page: Page) -> None:
        page.table(
            (Message("编号"), DOCUMENT, Message("字号"), Message("摘要"), CORRECTED_BY),
            [
                (
                    one["id"],
                    one["label"],
                    one["number"],
                    one["digest"][:16],
                    "、".join(by["id"] for by in one["corrected_by"]),
                )
                for one in told
            ],
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


@document_commands.command(
    "issue", "导出一份文书 / a document of a case into a file", moment=True
)
def issue(
    door: Door,
    number: Number,
    type_: Annotated[
        str, typer.Argument(metavar="TYPE", help="文书名称 / agreement, 人民调解协议书 …")
    ],
    officer: As,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里 / the file")
    ],
    format_: Annotated[
        str, typer.Option("--format", help="html、pdf 或 docx / the format")
    ] = "html",
) -> Answer:
    """Write the newest document of a sort into a file; it is never issued by this.

    Raises:
        Misuse: the file cannot be written.
    """
    told = looked_into(
        door, officer, number, lambda view, words: newest_told(view, type_, words)
    )
    content = exported(told.pop("html"), format_, door.settings.font_dir)
    save(output, content)
    values = {"label": told["label"], "number": told["number"] or "", "file": output}
    said = Message("{label} {number} 已写到 {file}", values)
    return Answer({**told, "file": str(output)}, lambda page: page.line(said))


@document_commands.command("verify", "查验一份文书（HTML 文件） / is a document genuine")
def verify(
    door: Door,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="文书原件 / as it was issued")],
) -> Answer:
    """Tell whether a file is a document as it was issued: 0 it is, 1 it is none, 2 corrected.

    Raises:
        Misuse: the file cannot be read.
    """
    try:
        content = file.read_bytes()
    except OSError:
        raise Misuse(Message("不能读取文件 {file}", {"file": file})) from None
    with door.office() as (office, words), office.database.reading() as tx:
        told = verify_file(tx, content, words)
    if told is None:
        return Answer({"status": "unknown"}, lambda page: page.line(UNKNOWN), REFUSED)
    status, said = standing(told)

    def shown(page: Page) -> None:
        page.facts(
            [
                (DOCUMENT, told["label"]),
                (Message("字号"), told["number"]),
                (ISSUED_ON, told["issued_on"]),
                *((CORRECTED_BY, one["number"]) for one in told["corrected_by"]),
            ]
        )
        page.line(said)

    code = DONE if status == "genuine" else MISUSED
    return Answer({**told, "status": status}, shown, code)


def standing(told: Told) -> tuple[str, Message]:
    """Say what became of a paper since it was issued."""
    if told["corrected_by"]:
        return "corrected", CORRECTED
    return ("replaced", REPLACED) if told["replaced_by"] else ("genuine", GENUINE)
