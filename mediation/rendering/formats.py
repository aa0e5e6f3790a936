"""The forms a paper is given out in; its HTML is the paper, the others are set from it."""

from pathlib import Path
from typing import Final, Literal, get_args

from mediation.rendering.blocks import read_paper
from mediation.rendering.docx import docx
from mediation.rendering.pdf import pdf

Format = Literal["html", "pdf", "docx"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA: Final[dict[Format, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def given_out(html: str, form: Format, fonts: Path | None = None) -> bytes:
    """Give a paper in one of its forms.

    Args:
        html: as it was issued.
        fonts: a folder of the office's own fonts, for PDF.
    """
    match form:
        case "html":
            return html.encode()
        case "pdf":
            return pdf(read_paper(html), fonts)
        case "docx":
            return docx(read_paper(html))
