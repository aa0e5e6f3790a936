"""The quick oral case and its drafts in a real browser, at the width of a phone."""

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from mediation.operations.desk.accounts import invite, take_up
from tests.browser.conftest import Served
from tests.photos import JPEG, PDF

pytestmark = pytest.mark.browser

PHONE: Final[Any] = {"width": 390, "height": 844}
QUICK: Final = "/quick/neighbour"
PASSWORD: Final = "早上先浇花然后再出门去"
# A careful man of 65 with two fingers: seconds for a sign, and for finding and hitting a thing.
SIGN, TOUCH = 1.2, 3.0


@pytest.fixture
def phone(served: Served) -> Page:
    """Give the phone of Wang Guilan, who is signed in."""
    return served.page("wangguilan@tx", viewport=PHONE)


class Hand:
    """Fills a form as a person does, and counts what it takes him."""

    def __init__(self, page: Page) -> None:
        self.page, self.seconds = page, 0.0

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)
        self.seconds += TOUCH + SIGN * len(text)

    def pick(self, label: str, choice: str) -> None:
        self.page.get_by_label(label).select_option(label=choice)
        self.seconds += 2 * TOUCH

    def tick(self, group: str, choice: str) -> None:
        self.page.get_by_role("group", name=group).get_by_label(choice).check()
        self.seconds += TOUCH

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
        self.seconds += TOUCH


def photo() -> Any:
    return {"name": "门口.jpg", "mimeType": "image/jpeg", "buffer": JPEG}


def keeps_draft(page: Page) -> Any:
    return page.expect_response(lambda answer: "/drafts/" in answer.url)


def test_a_quarrel_settled_on_the_spot_takes_less_than_two_minutes(phone: Page) -> None:
    phone.goto(QUICK)
    hand = Hand(phone)
    hand.write("一方", "张大山")
    hand.write("另一方", "李小河")
    hand.pick("纠纷事由", "噪声扰民")
    hand.write("一句话说明", "李家夜里拖动桌椅，楼下睡不着")
    hand.tick("结果", "赔礼道歉")
    hand.tick("结果", "承诺今后注意")
    hand.write("涉及金额", "200")
    hand.tick("已口头告知权利义务", "是")
    phone.get_by_label("照片").set_input_files(photo())
    hand.seconds += 3 * TOUCH
    hand.press("登记并办结")

    phone.get_by_text("当场口头调结（已履行）").first.wait_for()
    assert phone.get_by_text("下载附件").is_visible()
    assert hand.seconds < 120


def test_nothing_but_what_is_needed_stands_on_the_screen(phone: Page) -> None:
    phone.goto(QUICK)

    assert not phone.get_by_label("联系电话").first.is_visible()
    assert not phone.get_by_label("来源渠道").is_visible()
    assert not phone.get_by_label("发生时间").is_visible()
    phone.get_by_text("更多栏目").click()
    assert phone.get_by_label("联系电话").first.is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_photo_too_large_is_told_of_before_it_is_sent(phone: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    large.write_bytes(JPEG + bytes(10_000_001))
    phone.goto(QUICK)
    phone.get_by_label("照片").set_input_files(large)
    phone.get_by_role("button", name="登记并办结").click()

    said = "document.getElementById('f-attachments').validationMessage"
    assert phone.evaluate(said) == "文件太大，请换小一点的，或者分几次提交"
    assert phone.url.endswith(QUICK)
    phone.get_by_label("照片").set_input_files([])
    assert phone.evaluate(said) == ""


def test_what_was_typed_is_there_after_a_reload(phone: Page) -> None:
    phone.goto(QUICK)
    phone.clock.install()
    with keeps_draft(phone):
        phone.get_by_label("一句话说明").fill("楼上漏水")
        phone.clock.run_for(2100)
    phone.evaluate("sessionStorage.clear()")
    phone.reload()

    assert phone.get_by_label("一句话说明").input_value() == "楼上漏水"
    assert phone.get_by_text("接着上次没有填完的内容").is_visible()


def test_what_was_typed_without_a_connection_is_kept_and_reaches_the_server(
    phone: Page,
) -> None:
    phone.goto(QUICK)
    phone.clock.install()
    phone.context.set_offline(offline=True)
    phone.get_by_label("一句话说明").fill("楼上漏水")
    phone.get_by_label("修复、恢复原状").check()
    with phone.expect_event("requestfailed"):
        phone.clock.run_for(2100)
    with keeps_draft(phone):
        phone.context.set_offline(offline=False)
    phone.evaluate("sessionStorage.clear()")
    phone.reload()

    assert phone.get_by_label("一句话说明").input_value() == "楼上漏水"
    assert phone.get_by_label("修复、恢复原状").is_checked()


def test_whoever_must_sign_in_again_comes_back_to_what_he_typed(
    served: Served, phone: Page
) -> None:
    phone.goto(QUICK)
    office, now = served.desk.office, served.clock()
    with office.database.writing() as tx:
        secret = invite(office, tx, "wangguilan", now)
    # A new password ends all sessions.
    take_up(office, secret, PASSWORD, now)
    phone.get_by_label("一方").first.fill("张大山")
    phone.get_by_label("一句话说明").fill("楼上漏水")
    phone.get_by_label("赔礼道歉").check()
    key = phone.locator("[name=key]").input_value()
    phone.get_by_role("button", name="登记并办结").click()
    phone.wait_for_url("**/sign-in**")
    phone.get_by_label("登录名").fill("wangguilan")
    phone.get_by_label("口令").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()

    # What was typed is put back when the page has been loaded, which a click does not wait for.
    phone.wait_for_url(f"**{QUICK}")
    assert phone.get_by_label("一方").first.input_value() == "张大山"
    assert phone.get_by_label("一句话说明").input_value() == "楼上漏水"
    assert phone.get_by_label("赔礼道歉").is_checked()
    assert phone.locator("[name=key]").input_value() == key


def test_what_was_sent_and_accepted_does_not_come_back(phone: Page) -> None:
    phone.goto(QUICK)
    hand = Hand(phone)
    hand.write("一方", "张大山")
    hand.write("另一方", "李小河")
    hand.pick("纠纷事由", "噪声扰民")
    hand.write("一句话说明", "夜里吵闹")
    hand.tick("结果", "赔礼道歉")
    hand.tick("已口头告知权利义务", "是")
    hand.press("登记并办结")
    phone.get_by_text("当场口头调结（已履行）").first.wait_for()
    phone.wait_for_load_state()
    phone.goto(QUICK)

    assert phone.get_by_label("一句话说明").input_value() == ""
    assert phone.evaluate("sessionStorage.length") == 0


def test_the_register_is_filled_by_keyboard_alone(phone: Page) -> None:
    phone.set_viewport_size({"width": 1280, "height": 900})
    phone.goto(f"{QUICK}/grid")
    keys = phone.keyboard
    phone.locator("[name='rows.0.day']").focus()
    keys.type("02262026")
    # A day has a part of its own for year, month, day and the calendar behind it.
    while phone.evaluate("document.activeElement.name") != "rows.0.one":
        keys.press("Tab")
    keys.insert_text("张大山")
    keys.press("Tab")
    keys.insert_text("李小河")
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.insert_text("夜里吵闹")
    keys.press("Tab")
    keys.press("Space")
    while phone.evaluate("document.activeElement.name") != "rows.0.rights_told":
        keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")

    phone.get_by_text("已登记并办结 1 件").wait_for(timeout=5000)


def test_a_photo_is_taken_with_one_tap_and_files_of_another_sort_come_along(
    served: Served,
) -> None:
    touched = served.page("wangguilan@tx", viewport=PHONE, has_touch=True, is_mobile=True)
    touched.goto("/register/neighbour")
    touched.get_by_label("姓名或名称").first.fill("张大山")
    touched.get_by_label("姓名或名称").nth(1).fill("李小河")
    touched.get_by_label("一句话说明").fill("楼上漏水")
    camera = touched.get_by_label("现在拍一张")
    assert camera.get_attribute("capture") == "environment"
    camera.set_input_files(photo())
    touched.get_by_text("还有别类的附件").click()
    letter = touched.locator("#f-attachments_2")
    letter.set_input_files({"name": "法院来函.pdf", "mimeType": "", "buffer": PDF})
    touched.locator("#f-attachments_2-sort").select_option(label="来函")
    touched.get_by_role("button", name="登记", exact=True).click()

    shown = touched.locator("#attachments")
    shown.get_by_text("法院来函").wait_for()
    assert shown.get_by_text("来函", exact=True).is_visible()
    assert shown.get_by_text("证据材料").is_visible()
    assert touched.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
