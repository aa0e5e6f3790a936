"""Cases of a small office that reach every figure of the tables."""

from datetime import datetime
from typing import Any

from mediation.clock import SHANGHAI
from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office, Sitting
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.table import report_told
from mediation.records.database import Tx

WANG, ZHOU, BUREAU = "wangguilan@tx", "zhoujianguo@lf", "hanbing@yx-sfj"
ACCEPTING: list[tuple[str, dict[str, Any]]] = [
    ("interview", {"account": "说明情况", "grade": "ordinary"}),
    ("record_application", {"applied_on": "2026-01-01", "manner": "oral", "claim": "赔偿"}),
    ("ask_willingness", {"party": "b1", "answer": "agrees", "way": "phone"}),
]
ORAL = {"results": ["payment"], "terms": "当场付清。", "rights_told": True}


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


def asking(seat: str, now: datetime, occurred_at: datetime | None = None) -> Asking:
    officer, _, body = seat.partition("@")
    return Asking(Sitting(officer, body), now, occurred_at)


def opened(office: Office, seat: str, now: datetime, **more: Any) -> str:
    first = more.pop("name", "王小明")
    people = [{"name": first}, {"name": f"{first}的对方"}]
    form = {"people": people, "class": "contract", "sentence": "欠款不还。", **more}
    with office.database.writing() as tx:
        return open_case(office, tx, "general", form, asking(seat, now)).number


def done(
    office: Office,
    number: str,
    seat: str,
    now: datetime,
    *events: tuple[str, dict[str, Any]],
) -> None:
    for event, data in events:
        with office.database.writing() as tx:
            do_event(office, tx, number, event, data, asking(seat, now))


def settled(office: Office, number: str, seat: str, now: datetime, **more: Any) -> None:
    done(office, number, seat, now, ("settle_at_once", {**ORAL, **more}))


def promised(office: Office, number: str, seat: str, now: datetime, due_on: str) -> None:
    owed = {"obligor": "b1", "sort": "act", "due_on": due_on, "what": "粉刷"}
    done(office, number, seat, now, ("agree_at_once", {**ORAL, "obligations": [owed]}))


def reading(
    office: Office, tx: Tx, seat: str, month: str, now: datetime, body: str = ""
) -> Reading:
    return Reading.of(office, tx, body, month, asking(seat, now))


def told(office: Office, seat: str, month: str, now: datetime, body: str = "") -> Any:
    with office.database.reading() as tx:
        return report_told(
            reading(office, tx, seat, month, now, body), Words(office.catalogue.library, "zh")
        )


def lines(report: Any) -> dict[str, str]:
    return {one["key"]: one["value"] for one in report["lines"]}
