"""JSON as it comes from outside, read as strictly as a paper."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Final, Never

from mediation.errors import Fault, InputRefused
from mediation.language import Message

LARGEST: Final = 1_000_000
DEEPEST: Final = 20
# A reader in another language keeps 53 bits of a number.
LARGEST_NUMBER: Final = 2**53
# int() of a million digits is an attack.
MOST_DIGITS: Final = 20


def parse_json(source: str | bytes) -> object:
    """Read a JSON document of at most 1 MB and 20 levels.

    Raises:
        InputRefused: not UTF-8, not JSON, a key given twice, a number beyond 2**53 or not
            finite, too large, too deep.
    """
    if len(source) > LARGEST:
        raise InputRefused(Message("输入过大，不能超过 {largest} 字节", {"largest": LARGEST}))
    try:
        decoded = source.decode() if isinstance(source, bytes) else source
        value: object = json.loads(
            decoded.removeprefix("\ufeff"),  # Notepad's byte order mark
            object_pairs_hook=_once,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_finite,
        )
    except UnicodeDecodeError:
        raise InputRefused(Message("输入不是 UTF-8 编码的文字")) from None
    except json.JSONDecodeError as error:
        raise InputRefused(
            Message(
                "第 {line} 行第 {column} 列起不是 JSON",
                {"line": error.lineno, "column": error.colno},
            )
        ) from None
    except RecursionError:
        _too_deep()
    if any(level > DEEPEST for level in _levels(value)):
        _too_deep()
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        raise InputRefused(tuple(Fault(key, Message("同一项写了两次")) for key in twice))
    return found


def _integer(digits: str) -> int:
    if len(digits) <= MOST_DIGITS and abs(number := int(digits)) <= LARGEST_NUMBER:
        return number
    raise InputRefused(Message("数字过大，或者不是数"))


def _finite(digits: str) -> float:
    if math.isfinite(number := float(digits)):
        return number
    raise InputRefused(Message("数字过大，或者不是数"))


def _levels(value: object) -> Iterator[int]:
    waiting = [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        yield level
        if isinstance(item, dict):
            waiting += [(below, level + 1) for below in item.values()]
        elif isinstance(item, list):
            waiting += [(below, level + 1) for below in item]


def _too_deep() -> Never:
    raise InputRefused(Message("层次过深，不能超过 {deepest} 层", {"deepest": DEEPEST}))
