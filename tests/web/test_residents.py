"""The pages without an account: they leak nothing, take anything, and let nobody guess."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mediation.clock import SHANGHAI
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.office import Office, Sitting
from mediation.operations.residents import limits
from mediation.operations.residents.applying import FIELDS, QUESTIONS
from mediation.operations.residents.progress import case_code
from mediation.settings import Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
CANARIES = ("欧阳金丝雀", "司徒百灵鸟", "13987654321", "鹦鹉学舌", "八百八十八")
HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=1>", "{{ 7*7 }}", "'; DROP TABLE x;--",
    "\x00\x01\x7f", "\u202e\u200b\ufeff", "\U0010ffff", "％００％", "../../x", "9" * 400,
    "长" * 9000, "\r\nSet-Cookie: a=b", "-1", "²", "\ud7ff\ufffd",
)  # fmt: skip


@pytest.fixture
def site(office: Office, tmp_path: Path) -> Iterator[TestClient]:
    """Give a visitor's browser at the desk of the demo."""
    settings = Settings(tmp_path, "", tmp_path / "key")
    app = create_app(Desk(settings, office, demo=True, told=lambda: NOW))
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        yield client


def guard(site: TestClient, address: str = "/progress") -> str:
    """Give the token that forms of this browser carry."""
    found = re.search(r'name="guard" value="([0-9a-f]+)"', site.get(address).text)
    assert found
    return found[1]


def post(site: TestClient, address: str, **form: Any) -> Response:
    """Send a form as the page would."""
    return site.post(address, data={"guard": guard(site), **form})


def sit(site: TestClient, seat: str) -> None:
    """Sign in at a seat of the demo."""
    assert post(site, "/sign-in/demo", seat=seat).status_code == 303


def answers(**more: str) -> dict[str, str]:
    """Give a whole application."""
    typed = dict(zip(FIELDS, ["yunxi", "yq", "tx", *CANARIES[:1]], strict=False))
    typed |= {"phone": CANARIES[2], "other": CANARIES[1], "happened": f"他{CANARIES[3]}"}
    return {**typed, "wanted": f"赔{CANARIES[4]}元", "key": "k", **more}


def applied(site: TestClient, **more: str) -> str:
    """Hand an application in; gives the number of the receipt."""
    answer = post(site, "/apply", go="send", agreed="yes", **answers(**more))
    assert answer.status_code == 200, answer.text
    found = re.search(r'class="code">([0-9A-Z-]+)<', answer.text)
    assert found, answer.text
    return found[1]


def waiting(site: TestClient) -> list[str]:
    """Give the numbers of the applications that wait at the present seat."""
    found = re.findall(r'href="/applications/(\d+)"', site.get("/applications").text)
    return list(dict.fromkeys(found))


def a_case(office: Office) -> str:
    """Register a case about the canaries; gives its code."""
    asking = Asking(Sitting("wangguilan", "tx"), NOW)
    data = {
        "people": [
            {"name": CANARIES[0], "side": "applicant", "phone": CANARIES[2]},
            {"name": CANARIES[1], "side": "respondent"},
        ],
        "class": next(iter(office.catalogue.library.kinds["neighbour"].class_)),
        "sentence": f"因{CANARIES[3]}，要求赔{CANARIES[4]}元",
    }
    with office.database.writing() as tx:
        number = open_case(office, tx, "neighbour", data, asking).number
        return case_code(view_case(office, tx, number, asking))


def bytes_of(answer: Response) -> str:
    """Give everything a browser receives, in every writing it may have."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return "\n".join((head, answer.text, unescape(answer.text)))


def test_public_pages_tell_nothing_personal(site: TestClient, office: Office) -> None:
    code, receipt = a_case(office), applied(site)
    label = next(iter(office.catalogue.library.kinds["neighbour"].class_.values())).label.zh
    pages = [site.get(one) for one in ("/about", "/progress", "/apply", "/sign-in")]
    pages += [post(site, "/progress", code=one) for one in (code, receipt, "no such code")]
    assert [one.status_code for one in pages] == [200] * 6 + [404]
    assert "纠纷已经登记。" in pages[4].text
    assert "等待登记" in pages[5].text
    for one in pages:
        assert not [word for word in (*CANARIES, label) if word in bytes_of(one)]


def test_a_decision_is_told_with_the_receipt(site: TestClient) -> None:
    receipt = applied(site)
    sit(site, "wangguilan@tx")
    (number,) = waiting(site)
    refused = post(site, f"/applications/{number}/decline", reason="", right_body="yq-wy")
    assert refused.status_code == 422
    assert 'value="yq-wy" selected' in refused.text
    told = post(site, f"/applications/{number}/decline", reason="不归我们", right_body="yq-wy")
    assert told.status_code == 303
    again = post(site, f"/applications/{number}/decline", reason="还是不归")
    assert again.status_code == 409
    seen = post(site, "/progress", code=receipt).text
    assert "不归我们" in seen
    assert "云桥街道物业纠纷人民调解委员会" in seen


def test_guessing_is_braked(
    site: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FREE_GUESSES", 3)
    code = a_case(office)
    wrong = [post(site, "/progress", code=f"0001-0000-000{no}") for no in range(3)]
    assert [one.status_code for one in wrong] == [404] * 3
    held = post(site, "/progress", code=code)
    assert held.status_code == 429
    assert "纠纷已经登记" not in held.text


def test_a_code_in_an_address_is_not_looked_at(site: TestClient, office: Office) -> None:
    assert "纠纷已经登记" not in site.get("/progress", params={"code": a_case(office)}).text


def test_questions_follow_and_going_back_keeps_the_answers(site: TestClient) -> None:
    typed: dict[str, str] = {}
    at, answer = "", post(site, "/apply", go="next", at="", key="k")
    for question, fields in QUESTIONS.items():
        assert f'name="at" value="{question}"' in answer.text
        refused = post(site, "/apply", go="next", at=question, key="k", **typed)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        typed |= {field: answers()[field] for field in fields}
        at, answer = question, post(site, "/apply", go="next", at=question, key="k", **typed)
    assert "请核对后提交" in answer.text
    back = post(site, "/apply", go="back", at=at, key="k", **typed)
    assert 'name="at" value="happened"' in back.text
    assert all(value in back.text for value in typed.values())
    larger = post(site, "/apply", go="largest", at=at, key="k", **typed)
    assert 'class="largest"' in larger.text
    assert all(value in larger.text for value in typed.values())


BUTTON = re.compile(r'<button[^>]* form="apply"[^>]* name="go"[^>]* value="(\w+)"')


def test_the_menu_changes_size_and_language_where_one_is(site: TestClient) -> None:
    """Its buttons belong to the form of the page, so that what is typed goes along."""
    for at, question in (("happened", "您希望怎样解决"), ("me", "您是谁")):
        before = post(site, "/apply", go=at, at="", **answers())
        # The Enter key presses the first button of a form: it goes on, and changes no size.
        assert BUTTON.findall(before.text)[0] == "next"
        assert {"largest", "en"} <= set(BUTTON.findall(before.text))
        assert 'action="/look"' not in before.text
        english = post(site, "/apply", go="en", at=at, **answers())
        assert f'name="at" value="{at}"' in english.text
        assert question not in english.text
        assert all(value in english.text for value in CANARIES)
        assert site.cookies["language"] == "en"
        del site.cookies["language"]


def test_the_summary_keeps_the_consent_and_the_receipt_stays(site: TestClient) -> None:
    summary = post(site, "/apply", go="largest", at="", agreed="yes", **answers())
    assert re.search(r'name="agreed" value="yes" checked', summary.text)
    assert BUTTON.findall(summary.text)[0] == "send"
    receipt = applied(site)
    again = post(site, "/apply", go="en", at="receipt", **answers())
    assert (again.status_code, f'class="code">{receipt}<' in again.text) == (200, True)
    assert "Your" in again.text
    unknown = post(site, "/apply", go="en", at="receipt", **answers(key="never"))
    assert unknown.status_code == 422, "a receipt is shown again, never made, without consent"


def test_without_consent_nothing_is_handed_in(site: TestClient) -> None:
    refused = post(site, "/apply", go="send", **answers())
    assert (refused.status_code, "同意以后才能提交" in refused.text) == (422, True)
    sit(site, "wangguilan@tx")
    assert waiting(site) == []


def test_handed_in_twice_it_is_one_application(site: TestClient) -> None:
    assert applied(site) == applied(site)
    sit(site, "wangguilan@tx")
    assert len(waiting(site)) == 1


def test_so_many_from_one_source_in_an_hour(
    site: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_APPLICATIONS", 2)
    applied(site, key="a")
    applied(site, key="b")
    refused = post(site, "/apply", go="send", agreed="yes", **answers(key="c"))
    assert refused.status_code == 429
    assert CANARIES[3] in refused.text


@pytest.mark.parametrize("sent", HOSTILE)
def test_whatever_is_typed_is_shown_escaped_and_breaks_nothing(
    site: TestClient, sent: str
) -> None:
    token = guard(site)
    everywhere = dict.fromkeys(FIELDS, sent)
    tries = [{"go": go, **everywhere} for go in ("next", "send", "large", *QUESTIONS)]
    tries += [{**answers(), "go": "next", field: sent} for field in (*FIELDS, "at", "key")]
    for form in (*tries, {**answers(), "go": sent[:50], "agreed": sent}):
        answer = site.post("/apply", data={"guard": token, **form})
        assert answer.status_code < 500, form["go"]
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "set-cookie" not in answer.headers or form["go"] == "large"
    looked = site.post("/progress", data={"guard": token, "code": sent})
    assert looked.status_code in {404, 429}
    assert "<script>alert" not in looked.text


@pytest.mark.parametrize("address", ["/apply", "/progress"])
def test_forms_of_other_pages_are_refused(site: TestClient, address: str) -> None:
    form = {"go": "send", "agreed": "yes", "code": "0", **answers()}
    assert site.post(address, data=form).status_code == 403
    foreign = {"origin": "https://elsewhere.example"}
    assert site.post(address, data=form, headers=foreign).status_code == 403
    other = {"sec-fetch-site": "cross-site"}
    assert site.post(address, data=form, headers=other).status_code == 403


def test_another_bodys_application_is_not_there(site: TestClient) -> None:
    applied(site)
    sit(site, "wangguilan@tx")
    (number,) = waiting(site)
    sit(site, "zhoujianguo@lf")
    token = guard(site)
    assert waiting(site) == []
    for one in (number, "0", "99999999999999999999", "²", "x"):
        found = [site.get(f"/applications/{one}")]
        for act in ("read", "register", "decline"):
            form = {"guard": token, "kind": "neighbour", "reason": "不归我们"}
            found.append(site.post(f"/applications/{one}/{act}", data=form))
        assert [answer.status_code for answer in found] == [404] * 4
        assert not [word for answer in found for word in CANARIES if word in answer.text]


def test_who_is_not_signed_in_sees_no_applications(site: TestClient) -> None:
    assert site.get("/applications").headers["location"].startswith("/sign-in")
    assert site.get("/applications/1").status_code == 303


def test_an_application_is_masked_until_it_is_read(site: TestClient) -> None:
    applied(site)
    sit(site, "wangguilan@tx")
    (number,) = waiting(site)
    for address in ("/", "/applications", f"/applications/{number}"):
        masked = site.get(address).text
        assert not [word for word in CANARIES if word in masked]
    assert "待登记 1 件" in site.get("/").text
    read = post(site, f"/applications/{number}/read").text
    assert not [word for word in CANARIES if word not in read]


def test_it_is_registered_out_of_what_the_resident_wrote(
    site: TestClient, office: Office
) -> None:
    receipt = applied(site)
    sit(site, "wangguilan@tx")
    site.cookies.set("density", "dense")
    (number,) = waiting(site)
    assert post(site, f"/applications/{number}/register").status_code == 422
    sent = post(site, f"/applications/{number}/register", kind="neighbour")
    assert sent.headers["location"] == f"/register/neighbour?application={number}"
    page = site.get(sent.headers["location"]).text
    assert not [word for word in CANARIES if word not in page]
    assert 'value="online" selected' in page
    fields = {
        "guard": guard(site),
        "key": "once",
        "application": number,
        "people.0.name": CANARIES[0],
        "people.1.name": CANARIES[1],
        "class": next(iter(office.catalogue.library.kinds["neighbour"].class_)),
        "sentence": CANARIES[3],
        "channel": "online",
    }
    assert f'name="application" value="{number}"' in page
    opened = site.post("/register/neighbour", data=fields)
    assert opened.status_code == 303, opened.text
    assert waiting(site) == []
    assert "已经登记，案号在承办单位" in post(site, "/progress", code=receipt).text
    again = site.post("/register/neighbour", data=fields)
    assert again.headers["location"] == opened.headers["location"]
    seen = {"key": "another", "acknowledged_duplicates": "（2026）天馨人调字第1号"}
    twice = site.post("/register/neighbour", data={**fields, **seen})
    assert (twice.status_code, "已经有人办理" in twice.text) == (409, True)


def test_the_code_is_printed_for_the_parties(site: TestClient, office: Office) -> None:
    code = a_case(office)
    sit(site, "wangguilan@tx")
    number = "（2026）天馨人调字第1号"
    assert code in site.get(f"/cases/{number}").text
    printed = site.get(f"/cases/{number}/code")
    assert code in printed.text
    assert "http://127.0.0.1:8000/progress" in printed.text
    sit(site, "zhoujianguo@lf")
    assert site.get(f"/cases/{number}/code").status_code == 404
