"""The handbook, written as files that open from disk."""

from pathlib import Path
from typing import Annotated

import typer

from mediation.cli.doors import Answer, Commands, Door, Misuse
from mediation.cli.workflows import read
from mediation.language import Message
from mediation.web.publishing import publish


def add_handbook(top: Commands) -> None:
    """Put `handbook` among the commands of the top."""
    top.command(
        "handbook", "把手册和流程写成网页文件 / write handbook and procedures", moment=True
    )(handbook)


def handbook(
    door: Door,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="写到哪里 / the folder")
    ],
) -> Answer:
    """Write handbook and procedures as pages that need no server.

    Raises:
        Misuse: the folder cannot be written to.
    """
    catalogue, words = read(door)
    try:
        files = publish(catalogue, words, door.now, output)
    except OSError as error:
        values = {"folder": output, "problem": error.strerror or type(error).__name__}
        raise Misuse(Message("不能写到 {folder}：{problem}", values)) from error
    told = {"folder": str(output), "pages": [str(file.relative_to(output)) for file in files]}
    said = Message(
        "手册已写到 {folder}，共 {count} 页", {"folder": output, "count": len(files)}
    )
    return Answer(told, lambda page: page.line(said))
