"""JSON from outside is read strictly, and nothing in it breaks the reader."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.errors import Faults, InputRefused
from mediation.strict_json import parse_json

JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(0, 2**53),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_ordinary_json_is_read(value: object) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=True)) == value


@given(st.text() | st.binary())
def test_anything_else_is_refused_and_nothing_worse(source: str | bytes) -> None:
    Faults().take("", parse_json, source)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_json('\ufeff{"甲": 1}'.encode()) == {"甲": 1}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('{"a": 1,\n"b" 2}', "From line 2, column 5 on this is not JSON"),
        ("", "From line 1, column 1 on this is not JSON"),
        (b"\xff\xfe", "The input is not text in UTF-8"),
        ('{"a": 1, "b": 2, "a": 3}', "This key is given twice"),
        ("NaN", "The number is too large, or is no number"),
        ("-Infinity", "The number is too large, or is no number"),
        ("1e999", "The number is too large, or is no number"),
        ("9007199254740993", "The number is too large, or is no number"),
        ("1" * 100_000, "The number is too large, or is no number"),
        ("[" * 21 + "]" * 21, "Nested too deeply: at most 20 levels"),
        ("[" * 100_000, "Nested too deeply: at most 20 levels"),
        ('{"a":' * 100_000, "Nested too deeply: at most 20 levels"),
        (" " * 1_000_001, "The input is too large: at most 1000000 bytes"),
    ],
    ids=range(13),
)
def test_what_is_wrong_is_said(source: str | bytes, told: str) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_json(source)
    (fault,) = refused.value.faults
    assert fault.message.to("en") == told


def test_twenty_levels_are_enough_for_any_form() -> None:
    assert parse_json("[" * 20 + "]" * 20)


def test_keys_given_twice_are_all_named() -> None:
    with pytest.raises(InputRefused) as refused:
        parse_json('{"a": 1, "b": 2, "a": 3, "b": 4, "c": 5}')
    assert [fault.field for fault in refused.value.faults] == ["a", "b"]
