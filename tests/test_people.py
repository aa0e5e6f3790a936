"""What the people of `bench.desks` send, and how their record is judged."""

from typing import Any

import pytest

from bench.oracle import Said, kept_word
from bench.people import gathered, hidden, typed

pytestmark = pytest.mark.checkout

STORED: list[tuple[Any, ...]] = [("wang@tx", ("第1号", 3))]


def test_a_form_is_sent_by_dotted_names() -> None:
    data = {"people": [{"name": "甲"}, {"name": "乙"}], "heard": True, "ways": ["oral", "sms"]}
    assert gathered(typed(data)) == {
        "people.0.name": ["甲"],
        "people.1.name": ["乙"],
        "heard": ["true"],
        "ways": ["oral", "sms"],
    }


def test_a_form_carries_what_its_page_has_put_there() -> None:
    page = '<input type="hidden" name="key" value="k"><input type="hidden" name="x" value="">'
    assert hidden(page) == {"key": ["k"]}


@pytest.mark.parametrize(
    ("said", "stored", "broken"),
    [
        (Said("wang@tx", "acknowledged", ("第1号", None)), STORED, []),
        (Said("wang@tx", "acknowledged", ("第2号", None)), STORED, ["changed"]),
        (Said("wang@tx", "acknowledged", ("第1号", 2)), STORED, ["changed"]),
        (Said("wang@tx", "acknowledged", ("第1号", 3)), [], ["lost"]),
        (Said("wang@tx", "acknowledged", ("第1号", 3)), STORED * 2, ["doubled"]),
        (Said("wang@tx", "refused"), STORED, ["unexpected"]),
        (Said("wang@tx"), [], []),
        (Said("wang@tx"), STORED, []),
    ],
)
def test_what_somebody_was_told_is_held_against_what_is_stored(
    said: Said, stored: list[tuple[Any, ...]], broken: list[str]
) -> None:
    assert [one.partition(":")[0] for one in kept_word("k", said, stored)] == broken
