"""Recordings told by their bytes; what carries a picture besides is a film and none of them."""

import re
from typing import Final

_STARTS: Final = {b"#!AMR\n": "audio/amr", b"#!AMR-WB\n": "audio/amr"}
# Behind the head of the first page of an Ogg file stands how its sound is written.
_IN_OGG: Final = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_FIRST_PAGE: Final = 300
_HANDLER: Final = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_KBITS: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_FEWER_KBITS: Final = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# By version as the head of a frame gives it: how many samples a byte, what rates there are.
_VERSIONS: Final = {
    3: (144, _KBITS, (44_100, 48_000, 32_000)),
    2: (72, _FEWER_KBITS, (22_050, 24_000, 16_000)),
    0: (72, _FEWER_KBITS, (11_025, 12_000, 8_000)),
}
_ID3: Final = 10


def sound_media(content: bytes) -> str | None:
    """Tell the media type of a recording; None if it is none that is taken."""
    for start, media in _STARTS.items():
        if content.startswith(start):
            return media
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[:4] == b"OggS" and any(one in content[:_FIRST_PAGE] for one in _IN_OGG):
        return "audio/ogg"
    # Telephones name their recordings by many brands; the tracks tell sound from film.
    if content[4:8] == b"ftyp" and set(_HANDLER.findall(content)) == {b"soun"}:
        return "audio/mp4"
    return "audio/mpeg" if _is_mp3(content) else None


def _is_mp3(content: bytes) -> bool:
    at = 0
    if content[:3] == b"ID3" and len(content) > _ID3:
        size = 0
        for part in content[6:_ID3]:
            size = size << 7 | part & 0x7F
        at = _ID3 + size
    # One head may be met by chance; a second one where the first says it must be is no chance.
    first = _frame(content, at)
    return first > 0 and _frame(content, at + first) > 0


def _frame(content: bytes, at: int) -> int:
    """Give the length of the MP3 frame at a place; 0 if there is none."""
    head = content[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:  # noqa: PLR2004 - layer III
        return 0
    version, rate, pace = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _VERSIONS:
        return 0
    samples, kbits, hertz = _VERSIONS[version]
    if not 0 < rate <= len(kbits) or pace >= len(hertz):
        return 0
    return samples * kbits[rate - 1] * 1000 // hertz[pace] + (head[2] >> 1 & 1)
