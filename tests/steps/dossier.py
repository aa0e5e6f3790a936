"""Steps about the file of a case: what it holds and lacks, and all of it bound."""

import re
from dataclasses import dataclass

import pypdfium2
import pytest
from pytest_bdd import parsers, then, when

from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused
from mediation.operations.answers.dossier import contents_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.contents import contents
from mediation.operations.dossier.gathering import BOUND, DOSSIER, Gathered, gather
from mediation.operations.dossier.together import gather_together
from mediation.records.reveals import case_reveals
from tests.offices import Desk
from tests.steps.cases import nothing_was_refused, sittings, view
from tests.steps.reports import MONTH, opened

GAPS = re.compile(r"\s+")


@dataclass
class File:
    """What was seen of a file: its items, and its pages and bookmarks once it is bound."""

    told: Told | None = None
    pages: tuple[str, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()

    def item(self, label: str) -> Told:
        assert self.told is not None
        found: Told = next(one for one in self.told["entries"] if one["label"] == label)
        return found


@pytest.fixture
def file() -> File:
    return File()


@when(parsers.re(r"(?P<name>\S+?)查看卷宗"))
def look_into(desk: Desk, file: File, name: str) -> None:
    asking = Asking(next(sittings(desk, name)), desk.now)
    with desk.office.database.reading() as tx:
        view = view_case(desk.office, tx, desk.number, asking)
        words = Words(desk.office.catalogue.library, "zh")
        file.told = contents_told(contents(view), view, words)


@when(parsers.re(r"(?P<name>\S+?)装订卷宗"))
def bind_it(desk: Desk, file: File, name: str) -> None:
    asking = Asking(next(sittings(desk, name)), desk.now)
    words = Words(desk.office.catalogue.library, "zh")
    try:
        with desk.office.database.writing() as tx:
            gathered = gather(desk.office, tx, desk.number, asking, words)
    except EventRefused as refused:
        desk.problem = refused
        return
    read_pages(file, gathered)


@when(parsers.re(rf"(?P<name>\S+?)装订{MONTH}的简易纠纷合订卷"))
def bind_together(desk: Desk, file: File, name: str, year: str, month: str) -> None:
    words = Words(desk.office.catalogue.library, "zh")
    try:
        with desk.office.database.writing() as tx:
            gathered = gather_together(opened(desk, tx, name, year, month), words)
    except InputRefused as refused:
        desk.problem = refused
        return
    read_pages(file, gathered)


def read_pages(file: File, gathered: Gathered) -> None:
    document = pypdfium2.PdfDocument(bind(gathered))
    file.pages = tuple(GAPS.sub("", page.get_textpage().get_text_range()) for page in document)
    file.marks = tuple(
        (GAPS.sub("", one.get_title()), one.get_dest().get_index())
        for one in document.get_toc()
    )
    document.close()


@then(parsers.re(r"卷内“(?P<item>[^”]+)”有“(?P<paper>[^”]+)”"))
def holds(file: File, item: str, paper: str) -> None:
    assert paper in [one["label"] for one in file.item(item)["papers"]]


@then(parsers.re(r"卷内“(?P<item>[^”]+)”缺“(?P<text>[^”]+)”，应办理“(?P<remedy>[^”]+)”"))
def lacks(file: File, item: str, text: str, remedy: str) -> None:
    missing = [(one["text"], one["remedy_label"]) for one in file.item(item)["missing"]]
    assert (text, remedy) in missing


@then(parsers.re(r"卷内没有“(?P<item>[^”]+)”这一项"))
def holds_nothing(file: File, item: str) -> None:
    assert file.told is not None
    assert item not in [one["label"] for one in file.told["entries"]]


@then(parsers.re(r"卷内只有“(?P<item>[^”]+)”这一项"))
def holds_only(file: File, item: str) -> None:
    assert file.told is not None
    assert [one["label"] for one in file.told["entries"]] == [item]
    assert file.told["complete"]


@then(parsers.re(r"(?P<part>封面|目录)写有“(?P<text>[^”]+)”"))
def says(desk: Desk, file: File, part: str, text: str) -> None:
    nothing_was_refused(desk)
    assert text in file.pages[("封面", "目录").index(part)]


@then("书签指向每一件文书的首页")
def marks_lead(desk: Desk, file: File) -> None:
    nothing_was_refused(desk)
    assert file.marks
    for title, page in file.marks:
        assert title in file.pages[page]
        # The number on the page is what the catalogue says of it.
        assert f"{title}{page - file.marks[0][1] + 1}" in "".join(file.pages[1:3])


@then("卷宗的装订留有记录")
def is_noted(desk: Desk) -> None:
    with desk.office.database.reading() as tx:
        looks = case_reveals(tx, view(desk).row.id)
    assert (looks[-1].what, looks[-1].reason) == (DOSSIER, BOUND.to("zh"))
