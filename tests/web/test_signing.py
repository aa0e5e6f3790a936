"""Who may come in, and what every answer carries."""

from dataclasses import replace

import pytest

from mediation.operations.desk.accounts import invite
from tests.web.conftest import Browser, Opened, Site

PASSWORD = "老槐树下三把蒲扇一壶茶"


def invited(site: Site, officer: str = "wangguilan") -> str:
    with site.desk.office.database.writing() as tx:
        return invite(site.desk.office, tx, officer, site.clock())


def with_password(site: Site) -> Browser:
    browser = site.visitor()
    address = f"/invitation/{invited(site)}"
    browser.get(address)
    browser.post(address, {"password": PASSWORD, "again": PASSWORD})
    return browser


def test_an_invited_officer_sets_a_password_and_signs_in(site: Site) -> None:
    browser = with_password(site)
    page = browser.post("/sign-in", {"officer": "wangguilan", "password": PASSWORD})
    assert page.status_code == 200
    assert "今日" in page.text
    assert "天馨社区人民调解委员会" in page.text


def test_a_page_for_officers_leads_to_signing_in_and_back(site: Site) -> None:
    browser = with_password(site)
    asked = browser.get("/referrals")
    assert str(asked.url).endswith("/sign-in?back=%2Freferrals")
    page = browser.post(
        "/sign-in", {"officer": "wangguilan", "password": PASSWORD, "back": "/referrals"}
    )
    assert str(page.url).endswith("/referrals")


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", "x"])
def test_nobody_is_sent_to_another_site(site: Site, back: str) -> None:
    browser = with_password(site)
    given = {"officer": "wangguilan", "password": PASSWORD, "back": back}
    answer = browser.post("/sign-in", given, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_an_invitation_is_good_once_and_for_a_week(site: Site) -> None:
    browser, secret = site.visitor(), invited(site)
    address = f"/invitation/{secret}"
    browser.get(address)
    browser.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert browser.get(address).status_code == 404
    late = f"/invitation/{invited(site)}"
    site.clock.pass_(days=8)
    assert browser.get(late).status_code == 404


@pytest.mark.parametrize("password", ["short", "wangguilan-2026", "aaaaaaaaaaaa"])
def test_a_plain_password_is_refused(site: Site, password: str) -> None:
    browser = site.visitor()
    address = f"/invitation/{invited(site)}"
    browser.get(address)
    page = browser.post(address, {"password": password, "again": password})
    assert page.status_code == 422
    assert "口令应有" in page.text


def test_unknown_and_known_names_are_answered_alike_and_guessing_slows_down(
    site: Site,
) -> None:
    browser = with_password(site)
    known = browser.post("/sign-in", {"officer": "wangguilan", "password": "x" * 12})
    unknown = browser.post("/sign-in", {"officer": "nobody", "password": "x" * 12})
    assert known.status_code == unknown.status_code == 403
    assert known.text.replace("wangguilan", "") == unknown.text.replace("nobody", "")
    for _ in range(4):
        browser.post("/sign-in", {"officer": "wangguilan", "password": "x" * 12})
    held = browser.post("/sign-in", {"officer": "wangguilan", "password": PASSWORD})
    assert held.status_code == 429
    site.clock.pass_(minutes=20)
    page = browser.post("/sign-in", {"officer": "wangguilan", "password": PASSWORD})
    assert "今日" in page.text


def test_a_session_ends_when_nobody_uses_it_and_after_half_a_day(site: Site) -> None:
    wang = site.officer("wangguilan@tx")
    site.clock.pass_(minutes=31)
    assert "/sign-in" in str(wang.get("/cases").url)
    wang = site.officer("wangguilan@tx")
    for _ in range(26):
        site.clock.pass_(minutes=29)
        last = wang.get("/cases")
    assert "/sign-in" in str(last.url)


def test_signing_out_ends_the_session_for_whoever_kept_its_token(site: Site) -> None:
    wang = site.officer("wangguilan@tx")
    token = wang.client.cookies[site.desk.session_cookie]
    wang.post("/sign-out")
    thief = Browser(site.client(follow_redirects=True))
    thief.client.cookies.set(site.desk.session_cookie, token)
    assert "/sign-in" in str(thief.get("/cases").url)


def test_three_sessions_are_the_most(site: Site) -> None:
    browsers = []
    for _ in range(4):
        browsers.append(site.officer("wangguilan@tx"))
        site.clock.pass_(seconds=1)
    assert "/sign-in" in str(browsers[0].get("/cases").url)
    assert all("/sign-in" not in str(one.get("/cases").url) for one in browsers[1:])


def test_one_person_changes_seat_without_signing_in_again(site: Site) -> None:
    chen = site.officer("chenzhiyuan@yq-sfs")
    page = chen.post("/seat", {"body": "yq-tw"})
    assert "<summary>云桥街道人民调解委员会" in page.text
    assert chen.post("/seat", {"body": "tx"}).status_code == 400


def test_the_demo_door_is_shut_outside_the_demo(site: Site) -> None:
    visitor = site.visitor()
    assert visitor.post("/sign-in/demo", {"seat": "wangguilan@tx"}).status_code == 403
    assert "以此席位进入" not in visitor.get("/sign-in").text
    shown = site.changed(demo=True).visitor()
    assert "以此席位进入" in shown.get("/sign-in").text
    page = shown.post("/sign-in/demo", {"seat": "wangguilan@tx"})
    assert "今日" in page.text


@pytest.mark.parametrize("guard", [None, "", "0" * 64])
def test_a_form_without_its_guard_is_refused(
    site: Site, opened: Opened, guard: str | None
) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    sent = {"sort": "call", "note": "不该写下"} | ({} if guard is None else {"guard": guard})
    refused = wang.client.post(f"{case}/do/note", data=sent)
    assert refused.status_code == 403
    assert "工作记录" not in wang.get(f"{case}/log").text


def test_the_guard_of_another_session_is_refused(site: Site, opened: Opened) -> None:
    wang, zhao = site.officer("wangguilan@tx"), site.officer("zhaomin@tx")
    case = opened(wang)
    wang.guard = zhao.guard
    assert wang.post(f"{case}/do/note", {"sort": "call", "note": "x"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_foreign_origin_is_refused(site: Site, headers: dict[str, str]) -> None:
    wang = site.officer("wangguilan@tx")
    assert wang.post("/look", {"size": "large"}, headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_an_unknown_host_is_refused(site: Site, host: str) -> None:
    assert site.visitor().client.get("/sign-in", headers={"host": host}).status_code == 400


def test_every_answer_carries_the_headers(site: Site, opened: Opened) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang)
    for address in ("/", case, "/nowhere", "/sign-in", "/healthz"):
        headers = wang.get(address).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_cookies_are_kept_from_scripts_and_by_tls_from_everything_else(site: Site) -> None:
    settings = replace(site.desk.settings, url="https://desk.example")
    browser = site.changed(settings=settings, demo=True).visitor()
    answer = browser.post("/sign-in/demo", {"seat": "zhaomin@tx"}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-desk=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "max-age" in answer.headers["strict-transport-security"]
