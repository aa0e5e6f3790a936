"""The reports as pages and files: entered, submitted, drilled into, copied, and never run."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from tests.web.conftest import Opened, Site
from tests.web.hostile import MARKUP, TEXTS

WANG = "wangguilan@tx"
NUMBER = "（2026）天馨人调字第1号"
ON_THE_SPOT = {
    "results": "apology",
    "terms": "互相谅解。",
    "rights_told": "true",
    "agreed_sum": "800",
}


COLUMNS = 18
"""Of the province's form; the applicants stand in the third."""


def cells(content: bytes) -> list[object]:
    book = load_workbook(BytesIO(content))
    found = [cell for sheet in book for row in sheet for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in found)
    return [cell.value for cell in found]


def test_a_month_is_entered_submitted_and_looked_behind(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    address = opened(wang)
    wang.post(f"{address}/do/settle_at_once", ON_THE_SPOT)
    page = wang.get("/statistics/report?month=2026-03").text
    assert "未报送" in page
    behind = re.search(r'href="(/statistics/report/cases[^"]*measure=settled[^"]*)"', page)
    assert behind
    assert NUMBER in wang.get(unescape(behind[1])).text
    typed = {"body": "tx", "month": "2026-03", "screenings": "2", "prevented": "x"}
    refused = wang.post("/statistics/report/entered", typed)
    assert refused.status_code == 422
    assert 'value="x"' in refused.text
    assert (
        wang.post("/statistics/report/entered", {**typed, "prevented": ""}).status_code == 200
    )
    asked = {"body": "tx", "month": "2026-03", "carry": "yes"}
    assert wang.post("/statistics/report/submit", asked).status_code == 409
    site.clock.pass_(days=30)
    wang = site.officer(WANG)
    done = wang.post("/statistics/report/submit", asked)
    assert done.status_code == 200
    assert "第 1 次报送" in done.text
    assert wang.post("/statistics/report/submit", asked).status_code == 422
    told = cells(wang.get("/statistics/report/file?month=2026-03").content)
    assert NUMBER in told
    assert "调解成功" in told


def test_what_is_not_below_the_seat_is_not_there(site: Site) -> None:
    wang = site.officer(WANG)
    for page in ("report", "report/file", "report/cases", "report/entered", "register"):
        for body in ("lf", "yunxi", "nowhere"):
            assert wang.get(f"/statistics/{page}?body={body}").status_code == 404
        assert site.officer("admin@yunxi").get(f"/statistics/{page}").status_code == 404
    assert wang.get("/statistics/report?month=2026-13").status_code == 422
    asked = {"body": "tx", "month": "2026-02"}
    assert (
        site.officer("liudeshun@tx").post("/statistics/report/submit", asked).status_code == 403
    )


def test_names_are_masked_until_a_reason_is_given_and_kept(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    opened(wang, **{"people.0.id_number": "11010519491231002X"})
    page = wang.get("/statistics/register?month=2026-03").text
    assert "王某" in page
    assert "王小明" not in page
    sent = {"body": "tx", "month": "2026-03", "columns": "province"}
    assert "王小明" not in cells(wang.post("/statistics/register", sent).content)
    assert wang.post("/statistics/register", {**sent, "reason": "x"}).status_code == 422
    told = cells(wang.post("/statistics/register", {**sent, "reason": "录入省级系统"}).content)
    assert {"王小明", "11010519491231002X"} <= set(told)
    assert "录入省级系统" in wang.get(f"/cases/{quote(NUMBER)}/reveals").text
    bureau = site.officer("hanbing@yx-sfj")
    sent = {"month": "2026-03", "columns": "register", "reason": "看看"}
    assert bureau.post("/statistics/register", sent).status_code == 403


@pytest.mark.parametrize(
    "text",
    [one for one in (*TEXTS, *MARKUP, "-1", "+1", "@x", "－１", "＋１", "＠x") if one.strip()],
)
def test_what_somebody_typed_is_printed_literally(
    site: Site, opened: Opened, text: str
) -> None:
    wang = site.officer(WANG)
    wang.get("/register/neighbour")
    sent = {"people.0.name": text, "people.0.kind": "organisation", "people.1.name": "李建国"}
    sent |= {"sentence": text, "class": "noise", "people.0.sort": "organisation"}
    answer = wang.post("/register/neighbour", sent, follow_redirects=False)
    if answer.status_code != 303:
        assert answer.status_code == 422
        return  # Not a name: it never comes to a report.
    sheet = {"body": "tx", "month": "2026-03", "columns": "province", "reason": "核对"}
    told = cells(wang.post("/statistics/register", sheet).content)
    assert not str(told[COLUMNS + 2]).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    for address in ("/statistics/register?month=2026-03", f"/cases/{quote(NUMBER)}/card"):
        page = wang.get(address)
        assert page.status_code == 200
        assert not [one for one in MARKUP if one.startswith("<") and one in page.text]


def test_the_columns_of_an_installation_are_its_own(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    opened(wang)
    file = site.desk.settings.home / "columns.toml"
    file.write_text('[[column]]\nheading = "号码"\nfield = "number"\n', "utf-8")
    sent = {"body": "tx", "month": "2026-03", "columns": "province"}
    assert cells(wang.post("/statistics/register", sent).content) == ["号码", NUMBER]
    file.write_text('[[column]]\nheading = "号码"\nfield = "numbre"\n', "utf-8")
    refused = wang.post("/statistics/register", sent)
    assert refused.status_code == 422
    assert "number" in refused.text
    for broken in ("x", "[column]", "[[column]]\nheading = '1'", "y = 1"):
        file.write_text(broken, "utf-8")
        assert wang.post("/statistics/register", sent).status_code == 422, broken


def test_the_last_day_of_the_month_is_set_by_an_administrator(site: Site) -> None:
    admin = site.officer("admin@yunxi")
    address = "/administration/bodies/tx/cutoff"
    assert "最后一日" in admin.get(address).text
    wrong = admin.post(address, {"day": "40", "month": "2026-03"})
    assert wrong.status_code == 422
    done = admin.post(address, {"day": "25", "month": "2026-03"})
    assert "25" in done.text
    assert "改月报截止日" in admin.get("/administration/journal").text
    report = site.officer(WANG).get("/statistics/report?month=2026-04").text
    assert "2026年3月26日" in report
    assert "2026年4月25日" in report
