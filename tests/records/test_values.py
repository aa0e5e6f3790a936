"""JSON in columns: equal values have equal bytes, and what is no JSON is no value."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.records.values import canonical, canonical_as_sent, digest, parsed

text = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
)


@given(plain)
def test_canonical_text_is_what_the_standard_library_writes(value: object) -> None:
    told = canonical(value)
    assert told == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert parsed(told) == value


@pytest.mark.parametrize(
    "value", [datetime(2026, 3, 2, tzinfo=UTC), {1: "a"}, b"a", "\ud800", 2**64]
)
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical([value])


def test_a_request_is_digested_whatever_it_holds() -> None:
    told = {digest(canonical_as_sent([half, 10**100])) for half in ("\ud800", "\ud801")}
    assert len(told) == 2
