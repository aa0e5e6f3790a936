"""Codes that people write down: read as sloppily as they are typed, and not to be guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.records.codes import ALPHABET, code_of, row_of_code
from mediation.records.sealing import Indexer

OURS, ANOTHERS = Indexer(b"k" * 32), Indexer(b"x" * 32)


@given(st.integers(1, 2**59))
def test_a_code_leads_to_its_row(row: int) -> None:
    assert row_of_code(OURS, "cases", code_of(OURS, "cases", row)) == row


def test_a_code_has_twelve_signs_and_grows_with_the_millionth_row() -> None:
    lengths = [len(code_of(OURS, "cases", row)) for row in (1, 2**20 - 1, 2**20, 2**40)]
    assert lengths == [14, 14, 16, 21]
    assert code_of(OURS, "cases", 1).startswith("0001-")


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "  —"),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.replace("0", "o").replace("1", "I"),
        lambda code: f"查询码：{code}。",
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
    ],
)
def test_it_is_read_however_it_is_typed(typed: object) -> None:
    assert callable(typed)
    for row in (1, 32, 1024, 33_825):
        assert row_of_code(OURS, "cases", typed(code_of(OURS, "cases", row))) == row


def test_every_sign_counts() -> None:
    code = code_of(OURS, "cases", 7).replace("-", "")
    for place, right in enumerate(code):
        for wrong in set(ALPHABET) - {right}:
            assert row_of_code(OURS, "cases", code[:place] + wrong + code[place + 1 :]) is None


def test_a_code_is_good_for_one_table_of_one_installation() -> None:
    code = code_of(OURS, "cases", 7)
    assert row_of_code(OURS, "applications", code) is None
    assert row_of_code(ANOTHERS, "cases", code) is None


def test_a_row_has_one_code_only() -> None:
    # Zeros put before it would make another text of the same number.
    assert row_of_code(OURS, "cases", "0" + code_of(OURS, "cases", 7)) is None


@given(st.text(max_size=80))
def test_what_is_no_code_is_refused_without_an_error(typed: str) -> None:
    assert row_of_code(OURS, "cases", typed) is None
    assert row_of_code(OURS, "cases", typed * 1000) is None
