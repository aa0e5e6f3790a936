"""Values print only through the filter that fits them, and then as a paper needs them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.rendering import values
from mediation.rendering.values import BLANK, ByParty, Choice, Fen, Key, Names, reader
from mediation.strict_json import LARGEST_NUMBER

DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def read_capital(written: str) -> int:
    """Read capitals back into fen, the way a cashier does."""
    yuan, _, rest = written.removesuffix("整").rpartition("元")
    if "元" not in written:
        yuan, rest = "", written
    fen = 0
    for place, worth in (("角", 10), ("分", 1)):
        head, found, tail = rest.partition(place)
        if found:
            fen += DIGITS[head[-1]] * worth
            rest = tail
    return whole(yuan) * 100 + fen


def whole(written: str) -> int:
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = written.partition(unit)
        if found:
            return whole(head) * worth + whole(tail)
    total = digit = 0
    for sign in written:
        if sign in PLACES:
            total += digit * PLACES[sign]
            digit = 0
        else:
            digit = DIGITS[sign]
    return total + digit


@pytest.mark.parametrize(
    ("fen", "figures", "capitals"),
    [
        (860000, "￥8,600.00", "捌仟陆佰元整"),
        (1050005, "￥10,500.05", "壹万零伍佰元零伍分"),
        (2000000010, "￥20,000,000.10", "贰仟万元壹角"),
        (50, "￥0.50", "伍角"),
        (5, "￥0.05", "伍分"),
        (0, "￥0.00", "零元整"),
        (1001, "￥10.01", "壹拾元零壹分"),
    ],
)
def test_money_is_written_in_figures_and_capitals(
    fen: int, figures: str, capitals: str
) -> None:
    assert values.money(Fen(fen)) == figures
    assert values.capital(Fen(fen)) == capitals


@given(st.integers(min_value=0, max_value=LARGEST_NUMBER))
def test_capitals_read_back_give_the_amount(fen: int) -> None:
    written = values.capital(Fen(fen))
    assert written is not None
    assert read_capital(written) == fen
    figures = values.money(Fen(fen))
    assert figures is not None
    assert int(figures.replace("￥", "").replace(",", "").replace(".", "")) == fen


def test_days_and_moments_are_written_in_chinese_and_shanghai_time() -> None:
    read = reader("moment", {})
    assert read is not None
    assert values.day(date(2026, 10, 9)) == "2026年10月9日"
    late = datetime(2026, 10, 8, 16, 5, tzinfo=UTC).isoformat()
    assert values.moment(read(late)) == "2026年10月9日0时05分"


def test_a_missing_day_leaves_its_places_open() -> None:
    assert "年　　月　　日" in values.day(None)
    assert "时　　分" in values.moment(None)


def test_choices_are_written_by_their_labels() -> None:
    agrees, refuses = Choice("agrees", "同意"), Choice("refuses", "不同意")
    assert agrees == "agrees"
    assert values.label(agrees) == "同意"
    assert values.label((agrees, refuses)) == "同意、不同意"
    assert values.label(None) is None


def test_counts_are_written_as_copies_are_counted() -> None:
    assert [values.cn(number) for number in (1, 3, 10, 12, 21)] == [
        "一", "三", "十", "十二", "二十一",
    ]  # fmt: skip


def test_a_long_text_gives_its_lines() -> None:
    assert values.lines("一、\n\n  二、 ") == ["一、", "二、"]
    assert values.lines(None) == [None]


@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_becomes_a_line_to_write_on(value: object) -> None:
    assert values.printable(value) == BLANK
    assert "———" in BLANK


@pytest.mark.parametrize(
    "value",
    [
        Fen(1),
        Key("a1"),
        Choice("agrees", "同意"),
        date(2026, 1, 1),
        True,
        ("a",),
        ["a"],
        {},
        1.5,
    ],
)
def test_a_value_never_prints_without_its_filter(value: object) -> None:
    with pytest.raises(TypeError, match="only through a filter"):
        values.printable(value)


def test_values_by_party_give_none_for_a_party_without_one() -> None:
    read = reader("party_days", {})
    assert read is not None
    assert read({"a1": "2026-10-09"})["a1"] == date(2026, 10, 9)
    assert ByParty()["b1"] is None
    flags = reader("party_choices", {})
    assert flags is not None
    assert flags({"a1": True}) == {"a1": True}


def test_names_know_what_is_unset_from_what_is_unknown() -> None:
    names = Names({"set": 5, "unset": None}, {"set": Fen})
    assert isinstance(names.set, Fen)
    assert names.unset is None
    with pytest.raises(AttributeError):
        _ = names.unknown
