"""The rules for what people type, the same at every door: page, API, import, command line.

Each rule takes a raw value and gives its normal form, which the same rule accepts unchanged, or
raises InputRefused with all that is wrong; `Faults.take` gathers over fields. Messages never
repeat the value: it may be somebody's identity number, and messages are logged.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Final

from mediation.clock import parse_day, parse_moment
from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.strict_json import LARGEST_NUMBER

LONGEST_TEXT: Final = 4000
LONGEST_LINE: Final = 200
MASK: Final = "某"
LONGEST_NAME: Final = 50
# No number, day or phone is longer; longer ones are not even looked at.
LONGEST_WORD: Final = 40

# The last two code points of every plane are no characters.
_NO_CHARACTERS = "".join(
    chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)

# What cannot be seen changes what a paper seems to say, or cannot be stored at all. Rare
# characters of names, variation selectors and characters newer than this Python's tables stay.
_FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, NUL among them; line break and tab are writing
    "\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff"  # zero width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction of writing
    "\u2028\u2029\ufff9-\ufffb"  # line breaks that only some programs see, annotation marks
    "\ud800-\udfff"  # halves of characters
    "\ue000-\uf8ff\U000f0000-\U0010ffff"  # private use: another computer shows another sign
    "\U000e0000-\U000e007f"  # tags
    "\ufdd0-\ufdef" + _NO_CHARACTERS + "]"
)

_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,15})")
_MONEY = re.compile(
    r"(?:0|[1-9][0-9]{0,13}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,2})?"
)
_CITIZEN_ID = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:(?:\+86|0086)0?|0)(10|2[0-9]|[3-9][0-9]{2})([2-9][0-9]{6,7})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{6,14})")
_LOCAL_OR_SERVICE = re.compile(r"[1-9][0-9]{2,7}|[48]00[0-9]{7}")
_EXTENSION = re.compile(r"(.*)[-转#]([0-9]{1,6})")


def text(raw: object, *, longest: int = LONGEST_TEXT) -> str:
    """Give a text in NFC, its outer white space gone.

    Args:
        raw: what was typed; a browser's CR LF counts as one line break.
        longest: in characters.

    Raises:
        InputRefused: not a text, empty, too long, or with characters that cannot be seen.
    """
    if not isinstance(raw, str):
        raise InputRefused(Message("应为文字"))
    normal = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").strip())
    complaints = []
    if not normal:
        complaints.append(Message("不能为空"))
    if len(normal) > longest:
        complaints.append(
            Message(
                "不能超过 {longest} 个字符，现有 {length} 个",
                {"longest": longest, "length": len(normal)},
            )
        )
    if found := sorted(set(_FORBIDDEN.findall(normal))):
        named = [f"U+{ord(character):04X}" for character in found[:5]]
        complaints.append(
            Message("含有看不见或不能保存的字符：{characters}", {"characters": named})
        )
    _refuse_any(complaints)
    return normal


def line(raw: object, *, longest: int = LONGEST_LINE) -> str:
    """Give a text of one line.

    Raises:
        InputRefused: as for a text, or with line breaks or tabs.
    """
    normal = text(raw, longest=longest)
    if "\n" in normal or "\t" in normal:
        raise InputRefused(Message("应写在一行内，不用制表符"))
    return normal


def visible(raw: str) -> str:
    """Give a text without the characters that cannot be seen or kept; for what nobody typed."""
    return _FORBIDDEN.sub("", raw)


def name(raw: object) -> str:
    """Give a name of a person or body; rare characters and the dot of 阿卜杜·热合曼 stay.

    Raises:
        InputRefused: as for a line.
    """
    return " ".join(line(raw, longest=LONGEST_NAME).split())


def citizen_id(raw: object) -> str:
    """Give an 18-digit citizen identity number in ASCII, X as a capital.

    Source: GB 11643-1999: digits 7 to 14 are the birth date, the last one checks the others.

    Raises:
        InputRefused: the shape, the birth date or the check digit is wrong.
    """
    number = _nfkc(raw).replace(" ", "").upper()
    if not _CITIZEN_ID.fullmatch(number):
        raise InputRefused(Message("公民身份号码应为18位，末位可为X"))
    complaints = []
    try:
        parse_day(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except InputRefused:
        complaints.append(Message("公民身份号码中的出生日期不存在"))
    if number[17] != _check_digit(number[:17]):
        complaints.append(Message("公民身份号码校验位不符，请核对有无错字"))
    _refuse_any(complaints)
    return number


def _check_digit(digits: str) -> str:
    # ISO 7064 MOD 11-2: the weight of a place is 2 to the power of its distance from the end.
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits))
    return "10X98765432"[total % 11]


def phone(raw: object) -> str:
    """Give a telephone number: `13812345678`, `0574-87654321-801`, `+85291234567`, `12348`.

    Raises:
        InputRefused: it is no number that can be dialled from China.
    """
    typed = _nfkc(raw)
    extended = _EXTENSION.fullmatch(typed)
    if extended and (place := _landline(extended[1])):
        return f"{place}-{extended[2]}"
    if place := _landline(typed):
        return place
    digits = _dialled(typed)
    if mobile := _MOBILE.fullmatch(digits):
        return mobile[1]
    if abroad := _ABROAD.fullmatch(digits):
        return f"+{abroad[1]}"
    if _LOCAL_OR_SERVICE.fullmatch(digits):
        return digits
    raise InputRefused(Message("电话应为手机号，或带区号的固定电话，如 0574-87654321"))


def _landline(typed: str) -> str | None:
    match = _LANDLINE.fullmatch(_dialled(typed))
    return f"0{match[1]}-{match[2]}" if match else None


def _dialled(typed: str) -> str:
    return re.sub(r"[ ()\-]", "", typed)


def integer(raw: object, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
    """Give a whole number, out of JSON or typed.

    Args:
        raw: an int, or its decimal digits without leading zeros.
        least: the smallest accepted.
        most: the largest accepted, at most 2**53.

    Raises:
        InputRefused: no whole number, or outside the limits.
    """
    # A pattern first: int() also takes Arabic digits, underscores and a million of either.
    if isinstance(raw, int) and not isinstance(raw, bool):
        number = raw
    elif isinstance(raw, str) and _INTEGER.fullmatch(typed := _ascii(raw)):
        number = int(typed)
    else:
        raise InputRefused(Message("应为整数，如 12"))
    if least <= number <= most:
        return number
    raise InputRefused(Message("应在 {least} 与 {most} 之间", {"least": least, "most": most}))


def money(raw: object) -> int:
    """Give an amount in fen: "600", "600.50", "1,200.00"; an int counts yuan.

    Raises:
        InputRefused: no amount. A float is refused, since 0.1 yuan is none exactly.
    """
    amount = _typed_fen(raw) if isinstance(raw, str) else None
    if isinstance(raw, int) and not isinstance(raw, bool):
        amount = raw * 100
    if amount is None:
        raise InputRefused(Message('金额应写成 "600"、"600.50" 或 "1,200.00"，单位为元'))
    if 0 <= amount <= LARGEST_NUMBER:
        return amount
    raise InputRefused(Message("金额不能为负，也不能超过九十万亿元"))


def _typed_fen(raw: str) -> int | None:
    typed = _ascii(raw)
    if not _MONEY.fullmatch(typed):
        return None
    yuan, _, fen = typed.replace(",", "").partition(".")
    return int(yuan) * 100 + int(fen.ljust(2, "0"))


def day(raw: object) -> date:
    """Give a day written `2026-11-22`.

    Raises:
        InputRefused: it is written otherwise, or is not in the calendar.
    """
    return parse_day(_ascii(raw))


def moment(raw: object) -> datetime:
    """Give a UTC moment written `2026-11-22T09:00`, China's time unless it carries an offset.

    Raises:
        InputRefused: it is written otherwise, or is not in the calendar.
    """
    return parse_moment(_ascii(raw))


def masked(name: str, sort: str) -> str:
    """Give a name as lists show it: a person's first character, an organisation's whole."""
    return name if sort != "person" else name[:1] + MASK * (len(name) > 1)


def _nfkc(raw: object) -> str:
    # Only after the text rules, since NFKC would hide what they refuse.
    return unicodedata.normalize("NFKC", line(raw, longest=LONGEST_WORD))


def _ascii(raw: object) -> str:
    # The full-width signs of a Chinese keyboard and no others: NFKC would make 52 of 5².
    return line(raw, longest=LONGEST_WORD).translate(_FULL_WIDTH)


def _refuse_any(complaints: list[Message]) -> None:
    if complaints:
        raise InputRefused(tuple(Fault("", message) for message in complaints))
