"""Steps about attachments of every kind: brought, listed, given out, refused."""

from pytest_bdd import given, parsers, then, when

from mediation.errors import MediationError
from mediation.operations.answers.words import Words
from mediation.operations.attachments.looking import LARGEST
from mediation.operations.audit import verify
from mediation.operations.cases.attachments import SORTS, Upload
from mediation.operations.cases.handling import do_event
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.desk.attachments import attachments_told, download
from mediation.records import triggers
from mediation.records.attachments import digest_of
from tests.hostile_files import HOSTILE
from tests.offices import Desk
from tests.photos import JPEG, TAKEN
from tests.steps.cases import nothing_was_refused, sittings

THREE_PAGES = "三页的 PDF"
FILES = {
    THREE_PAGES: lambda: TAKEN["pdf"][0],
    "照片": lambda: JPEG,
    "Word 文稿": lambda: TAKEN["word"][0],
    "Excel 表格": lambda: TAKEN["table"][0],
    "旧版 Word 文稿": lambda: TAKEN["old word"][0],
    "手机录音": lambda: TAKEN["m4a"][0],
    "正好 10 兆的照片": lambda: JPEG.ljust(LARGEST, b"\0"),
    "比 10 兆多一个字节的照片": lambda: JPEG.ljust(LARGEST + 1, b"\0"),
    "改名为照片的网页": HOSTILE["page called a photo"],
    "带脚本的图形": HOSTILE["svg with a script"],
    "普通压缩包": HOSTILE["plain archive"],
    "带宏的 Word 文稿": HOSTILE["macros"],
    "解开有一千兆的 Word 文稿": HOSTILE["bomb of a gibibyte"],
    "夹带压缩包的 Word 文稿": HOSTILE["archive in it"],
    "有密码的 PDF": HOSTILE["pdf, locked"],
    "带脚本的 PDF": HOSTILE["pdf with a script"],
    "没有传完的 PDF": HOSTILE["pdf cut off"],
    "五万见方的图片": HOSTILE["png of 50,000 by 50,000"],
    "空文件": HOSTILE["empty"],
}


def sort_named(desk: Desk, label: str) -> str:
    """Find a sort of attachment by its label."""
    sorts = desk.office.catalogue.library.lists.list[SORTS]
    return next(key for key, text in sorts.items() if text.zh == label)


def brought(desk: Desk, name: str, *uploads: Upload) -> None:
    """Let an officer do an event that asks nothing, with files."""
    asking = Asking(next(sittings(desk, name)), desk.now, uploads=uploads)
    desk.problem = None
    try:
        with desk.office.database.writing() as tx:
            do_event(desk.office, tx, desk.number, "interview", {}, asking)
    except MediationError as refused:
        desk.problem = refused


def told(desk: Desk, name: str = "王桂兰") -> list[dict[str, object]]:
    """Give the attachments as somebody sees them."""
    words = Words(desk.office.catalogue.library, "zh")
    asking = Asking(next(sittings(desk, name)), desk.now)
    with desk.office.database.reading() as tx:
        return attachments_told(view_case(desk.office, tx, desk.number, asking), words)


BROUGHT = r"办理“接谈”，附上(?P<what>[^，“]+)，作“(?P<label>[^”]+)”"


@given(parsers.re(rf"(?P<name>\S+?)已{BROUGHT}"))
def a_file_was_brought(desk: Desk, name: str, what: str, label: str) -> None:
    brought(desk, name, Upload("attachments", FILES[what](), sort_named(desk, label)))
    nothing_was_refused(desk)


@when(parsers.re(rf"(?P<name>\S+?){BROUGHT}"))
def a_file_is_brought(desk: Desk, name: str, what: str, label: str) -> None:
    brought(desk, name, Upload("attachments", FILES[what](), sort_named(desk, label)))


@when(parsers.re(rf"(?P<name>\S+?){BROUGHT}，名为“(?P<called>[^”]+)”"))
def a_named_file_is_brought(desk: Desk, name: str, what: str, label: str, called: str) -> None:
    sort = sort_named(desk, label)
    brought(desk, name, Upload("attachments", FILES[what](), sort, called))


@given(parsers.re(r"本案已有(?P<count>\d+)个附件"))
def the_case_has_many(desk: Desk, count: str) -> None:
    many = (Upload("attachments", JPEG + bytes([no])) for no in range(int(count)))
    brought(desk, "王桂兰", *many)
    nothing_was_refused(desk)


@when(parsers.re(r"(?P<name>\S+?)下载这个附件"))
def the_file_is_taken_out(desk: Desk, name: str) -> None:
    asking = Asking(next(sittings(desk, name)), desk.now)
    digest = digest_of(FILES[THREE_PAGES]())
    with desk.office.database.writing() as tx:
        desk.documents = [download(desk.office, tx, desk.number, digest, asking).name]


@when("有人绕过程序把附件换成别的内容")
def the_file_is_swapped(desk: Desk) -> None:
    database = desk.office.database
    with database.writing() as tx:
        for trigger in triggers.expected(database.dialect):
            table = f" ON {trigger.table}" if database.dialect == "postgresql" else ""
            tx.connection.exec_driver_sql(f"DROP TRIGGER {trigger.name}{table}")
        swap = "UPDATE attachments SET sealed = (SELECT sealed FROM parties LIMIT 1)"
        tx.connection.exec_driver_sql(swap)


@then("核验指出这个附件")
def the_file_is_found_out(desk: Desk) -> None:
    with desk.office.database.reading() as tx:
        found = [one.message.to("zh") for one in verify(desk.office, tx)]
    assert any(digest_of(FILES[THREE_PAGES]()) in one for one in found), found


@then(parsers.re(r"附件清单写着“(?P<label>[^”]+)”，(?:(?P<pages>\d+)页|不计页)"))
def the_list_says(desk: Desk, label: str, pages: str | None) -> None:
    nothing_was_refused(desk)
    listed = [(one["sort_label"], one["pages"]) for one in told(desk)]
    assert listed == [(label, int(pages) if pages else None)]


@then("案件没有附件")
def the_case_has_none(desk: Desk) -> None:
    assert told(desk) == []


@then(parsers.re(r"本案共有(?P<count>\d+)个附件"))
def the_case_has(desk: Desk, count: str) -> None:
    assert len(told(desk)) == int(count)


@then(parsers.re(r"(?P<name>\S+?)看到的附件名称是“(?P<called>[^”]+)”"))
def the_name_shows(desk: Desk, name: str, called: str) -> None:
    nothing_was_refused(desk)
    assert [one["name"] for one in told(desk, name)] == [called]


@then(parsers.re(r"(?P<name>\S+?)看不到附件名称"))
def the_name_is_withheld(desk: Desk, name: str) -> None:
    assert [one["name"] for one in told(desk, name)] == [""]


@then(parsers.re(r"下载的文件名是“(?P<called>[^”]+)”"))
def the_file_is_called(desk: Desk, called: str) -> None:
    assert desk.documents == [called]
