"""What a paper can be had as: every format is made from the HTML as it was issued."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mediation.errors import InputRefused
from mediation.language import Message
from mediation.rendering.blocks import read_paper
from mediation.rendering.docx import docx
from mediation.rendering.pdf import pdf

FORMATS: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Name of a format -> its media type."""


def exported(html: str, wanted: str, fonts: Path | None = None) -> bytes:
    """Give a paper in a format.

    Args:
        fonts: a folder of the office's own fonts, for PDF.

    Raises:
        InputRefused: there is no such format.
        Unprintable: as PDF one of its letters would be a box.
    """
    match wanted:
        case "html":
            return html.encode()
        case "pdf":
            return pdf(read_paper(html), fonts)
        case "docx":
            return docx(read_paper(html))
    values = {"format": wanted, "known": list(FORMATS)}
    raise InputRefused(Message("没有 {format} 这种格式，有的是：{known}", values))
