"""The pages without an account: they leak nothing, take anything, and let nobody guess."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from mediation.operations.cases.handling import open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.office import Office, Sitting
from mediation.operations.residents import limits
from mediation.operations.residents.applying import FIELDS, QUESTIONS
from mediation.operations.residents.progress import case_code
from tests.web.conftest import MONDAY, Site, guard

CANARIES = ("欧阳金丝雀", "司徒百灵鸟", "13987654321", "鹦鹉学舌", "八百八十八")
HOSTILE = (
    "<script>alert(1)</script>", "\"'><img src=x onerror=1>", "{{ 7*7 }}", "'; DROP TABLE x;--",
    "\x00\x01\x7f", "\u202e\u200b\ufeff", "\U0010ffff", "％００％", "../../x", "9" * 400,
    "长" * 9000, "\r\nSet-Cookie: a=b", "-1", "²", "\ud7ff\ufffd",
)  # fmt: skip


@pytest.fixture
def resident(site: Site) -> TestClient:
    """Give a resident's browser at the desk of the demo."""
    return site.changed(demo=True).client()


def post(resident: TestClient, address: str, **form: Any) -> Response:
    """Send a form as the page would."""
    return resident.post(address, data={"guard": guard(resident), **form})


def sit(resident: TestClient, seat: str) -> None:
    """Sign in at a seat of the demo."""
    assert post(resident, "/sign-in/demo", seat=seat).status_code == 303


def answers(**more: str) -> dict[str, str]:
    """Give a whole application."""
    typed = dict(zip(FIELDS, ["yunxi", "yq", "tx", *CANARIES[:1]], strict=False))
    typed |= {"phone": CANARIES[2], "other": CANARIES[1], "happened": f"他{CANARIES[3]}"}
    return {**typed, "wanted": f"赔{CANARIES[4]}元", "key": "k", **more}


def applied(resident: TestClient, **more: str) -> str:
    """Hand an application in; gives the number of the receipt."""
    answer = post(resident, "/apply", go="send", agreed="yes", **answers(**more))
    assert answer.status_code == 200, answer.text
    found = re.search(r'class="code">([0-9A-Z-]+)<', answer.text)
    assert found, answer.text
    return found[1]


def waiting(resident: TestClient) -> list[str]:
    """Give the numbers of the applications that wait at the present seat."""
    found = re.findall(r'href="/applications/(\d+)"', resident.get("/applications").text)
    return list(dict.fromkeys(found))


def a_case(office: Office) -> str:
    """Register a case about the canaries; gives its code."""
    asking = Asking(Sitting("wangguilan", "tx"), MONDAY)
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


def test_public_pages_tell_nothing_personal(resident: TestClient, office: Office) -> None:
    code, receipt = a_case(office), applied(resident)
    label = next(iter(office.catalogue.library.kinds["neighbour"].class_.values())).label.zh
    pages = [resident.get(one) for one in ("/about", "/progress", "/apply", "/sign-in")]
    pages += [post(resident, "/progress", code=one) for one in (code, receipt, "no such code")]
    assert [one.status_code for one in pages] == [200] * 6 + [404]
    assert "纠纷已经登记。" in pages[4].text
    assert "等待登记" in pages[5].text
    for one in pages:
        assert not [word for word in (*CANARIES, label) if word in bytes_of(one)]


def test_a_decision_is_told_with_the_receipt(resident: TestClient) -> None:
    receipt = applied(resident)
    sit(resident, "wangguilan@tx")
    (number,) = waiting(resident)
    refused = post(resident, f"/applications/{number}/decline", reason="", right_body="yq-wy")
    assert refused.status_code == 422
    assert 'value="yq-wy" selected' in refused.text
    told = post(
        resident, f"/applications/{number}/decline", reason="不归我们", right_body="yq-wy"
    )
    assert told.status_code == 303
    again = post(resident, f"/applications/{number}/decline", reason="还是不归")
    assert again.status_code == 409
    seen = post(resident, "/progress", code=receipt).text
    assert "不归我们" in seen
    assert "云桥街道物业纠纷人民调解委员会" in seen


def test_guessing_is_braked(
    resident: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FREE_GUESSES", 3)
    code = a_case(office)
    wrong = [post(resident, "/progress", code=f"0001-0000-000{no}") for no in range(3)]
    assert [one.status_code for one in wrong] == [404] * 3
    held = post(resident, "/progress", code=code)
    assert held.status_code == 429
    assert "纠纷已经登记" not in held.text


def test_a_code_in_an_address_is_not_looked_at(resident: TestClient, office: Office) -> None:
    assert "纠纷已经登记" not in resident.get("/progress", params={"code": a_case(office)}).text


def test_questions_follow_and_going_back_keeps_the_answers(resident: TestClient) -> None:
    typed: dict[str, str] = {}
    at, answer = "", post(resident, "/apply", go="next", at="", key="k")
    for question, fields in QUESTIONS.items():
        assert f'name="at" value="{question}"' in answer.text
        refused = post(resident, "/apply", go="next", at=question, key="k", **typed)
        assert (refused.status_code, 'role="alert"' in refused.text) == (422, True)
        typed |= {field: answers()[field] for field in fields}
        at, answer = (
            question,
            post(resident, "/apply", go="next", at=question, key="k", **typed),
        )
    assert "请核对后提交" in answer.text
    back = post(resident, "/apply", go="back", at=at, key="k", **typed)
    assert 'name="at" value="happened"' in back.text
    assert all(value in back.text for value in typed.values())
    larger = post(resident, "/apply", go="largest", at=at, key="k", **typed)
    assert 'class="largest"' in larger.text
    assert all(value in larger.text for value in typed.values())


BUTTON = re.compile(r'<button[^>]* form="apply"[^>]* name="go"[^>]* value="(\w+)"')


def test_the_menu_changes_size_and_language_where_one_is(resident: TestClient) -> None:
    """Its buttons belong to the form of the page, so that what is typed goes along."""
    for at, question in (("happened", "您希望怎样解决"), ("me", "您是谁")):
        before = post(resident, "/apply", go=at, at="", **answers())
        # The Enter key presses the first button of a form: it goes on, and changes no size.
        assert BUTTON.findall(before.text)[0] == "next"
        assert {"largest", "en"} <= set(BUTTON.findall(before.text))
        assert 'action="/look"' not in before.text
        english = post(resident, "/apply", go="en", at=at, **answers())
        assert f'name="at" value="{at}"' in english.text
        assert question not in english.text
        assert all(value in english.text for value in CANARIES)
        assert resident.cookies["language"] == "en"
        del resident.cookies["language"]


def test_the_summary_keeps_the_consent_and_the_receipt_stays(resident: TestClient) -> None:
    summary = post(resident, "/apply", go="largest", at="", agreed="yes", **answers())
    assert re.search(r'name="agreed" value="yes" checked', summary.text)
    assert BUTTON.findall(summary.text)[0] == "send"
    receipt = applied(resident)
    again = post(resident, "/apply", go="en", at="receipt", **answers())
    assert (again.status_code, f'class="code">{receipt}<' in again.text) == (200, True)
    assert "Your" in again.text
    unknown = post(resident, "/apply", go="en", at="receipt", **answers(key="never"))
    assert unknown.status_code == 422, "a receipt is shown again, never made, without consent"


def test_without_consent_nothing_is_handed_in(resident: TestClient) -> None:
    refused = post(resident, "/apply", go="send", **answers())
    assert (refused.status_code, "同意以后才能提交" in refused.text) == (422, True)
    sit(resident, "wangguilan@tx")
    assert waiting(resident) == []


def test_handed_in_twice_it_is_one_application(resident: TestClient) -> None:
    assert applied(resident) == applied(resident)
    sit(resident, "wangguilan@tx")
    assert len(waiting(resident)) == 1


def test_so_many_from_one_source_in_an_hour(
    resident: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_APPLICATIONS", 2)
    applied(resident, key="a")
    applied(resident, key="b")
    refused = post(resident, "/apply", go="send", agreed="yes", **answers(key="c"))
    assert refused.status_code == 429
    assert CANARIES[3] in refused.text


@pytest.mark.parametrize("sent", HOSTILE)
def test_whatever_is_typed_is_shown_escaped_and_breaks_nothing(
    resident: TestClient, sent: str
) -> None:
    token = guard(resident)
    everywhere = dict.fromkeys(FIELDS, sent)
    tries = [{"go": go, **everywhere} for go in ("next", "send", "large", *QUESTIONS)]
    tries += [{**answers(), "go": "next", field: sent} for field in (*FIELDS, "at", "key")]
    for form in (*tries, {**answers(), "go": sent[:50], "agreed": sent}):
        answer = resident.post("/apply", data={"guard": token, **form})
        assert answer.status_code < 500, form["go"]
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "set-cookie" not in answer.headers or form["go"] == "large"
    looked = resident.post("/progress", data={"guard": token, "code": sent})
    assert looked.status_code in {404, 429}
    assert "<script>alert" not in looked.text


@pytest.mark.parametrize("address", ["/apply", "/progress"])
def test_forms_of_other_pages_are_refused(resident: TestClient, address: str) -> None:
    form = {"go": "send", "agreed": "yes", "code": "0", **answers()}
    assert resident.post(address, data=form).status_code == 403
    foreign = {"origin": "https://elsewhere.example"}
    assert resident.post(address, data=form, headers=foreign).status_code == 403
    other = {"sec-fetch-site": "cross-site"}
    assert resident.post(address, data=form, headers=other).status_code == 403


def test_another_bodys_application_is_not_there(resident: TestClient) -> None:
    applied(resident)
    sit(resident, "wangguilan@tx")
    (number,) = waiting(resident)
    sit(resident, "zhoujianguo@lf")
    token = guard(resident)
    assert waiting(resident) == []
    for one in (number, "0", "99999999999999999999", "²", "x"):
        found = [resident.get(f"/applications/{one}")]
        for act in ("read", "register", "decline"):
            form = {"guard": token, "kind": "neighbour", "reason": "不归我们"}
            found.append(resident.post(f"/applications/{one}/{act}", data=form))
        assert [answer.status_code for answer in found] == [404] * 4
        assert not [word for answer in found for word in CANARIES if word in answer.text]


def test_who_is_not_signed_in_sees_no_applications(resident: TestClient) -> None:
    assert resident.get("/applications").headers["location"].startswith("/sign-in")
    assert resident.get("/applications/1").status_code == 303


def test_an_application_is_masked_until_it_is_read(resident: TestClient) -> None:
    applied(resident)
    sit(resident, "wangguilan@tx")
    (number,) = waiting(resident)
    for address in ("/", "/applications", f"/applications/{number}"):
        masked = resident.get(address).text
        assert not [word for word in CANARIES if word in masked]
    assert "待登记 1 件" in resident.get("/").text
    read = post(resident, f"/applications/{number}/read").text
    assert not [word for word in CANARIES if word not in read]


def test_it_is_registered_out_of_what_the_resident_wrote(
    resident: TestClient, office: Office
) -> None:
    receipt = applied(resident)
    sit(resident, "wangguilan@tx")
    resident.cookies.set("density", "dense")
    (number,) = waiting(resident)
    assert post(resident, f"/applications/{number}/register").status_code == 422
    sent = post(resident, f"/applications/{number}/register", kind="neighbour")
    assert sent.headers["location"] == f"/register/neighbour?application={number}"
    page = resident.get(sent.headers["location"]).text
    assert not [word for word in CANARIES if word not in page]
    assert 'value="online" selected' in page
    fields = {
        "guard": guard(resident),
        "key": "once",
        "application": number,
        "people.0.name": CANARIES[0],
        "people.1.name": CANARIES[1],
        "class": next(iter(office.catalogue.library.kinds["neighbour"].class_)),
        "sentence": CANARIES[3],
        "channel": "online",
    }
    assert f'name="application" value="{number}"' in page
    opened = resident.post("/register/neighbour", data=fields)
    assert opened.status_code == 303, opened.text
    assert waiting(resident) == []
    assert "已经登记，案号在承办单位" in post(resident, "/progress", code=receipt).text
    again = resident.post("/register/neighbour", data=fields)
    assert again.headers["location"] == opened.headers["location"]
    seen = {"key": "another", "acknowledged_duplicates": "（2026）天馨人调字第1号"}
    twice = resident.post("/register/neighbour", data={**fields, **seen})
    assert (twice.status_code, "已经有人办理" in twice.text) == (409, True)


def test_the_code_is_printed_for_the_parties(resident: TestClient, office: Office) -> None:
    code = a_case(office)
    sit(resident, "wangguilan@tx")
    number = "（2026）天馨人调字第1号"
    assert code in resident.get(f"/cases/{number}").text
    printed = resident.get(f"/cases/{number}/code")
    assert code in printed.text
    assert "http://127.0.0.1:8000/progress" in printed.text
    sit(resident, "zhoujianguo@lf")
    assert resident.get(f"/cases/{number}/code").status_code == 404
