"""Papers are set as PDF and DOCX from their HTML: the same words, the same bytes, no markup."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from docx import Document
from docx.oxml.ns import qn

from mediation.rendering.blocks import (
    Cell,
    Items,
    NotVocabulary,
    Paper,
    Paragraph,
    Run,
    Section,
    Table,
    read_paper,
)
from mediation.rendering.context import Verify
from mediation.rendering.documents import render
from mediation.rendering.docx import docx
from mediation.rendering.formats import exported
from mediation.rendering.pdf import FONTS, Part, Unprintable, bound, pdf
from tests.rendering.occasions import EIGHT, FULL, MINIMAL, Sample
from tests.rendering.outputs import docx_text, pdf_text, squeezed, words

ALL = [*MINIMAL, *FULL]
EVERY = pytest.mark.parametrize(
    "sample", ALL, ids=[f"{one.name}-{len(one.people)}" for one in ALL]
)
AGREEMENT = next(one for one in FULL if one.name == "agreement")

HOSTILE = (
    "<script>alert(1)</script>",
    "<b>张三</b>&amp;",
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    "$x^2$ *粗* _斜_ `码` @ref <label> // 注 /* 注 */ \\ ~ --- ...",
    "= 标题",
    "- 项 + 项 / 项: 项",
    "{{7*7}}{% include 'x' %}",
    "=1+1",
    "@SUM(A1:A9)",
    "％s ${jndi} %(name)s",
    "]]></w:t><w:br/>",
    "中" * 300,
    "W" * 300,
)


def page(inner: str) -> str:
    head = '<head><title>试</title><meta name="date" content="2026-10-09"></head>'
    return f"<!doctype html><html>{head}<body><main>{inner}</main></body></html>"


def line(text: str) -> Paper:
    return Paper("试", None, (Paragraph("", (Run(text),)),))


SEALED_BY = "海曙区芙蓉洲社区人民调解委员会"


def lengths() -> Iterator[Sample]:
    """Give agreements whose seal falls at every height of a page, and all other samples."""
    short = next(one for one in MINIMAL if one.name == "agreement")
    for lines in range(16, 28):
        terms = "\n".join(["修好并补偿。"] * lines)
        yield replace(short, sealed={**short.sealed, "terms": terms})
    yield from ALL


def test_no_seal_stands_on_a_page_without_words() -> None:
    for sample in lengths():
        document = pypdfium2.PdfDocument(pdf(read_paper(sample.paper().html)))
        sheets = [squeezed(sheet.get_textpage().get_text_range()) for sheet in document]
        document.close()
        for no, sheet in enumerate(sheets, start=1):
            sealed = sheet.partition("（印章）")[0].removesuffix(SEALED_BY)
            assert sealed, (sample.name, no)


def test_in_a_docx_the_table_above_a_seal_stays_with_it_and_a_kept_section_together() -> None:
    for name in ("agreement", "oral_agreement_sheet"):
        sample = next(one for one in FULL if one.name == name)
        file = docx(read_paper(sample.paper().html))
        body: Any = Document(BytesIO(file)).element.body
        paragraphs = list(body.iter(qn("w:p")))
        texts = ["".join(one.itertext(qn("w:t"))) for one in paragraphs]
        seal = next(no for no, text in enumerate(texts) if "（印章）" in text)
        first = texts.index("签署人")
        stays = [one.pPr is not None and one.pPr.find(qn("w:keepNext")) is not None
                 for one in paragraphs[first:seal]]  # fmt: skip
        assert all(stays), name


@EVERY
def test_every_word_of_a_paper_stands_in_its_pdf_and_its_docx(sample: Sample) -> None:
    paper = read_paper(sample.paper().html)
    in_pdf, in_docx = pdf_text(pdf(paper)), docx_text(docx(paper))
    for word in words(paper):
        assert word in in_pdf
        assert word in in_docx


@pytest.mark.parametrize("sample", [MINIMAL[0], *FULL[:3]], ids=lambda one: one.name)
def test_a_paper_is_the_same_file_whenever_it_is_made(sample: Sample) -> None:
    paper = read_paper(sample.paper().html)
    assert pdf(paper) == pdf(paper)
    assert docx(paper) == docx(paper)


def test_another_process_makes_the_same_file(tmp_path: Path) -> None:
    html = AGREEMENT.paper().html
    (tmp_path / "paper.html").write_text(html, "utf-8")
    program = (
        "import sys; from pathlib import Path; from hashlib import sha256;"
        "from mediation.rendering.formats import exported;"
        "html = Path(sys.argv[1]).read_text('utf-8');"
        "[print(sha256(exported(html, form)).hexdigest()) for form in ('pdf', 'docx')]"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "paper.html")],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    mine = [sha256(exported(html, form)).hexdigest() for form in ("pdf", "docx")]
    assert told.stdout.split() == mine


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_that_is_a_program_elsewhere_prints_as_text(text: str) -> None:
    people = {ref: {**person, "name": text} for ref, person in EIGHT.items()}
    sealed = {**AGREEMENT.sealed, "facts_found": text, "terms": text}
    html = replace(AGREEMENT, people=people, sealed=sealed).paper().html
    assert squeezed(text) in pdf_text(exported(html, "pdf"))
    assert squeezed(text) in docx_text(exported(html, "docx"))


def test_no_font_but_those_that_ship_is_used() -> None:
    document = pypdfium2.PdfDocument(pdf(read_paper(AGREEMENT.paper().html)))
    used = {
        one.get_font().get_base_name().partition("+")[2]
        for sheet in document
        for one in sheet.get_objects()
        if isinstance(one, pypdfium2.PdfTextObj)
    }
    document.close()
    assert used
    assert all(name.startswith("NotoS") for name in used)


@pytest.mark.parametrize("look", ["", "h2"])
def test_each_of_the_letters_that_go_wrong_has_a_picture_of_its_own(look: str) -> None:
    letters = "￥＄¥〔〕（）[]①②壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整喆镕祎𬭚翀玥䶮㛃堃昇"
    pictures = {letter: picture(letter, look) for letter in letters}
    assert len(set(pictures.values())) == len(letters)


@pytest.mark.parametrize("letter", ["\U00030edd", "\ufeff"])
def test_a_letter_that_no_font_has_or_no_archive_takes_is_no_fault(letter: str) -> None:
    assert pdf(line(f"王{letter}")).startswith(b"%PDF")


def test_a_list_is_counted_alike_in_both_however_long_it_is() -> None:
    paper = Paper("试", None, (Items(((Run("项"),),) * 121),))
    for text in (pdf_text(pdf(paper)), docx_text(docx(paper))):
        assert all(f"（{no}）项" in text for no in ("一", "十", "二十一", "一百二十一"))


def picture(letter: str, look: str) -> bytes:
    document = pypdfium2.PdfDocument(pdf(Paper("字", None, (Paragraph(look, (Run(letter),)),))))
    drawn = bytes(document[0].render(scale=2).buffer)
    document.close()
    return drawn


@pytest.mark.parametrize("scale", [2, 4])
def test_the_code_on_a_paper_can_be_scanned(scale: int) -> None:
    code, page = "7K3M-9Q2X-4T8B", "https://tiaojie.example/verify/7K3M-9Q2X-4T8B"
    html = render(AGREEMENT.name, AGREEMENT.context()._replace(verify=Verify(code, page))).html
    document = pypdfium2.PdfDocument(exported(html, "pdf"))
    for sheet in document:
        assert scanned(sheet.render(scale=scale, grayscale=True)) == [page]
    document.close()


def scanned(drawn: pypdfium2.PdfBitmap) -> list[str]:
    """Read every code in a picture, as a telephone would."""
    grey = memoryview(bytes(drawn.buffer)).cast("B", shape=[drawn.height, drawn.stride])
    return [one.text for one in zxingcpp.read_barcodes(grey)]


@pytest.mark.parametrize("letter", ["𠮷", "ئ", "བ", "👍"])
def test_a_name_is_never_a_box_in_a_pdf(letter: str) -> None:
    people = {ref: {**person, "name": f"张{letter}"} for ref, person in EIGHT.items()}
    html = replace(AGREEMENT, people=people).paper().html
    with pytest.raises(Unprintable) as refused:
        exported(html, "pdf")
    assert f"“{letter}”（U+{ord(letter):04X}）" in refused.value.message.to("zh")
    assert f"张{letter}" in docx_text(exported(html, "docx"))
    assert f"张{letter}" in html


def test_a_file_is_bound_though_no_font_has_a_letter_in_it(tmp_path: Path) -> None:
    sheet = Paper("封面", None, (Paragraph("", (Run("张𠮷"),)),))
    whole = bound("卷", sheet, [Part("说明", "", sheet)], sheet, tmp_path, None)
    assert "张" in pdf_text(whole)


def test_the_fonts_that_ship_carry_their_licence() -> None:
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text("utf-8")


def test_a_paper_begins_with_its_title_and_numbers_its_pages() -> None:
    document = pypdfium2.PdfDocument(pdf(read_paper(AGREEMENT.paper().html)))
    sheets = [sheet.get_textpage().get_text_range() for sheet in document]
    title = document.get_metadata_value("Title")
    document.close()
    assert len(sheets) > 1
    assert squeezed(sheets[0]).startswith("人民调解协议书")
    assert all(f"—{no}—" in squeezed(sheet) for no, sheet in enumerate(sheets, start=1))
    assert title.startswith("人民调解协议书")


def test_where_a_paper_can_be_verified_its_code_is_drawn() -> None:
    foot = '<section class="verify"{}><p>核验码：ABCD</p></section>'
    without = read_paper(page(foot.format("")))
    drawn = read_paper(page(foot.format(' data-address="https://desk.example/verify/ABCD"')))
    assert isinstance(drawn.blocks[0], Section)
    assert drawn.blocks[0].address == "https://desk.example/verify/ABCD"
    assert len(pdf(drawn)) > len(pdf(without))
    assert len(docx(drawn)) > len(docx(without))


@pytest.mark.parametrize(
    "inner",
    [
        "<div>一</div>",
        "<p><i>一</i></p>",
        "<ul><li>一</li></ul>",
        '<section class="other"></section>',
        "<table><tr><p>一</p></tr></table>",
        '<table><colgroup><col style="width:30%"></colgroup><tr><td>一</td></tr></table>',
    ],
)
def test_what_is_not_in_the_vocabulary_is_refused_by_name(inner: str) -> None:
    with pytest.raises(NotVocabulary, match="not in the vocabulary"):
        read_paper(page(inner))


def test_spaces_are_read_as_a_browser_shows_them() -> None:
    paper = read_paper(
        page(
            "<p>\n  甲  乙\n<b>丙</b>\n　丁 </p>"
            '<table><tr><td class="said">一\n 二</td></tr></table>'
        )
    )
    assert paper.blocks[0] == Paragraph("", (Run("甲 乙 "), Run("丙", "bold"), Run(" 　丁")))
    table = paper.blocks[1]
    assert isinstance(table, Table)
    runs = (Run("一"), Run("", "break"), Run("二"))
    assert table.rows == ((Cell(runs, head=False, columns=1, rows=1),),)
