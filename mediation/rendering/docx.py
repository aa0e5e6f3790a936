"""Sets a paper as DOCX, to be edited: named styles, and fonts that offices have."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from itertools import zip_longest
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import segno
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from mediation.rendering.blocks import (
    Block,
    Cell,
    Items,
    Paper,
    Paragraph,
    Runs,
    Section,
    Table,
)
from mediation.rendering.pdf import EPOCH
from mediation.rendering.values import cn

SONG, HEI, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
LATIN: Final = "Times New Roman"
WRITTEN: Final = datetime(1980, 1, 1, tzinfo=UTC).timetuple()[:6]
"""The day every part of the file bears: the same paper is the same file."""

LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
CENTRE, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY
STYLES: Final = {
    # look: name, font, points, alignment, indented, stays with what follows
    "h1": ("文书标题", TITLE, 22, CENTRE, False, False),
    "h2": ("小标题", HEI, 15.75, LEFT, False, True),
    "": ("正文段落", SONG, 15.75, BOTH, True, False),
    "no": ("文号", SONG, 15.75, RIGHT, False, False),
    "to": ("称谓", SONG, 15.75, BOTH, False, False),
    "lead": ("引出表格", SONG, 15.75, BOTH, True, True),
    "note": ("说明", SONG, 12, BOTH, True, False),
    "seal": ("落款", SONG, 15.75, RIGHT, False, False),
    "cut": ("裁切线", SONG, 12, CENTRE, False, False),
    "verify": ("核验", SONG, 11, LEFT, False, False),
    "th": ("表头", HEI, 13, CENTRE, False, False),
    "td": ("表格文字", SONG, 13, LEFT, False, False),
    "party th": ("当事人表头", HEI, 12, CENTRE, False, False),
    "party td": ("当事人表格文字", SONG, 12, LEFT, False, False),
    "gap": ("表后间隔", SONG, 6, LEFT, False, False),
}
SIGNED_HIGH: Final = Mm(11)
BEFORE: Final = {"h2": 6, "seal": 9}
AFTER: Final = {"h1": 6, "no": 9, "h2": 3}
"""Points before and after a paragraph, as in the PDF."""


def docx(paper: Paper) -> bytes:
    """Set one paper; the same paper is always the same bytes."""
    document = Document()
    page(document, paper)
    for look in STYLES:
        style(document, look)
    write(document, paper.blocks)
    return packed(document)


def page(document: Any, paper: Paper) -> None:
    """Make the page and what the file says of itself."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = CENTRE
    footer.add_run("— ")
    field(footer.add_run(), "PAGE")
    footer.add_run(" —")
    for run in footer.runs:
        font(run, SONG, 14)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = paper.title, "", "", "zh-CN"
    about.created = about.modified = datetime.combine(paper.on or EPOCH, time())
    about.last_modified_by = ""


def field(run: Any, name: str) -> None:
    """Write a field that the word processor fills in."""
    for kind in ("begin", None, "end"):
        if kind is None:
            one = OxmlElement("w:instrText")
            one.text = name
        else:
            one = OxmlElement("w:fldChar")
            one.set(qn("w:fldCharType"), kind)
        run._r.append(one)  # noqa: SLF001 - the library has no fields


def style(document: Any, look: str) -> None:
    """Make the named style of a look."""
    name, face, points, alignment, indented, keep = STYLES[look]
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    font(made, face, points)
    layout = made.paragraph_format
    layout.alignment, layout.keep_with_next = alignment, keep
    layout.space_before, layout.space_after = Pt(BEFORE.get(look, 0)), Pt(AFTER.get(look, 0))
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(round(points * (1.5 if look.endswith(("td", "th")) else 1.6), 1))
    if indented:
        indent = made.element.get_or_add_pPr().get_or_add_ind()
        indent.set(qn("w:firstLineChars"), "200")
        indent.set(qn("w:firstLine"), str(int(points * 2 * 20)))


def font(thing: Any, face: str, points: float) -> None:
    """Set the font of a style or a run, Chinese letters included."""
    thing.font.name, thing.font.size = LATIN, Pt(points)
    properties = thing.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A theme's font would win over the one that is named.
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:eastAsia"), face)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)


def write(
    document: Any, blocks: Sequence[Block], *, look: str | None = None, together: bool = False
) -> None:
    """Write blocks.

    Args:
        look: of all paragraphs, whatever they say of themselves.
        together: whether they stay on one page.
    """
    body = document.element.body
    for block, following in zip_longest(blocks, blocks[1:]):
        # The last element of a body is its page.
        begun = len(body) - 1
        match block:
            case Paragraph():
                paragraph(document, look or block.look, block.runs)
            case Items():
                items(document, block)
            case Table():
                table(document, block)
            case Section(kind, inner, address):
                foot = "verify" if kind == "verify" else look
                write(document, inner, look=foot, together=kind == "keep")
                if address:
                    code(document, address)
        if following and (together or begins_with_seal(following)):
            keep(body[begun:-1])


def begins_with_seal(block: Block) -> bool:
    """Tell whether a seal comes first: on a page without words it would seal nothing."""
    if isinstance(block, Section):
        return bool(block.blocks) and begins_with_seal(block.blocks[0])
    return isinstance(block, Paragraph) and block.look == "seal"


def keep(elements: Iterable[Any]) -> None:
    """Keep paragraphs, those of tables too, on the page of what follows them."""
    for element in elements:
        for one in element.iter(qn("w:p")):
            one.get_or_add_pPr().get_or_add_keepNext()


def items(document: Any, block: Items) -> None:
    """Write a counted list."""
    for no, item in enumerate(block.items, start=1):
        made = paragraph(document, "", ())
        made.add_run(f"（{cn(no)}）")
        runs(made, item)


def paragraph(document: Any, look: str, words: Runs) -> Any:
    """Write a paragraph."""
    made = document.add_paragraph(style=STYLES[look][0])
    runs(made, words)
    return made


def runs(made: Any, words: Runs, *, blanks: bool = True) -> None:
    """Write the text of a paragraph.

    Args:
        blanks: whether a blank is a line to write on; a cell is one itself.
    """
    for word in words:
        if word.kind == "break":
            made.add_run().add_break()
        elif word.kind == "blank":
            if blanks:
                made.add_run("　" * 5).font.underline = True
        else:
            made.add_run(word.text).font.bold = word.kind == "bold" or None


def code(document: Any, address: str) -> None:
    """Draw the QR code of an address."""
    drawn = BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="png", border=1, scale=6)
    made = document.add_paragraph(style=STYLES["verify"][0])
    made.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    made.add_run().add_picture(drawn, width=Mm(22))


def table(document: Any, block: Table) -> None:
    """Write a table with the widths it asks for."""
    rows = (*block.head, *block.rows)
    made = document.add_table(len(rows), len(block.widths))
    made.style, made.alignment, made.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(made.columns, block.widths, strict=True):
        column.width = Mm(width)
    taken: set[tuple[int, int]] = set()
    for no, row in enumerate(rows):
        place(made, no, row, block, taken)
    for no, row in enumerate(made.rows):
        whole(row, repeated=no < len(block.head), high=block.look == "sign")
    if block.look == "form party":
        keep([made._tbl])  # noqa: SLF001 - the gap behind it goes along
    # Tables that touch become one table.
    document.add_paragraph(style=STYLES["gap"][0])


def place(
    made: Any, no: int, row: Iterable[Cell], block: Table, taken: set[tuple[int, int]]
) -> None:
    """Put the cells of a row where no other cell reaches."""
    column = 0
    for one in row:
        while (no, column) in taken:
            column += 1
        last = (no + one.rows - 1, column + one.columns - 1)
        taken |= {(y, x) for y in range(no, last[0] + 1) for x in range(column, last[1] + 1)}
        cell = made.cell(no, column)
        if last != (no, column):
            cell = cell.merge(made.cell(*last))
        cell.width = Mm(sum(block.widths[column : last[1] + 1]))
        cell.vertical_alignment = 1
        look = ("party " if block.look == "form party" else "") + ("th" if one.head else "td")
        cell.paragraphs[0].style = STYLES[look][0]
        runs(cell.paragraphs[0], one.runs, blanks=False)


def whole(row: Any, *, repeated: bool, high: bool) -> None:
    """Keep a row whole; repeat a head on every page; leave room to sign."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for it
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))
    if high:
        row.height = SIGNED_HIGH


def packed(document: Any) -> bytes:
    """Give the file, every part of it bearing the same day."""
    written, again = BytesIO(), BytesIO()
    document.save(written)
    with ZipFile(written) as source, ZipFile(again, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, WRITTEN)
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return again.getvalue()
