"""A holiday notice that comes later moves open deadlines, and only later."""

from dataclasses import replace
from pathlib import Path

from mediation.operations.audit import verify
from mediation.operations.cases.handling import open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.notices import settle_calendar
from mediation.operations.office import Sitting
from mediation.scheduler import Heartbeat
from mediation.settings import Settings
from tests.offices import Desk
from tests.steps.cells import as_moment

# Two days off just after the first days of the year, which nobody knew of in December.
NOTICE = {
    "year": 2027,
    "document": "国办发明电〔2026〕1号",
    "published": "2026-12-30",
    "holiday": [
        {"name": {"zh": "元旦", "en": "New Year"}, "from": "2027-01-01", "to": "2027-01-06"}
    ],
}


def test_a_round_projects_deadlines_anew_once_a_notice_has_come(
    desk: Desk, tmp_path: Path
) -> None:
    desk.now = as_moment("2026年12月31日")
    asking = Asking(Sitting("wangguilan", "tx"), desk.now)
    form = {"people": [{"name": "甲"}], "class": "noise", "sentence": "楼上吵闹"}
    office = desk.office
    with office.database.writing() as tx:
        number = open_case(office, tx, "neighbour", form, asking).number
    heart = Heartbeat(
        Settings(tmp_path, "", tmp_path / "key"), office, lambda _: None, lambda: desk.now
    )
    with office.database.reading() as tx:
        before = view_case(office, tx, number, asking).case.clocks
    heart.round()
    # As after a new start of the program with another file: the files are read once for all
    # tests, so the catalogue is not changed but replaced.
    calendar = office.catalogue.calendar.with_notice(NOTICE)
    office.catalogue = replace(office.catalogue, calendar=calendar)
    with office.database.writing() as tx:
        settle_calendar(office.catalogue, tx)
    done, again = heart.round(), heart.round()
    with office.database.reading() as tx:
        after = view_case(office, tx, number, asking).case.clocks
        findings = list(verify(office, tx))

    moved = [(old.due_at, new.due_at) for old, new in zip(before, after, strict=True)]
    assert (done.projected, again.projected) == (1, 0)
    assert all(new >= old for old, new in moved if old and new)
    assert any(new > old for old, new in moved if old and new)
    assert findings == []
