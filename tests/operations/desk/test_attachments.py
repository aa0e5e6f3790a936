"""Files of a case: what is taken, how it is kept, who may take it out again."""

import hashlib
from dataclasses import replace

import pytest
from sqlalchemy import select

from mediation.errors import InputRefused
from mediation.operations.answers.words import Words
from mediation.operations.attachments.kinds import ACCEPTED, media_of
from mediation.operations.attachments.looking import LARGEST
from mediation.operations.audit import verify
from mediation.operations.cases.attached import attached_bytes, attached_in, listed
from mediation.operations.cases.attachments import MOST, Upload
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking, Done, KeyReused
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.desk.attachments import (
    AttachmentNotFound,
    attachments_told,
    download,
)
from mediation.operations.desk.reveals import reveals_told
from mediation.operations.office import Sitting
from mediation.records import triggers
from mediation.records.cases import CaseNotFound
from mediation.records.database import Tx
from mediation.records.desk_tables import attachments
from mediation.records.events import case_log
from mediation.records.gateway import ContentWithheld, find_case, viewer_of
from tests.offices import Desk
from tests.photos import (
    DOCX,
    HEIC,
    JPEG,
    M4A,
    MP3,
    NO_PHOTOS,
    PDF,
    PNG,
    POLYGLOT,
    TAKEN,
    WEBP,
)

FORM = {
    "people": [{"name": "张三"}, {"name": "李四"}],
    "class": "noise",
    "sentence": "楼上吵闹",
}


def asking(desk: Desk, *photos: bytes, seat: str = "wangguilan@tx") -> Asking:
    officer, _, body = seat.partition("@")
    uploads = tuple(Upload("attachments", one) for one in photos)
    return Asking(Sitting(officer, body), desk.now, uploads=uploads)


def bringing(desk: Desk, *uploads: Upload, key: str | None = None) -> Asking:
    return replace(asking(desk), uploads=uploads, key=key)


def opened(desk: Desk, *photos: bytes, key: str | None = None) -> Done:
    asked = replace(asking(desk, *photos), key=key)
    with desk.office.database.writing() as tx:
        return open_case(desk.office, tx, "neighbour", FORM, asked)


def told(desk: Desk, number: str, seat: str = "wangguilan@tx") -> list[dict[str, object]]:
    words = Words(desk.office.catalogue.library, "zh")
    with desk.office.database.reading() as tx:
        view = view_case(desk.office, tx, number, asking(desk, seat=seat))
        return attachments_told(view, words)


def taken_out(desk: Desk, number: str, digest: str, seat: str) -> bytes:
    with desk.office.database.writing() as tx:
        asked = asking(desk, seat=seat)
        return download(desk.office, tx, number, digest, asked).content


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_photo_is_told_with_its_event_and_comes_out_as_it_went_in(desk: Desk) -> None:
    number = opened(desk, JPEG, PNG).number

    assert {one["digest"]: one["size"] for one in told(desk, number)} == {
        digest(JPEG): len(JPEG),
        digest(PNG): len(PNG),
    }
    assert {one["event_label"] for one in told(desk, number)} == {"登记"}
    assert taken_out(desk, number, digest(PNG), "wangguilan@tx") == PNG


def test_the_log_carries_the_digests_and_no_byte_stands_in_the_plain(desk: Desk) -> None:
    number = opened(desk, JPEG).number
    with desk.office.database.reading() as tx:
        who = viewer_of(desk.office.staff(tx).directory, "wangguilan", "tx", desk.now.date())
        row = find_case(tx, who, number)
        (event,) = case_log(tx, row.id)
        ((sealed,),) = tx.connection.exec_driver_sql("SELECT sealed FROM attachments").all()

    assert event.body["attachments"] == [digest(JPEG)]
    assert b"broken pipe" not in bytes(sealed)


def test_the_same_photo_is_kept_once_and_a_second_event_may_bring_it_again(desk: Desk) -> None:
    number = opened(desk, JPEG, JPEG).number
    with desk.office.database.writing() as tx:
        do_event(desk.office, tx, number, "interview", {}, asking(desk, JPEG, PNG))

    assert len(told(desk, number)) == 2
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        (POLYGLOT, "image/jpeg"),
    ],
)
def test_bytes_tell_the_sort_of_a_photo(content: bytes, media: str) -> None:
    assert media_of(content) == media


@pytest.mark.parametrize("what", NO_PHOTOS)
def test_what_is_no_photo_is_not_taken(what: str) -> None:
    assert media_of(NO_PHOTOS[what]) is None


def test_faults_of_photos_and_of_the_form_are_told_together(desk: Desk) -> None:
    asked = asking(desk, JPEG, NO_PHOTOS["gif"], JPEG + bytes(LARGEST))
    with (
        pytest.raises(InputRefused) as refused,
        desk.office.database.writing() as tx,
    ):
        open_case(desk.office, tx, "neighbour", {**FORM, "sentence": ""}, asked)

    assert [(one.field, one.message.to("zh")) for one in refused.value.faults] == [
        ("sentence", "“一句话说明”必须填写"),
        ("attachments", "第 2 个文件看起来是“别的格式的图片”，不能收：" + ACCEPTED.to("zh")),
        ("attachments", "第 3 个文件超过 10 兆"),
    ]


def test_a_case_takes_fifty_photos_and_no_more(desk: Desk) -> None:
    number = opened(desk, *(JPEG + bytes([no]) for no in range(MOST))).number

    with pytest.raises(InputRefused), desk.office.database.writing() as tx:
        do_event(desk.office, tx, number, "interview", {}, asking(desk, PNG))
    with desk.office.database.writing() as tx:
        do_event(desk.office, tx, number, "interview", {}, asking(desk, JPEG + b"\x07"))

    assert len(told(desk, number)) == MOST


def test_the_same_request_with_another_photo_is_another_request(desk: Desk) -> None:
    first = opened(desk, JPEG, key="k")

    assert opened(desk, JPEG, key="k") == first
    with pytest.raises(KeyReused):
        opened(desk, PNG, key="k")


def test_a_photo_is_given_to_those_who_may_see_persons_in_full(desk: Desk) -> None:
    number = opened(desk, JPEG).number

    assert len(told(desk, number, "chenzhiyuan@yq-sfs")) == 1
    with pytest.raises(ContentWithheld):
        taken_out(desk, number, digest(JPEG), "chenzhiyuan@yq-sfs")
    with pytest.raises(CaseNotFound):
        taken_out(desk, number, digest(JPEG), "zhoujianguo@lf")
    with pytest.raises(CaseNotFound):
        told(desk, number, "zhoujianguo@lf")


def test_who_took_a_photo_out_is_written_down(desk: Desk) -> None:
    number = opened(desk, JPEG).number
    taken_out(desk, number, digest(JPEG), "wangguilan@tx")
    with pytest.raises(AttachmentNotFound):
        taken_out(desk, number, digest(PNG), "wangguilan@tx")

    with desk.office.database.reading() as tx:
        found = reveals_told(desk.office, tx, number, asking(desk))["looks"]
    assert [(one["officer"], one["reason"]) for one in found] == [("王桂兰", "下载附件")]


TAMPERED = {
    "its bytes": "UPDATE attachments SET sealed = (SELECT sealed FROM parties LIMIT 1)",
    "its sort": "UPDATE attachments SET media = 'text/html'",
    "its size": "UPDATE attachments SET size = 1",
    "it is gone": "DELETE FROM attachments",
    "another case's": "UPDATE attachments SET digest = 'ff'",
}


@pytest.mark.parametrize("what", TAMPERED)
def test_a_photo_that_is_not_as_it_came_is_named(desk: Desk, what: str) -> None:
    number = opened(desk, JPEG).number
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        tx.connection.exec_driver_sql(TAMPERED[what])

    with database.reading() as tx:
        found = list(verify(desk.office, tx))

    named = [one for one in found if digest(JPEG) in one.message.to("zh")]
    assert [(one.code, one.number, one.seq) for one in named] == [
        ("attachment_differs", number, 1)
    ]


def test_two_photos_swapped_are_named(desk: Desk) -> None:
    opened(desk, JPEG, PNG)
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        one, other = tx.connection.execute(select(attachments.c.digest, attachments.c.sealed))
        for kept, given in ((one, other), (other, one)):
            row = attachments.update().where(attachments.c.digest == kept.digest)
            tx.connection.execute(row.values(sealed=given.sealed))

    with database.reading() as tx:
        found = [one.code for one in verify(desk.office, tx)]
    assert found == ["attachment_differs"] * 2


RECEIPT = Upload("attachments", PDF, "receipt", "张三的收条")


def view_of(desk: Desk, tx: Tx, number: str) -> View:
    return view_case(desk.office, tx, number, asking(desk))


def test_the_log_tells_sort_and_pages_and_the_name_is_sealed(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        sound = Upload("attachments_2", M4A, "evidence", "录音")
        number = open_case(
            desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT, sound)
        ).number
        (event,) = view_of(desk, tx, number).log
        bodies = tx.connection.exec_driver_sql("SELECT body, sealed FROM events").all()

    assert event.body["attached"] == {
        digest(PDF): {"sort": "receipt", "pages": 3},
        digest(M4A): {"sort": "evidence"},
    }
    assert "收条" not in str(bodies)
    assert "收条".encode() not in bytes(bodies[0][1])


def test_the_dossier_lists_files_with_all_it_needs_and_opens_them(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT)).number
        view = view_of(desk, tx, number)
        (one,) = attached_in(view)

        assert (one.digest, one.sort, one.name) == (digest(PDF), "receipt", "张三的收条")
        assert (one.media, one.pages, one.size) == ("application/pdf", 3, len(PDF))
        assert (one.seq, one.officer, one.added_at) == (1, "wangguilan", desk.now)
        assert attached_bytes(view, one.digest) == PDF


def test_a_file_brought_again_is_what_was_said_of_it_last(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT)).number
        again = Upload("attachments", PDF, "signed", "协议")
        do_event(desk.office, tx, number, "interview", {}, bringing(desk, again))
        (one,) = attached_in(view_of(desk, tx, number))

    assert (one.sort, one.name, one.seq) == ("signed", "协议", 1)


def test_a_photo_of_which_an_older_log_says_nothing_more_is_a_page_of_other_sort(
    desk: Desk,
) -> None:
    number = opened(desk, JPEG).number
    with desk.office.database.reading() as tx:
        view = view_of(desk, tx, number)
        (event,) = view.log
        body = {key: one for key, one in event.body.items() if key != "attached"}
        older = event._replace(body=body, sealed=None)
        (one,) = listed(tx, view.row.id, view.secret, [older])

    assert (one.sort, one.name, one.pages) == ("other", "", 1)


def test_names_of_parties_are_masked_in_names_of_files_and_withheld_from_others(
    desk: Desk,
) -> None:
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT)).number

    (one,) = told(desk, number)
    assert (one["sort_label"], one["name"], one["pages"]) == ("履行凭证", "张某的收条", 3)
    assert (one["kind_label"], one["officer_name"]) == ("PDF 文件", "王桂兰")
    (one,) = told(desk, number, "chenzhiyuan@yq-sfs")
    assert (one["sort_label"], one["name"]) == ("履行凭证", "")


def test_a_file_is_given_out_under_its_name_with_the_ending_of_what_it_is(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        number = open_case(desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT)).number
        given = download(desk.office, tx, number, digest(PDF), asking(desk))

    assert given.name == "张三的收条.pdf"
    assert given.plain == f"attachment-{digest(PDF)[:12]}.pdf"


def test_a_wrong_sort_and_a_wrong_name_are_told_beside_their_fields(desk: Desk) -> None:
    wrong = Upload("attachments", PDF, "reciept", "收\u202e条")
    with pytest.raises(InputRefused) as refused, desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", FORM, bringing(desk, wrong, wrong))

    assert [(one.field, one.message.to("zh")) for one in refused.value.faults] == [
        ("attachments.name", "含有看不见或不能保存的字符：U+202E"),
        ("attachments.sort", "没有“reciept”这个名称，是否应为“receipt”？"),
    ]


def test_the_same_file_said_to_be_another_is_another_request(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", FORM, bringing(desk, RECEIPT, key="k"))
    other = replace(RECEIPT, sort="signed")
    with pytest.raises(KeyReused), desk.office.database.writing() as tx:
        open_case(desk.office, tx, "neighbour", FORM, bringing(desk, other, key="k"))


@pytest.mark.parametrize("what", TAKEN)
def test_files_of_every_kind_are_kept_and_proven(desk: Desk, what: str) -> None:
    content, ending, _ = TAKEN[what]
    number = opened(desk, content).number
    with desk.office.database.writing() as tx:
        given = download(desk.office, tx, number, digest(content), asking(desk))
        assert (given.content, given.plain.rpartition(".")[2]) == (content, ending)
        assert list(verify(desk.office, tx)) == []


@pytest.mark.parametrize("what", ["docx", "mp3"])
def test_a_file_of_another_sort_that_is_not_as_it_came_is_named_too(
    desk: Desk, what: str
) -> None:
    content = {"docx": DOCX, "mp3": MP3}[what]
    opened(desk, content)
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        tx.connection.exec_driver_sql("UPDATE attachments SET media = 'image/png'")
        assert [one.code for one in verify(desk.office, tx)] == ["attachment_differs"]
