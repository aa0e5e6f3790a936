"""Steps that ask for statistics."""

import re

from pytest_bdd import parsers, then

from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.statistics import statistics_told
from tests.offices import Desk
from tests.steps.cases import sittings

MEASURES = {
    "收到": "received",
    "办结": "ended",
    "调结": "settled",
    "按期": "on_time",
    "已履行": "performed",
}


@then(parsers.re(r"(?P<name>\S+?)统计(?P<year>\d+)年(?P<month>\d+)月：(?P<counts>.+)"))
def the_statistics_say(desk: Desk, name: str, year: str, month: str, counts: str) -> None:
    span = f"{year}-{int(month):02}"
    with desk.office.database.reading() as tx:
        told = statistics_told(
            desk.office,
            tx,
            "",
            (span, span),
            Asking(next(sittings(desk, name)), desk.now),
            Words(desk.office.catalogue.library, "zh"),
        )
    assert told is not None
    wanted = dict(re.findall(r"([^\d，]+)(\d+)件", counts))
    assert wanted == {label: str(told["total"][MEASURES[label]]) for label in wanted}
