"""Signing in: what ends a session, what slows guessing, whose form is believed."""

from datetime import timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from httpx2 import Response

from mediation.operations.administration.officers import end_seat
from mediation.operations.cases.requests import Asking
from mediation.operations.desk import passwords
from mediation.operations.desk.accounts import (
    ABSOLUTE,
    IDLE,
    INVITED_FOR,
    disable,
    invite,
)
from mediation.operations.office import Office, Sitting
from tests.web.conftest import MONDAY, Site, guard

PASSWORD = "早上先浇花然后再出门去"
SECOND = timedelta(seconds=1)


def invited(office: Office, officer: str = "wangguilan") -> str:
    with office.database.writing() as tx:
        return invite(office, tx, officer, MONDAY)


def take_up(client: TestClient, secret: str, password: str = PASSWORD) -> Response:
    given = {"password": password, "again": password, "guard": guard(client)}
    return client.post(f"/invitation/{secret}", data=given)


def sign_in(
    client: TestClient, password: str = PASSWORD, officer: str = "wangguilan", code: str = ""
) -> Response:
    given = {"officer": officer, "password": password, "code": code, "guard": guard(client)}
    return client.post("/sign-in", data=given)


def signed_in(client: TestClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash without effort: what is tested here is who gets in, not how long it takes."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    monkeypatch.setattr(passwords, "_NOBODYS", cheap.hash("nobody's"))


@pytest.fixture
def account(office: Office, site: Site) -> None:
    """Let 王桂兰 have a password."""
    assert take_up(site.client(), invited(office)).status_code == 303


def test_an_invitation_sets_one_password_once(office: Office, site: Site) -> None:
    secret = invited(office)
    assert "wangguilan" in site.client().get(f"/invitation/{secret}").text
    assert take_up(site.client(), secret, "短").status_code == 422
    assert take_up(site.client(), secret, "wangguilan-2026").status_code == 422
    assert take_up(site.client(), secret).status_code == 303
    assert take_up(site.client(), secret).status_code == 404
    assert sign_in(site.client()).status_code == 303


def test_an_invitation_runs_out_and_a_new_one_ends_the_old(office: Office, site: Site) -> None:
    old, new = invited(office), invited(office)
    assert site.client().get(f"/invitation/{old}").status_code == 404
    site.clock.at = MONDAY + INVITED_FOR
    assert site.client().get(f"/invitation/{new}").status_code == 200
    site.clock.at += SECOND
    assert take_up(site.client(), new).status_code == 404


@pytest.mark.usefixtures("account")
def test_unknown_and_known_names_are_answered_alike(site: Site) -> None:
    client = site.client()
    known = sign_in(client, "不是这个口令吧")
    unknown = sign_in(client, "不是这个口令吧", "nobody")
    strange = sign_in(client, "不是这个口令吧", "\x00' OR 1=1 --")
    assert (known.status_code, unknown.status_code, strange.status_code) == (403, 403, 403)

    def told(answer: Response, officer: str) -> str:
        return answer.text.replace(f'value="{officer}"', "")

    assert told(known, "wangguilan") == told(unknown, "nobody")


@pytest.mark.usefixtures("account")
def test_wrong_passwords_slow_down_whoever_guesses(site: Site) -> None:
    client = site.client()
    for _ in range(5):
        assert sign_in(client, "不是这个口令吧").status_code == 403
    assert sign_in(client).status_code == 429
    site.clock.at += timedelta(seconds=30)
    assert sign_in(client, "不是这个口令吧").status_code == 403
    site.clock.at += timedelta(seconds=59)
    assert sign_in(client).status_code == 429
    assert sign_in(client, "赵敏没有口令", "zhaomin").status_code == 403
    site.clock.at += SECOND
    assert sign_in(client).status_code == 303


@pytest.mark.usefixtures("account")
def test_guesses_at_many_names_from_one_computer_slow_down_too(site: Site) -> None:
    client = site.client()
    answers = [sign_in(client, "x", f"n{number}").status_code for number in range(51)]
    assert answers == [403] * 50 + [429]


@pytest.mark.usefixtures("account")
def test_a_session_ends_idle_old_or_signed_out(site: Site) -> None:
    client = site.client()
    sign_in(client)
    assert signed_in(client)
    site.clock.at += IDLE
    assert signed_in(client)
    site.clock.at += IDLE + SECOND
    assert not signed_in(client)
    sign_in(client)
    begun = site.clock.at
    while site.clock.at + IDLE <= begun + ABSOLUTE:
        site.clock.at += IDLE
        assert signed_in(client)
    site.clock.at += SECOND
    assert not signed_in(client)


@pytest.mark.usefixtures("account")
def test_signing_out_kills_the_session_wherever_its_cookie_is(site: Site) -> None:
    client, thief = site.client(), site.client()
    sign_in(client)
    thief.cookies.update(client.cookies)
    assert signed_in(thief)
    out = client.post("/sign-out", data={"guard": guard(client)})
    assert out.headers["clear-site-data"] == '"cache"'
    assert not signed_in(thief)


@pytest.mark.usefixtures("account")
def test_signing_in_makes_a_new_session_and_ends_the_one_before(site: Site) -> None:
    client, thief = site.client(), site.client()
    sign_in(client)
    thief.cookies.update(client.cookies)
    before = client.cookies["desk"]
    sign_in(client)
    assert client.cookies["desk"] != before
    assert signed_in(client)
    assert not signed_in(thief)


@pytest.mark.usefixtures("account")
def test_there_are_three_sessions_at_most(site: Site) -> None:
    clients = [site.client() for _ in range(4)]
    for client in clients:
        site.clock.at += SECOND
        sign_in(client)
    assert [signed_in(client) for client in clients] == [False, True, True, True]


@pytest.mark.usefixtures("account")
def test_others_are_ended_and_everything_is_signed_out(site: Site) -> None:
    one, two = site.client(), site.client()
    sign_in(one)
    sign_in(two)
    page = one.get("/account").text
    assert ("就是这里" in page, page.count("其他地方</span>")) == (True, 1)
    one.post("/account/sessions", data={"guard": guard(one)})
    assert [signed_in(one), signed_in(two)] == [True, False]
    sign_in(two)
    given = {"guard": guard(two), "everywhere": "yes"}
    two.post("/sign-out", data=given)
    assert [signed_in(one), signed_in(two)] == [False, False]


@pytest.mark.usefixtures("account")
def test_without_a_seat_nobody_signs_in(office: Office, site: Site) -> None:
    client = site.client()
    sign_in(client)
    with office.database.writing() as tx:
        asking = Asking(Sitting("admin", "yunxi"), MONDAY)
        end_seat(office, tx, "tx", "wangguilan", {"since": "2020-01-01"}, asking)
    assert not signed_in(client)
    assert sign_in(site.client()).status_code == 403
    show = site.changed(demo=True).client()
    given = {"seat": "wangguilan@tx", "guard": guard(show)}
    assert show.post("/sign-in/demo", data=given).status_code == 403


@pytest.mark.usefixtures("account")
def test_a_closed_account_neither_signs_in_nor_stays(office: Office, site: Site) -> None:
    client = site.client()
    sign_in(client)
    with office.database.writing() as tx:
        disable(office, tx, "wangguilan", disabled=True)
    assert not signed_in(client)
    assert sign_in(site.client()).status_code == 403
    # A session that was begun all the same is worth nothing.
    assert not signed_in(site.client("wangguilan@tx"))


def test_an_ended_seat_stops_an_open_session_at_the_next_request(
    office: Office, site: Site
) -> None:
    client = site.client("sunwei@tx-wg1")
    assert client.get("/").status_code == 200
    with office.database.writing() as tx:
        asking = Asking(Sitting("admin", "yunxi"), MONDAY)
        data = {"since": "2020-01-01"}
        end_seat(office, tx, "tx-wg1", "sunwei", data, asking)
    assert client.get("/").headers["location"].startswith("/sign-in")


@pytest.mark.usefixtures("account")
def test_changing_the_password_wants_the_old_one_and_ends_the_others(site: Site) -> None:
    one, two = site.client(), site.client()
    sign_in(one)
    sign_in(two)

    def change(old: str, new: str, again: str | None = None) -> Response:
        given = {"old": old, "password": new, "again": new if again is None else again}
        return one.post("/account/password", data={**given, "guard": guard(one)})

    new = "晚上浇花以后再关门睡觉"
    assert "两次输入的口令不一样" in change(PASSWORD, new, "别的").text
    assert "不能太简单" in change(PASSWORD, "短").text
    assert "原口令不对" in change("不对", new).text
    assert change(PASSWORD, new).status_code == 303
    assert [signed_in(one), signed_in(two)] == [True, False]
    assert sign_in(two, new).status_code == 303
    for _ in range(5):
        assert change("不对", new).status_code == 422
    assert change(new, PASSWORD).status_code == 429
    site.clock.at += timedelta(seconds=30)
    assert change(new, PASSWORD).status_code == 303


def test_one_time_codes_are_set_up_and_each_is_used_once(office: Office, site: Site) -> None:
    take_up(site.client(), invited(office))
    client = site.client()
    sign_in(client)
    page = client.get("/account").text
    groups = page.partition('class="secret">')[2].partition("</p>")[0]
    secret = "".join(groups.replace("<span>", "").replace("</span>", "").split())
    assert f"secret={secret}" in page
    codes = pyotp.TOTP(secret)

    def set_codes(code: str, **more: str) -> Response:
        given = {"code": code, "guard": guard(client), **more}
        return client.post("/account/codes", data=given)

    assert "动态码不对" in set_codes("000000").text
    assert set_codes(codes.at(site.clock.at)).status_code == 303
    other = site.client()
    assert sign_in(other).status_code == 403
    assert sign_in(other, code=codes.at(site.clock.at)).status_code == 403
    site.clock.at += timedelta(seconds=30)
    code = codes.at(site.clock.at)
    assert sign_in(other, code=code).status_code == 303
    assert sign_in(other, code=code).status_code == 403
    assert set_codes(code, off="yes").status_code == 422
    site.clock.at += timedelta(seconds=30)
    assert set_codes(codes.at(site.clock.at), off="yes").status_code == 303
    assert sign_in(other).status_code == 303


def test_a_form_without_its_own_guard_is_refused(site: Site) -> None:
    one, two = site.client("wangguilan@tx"), site.client("wangguilan@tx")
    assert one.post("/account/sessions").status_code == 403
    foreign = {"guard": guard(two)}
    assert one.post("/account/sessions", data=foreign).status_code == 403
    own = {"guard": guard(one)}
    assert one.post("/account/sessions", data=own).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://example.com"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"host": "example.com"}, 400),
        ({"origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}, 303),
    ],
)
def test_foreign_origins_and_unknown_hosts_are_turned_away(
    site: Site, headers: dict[str, str], status: int
) -> None:
    client = site.client("wangguilan@tx")
    given = {"guard": guard(client)}
    assert client.post("/account/sessions", data=given, headers=headers).status_code == status


def test_a_page_names_no_other_host_and_runs_no_script_of_its_own(site: Site) -> None:
    answer = site.client("wangguilan@tx").get("/account")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
