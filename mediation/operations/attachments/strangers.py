"""What a file seems to be that is not taken, so that whoever brought it knows what is meant."""

import codecs
import re
from typing import Final

from mediation.language import Message

_ARCHIVE: Final = Message("压缩包")
_PROGRAM: Final = Message("程序")
_FILM: Final = Message("视频")
_PICTURE: Final = Message("别的格式的图片")
_PAGE: Final = Message("网页")
_STARTS: Final = {
    b"PK": _ARCHIVE, b"Rar!": _ARCHIVE, b"7z\xbc\xaf": _ARCHIVE, b"\x1f\x8b": _ARCHIVE,
    b"BZh": _ARCHIVE, b"\xfd7zXZ": _ARCHIVE, b"MSCF": _ARCHIVE,
    b"MZ": _PROGRAM, b"\x7fELF": _PROGRAM, b"#!": _PROGRAM,
    b"GIF8": _PICTURE, b"BM": _PICTURE, b"II*\0": _PICTURE, b"MM\0*": _PICTURE,
    b"\x1aE\xdf\xa3": _FILM, b"OggS": _FILM,
}  # fmt: skip
_IN_HEAD: Final = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), Message("SVG 图形")),
    (re.compile(rb"<(!doctype\s+html|html|script|body|iframe)", re.IGNORECASE), _PAGE),
    (re.compile(rb"\A\s*<\?xml"), Message("XML 文件")),
    (re.compile(rb"%PDF-"), Message("前面夹了别的内容的 PDF")),
)
_HEAD: Final = 1024
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_TAR: Final = slice(257, 262)


def seems(content: bytes) -> Message:
    """Tell what a file seems to be."""
    for start, said in _STARTS.items():
        if content.startswith(start):
            return said
    if content.startswith(_COMPOUND) and _LOCKED in content:
        return Message("设了密码的办公文件")
    if content[_TAR] == b"ustar":
        return _ARCHIVE
    if content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:11] == b"AVI"):
        return _FILM
    for pattern, said in _IN_HEAD:
        if pattern.search(content[:_HEAD]):
            return said
    return _text_or_unknown(content[:_HEAD])


def _text_or_unknown(head: bytes) -> Message:
    unknown = Message("认不出的文件")
    if not head or re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return unknown
    for name in ("utf-8", "gb18030"):
        try:
            # A letter may be cut in two where the head ends.
            codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        return Message("纯文字文件")
    return unknown
