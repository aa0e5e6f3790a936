import json
from pathlib import Path
from typing import Any

import pytest

import mediation.cli.demos
from mediation.operations.catalogue import Catalogue
from mediation.operations.world import read_world
from mediation.resources import resource_dir
from tests.cli.conftest import DESK, Run


@pytest.fixture(scope="module")
def library() -> Any:
    return Catalogue.read(resource_dir("workflows")).library


def test_officers_are_listed_with_body_and_roles(office: Run) -> None:
    told = office("officer", "list", "--json").told
    seats = {f"{one['handle']}@{one['body']}": one["roles"] for one in told}
    assert seats[DESK] == ["chair", "mediator"]
    assert "登记员" in office("officer", "list").out


def test_init_may_be_repeated(installed: Run, world: Path) -> None:
    again = installed("init", "--world", str(world), "--json")
    assert again.code == 0
    assert again.told["bodies"] == len(json.loads(world.read_text("utf-8"))["bodies"])


def test_all_faults_of_a_world_are_told_at_once(run: Run) -> None:
    world = {
        "bodies": [
            {"code": "a", "name": "甲", "word": "甲", "sort": "committe"},
            {"code": "a", "name": "乙", "word": "乙", "sort": "committee"},
            {"code": "B c", "name": "", "word": "丙", "sort": "committee"},
            {
                "code": "d", "name": "丁", "word": "丁", "sort": "committee", "tier": "moon",
                "parent": "x", "scope": "y", "supervised_by": "z", "place": "mars",
                "competence": {"kinds": ["moon"]}, "colour": 1,
            },
        ],
        "officers": [
            {"handle": "w", "name": "王", "seats": [{"body": "nowhere", "roles": ["boss"]}]},
            {"handle": "v", "name": "吴", "seats": [{"body": "d", "roles": []}]},
        ],
    }  # fmt: skip
    refused = run("init", "--world", "-", "--json", stdin=json.dumps(world))
    assert refused.code == 1
    assert {fault["field"] for fault in refused.error["faults"]} == {
        "bodies.0.sort",
        "bodies.1.code",
        "bodies.2.code",
        "bodies.3.tier",
        "bodies.3.parent",
        "bodies.3.scope",
        "bodies.3.supervised_by",
        "bodies.3.place",
        "bodies.3.competence.kinds.0",
        "bodies.3.colour",
        "officers.0.seats.0.body",
        "officers.0.seats.0.roles.0",
        "officers.1.seats.0.roles",
    }


def test_bodies_in_a_ring_are_refused(run: Run) -> None:
    def body(code: str, parent: str) -> dict[str, str]:
        return {"code": code, "name": code, "word": code, "sort": "committee", "parent": parent}

    world = {"bodies": [body("a", "b"), body("b", "a")], "officers": []}
    refused = run("init", "--world", "-", "--json", stdin=json.dumps(world))
    assert {one["field"] for one in refused.error["faults"]} == {
        "bodies.0.parent",
        "bodies.1.parent",
    }


def test_places_come_from_above_and_paths_from_parents(library: Any) -> None:
    top = {"code": "a", "name": "甲", "word": "甲", "sort": "government", "place": "ningbo"}
    below = {"code": "b", "name": "乙", "word": "乙", "sort": "committee", "parent": "a"}
    world = read_world(
        {"bodies": [{**below, "scope": "a"}, top], "officers": [], "from_on": "2020-01-01"},
        library,
    )
    (one,) = [body for body in world.bodies if body.code == "b"]
    assert (one.place, one.path, one.scope_path) == ("ningbo", "/a/b/", "/a/")


SCENE: dict[str, Any] = {
    "title": {"zh": "夜里打球", "en": "A ball at night"},
    "mechanisms": ["QH1"],
    "kind": "neighbour",
    "steps": [
        {
            "at": "2026-03-05T09:30",
            "as": DESK,
            "open": {
                "people": [{"name": "张三"}, {"name": "李四"}],
                "class": "noise",
                "sentence": "夜里打球",
            },
            "expects": {
                "state": "intake/registered",
                "deadlines": {"first_talk": "2026-03-09"},
            },
        },
        {"as": DESK, "do": "pass_noise_to_police", "expects": {"refused": ["dissuaded"]}},
        {"at": "2026-03-10", "tick": True, "expects": {"responsible": "chair@tx-hy"}},
        {
            "at": "2026-03-10T10:00",
            "as": DESK,
            "do": "settle_at_once",
            "data": {"results": ["apology"], "rights_told": True},
            "expects": {"closed": True, "documents": ["oral_agreement_sheet"]},
        },
    ],
}


@pytest.fixture
def stage(tmp_path: Path, world: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo folder with one scene."""
    folder = tmp_path / "demo"
    (folder / "scenes").mkdir(parents=True)
    (folder / "world.json").write_bytes(world.read_bytes())
    write(folder, SCENE)
    monkeypatch.setattr(mediation.cli.demos, "resource_dir", lambda _: folder)
    return folder


def write(folder: Path, scene: Any) -> None:
    text = scene if isinstance(scene, str) else json.dumps(scene)
    (folder / "scenes" / "01.json").write_text(text, "utf-8")


def test_a_demo_is_played_once_and_told_again(run: Run, stage: Path, home: Path) -> None:
    first = run("demo")
    assert first.code == 0
    assert "当场口头调结并履行" in first.out
    assert (home / "demo" / "mediation.db").exists()
    second = run("demo", "--json")
    assert second.told["played_before"] is True
    (scene,) = second.told["scenes"]
    assert [one["event"] for one in scene["cases"][0]["events"]] == [
        "register",
        "period_ran_out",
        "settle_at_once",
    ]
    assert run("demo", "--fresh", "--json").told["played_before"] is False
    write(stage, {**SCENE, "mechanisms": []})
    assert run("demo", "--json").told["played_before"] is False


def test_a_demo_runs_on_either_database(
    run: Run, stage: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIATION_DATABASE_URL", empty_url)
    assert run("demo", "--lang", "en").code == 0
    refused = run("demo", "--fresh", "--json")
    assert (refused.code, refused.error["code"]) == (1, "demo_refused")


@pytest.mark.parametrize(
    ("step", "change"),
    [
        (0, {"expects": {"state": "intake/asking"}}),
        (0, {"expects": {"deadlines": {"first_talk": "2026-03-10"}}}),
        (0, {"expects": {"faults": ["class"]}}),
        (0, {"as": "nobody@tx"}),
        (1, {"expects": {}}),
        (1, {"expects": {"refused": ["mediable"]}}),
        (3, {"data": {}}),
        (3, {"expects": {"documents": ["agreement"]}}),
    ],
)
def test_a_scene_that_comes_out_otherwise_names_its_step(
    run: Run, stage: Path, step: int, change: dict[str, Any]
) -> None:
    steps = [{**one, **(change if n == step else {})} for n, one in enumerate(SCENE["steps"])]
    write(stage, {**SCENE, "steps": steps})
    refused = run("demo", "--json")
    assert (refused.code, refused.error["code"]) == (1, "scene_broken")
    assert f"01.json 第 {step + 1} 步" in refused.error["message"]


@pytest.mark.parametrize(
    "scene",
    [
        "{",
        [],
        {"steps": [], "colour": 1},
        {**SCENE, "steps": [{"as": DESK}]},
        {**SCENE, "steps": [{"at": "2026-03-05", "tick": True, "do": "x"}]},
        {**SCENE, "steps": [{"at": "2026-03-05"}, {"at": "2026-03-04"}]},
        {**SCENE, "steps": ["x"]},
        {**SCENE, "steps": [{"at": "2026-03-05", "expects": {"colour": 1}}]},
    ],
)
def test_a_scene_that_cannot_be_read_is_refused(run: Run, stage: Path, scene: Any) -> None:
    write(stage, scene)
    refused = run("demo", "--json")
    assert (refused.code, refused.error["code"]) == (1, "input_refused")
    assert all(fault["field"].startswith("01.json") for fault in refused.error["faults"])


def test_figures_are_counted_anew_from_the_log(office: Run) -> None:
    assert office("audit", "recount", "--json").told == {"put_right": 0}
    assert "改正了 0 件案件的统计" in office("audit", "recount").out
