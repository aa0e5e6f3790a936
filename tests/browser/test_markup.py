"""What people type is shown as text: nothing of it runs, on any page, in a real browser.

Every text field of every form is typed into and sent, wrong and right, and every page is shown.
That no page complains of a breach of its policy, `served` sees to.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Final
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from mediation.engine.legal_time.periods import shanghai_day
from tests.browser.conftest import Served
from tests.browser.pages import (
    PAGES,
    WALKS,
    addresses,
    played,
    press,
    scenes_of,
    settled_world,
)
from tests.web.hostile import MARKUP

pytestmark = pytest.mark.browser

OUT: Final = "\"'></textarea>"
"""Leads out of wherever a text may stand, so that the markup behind it is markup."""
LONGEST_NAME: Final = 50
"""So much of a name is kept; the number behind it makes it one of its own."""
TEXT: Final = (
    "input:not([type]), [type=text], [type=search], [type=tel], [type=password], textarea"
)
# Fills a form in and sends it: at first with markup everywhere, then with what a field wants,
# and with nothing where markup was refused; so it is let through with markup in all the rest.
FILL: Final = """(form, [text, longest, out, markup, again]) => {
    form.noValidate = true;
    const fields = [...form.elements];
    const wrong = (one) => one.getAttribute("aria-invalid") === "true";
    const meant = (one) => ({ code: "xin", handle: "xin" })[one.name]
        ?? { decimal: "12.50", numeric: "2", tel: "13800090021" }[one.inputMode]
        ?? one.list?.options[0]?.value;
    fields.filter((one) => one.matches(text)).forEach((one, no) => {
        const said = one.maxLength < 0
            ? (out + markup[no % markup.length]).slice(0, longest)
            : markup.find((text) => text.length <= one.maxLength);
        if (!again) one.value = said;
        else one.value = meant(one) ?? (wrong(one) ? "" : one.value || said);
    });
    for (const one of fields) {
        const group = fields.filter((other) => other.name === one.name);
        if (one.matches("select"))
            one.value ||= [...one.options].find((option) => option.value)?.value ?? "";
        if (one.matches("[type=radio], [type=checkbox]"))
            group[0].checked ||= !group.some((other) => other.checked);
        if (one.matches("[type=date]"))
            one.value = wrong(one) ? "" : one.value || one.max || one.min || "2026-03-02";
        if (one.matches("[name=at][type=datetime-local]")) one.value ||= "2026-03-04T09:00";
    }
    const acts = [...form.querySelectorAll("button.go")];
    form.requestSubmit(acts.at(-1) ?? form.querySelector("button"));
}"""
FIELDS: Final = """text => [...document.querySelectorAll("main form")].map((form) => [
    form.getAttribute("action") ?? location.pathname,
    [...form.elements].filter((one) => one.matches(text)).map((one) => one.name),
])"""
# Pages have nothing of these themselves: even where the policy stops it, markup is seen here.
RAISED: Final = """() => window.ran ?? document.querySelectorAll(
    "script:not([src]), base, math, [onerror], [onload], [onfocus], [hx-get], iframe[srcdoc],"
    + "a[href^=javascript], [data-hx-on\\\\:load]"
).length"""


@dataclass
class Typist:
    """Types markup into forms, and looks whether any of it came to life."""

    page: Page
    typed: set[tuple[str, str]]
    raised: list[str]

    def show(self, address: str) -> None:
        """Open a page and look at it."""
        self.page.goto(address)
        self.look(address)

    def look(self, place: str) -> None:
        """Look whether there is anything on the page that only markup can have made."""
        if self.page.evaluate(RAISED):
            self.raised.append(place)

    def linked(self, part: str) -> set[str]:
        """Give the addresses with a part in them that the page leads to."""
        links = self.page.locator(f'main a[href*="{part}"]')
        return set(links.evaluate_all("all => all.map(one => one.getAttribute('href'))"))

    def events(self, case: str) -> set[str]:
        """Give the events that the page of a case offers."""
        return {one.removeprefix(f"{case}/do/") for one in self.linked("/do/")}

    def done(self) -> set[str]:
        """Give the events that markup was typed into."""
        return {action.rpartition("/do/")[2] for action, _ in self.typed}

    def fields(self) -> list[set[tuple[str, str]]]:
        """Give the text fields of each form of the page, by where the form goes."""
        return [
            {(re.sub("^/(cases|applications)/[^/]+", r"/\1/*", action), one) for one in names}
            for action, names in self.page.evaluate(FIELDS, TEXT)
        ]

    def work(self, address: str) -> None:
        """Send each form of a page that takes text and was not sent before."""
        self.page.goto(address)
        sent = False
        for place, fields in enumerate(self.fields()):
            if fields - self.typed:
                if sent:
                    self.page.goto(address)
                self.send(place)
                sent = True

    def send(self, place: int) -> None:
        """Send one form of the page; once more, mended, if it is refused."""
        address = self.page.url
        # Nobody is to be called alike on two forms: that would be taken for one dispute.
        first = len(self.typed) % len(MARKUP)
        markup = [*MARKUP[first:], *MARKUP[:first]]
        for again in (False, True):
            forms = self.page.locator("main form")
            if forms.count() <= place:
                self.page.goto(address)
            self.typed |= self.fields()[place]
            if forms.nth(place).get_attribute("data-file") is not None:
                # It answers with a file; what stands in that, tests/web/reports looks at.
                with self.page.expect_download():
                    forms.nth(place).evaluate(FILL, [TEXT, LONGEST_NAME, OUT, markup, again])
                return
            with self.page.expect_navigation() as sent:
                forms.nth(place).evaluate(FILL, [TEXT, LONGEST_NAME, OUT, markup, again])
            self.look(f"sent from {address}")
            if sent.value.ok:
                return


def test_markup_in_every_field_runs_nowhere(served: Served) -> None:
    office, now, say = served.desk.office, served.clock(), sayings()
    world = settled_world(office, now, say)
    typed: set[tuple[str, str]] = set()
    raised: list[str] = []
    hands = {
        seat: Typist(served.page(seat, viewport={"width": 1280, "height": 900}), typed, raised)
        for seat in PAGES
    }
    for seat, hand in hands.items():
        for walk in WALKS.get(seat, ()):
            for place in walk(hand.page, world):
                hand.look(place)
        for address in addresses(seat, world):
            hand.work(address)
    apply(hands[""])
    for scene in scenes_of(shanghai_day(now)):
        seat = str(scene.steps[0]["as"])
        hand = hands["zhoujianguo@lf" if seat.endswith("@lf") else "wangguilan@tx"]
        every_event(hand, partial(played, office, scene, say))
    for seat, hand in hands.items():
        for address in addresses(seat, world):
            hand.show(address)
            assert set[tuple[str, str]]().union(*hand.fields()) <= typed, address
    assert raised == []


def sayings() -> Callable[[str], str]:
    """Give what writes markup wherever somebody writes; no two people are called alike."""
    numbers = count()

    def say(text: str) -> str:
        no = next(numbers)
        said = f"{OUT}{MARKUP[no % len(MARKUP)]}"[: LONGEST_NAME - 4]
        return f"139{no:08}" if text.isdigit() else f"{said}{no}"

    return say


def apply(hand: Typist) -> None:
    """Type markup into every question of an application."""
    hand.page.goto("/apply")
    press(hand.page.locator("main form button"))
    # The receipt has a form too, for the menu above it, but nothing to go on with.
    while hand.page.locator("main form button.go").count():
        hand.send(0)


def every_event(hand: Typist, play: Callable[[], str]) -> None:
    """Type markup into every event that can be done at the end of a scene.

    What leads away from there is done to a case of its own.
    """
    left: set[str] | None = None
    while left is None or left:
        case = f"/cases/{quote(play())}"
        hand.show(case)
        offered, papers = hand.events(case), hand.linked("/documents/")
        if left is None:
            left, papers = offered - hand.done(), set()
        left &= offered
        for event in sorted(left):
            left.discard(event)
            hand.work(f"{case}/do/{event}")
            hand.show(case)
            if not left <= hand.events(case):
                break
        # What the scene itself has issued is the same in each of its cases.
        for paper in hand.linked("/documents/") - papers:
            hand.show(f"{paper}/paper")
