"""Papers on the web: looked up by anybody, by their codes, and nothing personal is told."""

import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office, Sitting
from mediation.operations.residents import limits
from mediation.records.documents import Document, issued_papers
from tests.web.conftest import MONDAY, Opened, Site, guard
from tests.web.test_residents import CANARIES, bytes_of

WANG = Asking(Sitting("wangguilan", "tx"), MONDAY)
PUBLIC = "https://tiaojie.example.cn"


@pytest.fixture
def resident(site: Site) -> TestClient:
    return site.changed(settings=replace(site.desk.settings, public_url=PUBLIC)).client()


def settled(office: Office) -> tuple[str, Document]:
    """Settle a case about the canaries on the spot; gives its number and its paper."""
    people = [{"name": CANARIES[0], "phone": CANARIES[2]}, {"name": CANARIES[1]}]
    sort = next(iter(office.catalogue.library.kinds["neighbour"].class_))
    form = {"people": people, "class": sort, "sentence": f"因{CANARIES[3]}"}
    done: dict[str, Any] = {"results": ["apology"], "rights_told": True}
    with office.database.writing() as tx:
        number = open_case(office, tx, "neighbour", form, WANG).number
        do_event(office, tx, number, "settle_at_once", done, WANG)
        (found,) = issued_papers(tx, 1)
    return number, found.row.document


def test_a_code_tells_of_its_paper_and_of_nobody(resident: TestClient, office: Office) -> None:
    _, paper = settled(office)
    by_address = resident.get(f"/verify/{paper.code}")
    typed = {"guard": guard(resident), "code": (paper.code or "").lower().replace("-", "")}
    by_form = resident.post("/verify", data=typed)
    for page in (by_address, by_form):
        assert page.status_code == 200
        assert paper.digest in page.text
        assert paper.number
        assert paper.number in page.text
        assert "没有更正过" in page.text
        assert not [word for word in CANARIES if word in bytes_of(page)]


def test_a_corrected_paper_leads_to_its_correction(
    resident: TestClient, office: Office
) -> None:
    number, paper = settled(office)
    wrong = {"paper": "2.1", "wrong": CANARIES[3], "right": CANARIES[4], "reason": "笔误"}
    with office.database.writing() as tx:
        do_event(office, tx, number, "correct_paper", wrong, WANG)
    page = resident.get(f"/verify/{paper.code}")
    assert "后来作了更正" in page.text
    found = re.search(r'href="(/verify/[0-9A-Z-]+)"', page.text)
    assert found
    correction = resident.get(found[1])
    assert f"/verify/{paper.code}" in correction.text
    assert not [word for word in CANARIES if word in bytes_of(page) + bytes_of(correction)]


def test_guessing_papers_is_braked_by_address_too(
    resident: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FREE_GUESSES", 3)
    _, paper = settled(office)
    wrong = [resident.get(f"/verify/0000-0000-000{no}") for no in range(3)]
    assert [one.status_code for one in wrong] == [404] * 3
    held = resident.get(f"/verify/{paper.code}")
    assert held.status_code == 429
    assert paper.digest not in held.text


def test_residents_may_come_by_the_public_name(resident: TestClient) -> None:
    host = {"host": "tiaojie.example.cn"}
    assert resident.get("/verify", headers=host).status_code == 200
    assert resident.get("/verify", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_letter_that_no_font_has_is_named_with_what_else_to_do(
    site: Site, opened: Opened
) -> None:
    wang = site.officer("wangguilan@tx")
    case = opened(wang, **{"people.0.name": "张𠮷"})
    wang.post(f"{case}/do/settle_at_once", {"results": "apology", "rights_told": "true"})
    page = wang.get(f"{case}/documents/2.1").text
    address = re.search(r'href="([^"]+paper\.pdf)"( download)?', page)
    assert address
    # What a link downloads a browser does not show, not even why it was refused.
    assert not address[2]
    refused = wang.get(address[1])
    assert refused.status_code == 409
    assert "现有字体印不出“𠮷”（U+20BB7）" in refused.text
    assert "下载 DOCX" in refused.text
    assert wang.get(address[1].replace(".pdf", ".docx")).status_code == 200
