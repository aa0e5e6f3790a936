"""What a browser sends back: files become digests, and their bytes come along."""

from io import BytesIO

from starlette.datastructures import FormData, UploadFile

from mediation.records.attachments import digest_of
from mediation.web.submitted import data_of, uploads_of
from tests.photos import JPEG, PNG

SCHEMA = {"properties": {"picture": {"type": "string", "format": "attachment"}}}


def chosen(content: bytes, name: str = "../../etc/收条.pdf") -> UploadFile:
    return UploadFile(BytesIO(content), size=len(content), filename=name)


def test_a_photo_chosen_in_a_field_is_named_by_its_digest_and_comes_along() -> None:
    form = FormData([("picture", chosen(JPEG)), ("attachments", chosen(PNG))])

    assert data_of(SCHEMA, form) == {"picture": digest_of(JPEG)}
    assert [(one.field, one.content) for one in uploads_of(form)] == [
        ("picture", JPEG),
        ("attachments", PNG),
    ]


def test_a_field_in_which_nothing_was_chosen_is_left_out() -> None:
    form = FormData([("picture", chosen(b"", ""))])

    assert data_of(SCHEMA, form) == {}
    assert uploads_of(form) == ()


def test_an_empty_file_that_was_chosen_is_not_passed_over() -> None:
    (one,) = uploads_of(FormData([("attachments", chosen(b""))]))

    assert one.seen.against is not None


def test_files_of_one_field_are_of_one_sort_and_named_as_typed_or_as_they_came() -> None:
    typed = [("attachments.sort", "receipt"), ("attachments.name", "两张收条")]
    files = [("attachments", chosen(JPEG)), ("attachments", chosen(PNG))]

    told = [(one.sort, one.name) for one in uploads_of(FormData([*typed, *files]))]
    assert told == [("receipt", "两张收条（1）"), ("receipt", "两张收条（2）")]
    told = [(one.sort, one.name) for one in uploads_of(FormData([*files]))]
    assert told == [("other", "收条"), ("other", "收条")]


def test_the_picture_of_a_paper_of_the_other_side_is_a_letter() -> None:
    (one,) = uploads_of(FormData([("paper_picture", chosen(JPEG))]))

    assert one.sort == "letter"


def test_a_photo_the_case_has_already_may_be_named_by_its_digest() -> None:
    assert data_of(SCHEMA, FormData([("picture", "ab")])) == {"picture": "ab"}
