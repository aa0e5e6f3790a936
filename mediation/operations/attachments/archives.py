"""Office files that are ZIP archives: looked into within limits, never unpacked to a disk."""

import stat
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from mediation.errors import InputRefused
from mediation.operations.attachments.reasons import (
    ASTRAY,
    BROKEN,
    CROWDED,
    ENCRYPTED,
    MACROS,
    NESTED,
    SWOLLEN,
)

MOST_MEMBERS: Final = 200
UNPACKED: Final = 100_000_000
MOST_RATIO: Final = 100
_STARTS: Final = b"PK\x03\x04"
_CATALOGUE_END: Final = b"PK\x05\x06"
_CATALOGUE_END_BYTES: Final = 22
_LARGE_CATALOGUE: Final = b"PK\x06\x07"
_LARGE_CATALOGUE_BYTES: Final = 20
_MOST_CATALOGUE: Final = 1000 * MOST_MEMBERS
_OPEN: Final = "application/vnd.openxmlformats-officedocument"
_BY_MEMBER: Final = {
    "word/document.xml": f"{_OPEN}.wordprocessingml.document",
    "xl/workbook.xml": f"{_OPEN}.spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OPEN}.presentationml.presentation",
}
_TYPES: Final = "[Content_Types].xml"
_ENCRYPTED: Final = 0x1
_PIECE: Final = 1 << 16
# Archives, the boxes of the older Office with whatever lies in them, and programs.
_INSIDE: Final = (
    b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"MSCF", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF",
)  # fmt: skip


def office_media(content: bytes) -> str | None:
    """Tell which sort of office file an archive is; None if it is none."""
    if not content.startswith(_STARTS):
        return None
    try:
        names = {one.filename for one in _members(content)}
    except InputRefused:
        # Too odd to be listed; its first pages still say what it claims to be.
        names = {name for name in (_TYPES, *_BY_MEMBER) if name.encode() in content}
    found = (media for name, media in _BY_MEMBER.items() if name in names)
    return next(found, None) if _TYPES in names else None


def sound_office(content: bytes) -> None:
    """Look into an office file.

    Raises:
        InputRefused: it is broken or locked, would swell, or carries what it may not.
    """
    members = _members(content)
    if len({one.filename.casefold() for one in members}) != len(members):
        raise InputRefused(BROKEN)
    for one in members:
        _sound_member(one)
    most = min(UNPACKED, MOST_RATIO * len(content))
    if sum(one.file_size for one in members) > most:
        raise InputRefused(SWOLLEN)
    with ZipFile(BytesIO(content)) as archive:
        for one in members:
            most -= _looked_into(archive, one, most)


def _members(content: bytes) -> list[ZipInfo]:
    """List the members of an archive, if there are not too many to be listed.

    The library reads a catalogue of any length; so its end is looked at first, and must stand
    where all programs look for it, so that none of them finds another.

    Raises:
        InputRefused: it cannot be listed, or not within the limits.
    """
    end = content[-_CATALOGUE_END_BYTES:]
    large = content[-_CATALOGUE_END_BYTES - _LARGE_CATALOGUE_BYTES :][:4]
    if not end.startswith(_CATALOGUE_END) or end[20:] != b"\0\0" or large == _LARGE_CATALOGUE:
        raise InputRefused(BROKEN)
    count, size = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if count > MOST_MEMBERS or size > _MOST_CATALOGUE:
        raise InputRefused(CROWDED)
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError):
        raise InputRefused(BROKEN) from None
    if len(members) > MOST_MEMBERS:
        raise InputRefused(CROWDED)
    return members


def _sound_member(one: ZipInfo) -> None:
    # As written in the archive: the library has already cut the name at a NUL.
    name, parts = one.orig_filename, one.orig_filename.split("/")
    if name.startswith("/") or ".." in parts or any(sign in name for sign in "\\\0:"):
        raise InputRefused(ASTRAY)
    if stat.S_ISLNK(one.external_attr >> 16):
        raise InputRefused(ASTRAY)
    if one.flag_bits & _ENCRYPTED:
        raise InputRefused(ENCRYPTED)
    if one.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise InputRefused(BROKEN)
    last = parts[-1].casefold()
    if last in {"vbaproject.bin", "vbadata.xml"} or "macrosheets" in parts:
        raise InputRefused(MACROS)


def _looked_into(archive: ZipFile, one: ZipInfo, most: int) -> int:
    """Give how large a member really is, having looked at all of it.

    Raises:
        InputRefused: it swells beyond the limit, is broken, or is something it may not be.
    """
    size = 0
    try:
        for piece in _pieces(archive, one):
            if not size and piece.startswith(_INSIDE):
                raise InputRefused(NESTED)
            size += len(piece)
            if size > most:
                raise InputRefused(SWOLLEN)
            # Its letters may be two bytes wide.
            if one.filename == _TYPES and b"macroenabled" in piece.replace(b"\0", b"").lower():
                raise InputRefused(MACROS)
    except (BadZipFile, EOFError, zlib.error, ValueError, NotImplementedError):
        raise InputRefused(BROKEN) from None
    return size


def _pieces(archive: ZipFile, one: ZipInfo) -> Iterator[bytes]:
    with archive.open(one) as member:
        while piece := member.read(_PIECE):
            yield piece
