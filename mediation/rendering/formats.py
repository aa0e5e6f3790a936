"""What a paper can be had as: every format is made from the HTML as it was issued."""

from collections.abc import Callable, Mapping
from typing import Final

from mediation.errors import InputRefused
from mediation.language import Message

FORMATS: Final[Mapping[str, Callable[[str], bytes]]] = {"html": str.encode}
"""Name of a format -> what makes it out of the frozen HTML."""


def exported(html: str, wanted: str) -> bytes:
    """Give a paper in a format.

    Raises:
        InputRefused: there is no such format.
    """
    if wanted not in FORMATS:
        values = {"format": wanted, "known": list(FORMATS)}
        raise InputRefused(Message("没有 {format} 这种格式，有的是：{known}", values))
    return FORMATS[wanted](html)
