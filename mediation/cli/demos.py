"""The demo on a terminal: each scene with its path, days, clocks and documents."""

from collections.abc import Iterator
from typing import Annotated

import typer

from mediation.cli.cases import DOCUMENT, clock_name, event_name
from mediation.cli.doors import Answer, Commands, Door
from mediation.cli.output import Page, local
from mediation.language import Message
from mediation.operations.answers.words import Told
from mediation.operations.demo.playing import (
    clear,
    demo_settings,
    is_played,
    played_anew,
    played_before,
)
from mediation.resources import resource_dir


def add_demo(top: Commands) -> None:
    """Put `demo` among the commands of the top."""
    top.command("demo", "演示：在一个小区县里办完若干纠纷 / a small district and its disputes")(
        demo
    )


def demo(
    door: Door,
    fresh: Annotated[bool, typer.Option("--fresh", help="从头再演 / begin anew")] = False,
) -> Answer:
    """Play the scenes once, and tell how each came to its end."""
    settings = demo_settings(door.settings)
    folder = resource_dir("demo")
    before = is_played(settings, folder) and not fresh
    if not before:
        clear(settings)
    tell = played_before if before else played_anew
    scenes = list(tell(settings, folder, door.named))
    told = {"home": str(settings.home), "played_before": before, "scenes": scenes}

    def shown(page: Page) -> None:
        if before:
            page.line(Message("演示早已办完，以下是其结果；从头再演请加 --fresh"))
        for scene in scenes:
            for line in scene_lines(page, scene):
                page.line(line)
        ends(page, scenes)
        page.line(
            Message("数据在 {home}，查看请设 MEDIATION_HOME={home}", {"home": told["home"]})
        )

    return Answer(told, shown)


def scene_lines(page: Page, scene: Told) -> Iterator[str]:
    """Write a scene: each case day by day, with its papers and clocks."""
    yield ""
    yield f"━━ {scene['title']}  [{' '.join(scene['mechanisms'])}]"
    for told in scene["cases"]:
        case = told["case"]
        yield f"{case['number']}  {case['kind_label']}  {case.get('class_label', '')}"
        for event in told["events"]:
            yield (
                f"  {local(event['occurred_at'])}  {event_name(event)}"
                f" → {event['state_label']}  ({event['actor']})"
            )
            for paper in event["documents"]:
                yield f"      {page.say(DOCUMENT)} {paper['label']} {paper['number'] or ''}"
            for clock in event["clocks"]:
                if clock["status"] == "running":
                    due = page.say(Message("至"))
                    yield f"      ⏱ {clock_name(clock)} {due} {clock['until']}"


def ends(page: Page, scenes: list[Told]) -> None:
    """Write where every case has ended."""
    page.line()
    page.table(
        (Message("场景"), Message("案号"), Message("单位"), Message("环节"), Message("事项数")),
        [
            (
                scene["title"], told["case"]["number"], told["case"]["body_name"],
                told["case"]["state_label"], len(told["events"]),
            )
            for scene in scenes
            for told in scene["cases"]
        ],
        Message("没有场景"),
    )  # fmt: skip
