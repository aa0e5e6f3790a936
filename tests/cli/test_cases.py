import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli.conftest import DESK, Result, Run, open_case, opening

AT = ("--now", "2026-03-05T10:00")
SETTLED = json.dumps({"results": ["apology"], "rights_told": True})


def do(run: Run, number: str, event: str, *more: str, data: str | None = None) -> Result:
    given = () if data is None else ("--data", "-")
    return run(
        "case",
        "do",
        number,
        event,
        "--as",
        DESK,
        "--json",
        *AT,
        *given,
        *more,
        stdin=data or "",
    )


def look(run: Run, command: str, number: str, *more: str, desk: str = DESK) -> Any:
    result = run("case", command, number, "--as", desk, "--json", *AT, *more)
    assert result.code == 0, result
    return result.told


def test_a_quick_oral_case_is_one_opening_and_one_event(office: Run) -> None:
    opened = open_case(office)
    assert opened == {
        "number": "（2026）天馨园人调字第1号",
        "state": "intake/registered",
        "version": 1,
        "documents": [],
    }
    done = do(office, opened["number"], "settle_at_once", data=SETTLED)
    assert done.code == 0
    assert done.told["version"] == 2
    assert [paper["name"] for paper in done.told["documents"]] == ["oral_agreement_sheet"]
    shown = look(office, "show", opened["number"])
    assert (shown["closed"], shown["state"]) == (True, done.told["state"])


def test_a_case_tells_how_it_stands_and_what_happens_if_nobody_acts(office: Run) -> None:
    number = open_case(office)["number"]
    told = look(office, "show", number, "--derivation")
    assert {
        "number": number,
        "kind": "neighbour",
        "state": "intake/registered",
        "tier": "community",
        "body": "tx-hy",
        "responsible": "registrar@tx-hy",
    }.items() <= told.items()
    (deadline,) = told["deadlines"]
    assert deadline["due_at"] == "2026-03-09T16:00:00+00:00"
    assert deadline["provisional"] is False
    assert {"period", "law", "effect"} <= deadline.keys()
    assert deadline["derivation"][-1]["rule"] == "ends_at_24"
    assert "2026年3月9日24时" in told["if_nobody_acts"]["text"]
    assert told["if_nobody_acts"]["who"] == "chair@tx-hy"


def test_a_name_is_masked_in_what_is_shown(installed: Run) -> None:
    number = open_case(installed)["number"]
    for command in ("show", "log"):
        for more in ((), ("--json",)):
            printed = installed("case", command, number, "--as", DESK, *AT, *more)
            assert "张三" not in printed.out + printed.err


def test_moves_tell_every_blocker_with_law_who_and_remedy(office: Run) -> None:
    number = open_case(office)["number"]
    told = look(office, "moves", number)
    assert (told["number"], told["version"]) == (number, 1)
    moves = {move["event"]: move for move in told["moves"]}
    assert moves["interview"]["open"]
    assert moves["interview"]["blockers"] == []
    blocked = moves["pass_noise_to_police"]
    assert not blocked["open"]
    (blocker,) = blocked["blockers"]
    assert {"code", "text", "law", "citation", "who", "remedy"} <= blocker.keys()
    assert blocker["remedy"] == "record_dissuasion"
    assert blocker["citation"].startswith("《")


def test_every_form_is_a_json_schema(office: Run) -> None:
    number = open_case(office)["number"]
    for move in look(office, "moves", number)["moves"]:
        Draft202012Validator.check_schema(move["form"])
    choices = {move["event"]: move["form"] for move in look(office, "moves", number)["moves"]}
    parties = choices["ask_willingness"]["properties"]["party"]["oneOf"]
    assert [one["const"] for one in parties] == ["a1", "b1"]


def test_the_events_of_side_machines_are_among_the_moves(office: Run) -> None:
    number = open_case(office)["number"]
    routed = json.dumps({"receiver": "tx", "reason": "simple"})
    assert do(office, number, "route", data=routed).code == 0
    events = {
        move["event"] for move in look(office, "moves", number, desk="zhaomin@tx")["moves"]
    }
    assert "referral/1:take_over" in events


def test_a_refused_event_names_its_blockers_and_changes_nothing(office: Run) -> None:
    number = open_case(office)["number"]
    refused = do(office, number, "pass_noise_to_police")
    assert refused.code == 1
    assert refused.error["code"] == "event_refused"
    assert [one["code"] for one in refused.error["blockers"]] == ["dissuaded"]
    assert look(office, "show", number)["version"] == 1


def test_an_event_from_elsewhere_says_where_it_starts(installed: Run) -> None:
    number = open_case(installed)["number"]
    refused = do(installed, number, "archive")
    assert refused.code == 1
    assert [one["code"] for one in refused.error["blockers"]] == ["not_from_here"]
    unknown = do(installed, number, "fly")
    assert [one["code"] for one in unknown.error["blockers"]] == ["unknown_event"]


def test_all_faults_of_a_form_are_told_by_field(office: Run) -> None:
    form = json.dumps({"people": [{"name": "", "phone": "12"}], "class": "noisy", "colour": 1})
    for language, said in (("zh", "必须填写"), ("en", "must be filled")):
        refused = office(
            "case", "open", "--kind", "neighbour", "--input", "-", "--as", DESK,
            "--json", "--lang", language, *AT, stdin=form,
        )  # fmt: skip
        assert refused.code == 1
        assert refused.error["code"] == "input_refused"
        faults = {fault["field"]: fault["message"] for fault in refused.error["faults"]}
        assert {"class", "colour", "sentence", "people.0.phone"} <= faults.keys()
        assert said in faults["sentence"]


def test_the_same_key_is_done_once(office: Run) -> None:
    number = open_case(office, "--key", "k1")["number"]
    assert open_case(office, "--key", "k1")["number"] == number
    first = do(office, number, "settle_at_once", "--key", "k2", data=SETTLED)
    again = do(office, number, "settle_at_once", "--key", "k2", data=SETTLED)
    assert first.told == again.told
    assert look(office, "show", number)["version"] == 2
    other = do(office, number, "interview", "--key", "k2", data="{}")
    assert (other.code, other.error["code"]) == (1, "key_reused")


def test_a_stale_version_is_a_conflict(office: Run) -> None:
    number = open_case(office)["number"]
    assert do(office, number, "interview", "--version", "1", data="{}").code == 0
    stale = do(office, number, "interview", "--version", "1", data="{}")
    assert stale.code == 1
    assert (stale.error["code"], stale.error["version"]) == ("stale_version", 2)
    assert look(office, "show", number)["version"] == 2


def test_what_happened_before_is_entered_afterwards(installed: Run) -> None:
    number = open_case(installed)["number"]
    done = do(installed, number, "interview", "--occurred-at", "2026-03-05T09:40", data="{}")
    assert done.code == 0
    (_, interview) = look(installed, "log", number)["events"]
    assert interview["occurred_at"] == "2026-03-05T01:40:00+00:00"
    assert interview["recorded_at"] == "2026-03-05T02:00:00+00:00"
    for moment in ("2026-03-04T09:00", "2026-03-06T09:00"):
        refused = do(installed, number, "interview", "--occurred-at", moment, data="{}")
        assert refused.code == 1
        assert [one["field"] for one in refused.error["faults"]] == ["occurred_at"]


def test_a_like_case_must_be_acknowledged(office: Run) -> None:
    number = open_case(office)["number"]
    again = ("case", "open", "--kind", "neighbour", "--input", "-", "--as", DESK, *AT)
    refused = office(*again, "--json", stdin=opening())
    assert refused.code == 1
    assert [one["code"] for one in refused.error["blockers"]] == ["likely_duplicate"]
    told = office(*again, stdin=opening())
    assert (told.code, number in told.err) == (1, True)
    seen = opening(acknowledged_duplicates=[number])
    assert office(*again, stdin=seen).code == 0


def test_lists_are_narrowed(office: Run) -> None:
    number = open_case(office)["number"]
    listed = ("case", "list", "--as", DESK, "--json", *AT)
    (one,) = office(*listed).told
    assert (one["number"], one["responsible"]) == (number, "registrar@tx-hy")
    for more, found in (
        (("--state", "intake/registered"), 1),
        (("--state", "intake/asking"), 0),
        (("--tier", "community"), 1),
        (("--tier", "street"), 0),
        (("--body", "tx-hy"), 1),
        (("--body", "tx"), 0),
        (("--due-before", "2026-03-10"), 1),
        (("--due-before", "2026-03-09"), 0),
    ):
        assert len(office(*listed, *more).told) == found, more
    assert office(*listed, "--tier", "moon").code == 1
    assert office(*listed, "--body", "moon").error["code"] == "body_unknown"


def test_a_foreign_case_is_not_found(office: Run) -> None:
    number = open_case(office)["number"]
    for command in ("show", "moves", "log"):
        refused = office("case", command, number, "--as", "xuqiang@sc-tw", "--json")
        assert (refused.code, refused.error["code"]) == (1, "case_not_found")
    papers = office("document", "list", number, "--as", "xuqiang@sc-tw", "--json")
    assert papers.error["code"] == "case_not_found"


def test_the_desk_that_handed_over_sees_progress_and_no_content(office: Run) -> None:
    number = open_case(office)["number"]
    routed = json.dumps({"receiver": "lf", "reason": "simple"})
    assert do(office, number, "route", data=routed).code == 0
    taken = office("case", "do", number, "referral/1:take_over", "--as", "zhoujianguo@lf", *AT)
    assert taken.code == 0, taken
    told = look(office, "show", number)
    assert told["progress_only"]
    assert (told["body"], told["deadlines"]) == ("lf", [])
    assert "parties" not in told
    shown = office("case", "show", number, "--as", DESK, *AT)
    assert "进度" in shown.out
    refused = office("case", "moves", number, "--as", DESK, "--json", *AT)
    assert (refused.code, refused.error["code"]) == (1, "content_withheld")


def test_documents_are_listed_and_shown_as_issued(office: Run) -> None:
    number = open_case(office)["number"]
    assert do(office, number, "settle_at_once", data=SETTLED).code == 0
    (paper,) = office("document", "list", number, "--as", DESK, "--json", *AT).told
    assert paper["name"] == "oral_agreement_sheet"
    told = office("document", "show", paper["id"], "--as", DESK, "--json", *AT).told
    assert told["html"].lstrip().startswith("<!")
    printed = office("document", "show", paper["id"], "--as", DESK, *AT)
    assert printed.out.rstrip() == told["html"].rstrip()
    missing = office("document", "show", f"{number}/9.9", "--as", DESK, "--json", *AT)
    assert (missing.code, missing.error["code"]) == (1, "document_not_found")


def test_a_log_names_events_states_actors_and_papers(installed: Run) -> None:
    number = open_case(installed)["number"]
    installed("tick", "--now", "2026-03-10T00:01")
    told = look(installed, "log", number)
    assert [one["event"] for one in told["events"]] == ["register", "period_ran_out"]
    assert [one["actor"] for one in told["events"]] == [DESK, "期限届满"]
    printed = installed("case", "log", number, "--as", DESK, *AT)
    assert "登记" in printed.out


@pytest.mark.parametrize("command", ["show", "moves", "log"])
def test_people_read_tables_in_either_language(installed: Run, command: str) -> None:
    number = open_case(installed)["number"]
    for language, said in (("zh", "已登记"), ("en", "Registered")):
        printed = installed("case", command, number, "--as", DESK, "--lang", language, *AT)
        assert printed.code == 0
        assert said in printed.out


def test_input_comes_from_a_file_too(installed: Run, tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_text(opening(), "utf-8")
    opened = installed(
        "case", "open", "--kind", "neighbour", "--input", str(file), "--as", DESK, *AT
    )
    assert opened.code == 0
    assert "（2026）天馨园人调字第1号" in opened.out


@pytest.mark.parametrize(
    "source", [b"{", b'{"a": 1, "a": 2}', b"\xff", b"[1]", b'{"people": "x"}']
)
def test_broken_input_is_refused(installed: Run, source: bytes) -> None:
    refused = installed(
        "case", "open", "--kind", "neighbour", "--input", "-", "--as", DESK, "--json", *AT,
        stdin=source,
    )  # fmt: skip
    assert (refused.code, refused.error["code"]) == (1, "input_refused")
    assert refused.error["faults"]
