"""Documents at the command line: exported, verified, never issued silently."""

import json
from pathlib import Path

from tests.cli.conftest import DESK, Run, open_case

AT = ("--now", "2026-03-05T10:00")
SHEET = "oral_agreement_sheet"


def settled(run: Run) -> str:
    number = str(open_case(run)["number"])
    data = json.dumps({"results": ["apology"], "rights_told": True})
    done = run(
        "case", "do", number, "settle_at_once", "--as", DESK, *AT, "--data", "-", stdin=data
    )
    assert done.code == 0, done
    return number


def test_the_newest_document_of_a_sort_is_written_into_a_file(
    office: Run, tmp_path: Path
) -> None:
    number, file = settled(office), tmp_path / "sheet.html"
    for called in (SHEET, "口头协议登记表"):
        told = office(
            "document", "issue", number, called, "--as", DESK, *AT, "-o", str(file), "--json"
        )
        assert (told.code, told.told["name"]) == (0, SHEET)
    shown = office("document", "show", told.told["id"], "--as", DESK, *AT, "--json").told
    assert file.read_bytes() == shown["html"].encode()


def test_a_document_that_is_not_there_stays_with_its_events(
    installed: Run, tmp_path: Path
) -> None:
    number, file = open_case(installed)["number"], tmp_path / "none.html"
    issue = ("document", "issue", number)
    more = ("--as", DESK, *AT, "-o", str(file), "--json")
    refused = installed(*issue, SHEET, *more)
    assert (refused.code, refused.error["code"]) == (1, "paper_not_issued")
    said = {one["remedy"]: one["text"] for one in refused.error["blockers"]}
    assert said["settle_at_once"] == "由“当场口头调结并履行”出具，现在可以办理"
    blocked = installed(*issue, "acceptance_form", *more).error["blockers"]
    assert "现在不能办理" in blocked[0]["text"] or "环节办理" in blocked[0]["text"]
    assert installed(*issue, "agrement", *more).error["code"] == "input_refused"
    assert not file.exists()


def test_a_format_nobody_makes_and_a_folder_that_is_not_there_are_refused(
    installed: Run, tmp_path: Path
) -> None:
    issue = ("document", "issue", settled(installed), SHEET, "--as", DESK, *AT, "--json")
    other = installed(*issue, "-o", str(tmp_path / "sheet"), "--format", "odt")
    assert (other.code, other.error["code"]) == (1, "input_refused")
    assert installed(*issue, "-o", str(tmp_path / "no" / "folder")).code == 2


def test_a_file_is_verified_by_its_bytes(office: Run, tmp_path: Path) -> None:
    number, file = settled(office), tmp_path / "sheet.html"
    told = office(
        "document", "issue", number, SHEET, "--as", DESK, *AT, "-o", str(file), "--json"
    )
    genuine = office("document", "verify", str(file), "--json")
    assert (genuine.code, genuine.told["status"]) == (0, "genuine")
    assert genuine.told["number"] == told.told["number"]
    assert "张三" not in office("document", "verify", str(file)).out

    changed = tmp_path / "changed.html"
    changed.write_bytes(file.read_bytes().replace("张三".encode(), "张四".encode()))
    unknown = office("document", "verify", str(changed), "--json")
    assert (unknown.code, unknown.told["status"]) == (1, "unknown")

    wrong = {"paper": "2.1", "wrong": "甲", "right": "乙", "reason": "笔误"}
    correct = ("case", "do", number, "correct_paper", "--as", DESK, *AT, "--data", "-")
    assert office(*correct, stdin=json.dumps(wrong)).code == 0
    corrected = office("document", "verify", str(file), "--json")
    assert (corrected.code, corrected.told["status"]) == (2, "corrected")
    listed = office("document", "list", number, "--as", DESK, *AT)
    assert f"{number}/3.1" in listed.out
    assert office("document", "verify", str(tmp_path / "none")).code == 2


def test_simple_cases_are_bound_together(office: Run, tmp_path: Path) -> None:
    settled(office)
    file = tmp_path / "sheets.pdf"
    command = ("dossiers", "--as", DESK, "-o", str(file), "--json", *AT)
    assert office(*command, "2026-02").code == 1
    assert office(*command, "2026-13").code == 2
    assert not file.exists()
    bound = office(*command, "2026-03")
    assert bound.told == {"file": str(file), "parts": 1}
    assert file.read_bytes().startswith(b"%PDF")
