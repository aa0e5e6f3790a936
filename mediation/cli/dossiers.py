"""The dossier of a case: told, and bound into one file."""

from pathlib import Path
from typing import Annotated

import typer

from mediation.cli.cases import NUMBER, lifted, looked_into
from mediation.cli.doors import Answer, Commands, Door, sitting
from mediation.cli.options import As, Month, Number, OfBody
from mediation.cli.output import Page
from mediation.cli.reports import refuse_no_month
from mediation.cli.saving import save
from mediation.language import Message
from mediation.operations.answers.dossier import dossier_told
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking
from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.gathering import gather
from mediation.operations.dossier.together import gather_together
from mediation.operations.reports.reading import Reading


def add_dossier(top: Commands) -> None:
    """Add the command to the others."""
    top.command("dossier", "卷宗：列出、装订 / the dossier of a case", moment=True)(dossier)
    told = "简易纠纷合订成册 / the simple cases of a month in one file"
    top.command("dossiers", told, moment=True)(dossiers)


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
    with door.office() as (office, words), office.database.writing() as tx:
        gathered = gather(office, tx, number, asking, words)
    save(output, bind(gathered, door.settings.font_dir))


def dossiers(
    door: Door,
    month: Month,
    officer: As,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="PDF")],
    body: OfBody = "",
) -> Answer:
    """Bind the simple cases that a body closed in a month or a year into one file.

    Raises:
        Misuse: the month is not understood, or the file cannot be written.
        InputRefused: there is no such case.
    """
    refuse_no_month(month)
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words), office.database.writing() as tx:
        gathered = gather_together(Reading.of(office, tx, body, month, asking), words)
    content = bind(gathered, door.settings.font_dir)
    save(output, content)
    said = Message("已写到 {file}", {"file": output})
    told = {"file": str(output), "parts": len(gathered.parts)}
    return Answer(told, lambda page: page.line(said))


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
