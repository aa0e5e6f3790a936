"""Steps about photos: brought with an event, taken out, and proven to be as they came."""

from pytest_bdd import given, parsers, then, when

from mediation.errors import MediationError
from mediation.operations.answers.words import Words
from mediation.operations.audit import verify
from mediation.operations.cases.attachments import Upload
from mediation.operations.cases.handling import do_event
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.attachments import attachments_told, download
from mediation.operations.desk.reveals import reveals_told
from mediation.records import triggers
from mediation.records.attachments import digest_of
from mediation.records.gateway import ContentWithheld
from tests.offices import Desk
from tests.photos import JPEG, NO_PHOTOS
from tests.steps.cases import asked_for, filled, nothing_was_refused, sittings, view
from tests.steps.referrals import event_within, stands_in


def photo(what: str) -> bytes:
    """Give a photo of something."""
    return JPEG + what.encode()


def brought(desk: Desk, name: str, event: str, content: bytes) -> None:
    """Let an officer do an event that asks nothing, with a photo."""
    uploads = (Upload("attachments", content),)
    asking = Asking(next(sittings(desk, name)), desk.now, uploads=uploads)
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            do_event(desk.office, tx, desk.number, event, {}, asking)
    except MediationError as refused:
        desk.problem = refused


@given(parsers.re(r"(?P<name>\S+?)已办理“接谈”，附上“(?P<what>[^”]+)”的照片"))
def a_photo_was_brought(desk: Desk, name: str, what: str) -> None:
    brought(desk, name, "interview", photo(what))
    nothing_was_refused(desk)


@when(parsers.re(r"(?P<name>\S+?)办理“接谈”，附上“(?P<what>[^”]+)”的照片"))
def a_photo_is_brought(desk: Desk, name: str, what: str) -> None:
    brought(desk, name, "interview", photo(what))


@when(parsers.re(r"(?P<name>\S+?)办理“接谈”，附上一个改名为照片的网页"))
def a_page_is_brought(desk: Desk, name: str) -> None:
    brought(desk, name, "interview", NO_PHOTOS["page called a photo"])


def entered_from_paper(
    desk: Desk, name: str, kind: str, label: str, what: str, uploads: tuple[Upload, ...]
) -> None:
    """Let an officer enter an act of the other side, naming a picture of its paper."""
    seen = view(desk)
    event = event_within(seen, kind, label)
    sitting = next(one for one in sittings(desk, name) if stands_in(desk, seen, one, event))
    data = filled(asked_for(desk, seen, event, sitting), [], desk)
    data["paper_picture"] = digest_of(photo(what))
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            asking = Asking(sitting, desk.now, uploads=uploads)
            do_event(desk.office, tx, desk.number, event, data, asking)
    except MediationError as refused:
        desk.problem = refused


ENTERED = r"(?P<name>\S+?)代录“(?P<kind>[^”]+)”中的“(?P<label>[^”]+)”"


@when(parsers.re(rf"{ENTERED}，附上“(?P<what>[^”]+)”的照片作文书照片"))
def a_paper_is_pictured(desk: Desk, name: str, kind: str, label: str, what: str) -> None:
    picture = Upload("paper_picture", photo(what))
    entered_from_paper(desk, name, kind, label, what, (picture,))


@when(parsers.re(rf"{ENTERED}，只填“(?P<what>[^”]+)”照片的校验值"))
def a_picture_is_only_named(desk: Desk, name: str, kind: str, label: str, what: str) -> None:
    entered_from_paper(desk, name, kind, label, what, ())


@when(parsers.re(r"(?P<name>\S+?)下载“(?P<what>[^”]+)”的照片"))
def a_photo_is_taken_out(desk: Desk, name: str, what: str) -> None:
    desk.problem = None
    asking = Asking(next(sittings(desk, name)), desk.now)
    try:
        with desk.office.database.writing() as tx:
            digest = digest_of(photo(what))
            given = download(desk.office, tx, desk.number, digest, asking)
    except MediationError as refused:
        desk.problem = refused
    else:
        assert given.content == photo(what)


@when(parsers.re(r"有人绕过程序删去“(?P<what>[^”]+)”的照片"))
def a_photo_is_removed(desk: Desk, what: str) -> None:
    database, digest = desk.office.database, digest_of(photo(what))
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        tx.connection.exec_driver_sql(f"DELETE FROM attachments WHERE digest = '{digest}'")


@then(parsers.re(r"案件有(?P<count>\d+)张照片，来自“(?P<label>[^”]+)”"))
def the_case_has_photos(desk: Desk, count: str, label: str) -> None:
    words = Words(desk.office.catalogue.library, "zh")
    asking = Asking(next(sittings(desk, "王桂兰")), desk.now)
    with desk.office.database.reading() as tx:
        told = attachments_told(view_case(desk.office, tx, desk.number, asking), words)
    assert [one["event_label"] for one in told] == [label] * int(count)


@then("核验没有发现问题")
def nothing_is_found(desk: Desk) -> None:
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


@then(parsers.re(r"核验指出“(?P<what>[^”]+)”的照片"))
def the_photo_is_named(desk: Desk, what: str) -> None:
    with desk.office.database.reading() as tx:
        found = [one.message.to("zh") for one in verify(desk.office, tx)]
    assert any(digest_of(photo(what)) in one for one in found), found


@then("照片没有给出")
def the_photo_was_withheld(desk: Desk) -> None:
    assert isinstance(desk.problem, ContentWithheld)


def looks(desk: Desk) -> list[tuple[str, str]]:
    """Give who looked at the case and why."""
    asking = Asking(next(sittings(desk, "王桂兰")), desk.now)
    with desk.office.database.reading() as tx:
        told = reveals_told(desk.office, tx, desk.number, asking)["looks"]
    return [(one["officer"], one["reason"]) for one in told]


@then(parsers.re(r"查看记录写着(?P<name>\S+?)“(?P<reason>[^”]+)”"))
def the_look_is_written_down(desk: Desk, name: str, reason: str) -> None:
    nothing_was_refused(desk)
    assert looks(desk) == [(name, reason)]


@then("没有人查看过本案")
def nobody_has_looked(desk: Desk) -> None:
    assert looks(desk) == []
