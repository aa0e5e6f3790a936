"""On which day a body's months end: set by whoever administers it, for months to come."""

from typing import Final

from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.administration.journal import CUTOFF_SET
from mediation.operations.administration.managing import Manager
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.operations.reports.periods import MONTH_END, Cutoffs, months_of
from mediation.records.database import Tx
from mediation.records.people_changes import PeopleChange, note_changes
from mediation.records.reports import Cutoff, all_cutoffs, set_cutoff, submitted_under
from mediation.text import integer

FOR_EVER: Final = 999_912


def cut_off(office: Office, tx: Tx, code: str, day: str, month: str, asking: Asking) -> None:
    """Set on which day months end from a month on, in a body and in those below it.

    Raises:
        NotAdministered: the officer does not manage it.
        InputRefused: no such day or month; or it is over, or somebody has submitted it.
    """
    manager = Manager.of(office, tx, asking)
    body, from_month = manager.body(code), months_of(month)
    try:
        number = integer(day, least=1, most=MONTH_END)
    except InputRefused as refused:
        raise InputRefused((Fault("day", refused.faults[0].message),)) from None
    if from_month is None or from_month[0] != from_month[1]:
        raise InputRefused((Fault("month", Message("请写成 2026-03 这样的年月")),))
    first = from_month[0]
    if first < manager.day.year * 100 + manager.day.month:
        raise InputRefused((Fault("month", Message("只能从本月或者以后的月份起改")),))
    if submitted_under(tx, body.path, first, FOR_EVER):
        raise InputRefused(
            (Fault("month", Message("这个月或者以后的月份已有单位报送，不能再改")),)
        )
    before = Cutoffs.of(manager.directory, code, all_cutoffs(tx)).day(first)
    sitting = asking.sitting
    set_cutoff(tx, Cutoff(code, first, number, sitting.officer, asking.now))
    note_changes(
        tx,
        [
            PeopleChange(
                at=asking.now,
                officer=sitting.officer,
                body=sitting.body,
                what=CUTOFF_SET,
                subject=code,
                path=body.path,
                before={"cutoff": before},
                after={"cutoff": number, "from_month": month},
            )
        ],
    )


def cutoff_told(office: Office, tx: Tx, code: str, asking: Asking) -> Told:
    """Tell on which day this month ends, to whoever administers the body.

    Raises:
        NotAdministered: the officer does not manage it.
    """
    manager = Manager.of(office, tx, asking)
    body = manager.body(code)
    cutoffs = Cutoffs.of(manager.directory, code, all_cutoffs(tx))
    month = cutoffs.month_of(manager.day)
    return {
        "code": code,
        "name": body.name,
        "day": cutoffs.day(month),
        "month": f"{manager.day:%Y-%m}",
        "last_day": cutoffs.last_day(month).isoformat(),
        "month_end": MONTH_END,
    }
