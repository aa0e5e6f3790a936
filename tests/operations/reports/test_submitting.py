"""A month is submitted once for good; what changes later is told beside it, case by case."""

from typing import Any

import pytest

from mediation.errors import InputRefused
from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.office import Office
from mediation.operations.reports.submitting import (
    NotReporting,
    NotYetOver,
    enter_figures,
    submit_month,
)
from mediation.records import triggers
from tests.operations.reports.office import (
    BUREAU,
    ORAL,
    WANG,
    ZHOU,
    asking,
    at,
    done,
    opened,
    reading,
    settled,
    told,
)

MARCH, APRIL, MAY = at(2026, 3, 2), at(2026, 4, 1), at(2026, 5, 1)


def submitted(
    office: Office, now: Any, month: str, seat: str = WANG, *, carry: bool = False
) -> Any:
    with office.database.writing() as tx:
        return submit_month(reading(office, tx, seat, month, now), carry=carry)


def entered(office: Office, now: Any, month: str, seat: str = WANG, **typed: str) -> None:
    with office.database.writing() as tx:
        enter_figures(reading(office, tx, seat, month, now), typed)


def entered_afterwards(office: Office, occurred_at: Any, now: Any) -> str:
    people = [{"name": "赵一"}, {"name": "钱二"}]
    form = {"people": people, "class": "contract", "sentence": "货款"}
    asked = asking(WANG, now, occurred_at)
    with office.database.writing() as tx:
        number = open_case(office, tx, "general", form, asked).number
        do_event(office, tx, number, "settle_at_once", ORAL, asked)
    return number


def test_figures_stay_as_submitted_and_late_entries_are_named(office: Office) -> None:
    first = opened(office, WANG, MARCH)
    settled(office, first, WANG, MARCH, agreed_sum="800")
    submitted(office, APRIL, "2026-03")
    late = entered_afterwards(office, at(2026, 3, 20), at(2026, 4, 2))
    found = told(office, WANG, "2026-03", at(2026, 4, 3))
    by = {one["key"]: one for one in found["submission"]["differences"]}
    assert (by["settled"]["submitted"], by["settled"]["present"]) == ("1", "2")
    assert by["settled"]["more"] == [{"number": late, "late": True}]
    line = next(one for one in found["lines"] if one["key"] == "settled")
    assert (line["value"], line["submitted"]) == ("2", "1")
    assert next(one for one in found["lines"] if one["key"] == "sum")["submitted"] == "0.08"


def test_a_correction_is_named_and_carried_by_the_next_submission(office: Office) -> None:
    first = opened(office, WANG, MARCH)
    settled(office, first, WANG, MARCH)
    submitted(office, APRIL, "2026-03")
    done(office, first, WANG, at(2026, 4, 2), ("reopen", {"reason": "又吵了"}))
    found = told(office, WANG, "2026-03", at(2026, 4, 3))
    by = {one["key"]: one for one in found["submission"]["differences"]}
    assert by["returned"]["more"] == [{"number": first, "late": False}]
    assert "settled" not in by
    submitted(office, MAY, "2026-04", carry=True)
    then = told(office, WANG, "2026-03", MAY)["submission"]
    assert (then["differences"], then["month"]) == ([], "2026-04")


def test_nothing_said_is_not_nothing_to_say(office: Office) -> None:
    found = told(office, "hanbing@yx-sfj", "2026-03", APRIL, "yq-pq")
    assert {one["code"]: one["submitted"] for one in found["below"]}["tx"] is False
    assert submitted(office, APRIL, "2026-03").zero
    below = {
        one["code"]: one for one in told(office, BUREAU, "2026-03", APRIL, "yq-pq")["below"]
    }
    assert (below["tx"]["submitted"], below["tx"]["zero"]) == (True, True)
    entered(office, APRIL, "2026-03", screenings="2", full_time="1")
    assert not submitted(office, APRIL, "2026-03").zero


def test_who_how_often_and_when(office: Office) -> None:
    with pytest.raises(NotYetOver):
        submitted(office, at(2026, 3, 30), "2026-03")
    submitted(office, at(2026, 3, 31), "2026-03")
    with pytest.raises(InputRefused):
        submitted(office, APRIL, "2026-03")
    with pytest.raises(NotReporting):
        submitted(office, APRIL, "2026-03", "liudeshun@tx")
    with pytest.raises(NotReporting):
        submitted(office, APRIL, "2026")
    with pytest.raises(NotReporting):
        entered(office, APRIL, "2026", screenings="1")
    with pytest.raises(InputRefused) as refused:
        entered(office, APRIL, "2026-03", screenings="-1", prevented="三")
    assert {one.field for one in refused.value.faults} == {"screenings", "prevented"}


def test_what_is_entered_adds_up_over_bodies_and_months_and_standing_figures_do_not(
    office: Office,
) -> None:
    for month in ("2026-01", "2026-02"):
        entered(office, APRIL, month, screenings="2", full_time="3")
    entered(office, APRIL, "2026-02", screenings="5", full_time="4")
    entered(office, APRIL, "2026-02", ZHOU, screenings="1", full_time="1")
    found = told(office, BUREAU, "2026", APRIL)
    figures = {one["key"]: one["value"] for one in (*found["entered"], *found["organisation"])}
    assert (figures["screenings"], figures["full_time"]) == ("8", "5")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE submissions SET content = replace(content, '天馨', '天心')",
        "UPDATE submissions SET at = at + 1",
        "UPDATE submissions SET no = 2",
    ],
)
def test_a_changed_submission_is_named(office: Office, change: str) -> None:
    settled(office, opened(office, WANG, MARCH), WANG, MARCH)
    submitted(office, APRIL, "2026-03")
    with office.database.reading() as tx:
        assert list(verify(office, tx)) == []
    with office.database.writing() as tx:
        for one in triggers.expected(office.database.dialect):
            place = f" ON {one.table}" if office.database.dialect == "postgresql" else ""
            tx.driver.execute(f"DROP TRIGGER {one.name}{place}")
        tx.driver.execute(change)
    with office.database.reading() as tx:
        assert "submission_changed" in {one.code for one in verify(office, tx)}
