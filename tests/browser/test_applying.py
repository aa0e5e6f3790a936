"""A resident changes size and language in the menu while he fills in his application."""

import pytest

from tests.browser.conftest import Served

pytestmark = pytest.mark.browser


def test_the_menu_keeps_what_is_typed_and_enter_goes_on(served: Served) -> None:
    page = served.page(viewport={"width": 390, "height": 844})
    page.goto("/apply")
    page.click("main button.go")
    while page.locator("main input[type=radio]").count():
        page.locator("main input[type=radio]").first.check()
        page.click("main button[value=next]")
    page.fill("#name", "张三")
    page.fill("#phone", "13900000000")
    for look in ("largest", "en"):
        page.click("header details.who summary")
        page.click(f"header button[value={look}]")
        assert page.input_value("#name") == "张三"
        assert page.input_value("#phone") == "13900000000"
    assert page.get_attribute("html", "class") == "largest"
    assert page.get_attribute("html", "lang") == "en"
    page.press("#name", "Enter")
    page.wait_for_selector("#other")
