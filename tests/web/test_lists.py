"""The list of cases, statistics and calendar as somebody sees them in a browser."""

from tests.web.conftest import Opened, Site

WANG, BUREAU = "wangguilan@tx", "hanbing@yx-sfj"


def test_a_name_searched_for_stands_in_no_address(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    opened(wang)
    page = wang.get("/cases")
    assert 'method="post" action="/cases"' in page.text
    answer = wang.post("/cases", {"q": "王小明"}, follow_redirects=False)
    assert answer.status_code == 200
    assert "王某" in answer.text
    assert "王小明" not in str(answer.url)
    assert "没有找到案件" in wang.post("/cases", {"q": "没有这个人"}).text


def test_narrowing_leads_to_an_address_that_can_be_kept(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    opened(wang)
    wang.get("/cases")
    answer = wang.post("/cases", {"kind": "neighbour", "open": "yes"}, follow_redirects=False)
    assert answer.headers["location"] == "/cases?kind=neighbour&open=yes"
    wang.get(answer.headers["location"])
    refused = wang.post("/filters", {"kind": "neighbour", "open": "yes", "name": "字" * 21})
    assert refused.status_code == 422
    assert "不能超过 20 个字符" in refused.text
    assert f'value="{"字" * 21}"' in refused.text
    shown = wang.post("/filters", {"kind": "neighbour", "open": "yes", "name": "在办邻里"})
    assert (
        'href="/cases?kind=neighbour&amp;open=yes" aria-current="page">在办邻里' in shown.text
    )
    assert "在办邻里" not in site.officer(BUREAU).get("/cases").text
    assert "在办邻里" not in wang.post("/filters/forget", {"name": "在办邻里"}).text


def test_statistics_lead_to_the_cases_they_count(site: Site, opened: Opened) -> None:
    opened(site.officer(WANG))
    bureau = site.officer(BUREAU)
    page = bureau.get("/statistics?first=2026-03&last=2026-03").text
    link = "/cases?body=yunxi&amp;kind=neighbour&amp;first=2026-03&amp;last=2026-03"
    assert f'href="{link}"' in page
    assert "天馨人调字第1号" in bureau.get(link.replace("&amp;", "&")).text
    wrong = bureau.get("/statistics?first=2026-03&last=x").text
    assert "请写成 2026-03 这样的年月" in wrong
    assert 'value="x"' in wrong


def test_the_calendar_leads_from_a_day_to_its_case(site: Site, opened: Opened) -> None:
    wang = site.officer(WANG)
    address = opened(wang)
    page = wang.get("/calendar?month=2026-03").text
    assert f'href="{address}"' in page
    assert 'href="/calendar?month=2026-02"' in page
    assert "国庆节" in wang.get("/calendar?month=2026-10").text
