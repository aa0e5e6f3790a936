"""Nothing that is sent makes the server fail, and what is refused says so."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.conftest import QUARREL, Browser, Opened, Site
from tests.web.hostile import MARKUP, TEXTS

TEXT_FIELDS = ["people.0.name", "people.0.phone", "people.0.id_number", "sentence", "class"]


def sound(site: Site, browser: Browser) -> Browser:
    """Give a browser whose server answers its own failures, as it does for people."""
    client = site.client(follow_redirects=True, raise_server_exceptions=False)
    client.cookies = browser.client.cookies
    return Browser(client, browser.guard)


def test_no_text_in_a_field_makes_the_server_fail(site: Site) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    failed = []
    for place, text in enumerate((*TEXTS, *MARKUP)):
        field = TEXT_FIELDS[place % len(TEXT_FIELDS)]
        for name in {field, "occurred_at"} if place % 3 == 0 else {field}:
            sent = {**QUARREL, "class": "noise", name: text}
            answer = wang.post("/register/neighbour", sent, follow_redirects=False)
            if answer.status_code >= 500 or answer.status_code == 403:
                failed.append((name, text, answer.status_code))
    assert failed == []


def test_no_text_in_any_field_of_any_event_makes_the_server_fail(
    site: Site, opened: Opened
) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    case = opened(wang)
    failed = []
    texts = [*TEXTS, *MARKUP]
    for place, (event, fields) in enumerate(forms(wang, case)):
        for turn, name in enumerate(fields):
            text = texts[(place * 7 + turn) % len(texts)]
            answer = wang.post(f"{case}/do/{event}", {name: text}, follow_redirects=False)
            if answer.status_code >= 500:
                failed.append((event, name, text, answer.status_code))
    assert failed == []


def forms(browser: Browser, case: str) -> Iterator[tuple[str, list[str]]]:
    """Give every event a page offers, with the names of its fields."""
    page = browser.get(case).text
    for event in dict.fromkeys(re.findall(rf'href="{re.escape(case)}/do/([^"]+)"', page)):
        form = browser.get(f"{case}/do/{event}").text
        yield (
            event,
            list(
                dict.fromkeys(
                    re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', form)
                )
            ),
        )


ADDRESSES = (
    *(f"q={text}" for text in ("%00", "%ED%A0%80", "%", "'", "%25", "x" * 1500)),
    *("after=x", "after=2026-01-01.99999999999999999999", "due=2026-99-99", "q=a&q=b"),
    *("open=maybe", "kind=__class__", "state=%00", "sent=perhaps", "after=.1"),
)


@pytest.mark.parametrize("query", ADDRESSES)
def test_no_address_makes_the_server_fail(site: Site, query: str) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    for path in ("/cases", "/referrals", "/sign-in", "/"):
        assert wang.client.get(f"{path}?{query}").status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/cases/%00",
        "/cases/%ED%A0%80",
        "/cases/" + "x" * 1500,
        "/cases/..%2f..%2fetc%2fpasswd",
        "/static/..%2fapp.py",
        "/static/%2e%2e/desk.py",
        "/static/nothing.css",
        "/register/__class__",
        "/quick/nothing",
        "/cases/x/do/referral/99999999999999999999:accept",
        "/cases/x/do/:",
        "/cases/x/documents/a.b",
        "/cases/x/documents/9999999999999999999999.1",
        "/invitation/%00",
        "/" + "a/" * 800,
    ],
)
def test_no_path_makes_the_server_fail(site: Site, path: str) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    assert wang.client.get(path).status_code in {400, 404, 409, 414, 422}


BODIES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "application/x-www-form-urlencoded"),
    ("json", b"{}", "application/json"),
    ("no boundary", b"x", "multipart/form-data"),
    (
        "cut short",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n',
        "multipart/form-data; boundary=x",
    ),
    (
        "no name",
        b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    ("bad bytes", b"guard=%ff%fe&sentence=\xff\xfe", "application/x-www-form-urlencoded"),
    ("a foreign charset", b"guard=a", "application/x-www-form-urlencoded; charset=utf-7"),
    ("an unknown charset", b"guard=a", "multipart/form-data; boundary=x; charset=nonsense"),
    (
        "many fields",
        b"&".join(b"a%d=1" % no for no in range(5000)),
        "application/x-www-form-urlencoded",
    ),
    ("one long field", b"a=" + b"x" * 300_000, "application/x-www-form-urlencoded"),
]


@pytest.mark.parametrize(
    ("body", "sort"), [(b, s) for _, b, s in BODIES], ids=[n for n, _, _ in BODIES]
)
def test_no_body_makes_the_server_fail(
    site: Site, opened: Opened, body: bytes, sort: str
) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    for path in ("/register/neighbour", "/look", "/sign-in"):
        answer = wang.client.post(path, content=body, headers={"content-type": sort})
        assert answer.status_code in {400, 403, 413, 422}


def test_a_table_of_many_rows_is_bounded(site: Site) -> None:
    wang = sound(site, site.officer("wangguilan@tx"))
    rows: dict[str, Any] = {f"people.{no}.name": "某" for no in range(300)}
    assert (
        wang.post("/register/neighbour", {**rows, "people.999999.name": "x"}).status_code == 422
    )


def test_markup_comes_back_as_text(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    for text in MARKUP:
        page = wang.post("/register/neighbour", {"people.0.name": text, "sentence": text})
        assert "window.ran=1</script><" not in page.text
        assert text not in page.text or "<" not in text, text
