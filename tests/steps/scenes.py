"""Steps that play the scenes of `demo/`: the features tell the stories the demo shows."""

from datetime import date, datetime, time
from functools import cache

from pytest_bdd import given, parsers, then, when
from sqlalchemy import select

from mediation.clock import SHANGHAI, parse_moment
from mediation.operations.answers.words import Words
from mediation.operations.demo.scenes import ONLY_CASE, Player, Scene, read_scenes
from mediation.records.tables import cases
from mediation.resources import resource_dir
from tests.offices import Desk
from tests.steps.cells import MOMENT, as_moment

SCENE = r"“(?P<title>[^”]+)”(?:中的“(?P<case>[^”]+)”)?"


@cache
def scenes() -> dict[str, Scene]:
    """Give the scenes by their titles."""
    return {one.title.zh: one for one in read_scenes(resource_dir("demo") / "scenes")}


@given(parsers.re(rf"演示{SCENE}已办到(?P<moment>{MOMENT})"))
def a_scene_has_come_to(desk: Desk, title: str, case: str | None, moment: str) -> None:
    until = as_moment(moment)
    if "时" not in moment:
        until = datetime.combine(until.date(), time.max, SHANGHAI)
    played(desk, title, case, until)


@when(parsers.re(rf"演示{SCENE}办到终了"))
def a_scene_is_played(desk: Desk, title: str, case: str | None) -> None:
    played(desk, title, case, datetime.combine(date.max, time.min, SHANGHAI))


def played(desk: Desk, title: str, case: str | None, until: datetime) -> None:
    """Play the steps of a scene up to a moment, and turn to one of its cases."""
    scene = scenes()[title]
    player = Player(desk.office, scene, Words(desk.office.catalogue.library, "zh"))
    for position, step in enumerate(scene.steps, start=1):
        if "at" in step and parse_moment(step["at"]) > until:
            break
        player.play(position, step)
    desk.now = player.played.until
    desk.number = player.played.numbers[case or ONLY_CASE]


@then("这一场的案件都已办结")
def every_case_has_ended(desk: Desk) -> None:
    with desk.office.database.engine.connect() as connection:
        still = connection.execute(select(cases.c.number).where(~cases.c.closed))
        assert not list(still.scalars())
