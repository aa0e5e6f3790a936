"""The sorts of files that are taken, told by their bytes and never by what is said of them."""

from dataclasses import dataclass
from typing import Final

from mediation.language import Message
from mediation.operations.attachments.archives import office_media
from mediation.operations.attachments.compounds import compound_media
from mediation.operations.attachments.sounds import sound_media

ACCEPTED: Final = Message(
    "只收照片（JPEG、PNG、WebP、HEIC）、PDF、办公文件（Word、Excel、PowerPoint、WPS）"
    "和录音（MP3、M4A、WAV、AMR、OGG）"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of file that is taken.

    Args:
        ending: of its name when it is given out, whatever ending it came with.
    """

    ending: str
    label: Message


PHOTO: Final = Message("照片")
WORD: Final = Message("Word 文稿")
TABLE: Final = Message("Excel 表格")
SLIDES: Final = Message("演示文稿")
SOUND: Final = Message("录音")
PDF: Final = "application/pdf"
_OPEN: Final = "application/vnd.openxmlformats-officedocument"
KINDS: Final = {
    "image/jpeg": Kind("jpg", PHOTO),
    "image/png": Kind("png", PHOTO),
    "image/webp": Kind("webp", PHOTO),
    "image/heic": Kind("heic", PHOTO),
    PDF: Kind("pdf", Message("PDF 文件")),
    f"{_OPEN}.wordprocessingml.document": Kind("docx", WORD),
    f"{_OPEN}.spreadsheetml.sheet": Kind("xlsx", TABLE),
    f"{_OPEN}.presentationml.presentation": Kind("pptx", SLIDES),
    "application/msword": Kind("doc", WORD),
    "application/vnd.ms-excel": Kind("xls", TABLE),
    "application/vnd.ms-powerpoint": Kind("ppt", SLIDES),
    "audio/mpeg": Kind("mp3", SOUND),
    "audio/mp4": Kind("m4a", SOUND),
    "audio/wav": Kind("wav", SOUND),
    "audio/amr": Kind("amr", SOUND),
    "audio/ogg": Kind("ogg", SOUND),
}
"""Media type -> the sort of file. A GIF is no photo, and SVG may carry scripts."""
# A phone offers its camera first. The files of WPS bear endings of their own.
CHOSEN: Final = ",".join(
    ["image/*", "audio/*", *(f".{one.ending}" for one in KINDS.values()), ".wps", ".et", ".dps"]
)
"""What the window that chooses files offers; it decides nothing."""

_STARTS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"%PDF-": PDF,
}
_HEIC: Final = (b"heic", b"heix", b"mif1", b"msf1")


def media_of(content: bytes) -> str | None:
    """Tell the media type of a file by its bytes; None if it is none that is taken."""
    for start, media in _STARTS.items():
        if content.startswith(start):
            return media
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        return "image/heic"
    return sound_media(content) or office_media(content) or compound_media(content)
