"""Papers: HTML from ready facts, PDF against WeasyPrint, a file of sixty pages."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import pypdfium2

from mediation.rendering.blocks import Paper, read_paper
from mediation.rendering.documents import render
from mediation.rendering.docx import docx
from mediation.rendering.pdf import Part, bound, pdf
from tests.rendering.occasions import FULL, MINIMAL, Sample

Row = tuple[str, str, str, str]

ROUNDS = 15
PAGES = 60
WEASYPRINT = "WeasyPrint is not installed: pip install weasyprint, and Debian's libpango-1.0-0"


def agreement(samples: list[Sample] = FULL) -> Sample:
    """Give an agreement: of eight parties, or the smallest."""
    return next(one for one in samples if one.name == "agreement")


def different(no: int) -> str:
    """Give an agreement as HTML that no other is like: what was laid out helps nobody."""
    sample = agreement(MINIMAL)
    facts = f"双方因第{no}号事项发生纠纷，经到场查看、逐项核对，情况属实。" * 12
    return replace(sample, sealed={**sample.sealed, "facts_found": facts}).paper().html


def html_rate() -> float:
    """Give agreements rendered a second of processor time, from a context at hand."""
    context = agreement(MINIMAL).context()
    render("agreement", context)
    began = process_time()
    for _ in range(5_000):
        render("agreement", context)
    return 5_000 / (process_time() - began)


def timed(work: Callable[[], object]) -> float:
    """Give the milliseconds some work takes."""
    began = perf_counter()
    work()
    return (perf_counter() - began) * 1000


def against_weasyprint() -> Iterator[Row]:
    """Set agreements, each different, by Typst and by WeasyPrint in turn."""
    pages = len(pypdfium2.PdfDocument(pdf(read_paper(different(0)))))
    peer = weasyprint()
    mine, theirs = [], []
    for no in range(1, ROUNDS + 1):
        html = different(no)
        mine.append(timed(lambda html=html: pdf(read_paper(html))))  # type: ignore[misc]
        if peer:
            theirs.append(timed(lambda html=html: peer(html)))  # type: ignore[misc]
    what = f"an agreement of {pages} pages as PDF, warm, each different"
    yield what, f"{median(mine):.0f} ms", "the shipped fonts", "≤ 40 ms"
    if not theirs:
        yield "the same against WeasyPrint", "not measured", WEASYPRINT, "≥ 8×"
        return
    ratio = median(peer / own for own, peer in zip(mine, theirs, strict=True))
    floor = f"WeasyPrint, {median(theirs):.0f} ms"
    yield "the same against WeasyPrint", f"{ratio:.1f}× as fast", floor, "≥ 8×"


def weasyprint() -> Callable[[str], object] | None:
    """Give what WeasyPrint does with a paper's HTML; None where it is not installed."""
    if find_spec("weasyprint") is None:
        return None
    from weasyprint import HTML  # noqa: PLC0415

    def made(html: str) -> object:
        return HTML(string=html).write_pdf()

    made(different(0))
    return made


def file_of_sixty() -> Row:
    """Bind a file of sixty pages whose papers have never been laid out."""
    front = back = read_paper(different(0))
    papers: list[Paper] = []
    no = 1_000
    while sum(pages_of(one) for one in papers) < PAGES:
        papers.append(read_paper(different(no)))
        no += 1
    fresh = [read_paper(different(no + one)) for one in range(len(papers))]
    parts = [Part("人民调解协议书", str(no), one) for no, one in enumerate(fresh)]
    with TemporaryDirectory() as name:
        taken = timed(lambda: bound("卷宗", front, parts, back, Path(name), None))
    return f"a file of {PAGES} pages as one PDF", f"{taken / 1000:.2f} s", "", "< 2 s"


def pages_of(paper: Paper) -> int:
    """Count the pages of a paper."""
    return len(pypdfium2.PdfDocument(pdf(paper)))


def rows() -> Iterator[Row]:
    """Give the figures: what, measured, against, bar."""
    rate = html_rate()
    yield "agreements as HTML from ready facts", f"{rate:,.0f} a second a core", "", "≥ 10,000"
    yield from against_weasyprint()
    word = median(timed(lambda no=no: docx(read_paper(different(no)))) for no in range(ROUNDS))  # type: ignore[misc]
    yield "the same agreement as DOCX", f"{word:.0f} ms", "", "none"
    yield file_of_sixty()
