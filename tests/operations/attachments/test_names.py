"""Names of files: whatever they come as, they are kept and given out harmlessly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.operations.attachments.names import disposition, file_name, name_of
from mediation.text import line
from tests.hostile_files import NAMES


@pytest.mark.parametrize("called", NAMES)
def test_a_name_is_kept_without_its_path_its_ending_and_what_cannot_be_seen(
    called: str,
) -> None:
    assert name_of(called) == NAMES[called]


@pytest.mark.parametrize(
    ("name", "given_out"),
    [
        ("收条", "收条.pdf"),
        ("CON", "_CON.pdf"),
        ("com1.收条", "_com1.收条.pdf"),
        ("2026/3/2 收条", "2026_3_2 收条.pdf"),
        ("..", "_.pdf"),
        ("", "_.pdf"),
        ('a"b', "a_b.pdf"),
    ],
)
def test_a_name_is_given_out_as_every_system_takes_it(name: str, given_out: str) -> None:
    assert file_name(name, "pdf") == given_out


@given(st.text(max_size=400))
def test_any_name_fits_a_file_system_and_a_header(called: str) -> None:
    kept = name_of(called)
    if kept:
        assert line(kept) == kept
    given_out = file_name(kept, "docx")
    assert len(given_out.encode()) <= 255
    assert not set(given_out) & set('<>:"|?*/\\\0\r\n')
    header = disposition(given_out, "attachment-0.docx")
    assert header.isascii()
    assert header.startswith("attachment; filename=\"attachment-0.docx\"; filename*=UTF-8''")
