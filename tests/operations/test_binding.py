"""A dossier is bound whatever its attachments are."""

from hashlib import sha256

import pypdfium2

from mediation.operations.dossier.binding import bind
from mediation.operations.dossier.gathering import HTML, Gathered, Part
from tests.photos import png
from tests.rendering.occasions import FULL
from tests.rendering.outputs import squeezed


def test_a_file_that_cannot_be_read_keeps_nothing_else_from_being_bound() -> None:
    html = FULL[0].paper().html
    photo = Part("照片", "", "image/png", png())
    receipt = Part("收据", "", "application/pdf", b"%PDF-1.7", 2)
    paper = Part("受理登记表", "", HTML, html.encode())
    document = pypdfium2.PdfDocument(bind(Gathered("卷", html, (photo, paper, receipt), html)))
    pages = [squeezed(page.get_textpage().get_text_range()) for page in document]
    marks = [one.get_title() for one in document.get_toc()]
    document.close()
    assert marks[0] == "照片"
    assert {"照片", "受理登记表", "收据"} <= set(marks)
    for part in (photo, receipt):
        digest = sha256(part.content).hexdigest()
        assert any(digest in page for page in pages), part.title
