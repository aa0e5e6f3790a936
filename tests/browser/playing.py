"""Plays a scene of `demo/` on the pages: by mouse, by keyboard, by touch."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page, expect

from mediation.clock import parse_moment
from mediation.operations.answers.words import Words
from mediation.resources import resource_dir
from tests.browser.conftest import Served

MOST_TABS = 400
Data = dict[str, Any]


def scene(name: str) -> list[Data]:
    """Read the steps of a scene."""
    file = resource_dir("demo") / "scenes" / f"{name}.json"
    steps: list[Data] = json.loads(file.read_text("utf-8"))["steps"]
    return steps


def kind_of(name: str) -> str:
    """Read the kind of dispute of a scene."""
    file = resource_dir("demo") / "scenes" / f"{name}.json"
    return str(json.loads(file.read_text("utf-8"))["kind"])


def flat(data: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Give what a form is to hold, by the dotted names of its fields."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from flat(value, f"{name}.{key}" if name else key)
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for place, row in enumerate(data):
            yield from flat(row, f"{name}.{place}")
    else:
        yield name, data


class Hand:
    """How a page is worked: with the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        self.reveal(target)
        with self.page.expect_navigation():
            target.click()

    def fill(self, target: Locator, value: str) -> None:
        """Type into a field."""
        self.reveal(target)
        target.fill(value)

    def choose(self, target: Locator, value: str) -> None:
        """Choose from a list."""
        self.reveal(target)
        target.select_option(value)

    def tick(self, target: Locator) -> None:
        """Tick a box."""
        self.reveal(target)
        target.check()

    def reveal(self, target: Locator) -> None:
        """Open what is folded around a field."""
        for fold in target.locator("xpath=ancestor::details[not(@open)]").all():
            fold.locator("> summary").click()


class Keys(Hand):
    """How a page is worked by somebody who has no mouse: Tab, Space, Enter, arrows, letters."""

    def press(self, target: Locator) -> None:
        """Go to a button or link and press Enter."""
        self.reveal(target)
        self.go(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, target: Locator, value: str) -> None:
        """Go to a field and type; a day or moment is typed part by part."""
        self.reveal(target)
        self.go(target)
        sort = target.get_attribute("type")
        if sort in ("date", "datetime-local"):
            self.page.keyboard.type(spoken_day(value))
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(value)

    def choose(self, target: Locator, value: str) -> None:
        """Go to a list and walk down to what is wanted."""
        self.reveal(target)
        self.go(target)
        values = target.locator("option").evaluate_all("all => all.map(one => one.value)")
        for _ in range(values.index(value) - values.index(target.input_value())):
            self.page.keyboard.press("ArrowDown")

    def tick(self, target: Locator) -> None:
        """Go to a box and press Space; of radio buttons, walk to the one that is wanted."""
        self.reveal(target)
        if target.is_checked():
            return
        if target.get_attribute("type") == "checkbox":
            self.go(target)
        else:
            name = target.get_attribute("name")
            group = self.page.locator(f'input[name="{name}"]')
            self.go_among(group)
            for _ in range(group.count()):
                if target.evaluate("one => one === document.activeElement"):
                    break
                self.page.keyboard.press("ArrowDown")
        if not target.is_checked():
            self.page.keyboard.press("Space")

    def reveal(self, target: Locator) -> None:
        """Open what is folded around a field."""
        for fold in target.locator("xpath=ancestor::details[not(@open)]").all():
            self.go(fold.locator("> summary"))
            self.page.keyboard.press("Enter")

    def go(self, target: Locator) -> None:
        """Press Tab until a thing has the focus; what cannot be reached fails the test."""
        self.walk(target, "one => one === document.activeElement")

    def go_among(self, group: Locator) -> None:
        """Press Tab until one of a group has the focus."""
        for _ in range(MOST_TABS):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("cannot be reached by Tab")

    def walk(self, target: Locator, there: str) -> None:
        """Press Tab until something holds."""
        for _ in range(MOST_TABS):
            if target.evaluate(there):
                seen = target.evaluate("one => getComputedStyle(one).outlineStyle")
                assert seen != "none", "the focus cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("cannot be reached by Tab")


class Finger(Hand):
    """How a page is worked on a phone: by touch."""

    def press(self, target: Locator) -> None:
        """Tap a button or link, which must be large enough for a thumb."""
        self.reveal(target)
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 40, "too small for a thumb"
        with self.page.expect_navigation():
            target.tap()
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.page.viewport_size["width"], "scrolls sideways"  # type: ignore[index]


def spoken_day(value: str) -> str:
    """Write a day or moment key by key, as Chromium on this machine asks for it."""
    day, _, time = value.partition("T")
    year, month, date = day.split("-")
    if not time:
        return f"{month}{date}{year}"
    hour, minute = int(time[:2]), time[3:5]
    half = "PM" if hour >= 12 else "AM"
    return f"{month}{date}00{year}\t{hour % 12 or 12:02}{minute}{half}"


@dataclass
class Player:
    """Plays a scene.

    Args:
        hands: how the pages of each seat are worked, one page for each officer.
        numbers: the cases of the scene by the names it has for them.
    """

    served: Served
    words: Words
    kind: str
    hand: type[Hand] = Hand
    context: Data = field(default_factory=dict)
    hands: dict[str, Hand] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def play(self, steps: list[Data]) -> None:
        """Play every step, and look whether the page says what the scene expects."""
        moment: datetime | None = None
        for step in steps:
            moment = parse_moment(step["at"]) if "at" in step else moment
            assert moment is not None
            self.served.clock.at = moment
            self.step(step, step.get("case", ""))

    def step(self, step: Data, name: str) -> None:
        """Play one step."""
        if step.get("tick"):
            self.served.sweep()
        elif "open" in step:
            self.numbers[name] = self.opened(step)
        elif "do" in step:
            self.done(step, self.numbers[name])
        expected = step.get("expects", {}).get("state")
        if expected and "as" in step and "refused" not in step["expects"]:
            shown = self.of(step["as"]).page.locator("main").first
            expect(shown).to_contain_text(self.words.state(expected))

    def of(self, seat: str) -> Hand:
        """Give the hand of an officer, at the pages of his seat."""
        if seat not in self.hands:
            self.hands[seat] = self.hand(self.served.page(**self.context))
        # Half an hour without a page ends a session, and scenes pass days.
        self.served.sign_in(self.hands[seat].page, seat)
        return self.hands[seat]

    def opened(self, step: Data) -> str:
        """Register a dispute, from the first page on; gives its number."""
        hand = self.of(step["as"])
        hand.page.goto("/")
        hand.press(hand.page.get_by_role("link", name="登记纠纷"))
        link = hand.page.locator(f'a[href="/register/{self.kind}"]')
        hand.press(link)
        data = {key: one for key, one in step["open"].items() if not key.startswith("ack")}
        self.submit(hand, data)
        return str(hand.page.locator("h1").inner_text())

    def done(self, step: Data, number: str) -> None:
        """Do an event, from the list of what may be done on the page of the case."""
        hand, event = self.of(step["as"]), step["do"]
        address = f"/cases/{quote(number)}/do/{quote(event, safe=':/')}"
        hand.page.goto(f"/cases/{quote(number)}")
        if "refused" in step.get("expects", {}):
            expect(hand.page.locator("main")).to_contain_text("现在还不能办的")
            return
        plain = f'a[href$="/do/{quote(event, safe=":")}"], a[href="{address}"]'
        hand.press(hand.page.locator(plain).first)
        data = {
            key: self.numbers[one[8:-1]] if str(one).startswith("{number:") else one
            for key, one in step.get("data", {}).items()
        }
        self.submit(hand, data)

    def submit(self, hand: Hand, data: Data) -> None:
        """Fill a form in, on one page or step by step, and send it."""
        page = hand.page
        todo = dict(flat(data))
        for _ in range(20):
            self.add_rows(hand, todo)
            for name in [name for name in todo if self.fill(hand, name, todo[name])]:
                del todo[name]
            following = page.get_by_role("button", name="下一步", exact=True)
            if not following.count():
                break
            hand.press(following)
        assert not todo, f"no field for {todo}"
        form = page.locator("main form[data-draft]")
        hand.press(form.locator("button.go:not([name])"))
        refused = page.locator("#refused")
        assert not refused.count(), refused.inner_text()

    def add_rows(self, hand: Hand, todo: Data) -> None:
        """Ask for as many rows as the data have."""
        for name in todo:
            table, _, rest = name.partition(".")
            more = hand.page.locator(f'button[name="more"][value="{table}"]')
            while more.count() and rest[:1].isdigit():
                if hand.page.locator(f'[name^="{table}.{rest.partition(".")[0]}."]').count():
                    break
                hand.press(more)

    def fill(self, hand: Hand, name: str, value: Any) -> bool:
        """Fill one field in, if it is on the page."""
        found = hand.page.locator(f'main form [name="{name}"]:not([type="hidden"])')
        if not found.count():
            return False
        sort = found.first.evaluate("one => one.type || one.tagName.toLowerCase()")
        for one in value if isinstance(value, list) else [value]:
            said = (
                {True: "true", False: "false"}.get(one, str(one))
                if one in (True, False)
                else str(one)
            )
            if sort in ("radio", "checkbox"):
                hand.tick(hand.page.locator(f'main form [name="{name}"][value="{said}"]'))
            elif sort == "select-one":
                hand.choose(found.first, said)
            else:
                hand.fill(found.first, said)
        return True
