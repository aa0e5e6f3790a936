import pytest
from jsonschema import Draft202012Validator

from mediation.operations.answers.charts import escaped
from tests.cli.conftest import DESK, Run


def test_a_workflow_is_shown_with_its_opening_form(run: Run) -> None:
    told = run("workflow", "show", "neighbour", "--json").told
    assert {"states", "events", "periods", "machines", "form", "hash"} <= told.keys()
    Draft202012Validator.check_schema(told["form"])
    assert "noise" in {one["const"] for one in told["form"]["properties"]["class"]["oneOf"]}
    states = {one["name"] for one in told["states"]}
    assert all(set(event["from"]) <= states for event in told["events"])


def test_the_opening_form_of_a_desk_is_the_same(installed: Run) -> None:
    bare = installed("workflow", "show", "neighbour", "--json", "--now", "2026-03-05").told
    desk = installed(
        "workflow", "show", "neighbour", "--json", "--as", DESK, "--now", "2026-03-05"
    ).told
    assert bare["form"] == desk["form"]


def test_a_place_is_a_pack_of_its_own(run: Run) -> None:
    national = run("workflow", "show", "property", "--json").told
    ningbo = run("workflow", "show", "property", "--place", "ningbo", "--json").told
    assert national["hash"] != ningbo["hash"]


@pytest.mark.parametrize("arguments", [["moon"], ["property", "--place", "moon"]])
def test_an_unknown_kind_or_place_is_refused(run: Run, arguments: list[str]) -> None:
    refused = run("workflow", "show", *arguments, "--json")
    assert (refused.code, refused.error["code"]) == (1, "input_refused")


@pytest.mark.parametrize(("language", "said"), [("zh", "已登记"), ("en", "Registered")])
def test_a_chart_reads_by_placement(run: Run, language: str, said: str) -> None:
    shown = run("workflow", "show", "neighbour", "--lang", language)
    assert shown.code == 0
    assert "── intake" in shown.out
    assert f"● {said}  intake/registered" in shown.out


def test_a_mermaid_diagram_has_every_state_once(run: Run) -> None:
    told = run("workflow", "show", "property", "--json").told
    lines = run("workflow", "show", "property", "--format", "mermaid").out.splitlines()
    assert lines[0] == "stateDiagram-v2"
    named = [line.rpartition(" as ")[2] for line in lines if line.startswith("        state ")]
    machines = sum(len(one["states"]) for one in told["machines"].values())
    assert len(named) == len(set(named)) == len(told["states"]) + machines
    ends = {
        part.split(" : ")[0]
        for line in lines
        if "-->" in line
        for part in line.strip().split(" --> ")
    }
    assert ends - {"[*]"} <= set(named)


def test_labels_are_escaped_for_mermaid(run: Run) -> None:
    assert escaped('a"b:c') == "a#34;b#58;c"
    for line in run("workflow", "show", "property", "--format", "mermaid").out.splitlines():
        assert line.count('"') in {0, 2}
