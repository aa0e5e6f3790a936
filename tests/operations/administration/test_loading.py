"""A world file leaves in the journal what it adds and changes, and nothing more."""

import json
from datetime import timedelta
from typing import Any

from mediation.operations.administration.journal import journal_told
from mediation.operations.administration.loading import load_world
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records.people_changes import changes_under
from mediation.resources import resource_dir
from tests.offices import Desk


def loaded(desk: Desk, world: Any) -> list[tuple[str, str, str]]:
    """Load a world; give what is new in the journal, the oldest first."""
    with desk.office.database.writing() as tx:
        known = len(changes_under(tx, "/", 9999))
        load_world(desk.office, tx, world, desk.now)
        new = changes_under(tx, "/", 9999)[: -known or None]
    assert {(one.officer, one.body, one.at) for one in new} <= {(None, None, desk.now)}
    return [(one.what, one.subject, one.path) for one in reversed(new)]


def test_a_file_is_journaled_once_and_then_only_what_it_changes(desk: Desk) -> None:
    world = json.loads((resource_dir("demo") / "world.json").read_text("utf-8"))
    # The people of the fixture stand there already, as the file says.
    assert loaded(desk, world) == []
    world["bodies"].append(
        {"code": "new", "name": "新社区", "word": "新", "sort": "committee", "parent": "sc"}
    )
    world["officers"].append(
        {"handle": "xin", "name": "新来", "seats": [{"body": "new", "roles": ["chair"]}]}
    )
    wang = next(one for one in world["officers"] if one["handle"] == "wangguilan")
    wang["name"], wang["seats"][0]["roles"] = "王桂花", ["mediator"]
    world["bodies"][1]["name"] = "云溪区社会治理中心"
    desk.now += timedelta(days=1)
    told = loaded(desk, world)
    assert told == [
        ("body_changed", "yx-zz", "/yunxi/yx-zz/"),
        ("body_added", "new", "/yunxi/sc/new/"),
        ("officer_renamed", "wangguilan", "/yunxi/yq/yq-pq/tx/"),
        ("officer_added", "xin", "/yunxi/sc/new/"),
        ("seat_changed", "wangguilan", "/yunxi/yq/yq-pq/tx/"),
        ("seat_given", "xin", "/yunxi/sc/new/"),
    ]
    assert loaded(desk, world) == []
    words, asking = (
        Words(desk.office.catalogue.library, "zh"),
        Asking(Sitting("admin", "yunxi"), desk.now),
    )
    with desk.office.database.reading() as tx:
        journal = journal_told(desk.office, tx, asking, words)
    assert [one["officer"] for one in journal] == [None] * 6
    assert {"label": "名称", "before": "云溪区综治中心", "after": "云溪区社会治理中心"} in (
        journal[-1]["parts"]
    )
