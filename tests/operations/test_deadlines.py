"""Clocks fire once, late if need be, never in vain; who comes first makes no difference."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediation.engine.cases import Clock, Step
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.cases import case_told
from mediation.operations.answers.words import Words
from mediation.operations.audit import verify
from mediation.operations.cases import expiries
from mediation.operations.cases.expiries import ClockFailed
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.recording import Recorder
from mediation.operations.cases.requests import Asking
from mediation.operations.deadlines import (
    FIRST_WAIT,
    INCIDENT_WAIT,
    TRIES,
    Swept,
    next_moment,
    sweep,
    try_again,
)
from mediation.operations.office import Sitting
from mediation.records.cases import case_ids, read_cases
from mediation.records.database import Tx
from mediation.records.deadlines import DeadlineRow, case_deadlines
from mediation.records.events import EventRow, case_log
from tests.offices import Desk

WANG = Sitting("wangguilan", "tx")
NAMES = iter(f"当事人{n}" for n in range(1_000_000))


def opened(desk: Desk, now: datetime | None = None) -> str:
    people = [{"name": next(NAMES)}, {"name": next(NAMES)}]
    form = {"people": people, "class": "noise", "sentence": "楼上吵闹"}
    with desk.office.database.writing() as tx:
        asking = Asking(WANG, now or desk.now)
        return open_case(desk.office, tx, "neighbour", form, asking).number


def done(desk: Desk, number: str, event: str, now: datetime, **form: Any) -> None:
    with desk.office.database.writing() as tx:
        do_event(desk.office, tx, number, event, form, Asking(WANG, now))


def id_of(tx: Tx, number: str) -> int:
    return next(row.id for row in read_cases(tx, case_ids(tx, 0)) if row.number == number)


def log(desk: Desk, number: str) -> list[EventRow]:
    with desk.office.database.reading() as tx:
        return case_log(tx, id_of(tx, number))


def happened(desk: Desk, number: str) -> list[tuple[str, datetime, Any]]:
    """Give the log of a case without what differs by who came first: when it was recorded."""
    return [(one.name, one.occurred_at, one.body["step"]) for one in log(desk, number)]


def due(desk: Desk, number: str) -> datetime:
    with desk.office.database.reading() as tx:
        found = [one.deadline for one in case_deadlines(tx, id_of(tx, number))]
    return min(
        one.due_at for one in found if one.due_at and one.fires and one.status == "running"
    )


@contextmanager
def poisoned(number: str, no: int | None = None) -> Iterator[None]:
    """Let the calendar fail on one case, on all its clocks or one of them."""
    real = expiries.fired

    def fired(recorder: Recorder, clock: Clock) -> list[Step]:
        if recorder.row.number == number and no in {None, clock.no}:
            raise MediationError(Message("不能办理"))
        return real(recorder, clock)

    with patch.object(expiries, "fired", fired):
        yield


def set_aside(desk: Desk, number: str, now: datetime) -> datetime:
    """Sweep until an incident is recorded, and give when that was."""
    while not aside(desk, number):
        sweep(desk.office, now)
        now += FIRST_WAIT
    return now


def aside(desk: Desk, number: str) -> list[DeadlineRow]:
    with desk.office.database.reading() as tx:
        rows = case_deadlines(tx, id_of(tx, number))
    return [row for row in rows if row.incident_at]


def test_a_clock_that_is_over_fires_once(desk: Desk) -> None:
    number = opened(desk)
    at = due(desk, number)
    assert next_moment(desk.office) == at
    assert sweep(desk.office, at - timedelta(microseconds=1)) == Swept(0, 0)
    assert sweep(desk.office, at) == Swept(1, 0)
    assert sweep(desk.office, at) == Swept(0, 0)
    assert [one.name for one in log(desk, number)] == ["register", "period_ran_out"]


def test_late_is_late_and_is_recorded(desk: Desk) -> None:
    number = opened(desk)
    at, late = due(desk, number), desk.now + timedelta(days=40)
    swept = sweep(desk.office, late)
    fired = log(desk, number)[1:]
    # It rose to the next supervisor again and again, each time on its own day.
    assert len(fired) == swept.fired > 3
    assert fired[0].occurred_at == at
    assert {one.recorded_at for one in fired} == {late}
    days = [one.occurred_at for one in fired]
    assert days == sorted(set(days))
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(moments=st.lists(st.integers(0, 60 * 24 * 45), min_size=1, max_size=4).map(sorted))
def test_person_first_and_sweep_first_leave_the_same_log(
    desk: Desk, moments: list[int]
) -> None:
    first, second = opened(desk), opened(desk)
    for minutes in moments:
        now = desk.now + timedelta(minutes=minutes)
        # Of the first case nothing is swept before the person comes.
        done(desk, first, "note", now, sort="call", note="已联系")
    for minutes in moments:
        now = desk.now + timedelta(minutes=minutes)
        sweep(desk.office, now)
        done(desk, second, "note", now, sort="call", note="已联系")
    assert happened(desk, first) == happened(desk, second)


def test_what_is_entered_afterwards_fires_only_what_was_over_by_then(desk: Desk) -> None:
    number = opened(desk)
    at = due(desk, number)
    now = at + timedelta(days=30)
    with desk.office.database.writing() as tx:
        asking = Asking(WANG, now, at - timedelta(hours=1))
        do_event(desk.office, tx, number, "interview", {}, asking)
    assert [one.name for one in log(desk, number)] == ["register", "interview"]
    sweep(desk.office, now)
    # The clock of the first talk was stopped in time; only what the interview began is over.
    assert all(
        clock["period"] != "first_talk" or clock["status"] == "ended"
        for one in log(desk, number)[1:]
        for clock in one.body["step"]["clocks"]
    )


def test_a_poisoned_case_does_not_hold_up_the_others(desk: Desk) -> None:
    sick, sound = opened(desk), [opened(desk) for _ in range(3)]
    with poisoned(sick):
        assert sweep(desk.office, due(desk, sick)) == Swept(3, 1)
    assert [len(log(desk, one)) for one in (sick, *sound)] == [1, 2, 2, 2]


def test_a_poisoned_case_is_tried_again_later_each_time_and_then_set_aside(
    desk: Desk,
) -> None:
    number = opened(desk)
    now, tried = due(desk, number), []
    with poisoned(number):
        for _ in range(20):
            if sweep(desk.office, now).failed:
                tried.append(now)
            now += FIRST_WAIT
    tried = tried[:TRIES]
    waits = [later - sooner for sooner, later in pairwise(tried)]
    assert waits == [FIRST_WAIT * 2**n for n in range(TRIES - 1)]
    [incident] = aside(desk, number)
    assert incident.incident == "不能办理"
    assert incident.attempts == TRIES
    # It is tried again every hour, and once the cause is gone that does it.
    last = tried[-1]
    with poisoned(number):
        assert sweep(desk.office, last + INCIDENT_WAIT - FIRST_WAIT) == Swept(0, 0)
        assert sweep(desk.office, last + INCIDENT_WAIT) == Swept(0, 1)
    assert aside(desk, number)[0].incident_at == incident.incident_at
    assert sweep(desk.office, last + 2 * INCIDENT_WAIT).fired == 1
    assert aside(desk, number) == []
    assert sound(desk)


def sound(desk: Desk) -> bool:
    with desk.office.database.reading() as tx:
        return list(verify(desk.office, tx)) == []


def test_until_a_clock_is_set_aside_nobody_passes_it_over(desk: Desk) -> None:
    number = opened(desk)
    now = due(desk, number)
    with poisoned(number):
        assert sweep(desk.office, now).failed == 1
        with pytest.raises(ClockFailed, match="tried again"):
            done(desk, number, "note", now, sort="call", note="已联系")
    assert [one.name for one in log(desk, number)] == ["register"]


def test_people_go_on_with_a_case_whose_clock_is_set_aside(desk: Desk) -> None:
    number = opened(desk)
    at = due(desk, number)
    with poisoned(number, 1):
        now = set_aside(desk, number, at)
        done(desk, number, "note", now, sort="call", note="已联系")
        assert [one.name for one in log(desk, number)] == ["register", "note"]
        assert aside(desk, number)
    # Nothing is lost: once the cause is gone it happens, after what went on without it.
    try_again(desk.office, now)
    assert sweep(desk.office, now).fired == 1
    fired = log(desk, number)[-1]
    assert (fired.name, fired.occurred_at) == ("period_ran_out", now)
    assert (aside(desk, number), sound(desk)) == ([], True)


def test_an_event_that_ends_a_clock_ends_its_incident(desk: Desk) -> None:
    number = opened(desk)
    with poisoned(number, 1):
        now = set_aside(desk, number, due(desk, number))
        done(desk, number, "interview", now)
    assert (aside(desk, number), sound(desk)) == ([], True)


def promise_twice(desk: Desk, number: str) -> None:
    """Settle a case with two promises, each with a clock of its own."""
    owed = {"obligor": "b1", "sort": "act", "what": "铺上地毯"}
    days = ["2026-03-20", "2026-03-25"]
    done(
        desk, number, "agree_at_once", desk.now, results=["apology"], rights_told=True,
        terms="夜间不再拖动家具", obligations=[{**owed, "due_on": day} for day in days],
    )  # fmt: skip


def test_other_clocks_of_the_case_fire_in_its_stead(desk: Desk) -> None:
    number = opened(desk)
    promise_twice(desk, number)
    sick, *sound_ones = running(desk, number)
    assert sound_ones
    with poisoned(number, sick):
        now = set_aside(desk, number, due(desk, number))
        later = now + timedelta(days=60)
        sweep(desk.office, later)
        fired = {one.body["clock"] for one in log(desk, number) if "clock" in one.body}
        assert fired
        assert [row.deadline.no for row in aside(desk, number)] == [sick]
        assert sick not in fired
        # A person who comes before the sweep passes it over in the same way.
        done(desk, number, "note", later, sort="call", note="已联系")
        assert sound(desk)
    sweep(desk.office, later + INCIDENT_WAIT)
    assert (aside(desk, number), sound(desk)) == ([], True)


def test_while_a_clock_is_tried_again_the_others_of_its_case_wait_with_it(desk: Desk) -> None:
    number = opened(desk)
    promise_twice(desk, number)
    now = desk.now + timedelta(days=30)
    before = len(log(desk, number))
    with poisoned(number, running(desk, number)[0]):
        assert sweep(desk.office, now).failed == 1
        assert sweep(desk.office, now) == Swept(0, 0)
    assert len(log(desk, number)) == before


def running(desk: Desk, number: str) -> list[int]:
    """Give the clocks that fire something, the nearest first."""
    with desk.office.database.reading() as tx:
        rows = [one.deadline for one in case_deadlines(tx, id_of(tx, number))]
    armed = [(one.due_at, one.no) for one in rows if one.fires and one.status == "running"]
    return [no for _, no in sorted(armed)]


def test_the_case_shows_what_is_set_aside(desk: Desk) -> None:
    number = opened(desk)
    with poisoned(number, 1):
        now = set_aside(desk, number, due(desk, number))
    words = Words(desk.office.catalogue.library, "zh")
    with desk.office.database.reading() as tx:
        asking = Asking(WANG, now)
        told = case_told(desk.office, tx, number, asking, words, derivation=False)
    [incident] = told["incidents"]
    assert (incident["period"], incident["reason"]) == ("first_talk", "不能办理")
    assert "不能办理" in incident["text"]
    # What the calendar will not do by itself is not announced.
    assert told["if_nobody_acts"] is None or told["if_nobody_acts"]["at"] > now.isoformat()


def test_of_a_fault_of_the_program_only_the_place_is_shown(desk: Desk) -> None:
    number = opened(desk)

    def quoting(recorder: Recorder, clock: Clock) -> list[Step]:
        raise KeyError("张三")

    with patch.object(expiries, "fired", quoting):
        set_aside(desk, number, due(desk, number))
    [row] = aside(desk, number)
    assert row.incident is not None
    assert row.incident.startswith("KeyError (test_deadlines.py:")


def test_a_case_that_was_put_off_recovers_by_itself(desk: Desk) -> None:
    number = opened(desk)
    now = due(desk, number)
    with poisoned(number):
        assert sweep(desk.office, now).failed == 1
    assert sweep(desk.office, now) == Swept(0, 0)
    assert sweep(desk.office, now + FIRST_WAIT) == Swept(1, 0)


@pytest.mark.parametrize("sweepers", [2, 4])
def test_several_sweepers_fire_everything_once(desk: Desk, sweepers: int) -> None:
    numbers = [opened(desk) for _ in range(12)]
    now = desk.now + timedelta(days=10)
    swept: list[Swept] = []
    threads = [
        threading.Thread(target=lambda: swept.append(sweep(desk.office, now)))
        for _ in range(sweepers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(swept) == sweepers
    lengths = {len(log(desk, number)) for number in numbers}
    assert len(lengths) == 1
    assert sum(one.fired for one in swept) == 12 * (lengths.pop() - 1)
    assert sum(one.failed for one in swept) == 0
    assert sweep(desk.office, now) == Swept(0, 0)
