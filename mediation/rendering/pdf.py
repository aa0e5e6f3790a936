"""Sets papers as PDF by Typst: one paper, or a whole dossier with bookmarks and a catalogue.

Words travel as data, so that no name is ever read as markup. Typst may open the folder of the
templates, the fonts, and for a dossier the folder its attachments are written to; nothing else.
"""

import json
import re
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import segno
import typst

from mediation.errors import MediationError
from mediation.language import Message
from mediation.rendering.blocks import (
    Block,
    Cell,
    Items,
    Paper,
    Paragraph,
    Run,
    Runs,
    Section,
    Table,
)
from mediation.rendering.values import cn
from mediation.resources import resource_dir

FONTS: Final = Path(__file__).parent / "fonts"
Standard = Literal["a-2a", "1.7"]
SET_BY: Final = "paper.typ"
EPOCH: Final = date(1970, 1, 1)

_OWN: Final = {
    "song": ["Noto Serif SC", "Noto Sans SC"],
    "hei": ["Noto Sans SC", "Noto Serif SC"],
    "title": ["Noto Serif SC", "Noto Sans SC"],
}
_OFFICE: Final = {
    "song": ["FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong"],
    "hei": ["SimHei", "黑体", "STHeiti"],
    "title": ["FZXiaoBiaoSong-B05S", "方正小标宋简体", "小标宋"],
}

_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_UNBROKEN: Final = re.compile(r"[!-~]{16}(?=[!-~]{8})")
"""A stretch of Latin letters and figures that a line may have to break."""

_UNSHOWN: Final = re.compile(r'the text `"(.+?)"` could not be displayed')
"""What Typst says of a letter that no font has; PDF/A knows no box in its place."""
_DISALLOWED: Final = "disallowed codepoint"
"""What it says of a letter that PDF/A does not take, though a font has it."""

_MINE: Final = threading.local()


class Unprintable(MediationError):
    """A paper has a letter that no font at hand has: it would be a box where a name stands."""

    code = "unprintable"

    def __init__(self, letter: str) -> None:
        values = {"letter": letter, "code": "、".join(f"U+{ord(one):04X}" for one in letter)}
        said = Message(
            "现有字体印不出“{letter}”（{code}），PDF 上只会是一个空框。"
            "请直接打印网页上的文书，或者下载 DOCX；要 PDF 的，请管理员把印得出的字体放进 "
            "MEDIATION_FONT_DIR 所指的文件夹",
            values,
        )
        super().__init__(said)


class Picture(NamedTuple):
    """An image as a page of a dossier."""

    file: str


class Pages(NamedTuple):
    """The pages of a PDF as pages of a dossier."""

    file: str
    pages: int


Content = Paper | Picture | Pages


class Part(NamedTuple):
    """One part of a dossier, with its line in the catalogue."""

    title: str
    remark: str
    content: Content


def pdf(paper: Paper, fonts: Path | None = None) -> bytes:
    """Set one paper; the same paper is always the same bytes.

    Args:
        fonts: a folder of an office's own fonts, which go before those that ship.

    Raises:
        Unprintable: no font has one of its letters.
        TypstError: the template cannot be set.
    """
    given = {"sort": "paper", "title": paper.title, "blocks": blocks(paper.blocks)}
    source = resource_dir("templates") / "documents" / SET_BY
    try:
        return compiled(given, source, paper.on, fonts)
    except typst.TypstError as fault:
        if unshown := _UNSHOWN.search(fault.message):
            raise Unprintable(letter_in(unshown[1])) from fault
        raise


def letter_in(said: str) -> str:
    """Read a letter as Typst names it: as it is, or by its code."""
    code = re.fullmatch(r"\\u\{([0-9a-f]+)\}", said)
    return chr(int(code[1], 16)) if code else said


def bound(
    title: str,
    front: Paper,
    parts: Sequence[Part],
    back: Paper,
    folder: Path,
    fonts: Path | None,
) -> bytes:
    """Set a dossier: front, catalogue with page numbers, all parts with bookmarks, back.

    Args:
        folder: where the files of pictures and pages lie; nothing outside it is opened.

    Raises:
        TypstError: a part cannot be set; `settable` tells which.
    """
    given = {
        "sort": "dossier",
        "title": title,
        "front": blocks(front.blocks),
        "parts": [part(one, f"part-{no}") for no, one in enumerate(parts, start=1)],
        "back": blocks(back.blocks),
    }
    source = (resource_dir("templates") / "documents" / SET_BY).read_bytes()
    (folder / SET_BY).write_bytes(source)
    # Typst does not yet embed the pages of another PDF in PDF/A.
    embeds = any(isinstance(one.content, Pages) for one in parts)
    set_as = partial(compiled, given, folder / SET_BY, back.on, fonts)
    try:
        return set_as("1.7" if embeds else "a-2a")
    except typst.TypstError as fault:
        if not _UNSHOWN.search(fault.message):
            raise
        # The file must be bound though one remark in it has a letter that no font has.
        return set_as("1.7")


def settable(one: Part, folder: Path, fonts: Path | None) -> bool:
    """Tell whether a part can be set: a picture's head may be sound and its rest cut off."""
    nothing = Paper("", None, ())
    try:
        bound("", nothing, [one], nothing, folder, fonts)
    except typst.TypstError:
        return False
    return True


def compiled(
    given: dict[str, Any],
    source: Path,
    on: date | None,
    fonts: Path | None,
    standard: Standard = "a-2a",
) -> bytes:
    """Run Typst over what is given.

    Args:
        on: the day the file says it is of, never today: the same paper is the same file.

    Raises:
        TypstError: the template cannot be set, or as PDF/A not with these letters.
        TypeError: it gave something else than a PDF.
    """
    told = {**given, "fonts": families(fonts)}
    setting = partial(
        compiler(fonts).compile,
        input=source,
        root=source.parent,
        format="pdf",
        sys_inputs={"given": json.dumps(told, ensure_ascii=False)},
        timestamp=datetime.combine(on or EPOCH, time(), UTC),
    )
    try:
        made = setting(pdf_standards=standard)
    except typst.TypstError as fault:
        if _DISALLOWED not in fault.message:
            raise
        made = setting(pdf_standards="1.7")
    if not isinstance(made, bytes):
        message = "Typst gave no PDF"
        raise TypeError(message)
    return made


def compiler(fonts: Path | None) -> typst.Compiler:
    """Give this thread's compiler: it keeps the fonts and what it has laid out before."""
    made: dict[Path | None, typst.Compiler] = _MINE.__dict__.setdefault("compilers", {})
    if fonts not in made:
        made[fonts] = typst.Compiler(font_paths=shelf(fonts), ignore_system_fonts=True)
    return made[fonts]


@lru_cache(maxsize=4)
def shelf(fonts: Path | None) -> typst.Fonts:
    """Give the fonts that ship and those of an office; none of the machine's."""
    folders = [str(one) for one in (fonts, FONTS) if one]
    return typst.Fonts(False, False, folders)  # noqa: FBT003 - Typst takes them by place


@lru_cache(maxsize=4)
def families(fonts: Path | None) -> dict[str, list[str]]:
    """Name the families of each use that are there, an office's own first."""
    there = set(shelf(fonts).families())
    return {
        use: [one for one in _OFFICE[use] if one in there] + own for use, own in _OWN.items()
    }


def part(one: Part, mark: str) -> dict[str, Any]:
    """Write a part for Typst."""
    told: dict[str, Any] = {"title": one.title, "remark": one.remark, "mark": mark}
    match one.content:
        case Paper(blocks=many):
            return told | {"sort": "paper", "blocks": blocks(many)}
        case Picture(file):
            return told | {"sort": "picture", "file": file}
        case Pages(file, count):
            return told | {"sort": "pages", "file": file, "pages": count}


def blocks(many: Iterable[Block]) -> list[dict[str, Any]]:
    """Write blocks for Typst."""
    return [block(one) for one in many]


def block(one: Block) -> dict[str, Any]:
    """Write a block for Typst."""
    match one:
        case Paragraph():
            return {"sort": "paragraph", "look": one.look, "runs": runs(one.runs)}
        case Items(items):
            counted = enumerate(items, start=1)
            told = [runs((Run(f"（{cn(no)}）"), *item)) for no, item in counted]
            return {"sort": "items", "items": told}
        case Table():
            rows = {name: cells(getattr(one, name)) for name in ("head", "rows")}
            return {"sort": "table", "look": one.look, "widths": one.widths, **rows}
        case Section():
            qr = code(one.address) if one.address else None
            return {"sort": "section", "look": one.look, "blocks": blocks(one.blocks), "qr": qr}


def cells(rows: Iterable[Iterable[Cell]]) -> list[list[dict[str, Any]]]:
    """Write the cells of rows for Typst."""
    return [[{**cell._asdict(), "runs": runs(cell.runs)} for cell in row] for row in rows]


def runs(many: Runs) -> list[tuple[str, str]]:
    """Write stretches of text for Typst; what has no place to break gets some."""
    return [(_UNBROKEN.sub(r"\g<0>" + _BREAK, text), kind) for text, kind in many]


def code(address: str) -> str:
    """Draw the QR code of an address as SVG."""
    return str(segno.make(address, error="m", micro=False).svg_inline(border=1, scale=4))
