"""A legal period computed on its own: the due day, with its derivation."""

import re
from datetime import date, datetime
from typing import Annotated, Final

import typer

from mediation import clock
from mediation.cli.doors import Answer, Commands, Door, Misuse
from mediation.cli.output import Page
from mediation.engine.legal_time.calendars import load_calendar
from mediation.engine.legal_time.periods import Span, Suspension, due
from mediation.engine.legal_time.spans import Unit
from mediation.engine.workflows.reading import read_library
from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.answers.words import Words
from mediation.resources import resource_dir

DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Length = int | None


def add_period(top: Commands) -> None:
    """Put the command among those of the top."""
    top.command("period", "计算期限 / compute a legal period")(period)


def period(  # noqa: PLR0917 - typer passes them by name
    door: Door,
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="DAY|MOMENT", help="起算日，不计入 / the starting day, left out"
        ),
    ],
    hours: Annotated[Length, typer.Option("--hours", help="小时 / hours")] = None,
    days: Annotated[Length, typer.Option("--days", help="日 / days")] = None,
    working_days: Annotated[
        Length, typer.Option("--working-days", help="工作日 / working days")
    ] = None,
    months: Annotated[Length, typer.Option("--months", help="月 / months")] = None,
    years: Annotated[Length, typer.Option("--years", help="年 / years")] = None,
    suspend: Annotated[
        list[str] | None,
        typer.Option(
            "--suspend",
            metavar="DAY..DAY",
            help="中止日..恢复日，可重复；未恢复的写 DAY.. / suspended..resumed, repeatable",
        ),
    ] = None,
) -> Answer:
    """Compute when a period runs out, and tell why then.

    Raises:
        Misuse: none or several lengths are given.
    """
    given: dict[Unit, Length] = {
        "hours": hours,
        "days": days,
        "working_days": working_days,
        "months": months,
        "years": years,
    }
    spans = [Span(value, unit) for unit, value in given.items() if value is not None]
    if len(spans) != 1:
        raise Misuse(
            Message("--hours、--days、--working-days、--months、--years 应写且只写一项")
        )
    found = due(
        day_or_moment("--from", start),
        spans[0],
        load_calendar(resource_dir("workflows") / "holidays"),
        suspensions=[suspension(one) for one in suspend or ()],
    )
    told = found.as_json(door.language)

    def shown(page: Page) -> None:
        words = Words(read_library(resource_dir("workflows")), door.language)
        for line in found.derivation:
            page.line(
                f"· {page.say(line.text)}  {words.citation(line.law) if line.law else ''}"
            )
        page.facts(
            [
                (Message("届满日"), told["due_on"] or Message("中止")),
                (Message("暂定"), found.provisional),
            ]
        )

    return Answer(told, shown)


def suspension(written: str) -> Suspension:
    """Read `DAY..DAY`, or `DAY..` for one that goes on.

    Raises:
        Misuse: it is written otherwise.
    """
    first, dots, last = written.partition("..")
    if not dots:
        raise Misuse(Message("--suspend 应写成 2026-03-20..2026-03-27"))
    end = day_or_moment("--suspend", last) if last else None
    return Suspension(day_or_moment("--suspend", first), end)


def day_or_moment(option: str, written: str) -> date | datetime:
    """Read a day or a moment.

    Raises:
        Misuse: it is neither.
    """
    try:
        if DAY.fullmatch(written):
            return clock.parse_day(written)
        return clock.parse_moment(written)
    except InputRefused as error:
        told = {"option": option, "problem": error.faults[0].message}
        raise Misuse(Message("{option}：{problem}", told)) from None
