"""Photos and other files for tests: as little of each sort as makes it one."""

import struct
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile


def jpeg(width: int = 4, height: int = 3) -> bytes:
    """Give a JPEG as far as anything looks at it: its head, with its size."""
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(9) + b"\xff\xc0" + frame + b"\xff\xda"


def png(width: int = 4, height: int = 3) -> bytes:
    """Give the head of a PNG."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


def pdf(pages: int = 1, catalogue: str = "", trailer: str = "", more: bytes = b"") -> bytes:
    """Give a PDF with blank pages.

    Args:
        catalogue: more of what stands in its root.
        trailer: more of what stands at its end.
        more: objects that no table lists.
    """
    kids = " ".join(f"{no + 3} 0 R" for no in range(pages))
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalogue}>>",
        f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        *["<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * pages,
    ]
    made, places = b"%PDF-1.7\n", []
    for no, one in enumerate(objects, start=1):
        places.append(len(made))
        made += f"{no} 0 obj\n{one}\nendobj\n".encode()
    made += more
    table = "".join(f"{at:010} 00000 n \n" for at in places)
    size = len(objects) + 1
    end = f"trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{len(made)}\n%%EOF\n"
    return made + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def archive(*members: tuple[str, bytes]) -> bytes:
    """Give a ZIP archive."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return made.getvalue()


TYPES: Final = ("[Content_Types].xml", b"<Types/>")
WORD: Final = ("word/document.xml", b"<w:document/>")


def docx(*more: tuple[str, bytes]) -> bytes:
    """Give a Word document with more in it."""
    return archive(TYPES, WORD, *more)


def compound(*boxes: str, begins: bytes = b"") -> bytes:
    """Give an office file of the older sort: its boxes, of which the first has some bytes."""
    head = struct.pack("<8s16xHHHHH6xIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                       0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1)  # fmt: skip
    head += struct.pack("<IIIIII", 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    names = ["Root Entry", *boxes]
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB12x16x4x16xIQ", 2 * len(name) + 2, 2 if no else 5, 1,
                      100 if no == 1 else 0xFFFFFFFE, 4096 if no == 1 else 0)
        for no, name in enumerate(names)
    )  # fmt: skip
    sectors = -(-len(directory) // 512)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (100 - len(chain)) + [*range(101, 108), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    body = (table + directory).ljust(100 * 512, b"\0") + begins.ljust(4096, b"\0")
    return head + body


MP3_FRAME: Final = b"\xff\xfb\x90\x00" + bytes(413)
JPEG: Final = jpeg() + b" a broken pipe"
PNG: Final = png() + b" a receipt"
WEBP: Final = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(10) + b"\x04\x00\x03\x00 a fence"
HEIC: Final = (
    b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00\x00\x00\x00\x14ispe"
    + struct.pack(">III", 0, 4, 3)
    + b" a door"
)
POLYGLOT: Final = JPEG + b"<html><script>alert(1)</script>"
PDF: Final = pdf(3)
DOCX: Final = docx()
DOC: Final = compound("WordDocument", begins=b"\xec\xa5")
XLS: Final = compound("Workbook", begins=b"\x09\x08\x10\x00")
MP3: Final = MP3_FRAME * 3
M4A: Final = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00....hdlr" + bytes(8) + b"soun"
# Their ending and their pages.
TAKEN: Final = {
    "jpeg": (JPEG, "jpg", 1),
    "png": (PNG, "png", 1),
    "webp": (WEBP, "webp", 1),
    "heic": (HEIC, "heic", 1),
    "pdf": (PDF, "pdf", 3),
    "word": (DOCX, "docx", None),
    "table": (archive(TYPES, ("xl/workbook.xml", b"<workbook/>")), "xlsx", None),
    "slides": (archive(TYPES, ("ppt/presentation.xml", b"<p:presentation/>")), "pptx", None),
    "old word": (DOC, "doc", None),
    "old table": (XLS, "xls", None),
    "old slides": (compound("PowerPoint Document"), "ppt", None),
    "mp3": (MP3, "mp3", None),
    "mp3 with a title": (b"ID3\x04\x00\x00\x00\x00\x00\x05title" + MP3, "mp3", None),
    "m4a": (M4A, "m4a", None),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav", None),
    "amr": (b"#!AMR\n\x3c", "amr", None),
    "ogg": (b"OggS" + bytes(24) + b"OpusHead", "ogg", None),
}

NO_PHOTOS: Final = {
    "svg with a script": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "page called a photo": b"<!doctype html><script>alert(1)</script>",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "pdf behind something": b"\n" + PDF,
    "archive": b"PK\x03\x04docx",
    "program": b"MZ\x90\x00",
    "film": b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00",
    "film with sound": M4A + b"hdlr" + bytes(8) + b"vide",
    "almost a jpeg": b"\xff\xd8\xfe\xe0",
    "page before its photo": b"<script>1</script>" + JPEG,
}
