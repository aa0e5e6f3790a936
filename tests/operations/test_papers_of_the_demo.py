"""The eight disputes of the demo: every paper in three formats, every file bound as one PDF."""

import re
from collections.abc import Iterator

import pypdfium2
import pytest

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.demo.playing import played_anew
from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.gathering import gather
from mediation.operations.office import Office, Sitting
from mediation.operations.start import open_office
from mediation.records.cases import CaseRow, case_ids, read_cases
from mediation.records.database import Tx
from mediation.records.documents import issued_papers, open_document
from mediation.records.gateway import REVEAL
from mediation.rendering.formats import exported
from mediation.resources import resource_dir
from mediation.settings import Settings
from tests.rendering.outputs import docx_text, pdf_text, squeezed
from tests.rendering.test_catalogue import ENTRIES

pytestmark = pytest.mark.checkout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("demo")
    settings = Settings(home, f"sqlite:///{home / 'mediation.db'}", home / "demo.key")
    list(played_anew(settings, resource_dir("demo"), words_of))
    office = open_office(settings)
    yield office
    office.database.close()


def words_of(office: Office) -> Words:
    return Words(office.catalogue.library, "zh")


def rows(office: Office, tx: Tx) -> list[CaseRow]:
    return list(read_cases(tx, case_ids(tx, 0, 1000)))


def seat(office: Office, tx: Tx, row: CaseRow) -> Asking:
    """Give how somebody asks who may see the persons of a case in full."""
    directory = office.staff(tx).directory
    assert row.last_at is not None
    day = shanghai_day(row.last_at)
    for handle in directory.officers:
        for one in directory.seats_of(handle, day):
            asking = Asking(Sitting(handle, one.body), row.last_at)
            if one.body == row.owner and REVEAL in seen(office, tx, row, asking).actions:
                return asking
    raise AssertionError(row.number)


def seen(office: Office, tx: Tx, row: CaseRow, asking: Asking) -> View:
    return view_case(office, tx, row.number, asking)


def test_every_paper_of_the_demo_bears_its_fields_in_every_format(demo: Office) -> None:
    names = set()
    with demo.database.reading() as tx:
        for row in rows(demo, tx):
            secret = demo.keys.case_key(row.number, row.wrapped_key)
            for found in issued_papers(tx, row.id):
                name = found.row.document.name
                html = open_document(secret, found.row)
                texts = [pdf_text(exported(html, "pdf")), docx_text(exported(html, "docx"))]
                texts.append(squeezed(re.sub("<[^>]+>", "", exported(html, "html").decode())))
                for text in texts:
                    missing = [one for one in ENTRIES[name].always if squeezed(one) not in text]
                    assert (row.number, name, missing) == (row.number, name, [])
                names.add(name)
    # What no dispute of the demo has come to is rendered from occasions: test_catalogue.
    assert len(names) >= 20


def test_the_file_of_every_dispute_is_bound_as_one_pdf(demo: Office) -> None:
    bound = 0
    with demo.database.reading() as tx:
        cases = [(row, seat(demo, tx, row)) for row in rows(demo, tx)]
    for row, asking in cases:
        with demo.database.writing() as tx:
            gathered = gather(demo, tx, row.number, asking, words_of(demo))
        document = pypdfium2.PdfDocument(bind(gathered))
        pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
        marks = [squeezed(one.get_title()) for one in document.get_toc()]
        document.close()
        assert marks == [squeezed(part.title) for part in gathered.parts]
        assert "调解卷宗" in pages[0]
        assert "卷内目录" in pages[1]
        assert "卷宗校验码" in pages[-1]
        assert all(mark in pages[1] + pages[2] for mark in marks)
        bound += bool(marks)
    assert bound >= 8


def test_the_same_file_is_the_same_bytes(demo: Office) -> None:
    with demo.database.reading() as tx:
        row = rows(demo, tx)[0]
        asking = seat(demo, tx, row)
    with demo.database.writing() as tx:
        gathered = gather(demo, tx, row.number, asking, words_of(demo))
    assert bind(gathered) == bind(gathered)
