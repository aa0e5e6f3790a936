"""The dossier of a case: told, and bound into one file."""

from pathlib import Path
from typing import Annotated

import typer

from mediation.cli.cases import NUMBER, lifted, looked_into
from mediation.cli.doors import Answer, Commands, Door, Misuse, sitting
from mediation.cli.options import As, Number
from mediation.cli.output import Page
from mediation.language import Message
from mediation.operations.answers.dossier import dossier_told
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking
from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.gathering import gather


def add_dossier(top: Commands) -> None:
    """Add the command to the others."""
    top.command("dossier", "卷宗：列出、装订 / the dossier of a case", moment=True)(dossier)


def dossier(
    door: Door,
    number: Number,
    officer: As,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="装订成一册 PDF / bind it"),
    ] = None,
) -> Answer:
    """Tell what the dossier holds and lacks; with a file, bind it."""
    if output is not None:
        bound(door, number, officer, output)
    told = looked_into(door, officer, number, dossier_told)
    return Answer(told, lambda page: shown(page, told))


def bound(door: Door, number: str, officer: str, output: Path) -> None:
    """Bind the dossier into a file.

    Raises:
        Misuse: the file cannot be written.
        EventRefused: something is missing; with what, and who can add it.
    """
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words):
        with office.database.writing() as tx:
            gathered = gather(office, tx, number, asking, words)
        content = bind(gathered, door.settings.font_dir)
    try:
        output.write_bytes(content)
    except OSError as error:
        values = {"file": output, "problem": error.strerror or type(error).__name__}
        raise Misuse(Message("不能写到 {file}：{problem}", values)) from error


def shown(page: Page, told: Told) -> None:
    """Write the catalogue with what is missing."""
    page.facts([(NUMBER, told["number"])])
    for no, entry in enumerate(told["entries"], start=1):
        page.line(f"{no}  {entry['label']}")
        for paper in entry["papers"]:
            page.line(f"    ○ {paper['label']} {paper['number'] or ''}")
        for attachment in entry["attachments"]:
            page.line(f"    ○ {attachment['sort_label']} {attachment['name']}")
        for blocker in entry["missing"]:
            page.line(f"    × {lifted(blocker)}")
    for blocker in told["missing"]:
        page.line(f"× {lifted(blocker)}")
