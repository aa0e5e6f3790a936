"""Workflows: proved, and shown as composed."""

from typing import Annotated, Any, Final

import typer

from mediation.cli.doors import Answer, Commands, Door, Misuse, sitting
from mediation.cli.output import Page
from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Message
from mediation.operations.answers.charts import mermaid, text_chart
from mediation.operations.answers.proofs import prove, proved_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.answers.workflows import blank_form, workflow_told
from mediation.operations.cases.offering import opening_form
from mediation.operations.cases.requests import Asking
from mediation.operations.catalogue import Catalogue
from mediation.resources import resource_dir

workflow_commands = Commands("workflow", "流程：按纠纷类型和地方查看 / workflows")

CHARTS: Final = {"text": text_chart, "mermaid": mermaid}


def add_check(top: Commands) -> None:
    """Put `check` among the commands of the top."""
    top.command("check", "证明全部流程 / prove every workflow", moment=True)(check)


def check(door: Door) -> Answer:
    """Prove every kind at every place."""
    catalogue, words = read(door)
    proved = prove(catalogue, shanghai_day(door.now))
    told = proved_told(proved, words)
    return Answer(told, lambda page: proved_shown(page, told), code=0 if proved.sound else 1)


def read(door: Door) -> tuple[Catalogue, Words]:
    """Read the workflow files; no database is needed for that."""
    catalogue = Catalogue.read(resource_dir("workflows"))
    return catalogue, Words(catalogue.library, door.language)


def proved_shown(page: Page, told: Told) -> None:
    """Write what was proved."""
    page.table(
        (
            Message("类型"), Message("地方"), Message("环节"), Message("事项"), Message("期限"),
            Message("引用条文"), Message("最长无人过问"), Message("结果"),
        ),
        [
            (
                one["label"], one["place"], one["states"], one["events"], one["periods"],
                one["law"], untouched(one["untouched"]),
                Message("通过") if one["sound"]
                else Message("{count} 处错误", {"count": len(one["faults"])}),
            )
            for one in told["workflows"]
        ],
        Message("无"),
    )  # fmt: skip
    places: dict[tuple[str, str], list[str]] = {}
    for one in told["workflows"]:
        for fault in one["faults"]:
            places.setdefault((one["label"], fault["message"]), []).append(one["place"])
    for (label, message), where in places.items():
        page.line(f"✗ {label}（{'、'.join(where)}）{message}")
    for fault in told["faults"]:
        page.line(f"✗ {fault['message']}")


def untouched(told: Told | None) -> Message | str:
    """Write the longest time a case can lie untouched."""
    if told is None:
        return ""
    return Message("{days} 日（{state}，{period}）", {**told, "period": told["period"] or ""})


@workflow_commands.command("show", "查看流程 / show a workflow", moment=True)
def show(
    door: Door,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="纠纷类型 / kind of dispute")],
    place: Annotated[
        str, typer.Option("--place", metavar="P", help="地方 / place")
    ] = "national",
    form: Annotated[
        str, typer.Option("--format", metavar="text|mermaid", help="格式 / format")
    ] = "text",
    officer: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="HANDLE@BODY",
            help="登记表按此席位给出选项 / live choices of a desk",
        ),
    ] = None,
) -> Answer:
    """Show a workflow as composed, with the form that opens a case.

    Raises:
        Misuse: there is no such format.
    """
    if form not in CHARTS:
        raise Misuse(Message("--format 应为 {known} 之一", {"known": list(CHARTS)}))
    catalogue, words = read(door)
    pinned = catalogue.find(kind, place)
    told = {
        **workflow_told(pinned.procedure, words),
        "hash": pinned.hash,
        "form": blank_form(pinned.procedure, door.now, words)
        if officer is None
        else desk_form(door, kind, officer),
    }

    def shown(page: Page) -> None:
        for line in CHARTS[form](pinned.procedure.workflow, words):
            page.line(line)

    return Answer(told, shown)


def desk_form(door: Door, kind: str, officer: str) -> Any:
    """Give the opening form with the choices of an officer's desk."""
    asking = Asking(sitting(officer), door.now)
    with door.office() as (office, _), office.database.reading() as tx:
        return opening_form(office, tx, kind, asking, door.language)
