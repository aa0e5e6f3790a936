"""The text rules hold for anything that can be typed."""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation import text
from mediation.errors import Faults, InputRefused
from mediation.text import citizen_id, integer, line, money, name, phone

# Anything at all, half-broken characters included, and what looks like a number of some sort.
ANYTHING = st.text(st.characters(exclude_categories=())) | st.text(
    "0158６Xx +-()（）转#.，\u3000"
)
TEXT_RULES: list[Callable[[object], str]] = [text.text, line, name, citizen_id, phone]


def refusals(rule: Callable[[object], object], raw: object) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        rule(raw)
    return [fault.message.to("en") for fault in refused.value.faults]


# Five rules, 10,000 texts.
@pytest.mark.parametrize("rule", TEXT_RULES)
@settings(max_examples=2000)
@given(raw=ANYTHING)
def test_what_is_accepted_is_in_normal_form_and_accepted_again_unchanged(
    rule: Callable[[object], str], raw: str
) -> None:
    faults = Faults()
    accepted = faults.take("field", rule, raw)
    if accepted is None:
        assert faults.found
        return
    assert unicodedata.normalize("NFC", accepted) == accepted
    assert rule(accepted) == accepted
    accepted.encode()


@given(raw=st.one_of(ANYTHING, st.integers(), st.floats(), st.booleans(), st.none()))
@pytest.mark.parametrize(
    "rule", [*TEXT_RULES, integer, money, text.day, text.moment], ids=lambda rule: rule.__name__
)
def test_no_value_makes_a_rule_fail_in_any_other_way(
    rule: Callable[[object], object], raw: object
) -> None:
    Faults().take("field", rule, raw)


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x07", "\r", "\x1b", "\x7f", "\x85", "\x9f"),
        *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"),
        *(
            *map(chr, range(0x202A, 0x202F)),
            *map(chr, range(0x2066, 0x206A)),
            "\u200f",
            "\u061c",
        ),
        *("\ud800", "\udfff", "\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"),
        *("\U000e0001", "\U000e0041", "\U000e007f", "\ufdd0", "\ufffe", "\U0002ffff", "\u2028"),
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_a_character_that_cannot_be_seen_or_kept_is_refused_and_named(character: str) -> None:
    told = refusals(text.text, f"甲{character}乙")
    assert told == [f"Contains characters that cannot be seen or kept: U+{ord(character):04X}"]


@pytest.mark.parametrize(
    "written",
    ["喆堃昇镕祎翀玥䶮㛃𬭚", "阿卜杜热合曼·买买提", "𱁬", "辻\U000e0100", "Müller", "王 小明"],
)
def test_names_keep_rare_characters_and_the_dot(written: str) -> None:
    assert name(written) == unicodedata.normalize("NFC", written)


def test_a_text_is_trimmed_composed_and_keeps_its_lines() -> None:
    assert text.text("\u3000 第一行\r\n\t第二行 e\u0301 \n") == "第一行\n\t第二行 é"


def test_all_that_is_wrong_with_one_text_is_told_at_once() -> None:
    told = refusals(partial(text.text, longest=3), "甲\x00乙丙")
    assert told == [
        "At most 3 characters; there are 4",
        "Contains characters that cannot be seen or kept: U+0000",
    ]


@pytest.mark.parametrize(
    ("rule", "raw"), [(text.text, 3), (line, None), (name, ["王"]), (phone, 1)]
)
def test_what_is_no_text_is_refused(rule: Callable[[object], str], raw: object) -> None:
    assert refusals(rule, raw) == ["This must be text"]


@pytest.mark.parametrize("raw", ["", "  ", "\u3000", "\n"])
def test_an_empty_text_is_refused(raw: str) -> None:
    assert refusals(text.text, raw) == ["This must not be empty"]


@pytest.mark.parametrize("raw", ["甲\n乙", "甲\t乙"])
def test_a_line_has_no_breaks(raw: str) -> None:
    assert refusals(line, raw) == ["Write this on one line, without tabs"]


def test_a_long_name_is_refused() -> None:
    assert len(name("王" * 50)) == 50
    assert refusals(name, "王" * 51) == ["At most 50 characters; there are 51"]


# The example of GB 11643-1999.
GOOD_ID = "11010519491231002X"


@pytest.mark.parametrize(
    "raw",
    [
        GOOD_ID,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
    ],
)
def test_an_identity_number_is_kept_in_ascii(raw: str) -> None:
    assert citizen_id(raw) == GOOD_ID


@pytest.mark.parametrize("place", range(17))
@pytest.mark.parametrize("shift", range(1, 10))
def test_every_single_wrong_digit_is_seen(place: int, shift: int) -> None:
    wrong = str((int(GOOD_ID[place]) + shift) % 10)
    assert refusals(citizen_id, GOOD_ID[:place] + wrong + GOOD_ID[place + 1 :])


def test_a_wrong_birth_date_and_a_wrong_check_digit_are_both_told() -> None:
    assert refusals(citizen_id, "110105194913310020") == [
        "The birth date in the citizen identity number does not exist",
        "The check digit of the citizen identity number is wrong; look for a slip",
    ]


@pytest.mark.parametrize("raw", ["110105491231002", "11010519491231002", "A" * 18, "٣" * 18])
def test_an_identity_number_of_another_shape_is_refused_without_repeating_it(raw: str) -> None:
    (told,) = refusals(citizen_id, raw)
    assert told == "A citizen identity number has 18 digits; the last may be X"


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0574-87654321", "0574-87654321"),
        ("(0574)87654321", "0574-87654321"),
        ("（0574）8765 4321", "0574-87654321"),
        ("+86 574 8765 4321", "0574-87654321"),
        ("01065432109", "010-65432109"),
        ("021-65432109", "021-65432109"),
        ("0574-87654321转801", "0574-87654321-801"),
        ("0574-8765432-1", "0574-8765432-1"),
        ("87654321", "87654321"),
        ("12348", "12348"),
        ("400-820-8820", "4008208820"),
        ("+852 9123 4567", "+85291234567"),
        ("00852 91234567", "+85291234567"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(raw: str, kept: str) -> None:
    assert phone(raw) == kept
    assert phone(kept) == kept


@pytest.mark.parametrize(
    "raw", ["电话", "1381234567", "138123456789", "12", "+86 123", "٠١٢٣٤٥"]
)
def test_what_cannot_be_dialled_is_refused(raw: str) -> None:
    assert refusals(phone, raw) == [
        "Give a mobile number, or a landline with its area code, as 0574-87654321"
    ]


@pytest.mark.parametrize(("raw", "value"), [(0, 0), ("12", 12), ("１２", 12), (2**53, 2**53)])
def test_a_whole_number_is_read(raw: object, value: int) -> None:
    assert integer(raw) == value


@pytest.mark.parametrize(
    "raw", ["²", "5²", "①", "١٢", "1_000", "012", "1.0", "1e3", "", True, 1.0, None]
)
def test_what_python_would_take_for_a_number_is_refused(raw: object) -> None:
    assert refusals(integer, raw)


@pytest.mark.parametrize("raw", [-1, 2**53 + 1, "-1", str(2**53 + 1)])
def test_a_number_outside_the_limits_is_refused(raw: object) -> None:
    assert refusals(integer, raw) == ["This must be from 0 to 9007199254740992"]


@pytest.mark.parametrize(
    ("raw", "fen"),
    [
        *(("600", 60000), ("600.5", 60050), ("600.50", 60050), ("1,200.00", 120000)),
        *(("0", 0), ("0.01", 1), (600, 60000), ("１，２００．００", 120000)),
    ],
)
def test_money_is_read_in_fen(raw: object, fen: int) -> None:
    assert money(raw) == fen


@given(fen=st.integers(0, 2**53))
def test_money_survives_being_written_with_commas(fen: int) -> None:
    assert money(f"{fen // 100:,}.{fen % 100:02}") == fen
    assert money(f"{fen // 100}.{fen % 100:02}") == fen


@pytest.mark.parametrize(
    "raw",
    ["-1", -1, 600.5, True, "600.505", "1,20", "1,2000", "600元", "六百", "0600"],
)
def test_what_is_no_amount_is_refused(raw: object) -> None:
    assert refusals(money, raw)


def test_a_number_of_thousands_of_digits_is_refused_like_any_other() -> None:
    for rule in (integer, money):
        for raw in ("9" * 5000, 10**5000):
            assert refusals(rule, raw)


def test_days_and_moments_typed_in_full_width_are_read() -> None:
    assert text.day("２０２６-11-22") == date(2026, 11, 22)
    assert text.moment("2026-11-22T09:00") == datetime(2026, 11, 22, 1, tzinfo=UTC)
