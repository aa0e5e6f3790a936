"""What a browser sends back: photos become digests, and their bytes come along."""

from io import BytesIO

from starlette.datastructures import FormData, UploadFile

from mediation.records.attachments import digest_of
from mediation.web.submitted import data_of, uploads_of
from tests.photos import JPEG, PNG

SCHEMA = {"properties": {"picture": {"type": "string", "format": "attachment"}}}


def chosen(content: bytes) -> UploadFile:
    return UploadFile(BytesIO(content), size=len(content), filename="../../etc/passwd")


def test_a_photo_chosen_in_a_field_is_named_by_its_digest_and_comes_along() -> None:
    form = FormData([("picture", chosen(JPEG)), ("attachments", chosen(PNG))])

    assert data_of(SCHEMA, form) == {"picture": digest_of(JPEG)}
    assert [(one.field, one.content) for one in uploads_of(form)] == [
        ("picture", JPEG),
        ("attachments", PNG),
    ]


def test_a_field_in_which_nothing_was_chosen_is_left_out() -> None:
    form = FormData([("picture", chosen(b""))])

    assert data_of(SCHEMA, form) == {}
    assert uploads_of(form) == ()


def test_a_photo_the_case_has_already_may_be_named_by_its_digest() -> None:
    assert data_of(SCHEMA, FormData([("picture", "ab")])) == {"picture": "ab"}
