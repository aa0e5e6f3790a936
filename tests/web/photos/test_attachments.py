"""Files through the pages: brought with a form, shown on the case, given out as files."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mediation.web.app import LARGEST
from mediation.web.submitted import WITH_FILES
from tests.hostile_files import NAMES as HOSTILE_NAMES
from tests.photos import JPEG, NO_PHOTOS, PDF, PNG, POLYGLOT, TAKEN
from tests.web.conftest import Site, guard

FORM = {
    "people.0.name": "张三",
    "people.1.name": "李四",
    "class": "noise",
    "sentence": "楼上吵闹",
    "key": "k",
}


def photos(*contents: bytes, field: str = "attachments") -> list[Any]:
    return [(field, (f"../{no}.svg", one, "text/html")) for no, one in enumerate(contents)]


def registered(client: TestClient, *contents: bytes, **more: str) -> Any:
    form = {**FORM, "guard": guard(client), **more}
    return client.post("/register/neighbour", data=form, files=photos(*contents))


def opened(client: TestClient, *contents: bytes) -> str:
    answer = registered(client, *contents)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].partition("?")[0])


def test_a_form_brings_photos_and_the_case_shows_them(site: Site) -> None:
    client = site.client("wangguilan@tx")
    case = client.get(opened(client, JPEG, PNG)).text

    assert "照片和附件" in case
    assert len(re.findall(r'href="/attachments/[^"]+/[0-9a-f]{64}" download', case)) == 2


@pytest.mark.parametrize("content", [JPEG, POLYGLOT])
def test_a_photo_is_given_out_as_a_file_and_nothing_else(site: Site, content: bytes) -> None:
    client = site.client("wangguilan@tx")
    page = client.get(opened(client, content)).text
    found = re.search(r'href="(/attachments/[^"]+)"', page)
    assert found
    answer = client.get(found[1])

    assert answer.content == content
    name = hashlib.sha256(content).hexdigest()[:12]
    plain = f'attachment; filename="attachment-{name}.jpg"'
    assert answer.headers["content-disposition"] == f"{plain}; filename*=UTF-8''0.jpg"
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_foreign_case_and_an_unknown_photo_are_not_found(site: Site) -> None:
    client = site.client("wangguilan@tx")
    number = opened(client, JPEG).removeprefix("/cases/")
    digest = hashlib.sha256(JPEG).hexdigest()

    foreign = site.client("zhoujianguo@lf").get(f"/attachments/{number}/{digest}")
    assert foreign.status_code == 404
    assert client.get(f"/attachments/{number}/{'0' * 64}").status_code == 404
    assert (
        site.client("chenzhiyuan@yq-sfs").get(f"/attachments/{number}/{digest}").status_code
        == 403
    )


def test_a_supervisor_sees_that_there_are_photos_and_no_way_to_them(site: Site) -> None:
    case = opened(site.client("wangguilan@tx"), JPEG)
    page = site.client("chenzhiyuan@yq-sfs").get(case).text

    assert "照片和附件" in page
    assert "/attachments/" not in page


def test_whoever_is_sent_back_is_told_to_choose_his_photos_again(site: Site) -> None:
    client = site.client("wangguilan@tx")
    answer = registered(client, JPEG, sentence="")

    assert answer.status_code == 422
    assert "附件没有留下，请重新选择再提交。" in answer.text
    assert 'value="张三"' in answer.text


def test_what_is_no_photo_is_told_beside_its_field(site: Site) -> None:
    answer = registered(site.client("wangguilan@tx"), NO_PHOTOS["page called a photo"])

    assert answer.status_code == 422
    assert 'id="f-attachments-fault"' in answer.text
    assert (
        '<a href="#f-attachments">照片和附件</a>：第 1 个文件“0”看起来是“网页”' in answer.text
    )


def test_an_event_brings_photos_too(site: Site) -> None:
    client = site.client("wangguilan@tx")
    case = opened(client)
    form = {"guard": guard(client), "key": "e"}
    answer = client.post(f"{case}/do/interview", data=form, files=photos(PNG))

    assert answer.status_code == 303, answer.text
    assert re.search(r"1 页 · 1 KB · .* 王桂兰 · 接谈", client.get(case).text)


def test_photos_need_a_session_and_a_form_of_ours(site: Site) -> None:
    client = site.client("wangguilan@tx")
    assert registered(client, JPEG, guard="0" * 64).status_code == 403
    client.cookies.clear()
    answer = client.post("/register/neighbour", data=FORM, files=photos(JPEG))
    assert answer.headers["location"].startswith("/sign-in")


def test_whoever_was_signed_out_comes_back_to_the_form_he_sent(site: Site) -> None:
    client = site.client("wangguilan@tx")
    client.cookies.clear()
    sent_from = {"referer": "http://127.0.0.1:8000/quick/neighbour"}
    elsewhere = {"referer": "http://example.org/quick/neighbour"}

    answer = client.post("/quick/neighbour", data=FORM, headers=sent_from)
    assert answer.headers["location"] == "/sign-in?back=%2Fquick%2Fneighbour"
    answer = client.post("/quick/neighbour", data=FORM, headers=elsewhere)
    assert answer.headers["location"] == "/sign-in?back=%2F"


def chunks(size: int) -> Iterator[bytes]:
    for _ in range(0, size, 100_000):
        yield bytes(100_000)


PLAIN = ["/look", "/sign-in", "/drafts/register/neighbour", "/quick/neighbour/grid", "/seat"]
TAKING = ["/register/neighbour", "/quick/neighbour", "/cases/1/do/interview"]
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("path", PLAIN)
def test_a_route_that_takes_no_photos_takes_no_large_request(site: Site, path: str) -> None:
    client = site.client("wangguilan@tx")

    told = client.post(path, content=bytes(LARGEST + 1), headers=FORM_TYPE)
    assert told.status_code == 413
    chunked = client.post(path, content=chunks(LARGEST + 1), headers=FORM_TYPE)
    assert chunked.status_code == 413
    lying = {**FORM_TYPE, "content-length": "10"}
    assert client.post(path, content=chunks(LARGEST + 1), headers=lying).status_code == 413


@pytest.mark.parametrize("path", TAKING)
def test_a_route_that_takes_photos_has_its_limit_too(site: Site, path: str) -> None:
    client = site.client("wangguilan@tx")
    boundary = {"content-type": "multipart/form-data; boundary=x"}

    over = client.post(path, content=chunks(WITH_FILES + 100_000), headers=boundary)
    assert over.status_code == 413


def test_two_photos_of_nine_megabytes_come_through(site: Site) -> None:
    client = site.client("wangguilan@tx")
    large = 9_000_000

    opened(client, JPEG + bytes(large), PNG + bytes(large))


def test_a_photo_over_ten_megabytes_is_told_of_in_words(site: Site) -> None:
    answer = registered(site.client("wangguilan@tx"), JPEG + bytes(11_000_000))

    assert answer.status_code == 422
    assert "第 1 个文件“0”超过 10 兆" in answer.text


def test_files_of_several_sorts_come_with_one_form(site: Site) -> None:
    client = site.client("wangguilan@tx")
    said = {
        "attachments.sort": "receipt",
        "attachments.name": "两张收条",
        "attachments_2.sort": "identity",
    }
    identity = ("attachments_2", ("李四的身份证.docx", PDF, "application/msword"))
    form = {**FORM, "guard": guard(client), **said}
    answer = client.post("/register/neighbour", data=form, files=[*photos(JPEG, PNG), identity])
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text

    assert page.count('<span class="tag">履行凭证</span>') == 2
    assert "<strong>两张收条（1）</strong>" in page
    assert '<span class="tag">身份证明</span> <strong>李某的身份证</strong>' in page
    assert "PDF 文件 · 3 页 · 1 KB" in page
    link = re.search(rf'href="(/attachments/[^"]+/{hashlib.sha256(PDF).hexdigest()})"', page)
    assert link
    disposition = client.get(link[1]).headers["content-disposition"]
    name = "%E6%9D%8E%E5%9B%9B%E7%9A%84%E8%BA%AB%E4%BB%BD%E8%AF%81.pdf"
    assert disposition.endswith(f".pdf\"; filename*=UTF-8''{name}")


@pytest.mark.parametrize("what", TAKEN)
def test_no_file_is_shown_by_a_browser(site: Site, what: str) -> None:
    client = site.client("wangguilan@tx")
    page = client.get(opened(client, TAKEN[what][0])).text
    found = re.search(r'href="(/attachments/[^"]+)"', page)
    assert found
    headers = client.get(found[1]).headers

    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


SAFE = (
    r'attachment; filename="attachment-[0-9a-f]{12}\.pdf"; '
    r"filename\*=UTF-8''[\w%.~-]+\.pdf"
)


@pytest.mark.parametrize("called", HOSTILE_NAMES)
def test_a_hostile_name_is_kept_harmlessly(site: Site, called: str) -> None:
    client = site.client("wangguilan@tx")
    form = {**FORM, "guard": guard(client)}
    files = [("attachments", (called or "a", PDF, "application/pdf"))]
    answer = client.post("/register/neighbour", data=form, files=files)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    found = re.search(r'href="(/attachments/[^"]+)"', page)
    assert found

    assert "<script>" not in page
    disposition = client.get(found[1]).headers["content-disposition"]
    assert re.fullmatch(SAFE, disposition, re.ASCII)


def test_what_was_said_of_files_stands_in_the_form_that_is_shown_again(site: Site) -> None:
    said = {"attachments.sort": "letter", "attachments.name": "法院来函"}
    client = site.client("wangguilan@tx")
    client.cookies.set("density", "dense")
    answer = registered(client, JPEG, sentence="", **said)

    assert '<option value="letter" selected>来函</option>' in answer.text
    assert 'name="attachments.name" value="法院来函"' in answer.text


def test_an_empty_file_is_told_of(site: Site) -> None:
    answer = registered(site.client("wangguilan@tx"), b"")

    assert answer.status_code == 422
    assert "看起来是“空文件”，不能收" in answer.text
