"""Looks into one PDF in a process of its own: whatever breaks here breaks nothing else.

It is started by its path and imports nothing of this program. The PDF comes in on the standard
input; out goes the number of its pages, or one word that says why it is not taken.
"""

import re
import sys
import zlib
from collections.abc import Iterator
from typing import Final

import pypdfium2.raw as pdfium

try:
    import resource
except ImportError:  # not on Windows, where whoever started this ends it when it takes too long
    resource = None  # type: ignore[assignment]

MEMORY: Final = 400_000_000
SECONDS: Final = 2
UNPACKED: Final = 30_000_000
MOST_STREAMS: Final = 20_000
END: Final = 2048
BEFORE: Final = 4096
PASSWORD: Final = 4
XFA: Final = (2, 3)
STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
# What a reader would do by itself, or start; and files that lie in the file.
ACTIVE: Final = re.compile(
    rb"/(?:JavaScript|Launch|ImportData|RichMedia|EmbeddedFiles?|FileAttachment|GoToE)\b"
)


class Refused(Exception):
    """It is not taken; the word says why."""


def limited() -> None:
    """Take no more memory and time than an honest file needs."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def pages(content: bytes) -> int:
    """Count the pages.

    Raises:
        Refused: it is locked or broken, or would do something.
    """
    if b"%%EOF" not in content[-END:]:
        raise Refused("broken")
    opened = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if not opened:
        locked = pdfium.FPDF_GetLastError() == PASSWORD
        raise Refused("encrypted" if locked else "broken")
    if pdfium.FPDF_GetSecurityHandlerRevision(opened) != -1:
        raise Refused("encrypted")
    acts = pdfium.FPDFDoc_GetJavaScriptActionCount(opened) > 0
    carries = pdfium.FPDFDoc_GetAttachmentCount(opened) > 0
    if acts or carries or pdfium.FPDF_GetFormType(opened) in XFA:
        raise Refused("active")
    if any(ACTIVE.search(plain_names(part)) for part in readable(content)):
        raise Refused("active")
    count = int(pdfium.FPDF_GetPageCount(opened))
    last = pdfium.FS_SIZEF()
    if count < 1 or not pdfium.FPDF_GetPageSizeByIndexF(opened, count - 1, last):
        raise Refused("broken")
    return count


def plain_names(part: bytes) -> bytes:
    """Write names plainly: `/J#61vaScript` says JavaScript as well."""
    return ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def readable(content: bytes) -> Iterator[bytes]:
    """Give what a reader finds things in: the file itself, and the objects packed in it.

    Raises:
        Refused: they are packed in a way that no honest program uses, or swell.
    """
    yield content
    left = UNPACKED
    for no, found in enumerate(STREAM.finditer(content)):
        if no == MOST_STREAMS:
            raise Refused("broken")
        before = content[max(0, found.start() - BEFORE) : found.start()]
        said = plain_names(before[before.rfind(b"obj") :])
        if b"/ObjStm" in said and b"/Filter" in said:
            part = unpacked(memoryview(content)[found.end() :], left)
            left -= len(part)
            yield part


def unpacked(packed: memoryview, most: int) -> bytes:
    """Unpack the objects that stand at the beginning of something.

    Raises:
        Refused: they are packed in another way, or swell.
    """
    try:
        part = zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        raise Refused("broken") from None
    if len(part) >= most:
        raise Refused("broken")
    return part


def main() -> None:
    """Look into what comes in, and say what was found."""
    limited()
    try:
        said = str(pages(sys.stdin.buffer.read()))
    except Refused as refused:
        said = str(refused)
    sys.stdout.write(said)


if __name__ == "__main__":
    main()
