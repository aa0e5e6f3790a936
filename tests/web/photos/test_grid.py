"""Twenty rows of the paper register on one page."""

import re
from typing import Any

from fastapi.testclient import TestClient

from tests.web.conftest import Site, guard

ADDRESS = "/quick/neighbour/grid"
NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"


def row(no: int, **more: str) -> dict[str, str]:
    cells = {
        "day": "2026-02-26",
        "one": f"{NAMES[no]}大山",
        "other": f"{NAMES[no]}小河",
        "class": "noise",
        "sentence": "夜里拖动桌椅",
        "results": "apology",
        "rights_told": "true",
        "key": f"key-{no}",
        **more,
    }
    return {f"rows.{no}.{name}": value for name, value in cells.items()}


def sent(client: TestClient, *rows: dict[str, str]) -> Any:
    form = {"guard": guard(client)}
    for one in rows:
        form |= one
    return client.post(ADDRESS, data=form)


def cases(client: TestClient) -> int:
    return len(set(re.findall(r'href="(/cases/[^"/?]+)"', client.get("/cases").text)))


def test_twenty_rows_are_offered_each_with_a_key_of_its_own(site: Site) -> None:
    page = site.client("wangguilan@tx").get(ADDRESS).text

    keys = re.findall(r'name="rows\.\d+\.key" value="([^"]+)"', page)
    assert len(set(keys)) == 20


def test_all_rows_that_are_right_are_entered(site: Site) -> None:
    client = site.client("wangguilan@tx")
    answer = sent(client, *(row(no) for no in range(20)))

    assert answer.status_code == 303
    assert "已登记并办结 20 件。" in client.get(answer.headers["location"]).text
    assert cases(client) == 20


def test_rows_with_faults_stay_and_say_what_is_wrong(site: Site) -> None:
    client = site.client("wangguilan@tx")
    answer = sent(client, row(0), row(1, other="", agreed_sum="若干"), row(2, day="2027-01-01"))

    assert answer.status_code == 422
    assert "已登记并办结 1 件。" in answer.text
    assert "还有 2 行没有登记" in answer.text
    assert '<a href="#f-rows-0-other">另一方姓名</a>' in answer.text
    assert 'id="f-rows-0-agreed_sum-fault"' in answer.text
    assert 'id="f-rows-1-day-fault"' in answer.text
    assert "钱大山" in answer.text
    assert "赵大山" not in answer.text
    assert cases(client) == 1


def test_nothing_is_entered_twice_however_often_it_is_sent(site: Site) -> None:
    client = site.client("wangguilan@tx")
    rows = [row(0), row(1, other=""), row(2)]
    sent(client, *rows)
    again = sent(client, *rows)
    assert "已登记并办结 2 件。" in again.text

    answer = sent(client, row(0, key="key-1", one="钱大山", other="钱小河"))
    assert answer.status_code == 303
    assert cases(client) == 3


def test_a_row_changed_after_it_was_entered_is_named_and_not_entered(site: Site) -> None:
    client = site.client("wangguilan@tx")
    sent(client, row(0))
    answer = sent(client, row(0, sentence="改过的一行"))

    assert answer.status_code == 422
    assert "这个请求编号已用于另一项办理" in answer.text
    assert cases(client) == 1


def test_a_row_without_a_day_is_of_the_day_above(site: Site) -> None:
    client = site.client("wangguilan@tx")
    answer = sent(client, row(0), row(1, day="", other=""), row(2, day=""))

    assert 'value="2026-02-26"' in answer.text
    assert "已登记并办结 2 件。" in answer.text


def test_a_like_case_is_shown_beside_its_row_and_may_be_acknowledged(site: Site) -> None:
    client = site.client("wangguilan@tx")
    twin = {"one": "赵大山", "other": "赵小河"}
    answer = sent(client, row(0), row(1, **twin))

    found = re.search(r'name="rows.0.acknowledged_duplicates" value="([^"]+)"', answer.text)
    assert found
    seen = {**twin, "key": "key-1", "acknowledged_duplicates": found[1]}
    assert sent(client, row(0, **seen)).status_code == 303
    assert cases(client) == 2


def test_rows_typed_and_not_sent_are_there_again(site: Site) -> None:
    client = site.client("wangguilan@tx")
    form = {"guard": guard(client), **row(4, sentence="打了一半")}
    assert client.post("/drafts/grid/neighbour", data=form).status_code == 204

    page = client.get(ADDRESS).text
    assert 'value="打了一半"' in page
    assert 'value="key-4"' in page
    assert len(re.findall(r'name="rows\.\d+\.key"', page)) == 20
