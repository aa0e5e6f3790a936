"""How large a picture is by what its head says; nothing is decoded."""

import re
from collections.abc import Iterator
from typing import Final

from mediation.errors import InputRefused
from mediation.language import Message
from mediation.operations.attachments.reasons import BROKEN

LONGEST_SIDE: Final = 30_000
MOST_PIXELS: Final = 120_000_000
"""More than any telephone makes; whoever prints a picture has to hold it in memory."""
_MILLION: Final = 1_000_000
_MOST_MARKERS: Final = 2_000
_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN: Final = 0xDA
_IN_HEIC: Final = re.compile(rb"ispe.{4}(.{4})(.{4})", re.DOTALL)
_HEAD_OF_HEIC: Final = 1_000_000


def one_page(media: str, content: bytes) -> int:
    """Count a picture as one page.

    Raises:
        InputRefused: it has too many pixels, or does not say how many.
    """
    width, height = max(_SIZED[media](content), default=(0, 0))
    if not width or not height:
        raise InputRefused(BROKEN)
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        values = {"width": width, "height": height, "most": MOST_PIXELS // _MILLION}
        too_many = Message("有 {width}×{height} 个像素，最多 {most} 百万个", values)
        raise InputRefused(too_many)
    return 1


def _in_jpeg(content: bytes) -> Iterator[tuple[int, int]]:
    at = 2
    for _ in range(_MOST_MARKERS):
        head = content[at : at + 9]
        if len(head) < 9 or head[0] != 0xFF or head[1] == _START_OF_SCAN:  # noqa: PLR2004
            return
        if head[1] in _SIZES:
            yield int.from_bytes(head[7:9]), int.from_bytes(head[5:7])
            return
        if head[1] == 0xFF:  # noqa: PLR2004 - a marker may be preceded by any number of these
            at += 1
        else:
            at += 2 if head[1] in _BARE else 2 + int.from_bytes(head[2:4])


def _in_png(content: bytes) -> Iterator[tuple[int, int]]:
    if content[12:16] == b"IHDR":
        yield int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _in_webp(content: bytes) -> Iterator[tuple[int, int]]:
    head = content[12:16]
    if head == b"VP8X":
        yield _little(content[24:27]) + 1, _little(content[27:30]) + 1
    elif head == b"VP8L":
        packed = _little(content[21:25])
        yield (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    elif head == b"VP8 ":
        yield _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF


def _in_heic(content: bytes) -> Iterator[tuple[int, int]]:
    for width, height in _IN_HEIC.findall(content, 0, _HEAD_OF_HEIC):
        yield int.from_bytes(width), int.from_bytes(height)


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")


_SIZED: Final = {
    "image/jpeg": _in_jpeg,
    "image/png": _in_png,
    "image/webp": _in_webp,
    "image/heic": _in_heic,
}
