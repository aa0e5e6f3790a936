"""What people type is shown as text: nothing of it runs, on any page, in a real browser."""

from urllib.parse import quote

import pytest

from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from tests.browser.conftest import Served
from tests.web.hostile import MARKUP

pytestmark = pytest.mark.browser

WANG = Sitting("wangguilan", "tx")
LONGEST_NAME = 50
PAGES = ("", "/log", "/code", "/do/note", "/do/add_parties", "/do/accept")


def test_markup_in_every_field_runs_nowhere(served: Served) -> None:
    page = served.page("wangguilan@tx", viewport={"width": 1280, "height": 900})
    refused: list[str] = []
    page.on(
        "console",
        lambda said: (
            refused.append(said.text) if "Content Security Policy" in said.text else None
        ),
    )
    for text in MARKUP:
        number = filled(served, text)
        case = f"/cases/{quote(number)}"
        for address in ("/", "/cases", "/referrals", *(case + rest for rest in PAGES)):
            page.goto(address)
            assert page.evaluate("window.ran") is None, (text, address)
        page.goto(case)
        page.get_by_text("查看全名和联系方式").click()
        page.locator("#reason").fill(text)
        page.get_by_role("button", name="查看", exact=True).click()
        page.wait_for_load_state()
        assert page.evaluate("window.ran") is None, (text, "revealed")
        assert text[:LONGEST_NAME] in page.locator("main").inner_text()
        page.goto(f"{case}/documents/2.1/paper")
        assert page.evaluate("window.ran") is None, (text, "paper")
        page.goto(f"/register/neighbour?application={quote(text)}")
        assert page.evaluate("window.ran") is None, (text, "form")
    assert refused == []


def filled(served: Served, text: str) -> str:
    """Open a case with a text in every field there is, and settle it with a paper."""
    asking = Asking(WANG, served.clock())
    people = [
        {
            "name": text[:LONGEST_NAME],
            "address": text,
            "occupation": text,
            "agent": text[:LONGEST_NAME],
            "agent_relation": text,
        },
        {"name": f"对方{text}"[:LONGEST_NAME]},
    ]
    opening = {
        "people": people,
        "class": "noise",
        "sentence": text,
        "place": text,
        "sender_number": text,
    }
    settling = {"results": ["apology"], "terms": text, "rights_told": True}
    office = served.desk.office
    with office.database.writing() as tx:
        number = open_case(office, tx, "neighbour", opening, asking).number
    with office.database.writing() as tx:
        do_event(office, tx, number, "settle_at_once", settling, asking)
    served.clock.pass_(minutes=1)
    return number
