"""A monthly report written by a command: what it says, and how it ends."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.conftest import Run

MARCH = ("report", "2026-03", "--body", "tx", "--as", "wangguilan@tx")


def test_a_report_is_written_in_both_formats(office: Run, tmp_path: Path) -> None:
    paper, sheet = tmp_path / "r.html", tmp_path / "r.xlsx"
    assert office(*MARCH, "--format", "html", "-o", str(paper)).code == 0
    text = paper.read_text("utf-8")
    assert "人民调解案件情况统计表" in text
    assert "<a " not in text
    assert "<script" not in text
    told = office(*MARCH, "--format", "xlsx", "-o", str(sheet), "--json")
    assert told.code == 0
    assert told.told["month"] == "2026-03"
    assert "案件情况" in load_workbook(BytesIO(sheet.read_bytes())).sheetnames


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--body", "lf"), 1),
        (("--body", "nowhere"), 1),
        (("--format", "pdf"), 2),
        (("-o", "/nowhere/r.xlsx"), 2),
        (("--as", "wang"), 2),
    ],
)
def test_what_is_refused_is_one_and_misuse_is_two(
    office: Run, tmp_path: Path, more: tuple[str, ...], code: int
) -> None:
    assert office(*MARCH, "-o", str(tmp_path / "r.xlsx"), *more).code == code


def test_a_month_that_is_none_is_misuse(office: Run, tmp_path: Path) -> None:
    command = ("report", "2026-13", "--as", "wangguilan@tx", "-o", str(tmp_path / "r"))
    assert office(*command).code == 2
