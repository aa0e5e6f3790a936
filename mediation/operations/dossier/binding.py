"""Binds a gathered dossier into one PDF. No transaction is open meanwhile."""

from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from typst import TypstError

from mediation.language import Message
from mediation.operations.dossier.gathering import HTML, Gathered
from mediation.operations.dossier.gathering import Part as Brought
from mediation.rendering.blocks import Paper, Paragraph, Run, read_paper
from mediation.rendering.pdf import Content, Pages, Part, Picture, bound, settable

SETTABLE: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
PDF: Final = "application/pdf"
NOT_PRINTED: Final = Message("本件为电子材料，原件存于系统，以下列摘要核对。")


def bind(gathered: Gathered, fonts: Path | None = None) -> bytes:
    """Give a dossier as one PDF; the same dossier is always the same bytes.

    Args:
        fonts: a folder of the office's own fonts.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        front, back = read_paper(gathered.front), read_paper(gathered.back)
        parts = [part(one, no, folder) for no, one in enumerate(gathered.parts)]
        try:
            return bound(gathered.number, front, parts, back, folder, fonts)
        except TypstError:
            # What cannot be read keeps nothing else from being bound.
            whole = [
                one if settable(one, folder, fonts) else one._replace(content=listed(brought))
                for one, brought in zip(parts, gathered.parts, strict=True)
            ]
            return bound(gathered.number, front, whole, back, folder, fonts)


def part(brought: Brought, no: int, folder: Path) -> Part:
    """Give a part as it can be set."""
    return Part(brought.title, brought.remark, content(brought, folder / str(no)))


def content(brought: Brought, file: Path) -> Content:
    """Give the content of a part; pictures and pages lie in files beside."""
    if brought.media == HTML:
        return read_paper(brought.content.decode())
    if brought.media == PDF and brought.pages:
        file.with_suffix(".pdf").write_bytes(brought.content)
        return Pages(f"{file.name}.pdf", brought.pages)
    if ending := SETTABLE.get(brought.media):
        file.with_suffix(f".{ending}").write_bytes(brought.content)
        return Picture(f"{file.name}.{ending}")
    return listed(brought)


def listed(brought: Brought) -> Paper:
    """Give a sheet in the place of what cannot be printed: a recording, a cut photo."""
    digest = sha256(brought.content).hexdigest()
    told = NOT_PRINTED.to("zh")
    lines = (
        Paragraph("h2", (Run(brought.title),)),
        Paragraph("", (Run(told),)),
        Paragraph("note", (Run(f"SHA-256　{digest}"),)),
    )
    return Paper(brought.title, None, lines)
