"""Whole disputes from registration to archive, on the pages, across desks."""

from typing import Any

import pytest

from mediation.operations.answers.words import Words
from tests.browser.conftest import Served
from tests.browser.playing import Finger, Hand, Keys, Player, kind_of, scene

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


def played(served: Served, name: str, hand: type[Hand], **context: Any) -> Player:
    words = Words(served.desk.office.catalogue.library, "zh")
    player = Player(served, words, kind_of(name), hand, context)
    player.play(scene(name))
    return player


def test_the_gate_of_tianxin_garden_by_mouse(served: Served) -> None:
    player = played(served, "01-tianxin-gate", Hand, density="dense", **DESK)
    assert len(player.hands) >= 4


def test_a_police_linked_scuffle_by_keyboard_alone(served: Served) -> None:
    player = played(served, "06-police-linkage-scuffle", Keys, density="dense", **DESK)
    assert len(player.hands) >= 2


def test_a_court_commissioned_leak_on_a_phone_one_question_at_a_time(served: Served) -> None:
    player = played(served, "08-court-commission-leak", Finger, density="guided", **PHONE)
    assert len(player.hands) >= 2
