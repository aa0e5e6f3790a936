"""Every page can be read and used by everybody: axe finds nothing, nothing scrolls sideways."""

from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from mediation.operations.answers.words import Words
from tests.browser.conftest import Served
from tests.browser.playing import Player

pytestmark = pytest.mark.browser

PUBLIC = (
    "/sign-in",
    "/about",
    "/progress",
    "/apply",
    "/handbook",
    "/handbook/index",
    "/handbook/search?q=" + quote("受理"),
    "/handbook/intake/" + quote("受理"),
    "/handbook/coverage/neighbour",
    "/procedures",
    "/procedures/neighbour/national",
    "/procedures/neighbour/ningbo/referral",
    "/nowhere",
)
OFFICER = (
    "/",
    "/register",
    "/register/neighbour",
    "/quick/neighbour",
    "/quick/neighbour/grid",
    "/cases",
    "/cases?open=yes",
    "/referrals",
    "/referrals?sent=true",
    "/calendar",
    "/statistics",
    "/account",
    "/applications",
)
OF_CASE = ("", "/log", "/code", "/reveals", "/do/note", "/do/interview", "/do/decline")
ADMINISTRATOR = (
    "/administration",
    "/administration/journal",
    "/administration/holidays",
    "/administration/holidays/2026",
    "/administration/places",
    "/administration/bodies/tx",
    "/administration/bodies/tx/move",
    "/administration/bodies/tx/new-seat",
    "/administration/bodies/tx/new-officer",
    "/administration/bodies/tx/new-body",
)
LOOKS = [
    (size, language) for size in ("normal", "large", "largest") for language in ("zh", "en")
]


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_axe_finds_nothing_on_any_page(served: Served, size: str, language: str) -> None:
    number = prepared(served)
    case = f"/cases/{quote(number)}"
    wrong: list[Any] = []
    for seat, addresses in (
        ("", PUBLIC),
        ("wangguilan@tx", [*OFFICER, *(case + rest for rest in OF_CASE)]),
        ("admin@yunxi", ADMINISTRATOR),
    ):
        for density in ("dense", "guided") if seat.startswith("wang") else ("dense",):
            page = served.page(seat, density=density, viewport={"width": 390, "height": 844})
            page.context.add_cookies(
                [
                    {"name": name, "value": value, "url": served.address}
                    for name, value in (("size", size), ("language", language))
                ]
            )
            for address in addresses:
                page.goto(address)
                found = Axe().run(page)
                wrong += [
                    (
                        address,
                        density,
                        one["id"],
                        [node["html"][:120] for node in one["nodes"]][:2],
                    )
                    for one in found.response["violations"]
                ]
                wide = page.evaluate("document.documentElement.scrollWidth")
                if wide > 390:
                    wrong.append((address, density, "scrolls sideways", wide))
            page.context.close()
    assert not wrong, wrong


def prepared(served: Served) -> str:
    """Make a case with something of everything on its page."""
    words = Words(served.desk.office.catalogue.library, "zh")
    player = Player(
        served, words, "neighbour", context={"viewport": {"width": 1280, "height": 900}}
    )
    player.play(STEPS)
    return player.numbers[""]


STEPS: list[dict[str, Any]] = [
    {
        "at": "2026-03-02T09:00",
        "as": "wangguilan@tx",
        "open": {
            "people": [{"name": "王小明"}, {"name": "李建国"}],
            "class": "noise",
            "sentence": "楼上深夜跳绳，楼下睡不着。",
        },
    },
    {
        "at": "2026-03-02T09:10",
        "as": "wangguilan@tx",
        "do": "interview",
        "data": {"account": "孩子练跳绳", "grade": "ordinary"},
    },
]
