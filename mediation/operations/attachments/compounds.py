"""Office files of the older sort (.doc, .xls, .ppt, .wps, .et): boxes within one file.

Read as far as their table of contents; [MS-CFB] is the description.
"""

import re
import sys
from array import array
from collections.abc import Iterator
from typing import Final

from mediation.errors import InputRefused
from mediation.operations.attachments.reasons import BROKEN, ENCRYPTED, MACROS, NESTED

_STARTS: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_STREAM: Final = {
    "worddocument": "application/msword",
    "workbook": "application/vnd.ms-excel",
    "book": "application/vnd.ms-excel",
    "powerpoint document": "application/vnd.ms-powerpoint",
}
_LOCKED: Final = frozenset({"encryptedpackage", "encryptedsummary", "encryptioninfo"})
_PROGRAMS: Final = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_CARRIED: Final = frozenset({"\x01ole10native", "package"})
_HEAD: Final = 512
_ENTRY: Final = 128
_STREAM: Final = 2
_SMALL: Final = 4096
"""A stream below this size lies elsewhere; the ones that are looked into are never so small."""
_LAST_SECTOR: Final = 0xFFFF_FFFA
# The head of a slide show says that there are programs: VbaInfo, in it VbaInfoAtom.
_SLIDE_PROGRAMS: Final = re.compile(
    rb"\x0f\x00\xff\x03.{4}.{2}\x00\x04\x0c\x00\x00\x00.{4}\x01\x00\x00\x00", re.DOTALL
)
_LOCKED_TABLE: Final = 0x2F
_FIRST_RECORDS: Final = 20


class Compound:
    """A file of boxes: the table of its sectors, and its table of contents.

    Raises:
        InputRefused: it is broken.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.shift = int.from_bytes(content[30:32], "little")
        if len(content) < _HEAD or self.shift not in {9, 12}:
            raise InputRefused(BROKEN)
        self.table = self._table()
        # Name, sort and size of each box, and the sector it starts in.
        self.boxes = {
            name.casefold(): (sort, start, size) for name, sort, start, size in self._entries()
        }

    def _sector(self, no: int) -> bytes:
        start = (no + 1) << self.shift
        return self.content[start : start + (1 << self.shift)]

    def _numbers(self, part: bytes) -> "array[int]":
        numbers = array("I", part[: len(part) & ~3])
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers

    def _table(self) -> "array[int]":
        places = self._numbers(self.content[76:_HEAD])
        more = int.from_bytes(self.content[68:72], "little")
        for _ in range(len(self.content) >> self.shift):
            if more >= _LAST_SECTOR:
                break
            further = self._numbers(self._sector(more))
            if not further:
                raise InputRefused(BROKEN)
            more = further.pop()
            places += further
        table = self._numbers(b"")
        for place in places[: (len(self.content) >> self.shift) + 1]:
            if place < _LAST_SECTOR:
                table += self._numbers(self._sector(place))
        return table

    def chain(self, start: int) -> Iterator[bytes]:
        """Give the sectors of a box in their order.

        Raises:
            InputRefused: they lead out of the file or in a circle.
        """
        for _ in range((len(self.content) >> self.shift) + 1):
            if start >= _LAST_SECTOR:
                return
            if start >= len(self.table):
                break
            yield self._sector(start)
            start = self.table[start]
        raise InputRefused(BROKEN)

    def _entries(self) -> Iterator[tuple[str, int, int, int]]:
        for sector in self.chain(int.from_bytes(self.content[48:52], "little")):
            for at in range(0, len(sector) - _ENTRY + 1, _ENTRY):
                entry = sector[at : at + _ENTRY]
                length = int.from_bytes(entry[64:66], "little")
                name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
                start, size = (int.from_bytes(entry[k : k + 4], "little") for k in (116, 120))
                yield name, entry[66], start, size

    def begins(self, name: str) -> bytes:
        """Give the first bytes of a box.

        Raises:
            InputRefused: it is no box of bytes, or too small to be what it should be.
        """
        sort, start, size = self.boxes[name]
        first = next(self.chain(start), b"")
        if sort != _STREAM or size < _SMALL or not first:
            raise InputRefused(BROKEN)
        return first


def compound_media(content: bytes) -> str | None:
    """Tell which sort of office file this is; None if it is none."""
    if not content.startswith(_STARTS):
        return None
    try:
        boxes = Compound(content).boxes
    except InputRefused:
        return None
    return next((media for name, media in _BY_STREAM.items() if name in boxes), None)


def sound_compound(content: bytes) -> None:
    """Look into an office file of the older sort.

    Raises:
        InputRefused: it is broken or locked, or carries programs or other files.
    """
    found = Compound(content)
    if found.boxes.keys() & _LOCKED or _locked(found):
        raise InputRefused(ENCRYPTED)
    if found.boxes.keys() & _PROGRAMS or _SLIDE_PROGRAMS.search(content):
        raise InputRefused(MACROS)
    if found.boxes.keys() & _CARRIED:
        raise InputRefused(NESTED)


def _locked(found: Compound) -> bool:
    if "worddocument" in found.boxes:
        # FibBase.fEncrypted
        return bool(found.begins("worddocument")[11] & 1)
    for name in {"workbook", "book"} & found.boxes.keys():
        head, at = found.begins(name), 0
        for _ in range(_FIRST_RECORDS):
            if int.from_bytes(head[at : at + 2], "little") == _LOCKED_TABLE:
                return True
            at += 4 + int.from_bytes(head[at + 2 : at + 4], "little")
    return False
