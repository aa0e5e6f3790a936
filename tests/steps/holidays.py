"""Steps about holiday notices that become known while cases are open."""

from dataclasses import replace
from datetime import timedelta

from pytest_bdd import parsers, when

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.projection import project
from tests.offices import Desk
from tests.steps.cells import MOMENT, as_moment


@when(
    parsers.re(
        rf"国务院办公厅通知(?P<first>{MOMENT})至(?P<last>{MOMENT})为(?P<name>[^，]+)"
        rf"(?:，(?P<worked>{MOMENT})上班)?"
    )
)
def a_notice_becomes_known(
    desk: Desk, first: str, last: str, name: str, worked: str | None
) -> None:
    begins, ends = (shanghai_day(as_moment(one)) for one in (first, last))
    holiday = {
        "name": {"zh": name, "en": name},
        "from": begins,
        "to": ends,
        "work": [shanghai_day(as_moment(worked))] if worked else [],
    }
    notice = {
        "year": ends.year,
        "document": f"国办发明电〔{ends.year - 1}〕9号",
        "published": begins - timedelta(days=30),
        "holiday": [holiday],
    }
    catalogue = desk.office.catalogue
    desk.office.catalogue = replace(catalogue, calendar=catalogue.calendar.with_notice(notice))
    project(desk.office, desk.now)
