"""Administration as pages: bodies, seats, accounts; for administrators and nobody else."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.office import Office
from mediation.records.people import Officer, Seat, save_people
from tests.web.conftest import MONDAY, Site, guard

ADMIN = "admin@yunxi"
PAGES = (
    "/administration",
    "/administration/journal",
    "/administration/holidays",
    "/administration/holidays/2026",
    "/administration/places",
    "/administration/bodies/tx",
    "/administration/bodies/tx/new-body",
    "/administration/bodies/tx/new-officer",
    "/administration/bodies/tx/new-seat",
)
BODY = {
    "name": "天馨社区第二网格",
    "code": "tx-wg2",
    "word": "天馨二",
    "sort": "grid",
    "place": "national",
}


def post(client: TestClient, path: str, **data: Any) -> Response:
    given = {**data, "guard": guard(client)}
    return client.post(f"/administration/bodies/{path}", data=given)


@pytest.fixture
def admin(site: Site) -> TestClient:
    return site.client(ADMIN)


@pytest.fixture
def neighbour(office: Office, site: Site) -> TestClient:
    """An administrator of another subtree."""
    with office.database.writing() as tx:
        since = shanghai_day(MONDAY)
        save_people(
            tx,
            officers=[Officer("ningguan", "宁管")],
            seats=[Seat("ningguan", "nb", frozenset({"administrator"}), since, None)],
        )
    return site.client("ningguan@nb")


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_sees_the_pages_and_others_find_none(
    admin: TestClient, site: Site, path: str
) -> None:
    assert admin.get(path).status_code == 200
    assert site.client("wangguilan@tx").get(path).status_code == 404
    assert site.client().get(path).status_code == 303


def test_an_administrator_of_another_subtree_finds_nothing_here(
    neighbour: TestClient,
) -> None:
    for path in PAGES[5:]:
        assert neighbour.get(path).status_code == 404
    who = {"officer": "wangguilan"}
    for path, data in {
        "tx/new-body": BODY,
        "tx/new-officer": {"name": "新人", "handle": "xinren", "roles": "mediator"},
        "tx/new-seat": {"handle": "ningguan", "roles": "mediator"},
        "tx/seats/end": {**who, "since": "2020-01-01"},
        "tx/accounts": {**who, "closed": "yes"},
        "tx/invitations": who,
        "tx/end": {},
    }.items():
        assert post(neighbour, path, **data).status_code == 404, path
    page = neighbour.get("/administration").text
    assert "海棠社区" in page
    assert "天馨社区" not in page


def test_a_body_an_officer_and_a_seat_are_added_and_stand_in_the_journal(
    admin: TestClient,
) -> None:
    assert post(admin, "tx/new-body", **BODY).status_code == 303
    given = {"name": "新来", "handle": "xinlai", "roles": ["registrar"]}
    assert post(admin, "tx-wg2/new-officer", **given).status_code == 303
    given = {"handle": "xinlai", "roles": ["mediator"], "until_on": "2026-12-31"}
    assert post(admin, "tx/new-seat", **given).status_code == 303
    assert "天馨社区第二网格" in admin.get("/administration").text
    page = admin.get("/administration/bodies/tx").text
    assert "新来" in page
    journal = admin.get("/administration/journal").text
    told = ["增加单位：天馨社区第二网格", "增加工作人员：新来", "给予席位：新来", "系统管理员"]
    assert [one for one in told if one not in journal] == []


def test_what_is_wrong_stands_beside_its_field_and_input_is_kept(admin: TestClient) -> None:
    bad = {**BODY, "code": "tx", "word": "天馨", "sort": "castle", "from_on": "2020-01-01"}
    refused = post(admin, "tx/new-body", **bad)
    assert refused.status_code == 422
    assert "天馨社区第二网格" in refused.text
    for said in ("这个代码已经有单位用了", "这个代字已经有单位用了", "不能早于今天"):
        assert said in refused.text
    refused = post(admin, "tx/new-officer", name="王", handle="wangguilan")
    assert "这个登录名已经有人用了" in refused.text
    assert "请至少选一个角色" in refused.text


def test_an_invitation_is_shown_once_and_leads_to_a_password(
    admin: TestClient, site: Site
) -> None:
    shown = post(admin, "tx/invitations", officer="wangguilan")
    found = re.search(r"http://127\.0\.0\.1:8000(/invitation/[\w-]+)", shown.text)
    assert found is not None
    assert site.client().get(found[1]).status_code == 200
    body = admin.get("/administration/bodies/tx").text
    assert "已邀请，等本人设置口令" in body
    assert found[1] not in body + admin.get("/administration/journal").text


def test_a_closed_account_ends_its_sessions_and_opens_again(
    admin: TestClient, site: Site
) -> None:
    client = site.client("wangguilan@tx")
    assert post(admin, "tx/accounts", officer="wangguilan", closed="yes").status_code == 303
    assert client.get("/account").status_code == 303
    assert post(admin, "tx/invitations", officer="wangguilan").status_code == 404
    assert post(admin, "tx/accounts", officer="wangguilan", closed="no").status_code == 303
    assert site.client("wangguilan@tx").get("/account").status_code == 200


def test_an_administrator_reaches_nothing_of_his_own(admin: TestClient) -> None:
    own = {"officer": "admin"}
    for path, data in {
        "tx/new-seat": {"handle": "admin", "roles": "mediator"},
        "yunxi/new-seat": {"handle": "admin", "roles": "auditor"},
        "yunxi/seats/end": {**own, "since": "2020-01-01"},
        "yunxi/accounts": {**own, "closed": "yes"},
        "yunxi/invitations": own,
        "yunxi/end": {},
    }.items():
        refused = post(admin, path, **data)
        assert refused.status_code == 403, path
        assert "管理员不能改动自己的席位、角色和账户" in refused.text
    again = {"name": "我", "handle": "admin", "roles": "mediator"}
    assert post(admin, "tx/new-officer", **again).status_code == 422
    assert "变动" in admin.get("/administration/journal").text


def test_a_seat_ends_on_its_page(admin: TestClient) -> None:
    given = {"officer": "sunwei", "since": "2020-01-01"}
    assert post(admin, "tx-wg1/seats/end", **given, until_on="2026-03-01").status_code == 422
    assert post(admin, "tx-wg1/seats/end", **given).status_code == 303
    assert "孙伟" not in admin.get("/administration/bodies/tx-wg1").text


def test_an_auditor_reads_the_journal_and_manages_nothing(
    admin: TestClient, site: Site, office: Office
) -> None:
    with office.database.writing() as tx:
        since = shanghai_day(MONDAY)
        save_people(tx, seats=[Seat("hanbing", "yq", frozenset({"auditor"}), since, None)])
    post(admin, "tx/accounts", officer="sunwei", closed="yes")
    post(admin, "tx-wg1/accounts", officer="sunwei", closed="yes")
    client = site.client("hanbing@yq")
    assert "/administration/journal" in client.get("/account").text
    assert "关闭账户：孙伟" in client.get("/administration/journal").text
    assert client.get("/administration/bodies/tx").status_code == 404


def test_holidays_and_places_are_shown_with_their_sources(admin: TestClient) -> None:
    page = admin.get("/administration/holidays").text
    assert "国办发明电〔2025〕7号" in page
    assert "录入 2027 年的通知" in page
    page = admin.get("/administration/places").text
    assert "《宁波市人民调解条例》第二十七条" in page
    assert "administrative_suit" not in page
