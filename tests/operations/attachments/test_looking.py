"""What is taken by its bytes, what is refused and how it is said, and what looking costs."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mediation.errors import InputRefused
from mediation.operations.attachments.kinds import KINDS, media_of
from mediation.operations.attachments.looking import LARGEST, look
from mediation.operations.attachments.pdfs import CHILD, pdf_pages
from tests.hostile_files import HOSTILE, INERT, packed
from tests.photos import DOCX, JPEG, NO_PHOTOS, PDF, TAKEN, WORD, archive, docx, pdf

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
GROWTH, SECONDS = 100_000, 2.0


def memory(what: str) -> int:
    """Give what the process takes now (VmRSS), or took at most (VmHWM), in KB."""
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith(what))
    return int(line.split()[1])


def spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@pytest.mark.parametrize("what", TAKEN)
def test_a_file_is_told_by_its_bytes_and_its_pages_are_counted(what: str) -> None:
    content, *told = TAKEN[what]
    seen = look(content)

    assert seen.against is None
    assert [KINDS[seen.media].ending, seen.pages] == told


@pytest.mark.parametrize("what", NO_PHOTOS)
def test_what_is_none_of_these_is_no_sort_of_file(what: str) -> None:
    assert media_of(NO_PHOTOS[what]) is None


def test_there_are_sixty_hostile_files() -> None:
    assert len(HOSTILE) + len(INERT) >= 60


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_at_once_and_in_little_room(what: str) -> None:
    content = HOSTILE[what]()
    watched = RESET.exists()
    if watched:
        RESET.write_text("5")
    before, begun = memory("VmRSS") if watched else 0, spent()
    seen = look(content)

    assert seen.against is not None
    assert seen.against.to("zh").startswith("看起来是")
    assert seen.against.to("en").startswith(" seems to be ")
    assert spent() - begun <= SECONDS
    assert not watched or memory("VmHWM") - before <= GROWTH


@pytest.mark.parametrize("what", [one for one in HOSTILE if one.startswith("pdf")])
def test_the_process_that_reads_a_hostile_pdf_stays_small(what: str) -> None:
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-P', sys.argv[1]], stdin=sys.stdin.buffer,"
        " stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", code, str(CHILD)]
    done = subprocess.run(command, input=HOSTILE[what](), capture_output=True, check=True)

    assert int(done.stdout) <= GROWTH + 40_000


@pytest.mark.parametrize("what", INERT)
def test_what_is_two_things_is_taken_as_what_is_only_kept(what: str) -> None:
    assert look(INERT[what]()).against is None


def test_ten_megabytes_are_taken_and_a_byte_more_is_not() -> None:
    assert look(JPEG.ljust(LARGEST, b"\0")).against is None
    against = look(JPEG.ljust(LARGEST + 1, b"\0")).against
    assert against is not None
    assert against.to("zh") == "超过 10 兆"


def test_a_refusal_says_what_it_is_and_what_is_taken() -> None:
    against = look(NO_PHOTOS["gif"]).against
    assert against is not None
    assert "“别的格式的图片”" in against.to("zh")
    assert "PDF、办公文件（Word、Excel、PowerPoint、WPS）" in against.to("zh")
    against = look(docx(("word/vbaProject.bin", b"x"))).against
    assert against is not None
    assert "“Word 文稿”" in against.to("zh")
    assert "宏" in against.to("zh")


@pytest.mark.parametrize(("members", "taken"), [(200, True), (201, False)])
def test_an_office_file_may_have_two_hundred_members(members: int, *, taken: bool) -> None:
    more = [(f"word/{no}.xml", b"<a/>") for no in range(members - 2)]
    assert (look(docx(*more)).against is None) is taken


def test_an_archive_that_is_no_office_file_is_none() -> None:
    assert media_of(archive(WORD)) is None
    assert media_of(DOCX) is not None


def test_packed_objects_without_anything_active_are_taken() -> None:
    # The control: what is refused above is refused for what it says, not for being packed.
    assert pdf_pages(packed(b"1 0 <</Type/Annot>>")) == 1
    with pytest.raises(InputRefused):
        pdf_pages(packed(b"1 0 <</S/Launch>>"))


def test_a_process_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediation.operations.attachments.pdfs.PATIENCE", 0.001)
    with pytest.raises(InputRefused):
        pdf_pages(PDF)
    monkeypatch.undo()
    assert pdf_pages(pdf(250)) == 250
