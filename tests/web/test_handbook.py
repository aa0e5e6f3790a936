"""Handbook and procedures as anybody reads them, signed in or not."""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from mediation.clock import SHANGHAI
from mediation.operations.office import Office
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
FEATURE = "/handbook/agreement/" + quote("督促以后")


@pytest.fixture
def reader(office: Office, tmp_path: Path) -> TestClient:
    desk = Desk(Settings(tmp_path, "", tmp_path / "key"), office, told=lambda: NOW)
    return TestClient(create_app(desk), base_url="http://127.0.0.1:8000")


def read(reader: TestClient, address: str, language: str = "zh") -> str:
    reader.cookies.set("language", language)
    answer = reader.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_contents_lead_to_every_chapter(reader: TestClient) -> None:
    text = read(reader, "/handbook")
    for chapter in ("登记、接谈和受理", "司法确认", "期限怎样计算"):
        assert chapter in text
    assert f'href="{FEATURE}"' in text


def test_a_rule_stands_beside_its_law_and_its_scenarios(reader: TestClient) -> None:
    text = read(reader, FEATURE)
    assert "不履行的督促履行；内容不当的经同意可以重新调解变更" in text
    assert 'id="r2"' in text
    assert 'id="没有督促过，不能直接告知途径了结"' in text
    assert "〔调解员〕办理“重新调解”" in text
    assert '<td data-label="单位">云桥街道人民调解委员会</td>' in text
    assert "&lt;调解员&gt;" not in text


def test_the_last_result_stands_beside_a_scenario(reader: TestClient) -> None:
    assert read(reader, FEATURE).count("✓ 通过") == 6


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("督促", "<mark>督促</mark>以后怎么办"),
        ("人民调解法31", "<mark>人民调解法》第三十一条</mark>"),
        ("QDN6", "部门应哨要有承诺的日子"),
        ("上门 督促", "<mark>上门</mark><mark>督促</mark>"),
    ],
)
def test_a_search_shows_the_sentence_around_the_hit(
    reader: TestClient, asked: str, found: str
) -> None:
    assert found in read(reader, f"/handbook/search?q={quote(asked)}")


def test_a_search_for_nothing_known_says_so(reader: TestClient) -> None:
    assert "没有找到" in read(reader, "/handbook/search?q=%3Cscript%3E")


def test_the_coverage_names_the_scenarios_of_each_way(reader: TestClient) -> None:
    text = read(reader, "/handbook/coverage/neighbour")
    assert "环节 31 / 31" in text
    assert quote("上门督促") in text
    assert 'class="tag red"' not in text


def test_a_place_shows_what_differs_and_that_it_is_proved(reader: TestClient) -> None:
    text = read(reader, "/procedures/neighbour/ningbo")
    assert "✓ 流程已证明" in text
    assert 'class="differs"' in text
    assert "法定期限" in text
    assert 'class="differs"' not in read(reader, "/procedures/neighbour/national")


def test_the_pages_speak_english(reader: TestClient) -> None:
    assert "Every scenario is played by the program" in read(reader, "/handbook", "en")
    assert "<h1>Referral</h1>" in read(reader, "/procedures/neighbour/national/referral", "en")


@pytest.mark.parametrize(
    "address",
    [
        "/handbook/agreement/moon",
        "/handbook/coverage/moon",
        "/procedures/moon/national",
        "/procedures/neighbour/moon",
        "/procedures/neighbour/national/moon",
    ],
)
def test_what_is_not_there_is_not_found(reader: TestClient, address: str) -> None:
    assert reader.get(address).status_code == 404
