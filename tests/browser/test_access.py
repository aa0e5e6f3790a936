"""Every page can be read and used by everybody: axe finds nothing, nothing scrolls sideways."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from mediation.resources import resource_dir
from mediation.web.pages import Pages
from tests.browser.conftest import Served
from tests.browser.pages import PAGES, WALKS, World, addresses, settled_world, unfold

pytestmark = pytest.mark.browser

PHONE: Final[Any] = {"width": 390, "height": 844}
VIOLATIONS: Final = """async () => {
    const found = await axe.run({ resultTypes: ["violations"] });
    return found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]);
}"""
LOOKS = [
    (size, language) for size in ("normal", "large", "largest") for language in ("zh", "en")
]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Gather the templates of the pages that are shown."""
    names: set[str] = set()
    get = Pages.get_template

    def noting(pages: Pages, name: str, *more: Any) -> Any:
        names.add(name)
        return get(pages, name, *more)

    monkeypatch.setattr(Pages, "get_template", noting)
    return names


@pytest.mark.parametrize(("size", "language"), LOOKS)
def test_axe_finds_nothing_on_any_page(
    served: Served, drawn: set[str], size: str, language: str
) -> None:
    world = settled_world(served.desk.office, served.clock())
    looks: Any = [
        {"name": name, "value": value, "url": served.address}
        for name, value in (("size", size), ("language", language))
    ]
    wrong: list[Any] = []
    for seat, density in (*((seat, "dense") for seat in PAGES), ("wangguilan@tx", "guided")):
        page = served.page(seat, density=density, viewport=PHONE)
        page.context.add_cookies(looks)
        for place in shown(page, seat, world, density):
            wrong += [(place, density, *fault) for fault in barriers(page)]
        page.context.close()
    assert not wrong, wrong
    named = {one.name for one in (resource_dir("templates") / "pages").glob("[!_]*.j2")}
    assert named - drawn == set()


def shown(page: Page, seat: str, world: World, density: str) -> Iterator[str]:
    """Show every page of a seat, one after another; one question at a time, two long forms."""
    for address in addresses(seat, world):
        if density == "dense" or address.endswith(("/register/neighbour", "/agree_at_once")):
            show(page, address)
            yield address
    for walk in WALKS.get(seat, ()) if density == "dense" else ():
        yield from walk(page, world)


def show(page: Page, address: str) -> None:
    """Open a page; a paper, in whose own sandbox axe cannot run, by its text alone."""
    if address.endswith("/paper"):
        text = page.request.get(address).text()
        page.goto("about:blank")
        page.set_content(text)
    else:
        page.goto(address)


def barriers(page: Page) -> Iterator[tuple[Any, ...]]:
    """Tell what keeps anybody from using the page that is shown."""
    unfold(page)
    page.evaluate(AXE_SCRIPT)
    yield from page.evaluate(VIOLATIONS)
    for one in page.locator(":root, table.stack").all():
        if one.evaluate("one => one.scrollWidth > (one.parentElement ?? one).clientWidth"):
            yield "scrolls sideways", one.evaluate("one => one.className || one.tagName")
