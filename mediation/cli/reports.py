"""The monthly report of a body, written as a file."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mediation.cli.doors import Answer, Commands, Door, Misuse, sitting
from mediation.cli.options import As, Month, OfBody
from mediation.cli.saving import save
from mediation.language import Message
from mediation.operations.cases.requests import Asking
from mediation.operations.reports.periods import months_of
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.sheets import workbook
from mediation.operations.reports.table import report_told
from mediation.web.publishing import report_paper

FORMATS: Final = ("html", "xlsx")


def add_report(top: Commands) -> None:
    """Put `report` among the commands of the top."""
    top.command("report", "月报表写成文件 / write a body's monthly report", moment=True)(report)


def report(
    door: Door,
    month: Month,
    officer: As,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪里 / the file")
    ],
    body: OfBody = "",
    form: Annotated[
        str, typer.Option("--format", metavar="html|xlsx", help="格式 / format")
    ] = "xlsx",
) -> Answer:
    """Write the two tables of a body for a month or a year.

    Raises:
        Misuse: the format or the month is not understood, or the file cannot be written.
    """
    if form not in FORMATS:
        raise Misuse(Message("--format 应为 {known} 之一", {"known": list(FORMATS)}))
    refuse_no_month(month)
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, words), office.database.reading() as tx:
        reading = Reading.of(office, tx, body, month, asking)
        told = report_told(reading, words)
        content = (
            workbook(reading, words)
            if form == "xlsx"
            else report_paper(told, words, door.now).encode()
        )
    save(output, content)
    said = Message("报表已写到 {file}", {"file": output})
    return Answer({**told, "file": str(output)}, lambda page: page.line(said))


def refuse_no_month(month: str) -> None:
    """Refuse what is neither a month nor a year.

    Raises:
        Misuse: it is neither.
    """
    if months_of(month) is None:
        raise Misuse(Message("请写成 2026-03 这样的年月，或者 2026 这样的年份"))
