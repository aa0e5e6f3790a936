"""Files that nobody brings in good faith, made here and never stored, and names to match."""

import io
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable
from typing import Final
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tests.photos import (
    DOC,
    DOCX,
    JPEG,
    M4A,
    MP3_FRAME,
    PDF,
    PNG,
    TYPES,
    WORD,
    XLS,
    archive,
    compound,
    docx,
    jpeg,
    pdf,
    png,
)  # fmt: skip

MEGABYTE: Final = 1_000_000


def bomb(size: int, *, in_one: bool = True) -> bytes:
    """Give a document that swells to a size."""
    made, piece = io.BytesIO(), bytes(MEGABYTE)
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        file.writestr(*TYPES)
        file.writestr(*WORD)
        for no in range(1 if in_one else 100):
            with file.open(f"word/media/image{no}.bmp", "w", force_zip64=False) as member:
                for _ in range(size // MEGABYTE // (1 if in_one else 100)):
                    member.write(piece)
    return made.getvalue()


def member(name: str, content: bytes = b"x", *, mode: int = 0, how: int = ZIP_STORED) -> bytes:
    """Give a document with one more member, made oddly."""
    made = io.BytesIO()
    with ZipFile(made, "w") as file:
        file.writestr(*TYPES)
        file.writestr(*WORD)
        one = ZipInfo(name)
        one.filename, one.external_attr = name, mode << 16
        file.writestr(one, content, how)
    return made.getvalue()


def lying(content: bytes) -> bytes:
    """Give a document whose list says that its members are small."""
    made = bytearray(content)
    at = made.rfind(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(made)


def locked(content: bytes) -> bytes:
    """Give a document whose members say that they are encrypted."""
    made = bytearray(content)
    made[made.find(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def overlapping() -> bytes:
    """Give a document of which many members are the same bytes."""
    made = bytearray(archive(TYPES, WORD, *[(f"word/{no:03}", b"y") for no in range(9)]))
    first, at = made.find(b"PK\x01\x02"), made.rfind(b"PK\x01\x02")
    made[at + 42 : at + 46] = made[first + 42 : first + 46]
    return bytes(made)


def tar_with_link() -> bytes:
    """Give a TAR archive with a link to the passwords."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as file:
        file.addfile(tarfile.TarInfo("photo.jpg").replace(linkname="/etc/passwd"))
    return made.getvalue()


def packed(said: bytes, *, filters: str = "/FlateDecode") -> bytes:
    """Give a PDF that says something in a stream of packed objects."""
    stream = zlib.compress(said)
    head = (
        f"9 0 obj\n<</Type/ObjStm/N 1/First 4/Filter{filters}/Length {len(stream)}>>\nstream\n"
    )
    return pdf(more=head.encode() + stream + b"\nendstream\nendobj\n")


def circle(content: bytes) -> bytes:
    """Give an old document whose table of contents leads back to itself."""
    made = bytearray(content)
    made[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    return bytes(made)


LOCK: Final = "/Encrypt<</Filter/Standard/V 1/R 2/O(a)/U(b)/P -4>>/ID[(a)(a)]"
BASIC: Final = ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen")
HUGE_HEIC: Final = (
    b"\0\0\0\x18ftypheic" + bytes(8) + b"ispe" + struct.pack(">III", 0, 50_000, 50_000)
)

# Each is made when it is asked for; some are large.
HOSTILE: Final[dict[str, Callable[[], bytes]]] = {
    "empty": lambda: b"",
    "one byte": lambda: b"P",
    "svg with a script": lambda: b"<svg onload='alert(1)' xmlns='http://www.w3.org/2000/svg'/>",
    "svg behind a declaration": lambda: b"<?xml version='1.0'?><svg><script>1</script></svg>",
    "page called a photo": lambda: b"<!doctype html><script>alert(1)</script>",
    "page with a mark of order": lambda: b"\xef\xbb\xbf<html><body onload=alert(1)>",
    "program": lambda: b"MZ\x90\x00" + bytes(500),
    "program of another system": lambda: b"\x7fELF" + bytes(500),
    "script": lambda: b"#!/bin/sh\nrm -rf ~\n",
    "gif with a script": lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)",
    "tar with a link": tar_with_link,
    "gzip bomb": lambda: zlib.compress(bytes(50 * MEGABYTE), wbits=31),
    "rar": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(500),
    "plain archive": lambda: archive(("a.exe", b"MZ")),
    "plain archive that leads out": lambda: archive(("../../etc/passwd", b"root")),
    "film": lambda: M4A + b"hdlr" + bytes(8) + b"vide",
    "pdf behind a page": lambda: b"<html>" + PDF,
    # office files
    "bomb of a gibibyte": lambda: bomb(1024 * MEGABYTE + 74 * MEGABYTE),
    "bomb in a hundred parts": lambda: bomb(1000 * MEGABYTE, in_one=False),
    "bomb that lies about its size": lambda: lying(bomb(60 * MEGABYTE)),
    "small bomb": lambda: bomb(20 * MEGABYTE),
    "archive in it": lambda: docx(("word/embeddings/a.zip", archive(("b", b"c")))),
    "document in it": lambda: docx(("word/embeddings/a.docx", DOCX)),
    "program in it": lambda: docx(("word/embeddings/a.bin", b"MZ\x90\0")),
    "old document in it": lambda: docx(("word/embeddings/oleObject1.bin", DOC)),
    "macros": lambda: docx(BASIC),
    "macros under another name": lambda: docx(("word/x.xml", BASIC[1])),
    "macros of a table": lambda: docx(("xl/macrosheets/sheet1.xml", b"<xm/>")),
    "macros by type": lambda: archive(("[Content_Types].xml", b"x.macroEnabled.main"), WORD),
    "macros by wide type": lambda: archive(
        ("[Content_Types].xml", "macroEnabled".encode("utf-16")), WORD
    ),
    "two hundred and one members": lambda: docx(*[(f"word/{no}", b"") for no in range(199)]),
    "five thousand members": lambda: docx(*[(f"word/{no}", b"") for no in range(5000)]),
    "member leading up": lambda: member("word/../../../etc/passwd"),
    "member from the root": lambda: member("/etc/passwd"),
    "member with a backslash": lambda: member("..\\..\\windows\\win.ini"),
    "member on a drive": lambda: member("C:evil.dll"),
    "member with a NUL": lambda: docx(("word/a_b.exe", b"x")).replace(b"a_b", b"a\0b"),
    "member that is a link": lambda: member(
        "word/link", b"/etc/passwd", mode=stat.S_IFLNK | 0o777
    ),
    "member packed otherwise": lambda: member("word/a", how=ZIP_BZIP2),
    "member twice": lambda: archive(TYPES, WORD, ("word/A.xml", b"1"), ("word/a.xml", b"2")),
    "locked members": lambda: locked(DOCX),
    "members that overlap": overlapping,
    "cut off": lambda: DOCX[:-30],
    "something behind": lambda: DOCX + b"<script>alert(1)</script>",
    "damaged within": lambda: DOCX.replace(b"document", b"dokument", 1),
    "another archive behind": lambda: DOCX + archive(("a.exe", b"MZ")),
    "large list of members": lambda: DOCX[:-22] + b"PK\x06\x07" + bytes(16) + DOCX[-22:],
    "old with macros": lambda: compound("WordDocument", "Macros", "VBA", begins=b"\xec\xa5"),
    "old with a program": lambda: compound("WordDocument", "\x01Ole10Native", begins=b"\xec"),
    "old and locked": lambda: compound("WordDocument", begins=b"\xec\xa5" + bytes(9) + b"\1"),
    "old table and locked": lambda: compound(
        "Workbook", begins=b"\x09\x08\x04\0\0\0\0\0\x2f\0\x36\0"
    ),
    "locked and wrapped": lambda: compound("EncryptedPackage", "EncryptionInfo"),
    "old, going in circles": lambda: circle(DOC),
    "old and cut off": lambda: DOC[:700],
    "installer": lambda: compound("Binary.custom"),
    # pdf
    "pdf, locked": lambda: pdf(trailer=LOCK),
    "pdf with a script": lambda: pdf(catalogue="/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf with a hidden script": lambda: pdf(catalogue="/OpenAction<</S/J#61vaScript/JS(1)>>"),
    "pdf with a packed script": lambda: packed(b"1 0 <</S/JavaScript/JS(app.alert(1))>>"),
    "pdf packed oddly": lambda: packed(
        b"1 0 x", filters="[/ASCIIHexDecode/FlateDecode]"
    ).replace(b"x\x9c", b"00"),
    "pdf bomb": lambda: packed(bytes(300 * MEGABYTE)),
    "pdf that starts a program": lambda: pdf(catalogue="/OpenAction<</S/Launch/F(cmd.exe)>>"),
    "pdf with a file in it": lambda: pdf(catalogue="/Names<</EmbeddedFiles<</Names[]>>>>"),
    "pdf cut off": lambda: PDF[:-60],
    "pdf of no pages": lambda: pdf(0),
    "pdf of nothing but streams": lambda: pdf()[:-6] + b"stream\n" * 1_400_000 + b"%%EOF\n",
    "pdf that is no pdf": lambda: b"%PDF-1.7\n" + bytes(2000) + b"%%EOF",
    "pdf deep in itself": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * MEGABYTE + b"\n%%EOF",
    # pictures
    "jpeg of 50,000 by 50,000": lambda: jpeg(50_000, 50_000),
    "png of 50,000 by 50,000": lambda: png(50_000, 50_000),
    "webp of 16,384 by 16,384": lambda: (
        b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + b"\xff\xff\xff\x0f"
    ),
    "heic of 50,000 by 50,000": lambda: HUGE_HEIC,
    "png of no width": lambda: png(0, 7),
    "jpeg cut off": lambda: JPEG[:14],
    "jpeg of nothing but marks": lambda: b"\xff\xd8" + b"\xff\xd0" * (4 * MEGABYTE),
    "png cut off": lambda: PNG[:10],
    # sound
    "one frame that may be chance": lambda: MP3_FRAME[:-1],
    "tag without sound": lambda: b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(500),
}
"""Refused, each with a sentence."""

INERT: Final[dict[str, Callable[[], bytes]]] = {
    "photo that is a page as well": lambda: JPEG + b"<html><script>alert(1)</script>",
    "photo that is an archive as well": lambda: JPEG + archive(("a.exe", b"MZ")),
    "photo with a script in a comment": lambda: PNG + b"<?php system($_GET[0]); ?>",
    "pdf that says it is a page": lambda: PDF.replace(
        b"/MediaBox", b"%<script>1</script>\n/MediaBox"
    ),
    "pdf that says it has a milliard pages": lambda: PDF.replace(
        b"/Count 3", b"/Count 999999999"
    ),
    "table with a formula": lambda: archive(TYPES, ("xl/workbook.xml", b"=cmd|'/c calc'!A1")),
    "old table": lambda: XLS,
}
"""Taken, and nothing but bytes to be kept as a file."""

NAMES: Final = {
    "../../../../etc/passwd": "passwd",
    "/etc/shadow.pdf": "shadow",
    "..\\..\\windows\\system32\\cmd.exe": "cmd",
    "C:\\收条.pdf": "收条",
    "收条\0.pdf.exe": "收条.pdf",
    "": "",
    "...": "",
    ".htaccess": "htaccess",
    "CON.pdf": "CON",
    "证" * 100 + ".pdf": "证" * 60,
    "\u202efdp.exe.收条": "fdp.exe.收条",
    "收\u200b条.pdf": "收条",
    "a\r\nSet-Cookie: x=1.pdf": "a Set-Cookie: x=1",
    '收条".pdf': '收条"',
    "<script>alert(1)</script>.pdf": "script>",
    "𠮷野家 收条（2026年）.pdf": "𠮷野家 收条（2026年）",
}
"""Names as they come, and what is kept of them."""
