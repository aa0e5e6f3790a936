"""Typed values for papers: each prints only through the filter that fits it.

Fen printed as yuan, a key printed for its label or a day printed as ISO text would stand on a
paper for ever; so they are types of their own, and `printable` refuses them bare.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Self

import cn2an
from jinja2 import Undefined
from markupsafe import Markup

from mediation.clock import SHANGHAI

Read = Callable[[Any], Any]

BLANK: Final = Markup('<span class="blank">———</span>')
DAY_BLANK: Final = Markup('<span class="day">　　年　　月　　日</span>')
MOMENT_BLANK: Final = Markup('<span class="day">　　年　　月　　日　　时　　分</span>')


class Choice(str):
    """The key of a choice, which compares as itself and prints by `label`."""

    __slots__ = ("label",)
    label: str

    def __new__(cls, key: str, label: str) -> Self:
        """Make a choice out of its key and its label."""
        made = super().__new__(cls, key)
        made.label = label
        return made


class Key(str):
    """A party's ref, an officer's handle or a body's code: looked up, never printed."""

    __slots__ = ()


class Fen(int):
    """An amount of money, in fen."""

    __slots__ = ()


class ByParty(dict[str, Any]):
    """Values by party; None for a party without one."""

    __slots__ = ()

    def __missing__(self, ref: str) -> None:
        """Give None for a party without a value."""


class Names:
    """Values by name, read into their types when asked for; an unknown name is undefined.

    Args:
        values: by name; every known name is there, the unset ones with None.
        readers: how a value becomes its type, for those that are not printed as they are.
    """

    __slots__ = ("_readers", "_values")

    def __init__(self, values: Mapping[str, Any], readers: Mapping[str, Read]) -> None:
        self._values, self._readers = values, readers

    def __getattr__(self, name: str) -> Any:
        """Give the value of a name.

        Raises:
            AttributeError: the name is not known.
        """
        try:
            value = self._values[name]
        except KeyError:
            raise AttributeError(name) from None
        if value is None:
            return None
        read = self._readers.get(name)
        return read(value) if read else value


def reader(kind: str, options: Mapping[str, Choice]) -> Read | None:
    """Give how values of a type of fact or field are read; None for those taken as they are."""
    one = _chooser(options)
    readers: dict[str, Read] = {
        "choice": one,
        "class": one,
        "choices": lambda keys: tuple(map(one, keys)),
        "party_choices": lambda by_party: ByParty(
            (ref, one(key) if isinstance(key, str) else key) for ref, key in by_party.items()
        ),
        "day": date.fromisoformat,
        "party_days": lambda by_party: ByParty(
            (ref, date.fromisoformat(day)) for ref, day in by_party.items()
        ),
        "moment": lambda text: datetime.fromisoformat(text).astimezone(SHANGHAI),
        "money": Fen,
        **dict.fromkeys(("party", "officer", "body", "paper"), Key),
        **dict.fromkeys(("parties", "officers"), lambda keys: tuple(map(Key, keys))),
    }
    return readers.get(kind)


def by_party(read: Read | None) -> Read:
    """Give how a field is read that holds one value for every party."""
    one = read or (lambda value: value)
    return lambda values: ByParty((ref, one(value)) for ref, value in values.items())


def _chooser(options: Mapping[str, Choice]) -> Read:
    # A choice without options of its own holds refs of parties, which print by name.
    return options.__getitem__ if options else Key


def printable(value: Any) -> Any:
    """Let text and numbers through; what is missing becomes a line to write on.

    Undefined values pass too, for their own complaint is the clearer one.

    Raises:
        TypeError: a value of a type that prints only through its filter.
    """
    kind = value.__class__
    if kind is str:
        return value or BLANK
    if kind is int or kind is Markup:
        return value
    if value is None:
        return BLANK
    if isinstance(value, Undefined):
        return value
    raise TypeError(f"a {kind.__name__} prints only through a filter")


def day(value: date | None) -> str:
    """Write a day: 2026年10月9日; a missing one leaves its places open."""
    if value is None:
        return DAY_BLANK
    return f"{value.year}年{value.month}月{value.day}日"


def iso(value: date) -> str:
    """Write a day for programs: 2026-10-09."""
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """Write a moment of Shanghai: 2026年10月9日14时05分."""
    if value is None:
        return MOMENT_BLANK
    return f"{day(value)}{value.hour}时{value.minute:02d}分"


def money(value: Fen | None) -> str | None:
    """Write an amount in figures: ￥8,600.00."""
    return None if value is None else f"￥{value // 100:,}.{value % 100:02d}"


def capital(value: Fen | None) -> str | None:
    """Write an amount in the capitals that cannot be altered: 捌仟陆佰元整."""
    return None if value is None else _capital(int(value))


@lru_cache(maxsize=4096)
def _capital(fen: int) -> str:
    # Out of text: a float has no exact fen.
    return str(cn2an.an2cn(f"{fen // 100}.{fen % 100:02d}", "rmb"))


def label(value: Choice | tuple[Choice, ...] | None) -> str | None:
    """Write a choice, or several, in words."""
    if value is None or isinstance(value, Choice):
        return value and value.label
    return "、".join(one.label for one in value)


def lines(value: str | None) -> list[str | None]:
    """Give the lines of a text, each to be a paragraph; one without words if it is missing."""
    found = (line.strip() for line in (value or "").split("\n"))
    return [line for line in found if line] or [None]


@lru_cache(maxsize=512)
def cn(number: int) -> str:
    """Write a number as lists and copies are counted: 十二."""
    return str(cn2an.an2cn(str(number), "low"))
