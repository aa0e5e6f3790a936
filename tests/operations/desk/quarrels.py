"""Quarrels of a small office, opened and settled in a line, for the tests of the desk."""

from datetime import datetime
from typing import Any

from mediation.operations.answers.words import Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office, Sitting

ON_THE_SPOT = {"results": ["apology"], "terms": "互相谅解。", "rights_told": True}


def asking(seat: str, now: datetime) -> Asking:
    officer, _, body = seat.partition("@")
    return Asking(Sitting(officer, body), now)


def opened(office: Office, seat: str, now: datetime, *names: str, **more: Any) -> str:
    people = [{"name": name} for name in names or ("王小明", "李建国")]
    form = {"people": people, "class": "noise", "sentence": "楼上深夜跳绳。", **more}
    with office.database.writing() as tx:
        return open_case(office, tx, "neighbour", form, asking(seat, now)).number


def settled(office: Office, number: str, seat: str, now: datetime) -> None:
    with office.database.writing() as tx:
        do_event(office, tx, number, "settle_at_once", ON_THE_SPOT, asking(seat, now))


def words(office: Office) -> Words:
    return Words(office.catalogue.library, "zh")
