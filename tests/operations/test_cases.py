"""What users rely on when they open a case and carry it on: once, whole, or not at all."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mediation.engine.errors import EventRefused
from mediation.errors import InputRefused, MediationError
from mediation.operations.audit import verify
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.offering import offers
from mediation.operations.cases.requests import Asking, Done, KeyReused
from mediation.operations.cases.viewing import view_case
from mediation.operations.office import Sitting
from mediation.records.cases import StaleVersion
from mediation.records.columns import metadata
from mediation.records.failures import DatabaseBusy, KeyTaken
from tests.offices import Desk

WANG = Sitting("wangguilan", "tx")
ZHAO = Sitting("zhaomin", "tx")
NOTE = {"sort": "call", "note": "已电话联系"}


def form(*names: str, **more: Any) -> dict[str, Any]:
    people = [{"name": name} for name in names or ("张三", "李四")]
    return {"people": people, "class": "noise", "sentence": "楼上吵闹", **more}


def opened(desk: Desk, data: Any = None, **asked: Any) -> Done:
    asking = Asking(WANG, desk.now, **asked)
    with desk.office.database.writing() as tx:
        return open_case(desk.office, tx, "neighbour", data or form(), asking)


def done(
    desk: Desk, number: str, event: str, data: Any = None, sitting: Sitting = WANG, **asked: Any
) -> Done:
    asking = Asking(sitting, asked.pop("now", desk.now), **asked)
    with desk.office.database.writing() as tx:
        return do_event(desk.office, tx, number, event, data or {}, asking)


def rows(desk: Desk) -> dict[str, list[Any]]:
    """Give everything that stands in the database."""
    with desk.office.database.reading() as tx:
        return {
            table.name: sorted(
                repr(tuple(row)) for row in tx.connection.execute(table.select()).all()
            )
            for table in metadata.sorted_tables
        }


def blockers(refused: pytest.ExceptionInfo[EventRefused]) -> list[str]:
    return [blocker.code for blocker in refused.value.blockers]


def fields(refused: pytest.ExceptionInfo[InputRefused]) -> list[str]:
    return [fault.field for fault in refused.value.faults]


def test_the_same_request_sent_twice_opens_one_case(desk: Desk) -> None:
    first = opened(desk, key="k1")
    before = rows(desk)
    assert opened(desk, key="k1") == first
    assert rows(desk) == before


def test_the_same_request_sent_twice_happens_once(desk: Desk) -> None:
    number = opened(desk).number
    first = done(desk, number, "note", NOTE, key="k2")
    done(desk, number, "interview")
    before = rows(desk)
    # The answer is that of then, whatever has happened since.
    assert done(desk, number, "note", NOTE, key="k2") == first
    assert rows(desk) == before


def test_a_request_that_closed_the_case_is_answered_again(desk: Desk) -> None:
    number = opened(desk).number
    result = {"results": ["apology"], "rights_told": True}
    first = done(desk, number, "settle_at_once", result, key="k3")
    assert done(desk, number, "settle_at_once", result, key="k3") == first


def test_a_key_used_for_another_request_is_refused(desk: Desk) -> None:
    number = opened(desk).number
    done(desk, number, "note", NOTE, key="k4")
    before = rows(desk)
    with pytest.raises(KeyReused):
        done(desk, number, "note", {**NOTE, "note": "另一件事"}, key="k4")
    with pytest.raises(KeyReused):
        done(desk, number, "interview", key="k4")
    assert rows(desk) == before


def test_a_key_is_an_officers_own(desk: Desk) -> None:
    number = opened(desk).number
    done(desk, number, "note", NOTE, key="k5")
    assert done(desk, number, "note", NOTE, ZHAO, key="k5").version == 3


def test_a_stale_version_changes_nothing(desk: Desk) -> None:
    number = opened(desk).number
    done(desk, number, "note", NOTE, ZHAO)
    before = rows(desk)
    with pytest.raises(StaleVersion) as refused:
        done(desk, number, "interview", version=1)
    assert refused.value.version == 2
    assert rows(desk) == before
    assert done(desk, number, "interview", version=2).version == 3


def test_all_blockers_are_told_at_once(desk: Desk) -> None:
    number = opened(desk, form("张三")).number
    done(desk, number, "interview", {"taken_elsewhere": True, "danger": "violence"})
    with pytest.raises(EventRefused) as refused:
        done(desk, number, "accept", {"basis": "application"})
    assert blockers(refused) == ["sides_present", "not_taken_elsewhere", "danger_reported"]
    assert all(blocker.law for blocker in refused.value.blockers)


def test_blockers_are_told_before_the_form_is_looked_at(desk: Desk) -> None:
    number = opened(desk, form("张三")).number
    done(desk, number, "interview")
    with pytest.raises(EventRefused):
        done(desk, number, "accept", {"nonsense": 1})


def test_all_faults_of_a_form_are_told_at_once(desk: Desk) -> None:
    faulty = {
        "people": [{"name": "张三", "phone": "12"}, {"side": "left", "colour": "红"}],
        "class": "nois",
        "sentence": "\x00",
        "nonsense": 1,
    }
    with pytest.raises(InputRefused) as refused:
        opened(desk, faulty)
    assert sorted(fields(refused)) == [
        "class",
        "nonsense",
        "people.0.phone",
        "people.1.colour",
        "people.1.name",
        "people.1.side",
        "sentence",
    ]


def test_a_row_that_is_none_does_not_hide_the_faults_of_the_others(desk: Desk) -> None:
    people = ["张三", {"name": "李四", "phone": "12"}, None, {"side": "left"}]
    with pytest.raises(InputRefused) as refused:
        opened(desk, form(people=people, sentence=""))
    assert sorted(fields(refused)) == [
        "people.0",
        "people.1.phone",
        "people.2",
        "people.3.name",
        "people.3.side",
        "sentence",
    ]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("intervew", "没有“intervew”这一办理事项，是否应为“interview”？"),
        ("xyz", "没有“xyz”这一办理事项"),
        ("referral/7:intervew", "没有“referral/7:intervew”这一办理事项"),
    ],
)
def test_a_misspelt_event_is_told_with_the_nearest_there_is(
    desk: Desk, event: str, told: str
) -> None:
    number = opened(desk).number
    with pytest.raises(EventRefused) as refused:
        done(desk, number, event)
    (blocker,) = refused.value.blockers
    assert (blocker.code, blocker.text.to("zh")) == ("unknown_event", told)


REFUSED: dict[str, Callable[[Desk, str], object]] = {
    "an event from elsewhere": lambda desk, no: done(desk, no, "archive"),
    "an event nobody knows": lambda desk, no: done(desk, no, "dance"),
    "a side machine that is not there": lambda desk, no: done(desk, no, "referral/7:accept"),
    "a form with a fault": lambda desk, no: done(desk, no, "note", {"sort": "dance"}),
    "another's seat": lambda desk, no: done(
        desk, no, "interview", sitting=Sitting("caoyu", "yx-ft")
    ),
    "a seat nobody has": lambda desk, no: done(
        desk, no, "interview", sitting=Sitting("x", "tx")
    ),
    "the future": lambda desk, no: done(
        desk, no, "interview", occurred_at=desk.now + timedelta(hours=1)
    ),
    "before the last event": lambda desk, no: done(
        desk, no, "interview", occurred_at=desk.now - timedelta(hours=1)
    ),
    "a like case": lambda desk, _: opened(desk),
    "a kind nobody knows": lambda desk, _: open_nothing(desk),
}


def open_nothing(desk: Desk) -> None:
    with desk.office.database.writing() as tx:
        open_case(desk.office, tx, "moon", form(), Asking(WANG, desk.now))


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_no_trace(desk: Desk, what: str) -> None:
    number = opened(desk).number
    before = rows(desk)
    with pytest.raises(MediationError):
        REFUSED[what](desk, number)
    assert rows(desk) == before


def test_a_like_case_is_shown_and_may_be_held_for_another(desk: Desk) -> None:
    number = opened(desk).number
    with pytest.raises(EventRefused) as refused:
        opened(desk)
    [blocker] = refused.value.blockers
    assert (blocker.value, blocker.remedy) == (number, "acknowledged_duplicates")
    assert opened(desk, form(acknowledged_duplicates=[number])).version == 1


@pytest.mark.parametrize("number", ["（2026）天馨人调字第9号", "（2026）老坊人调字第1号", "无"])
def test_a_like_case_nobody_may_know_of_cannot_have_been_seen(desk: Desk, number: str) -> None:
    seen = opened(desk).number
    with desk.office.database.writing() as tx:
        zhou = Asking(Sitting("zhoujianguo", "lf"), desk.now)
        open_case(desk.office, tx, "neighbour", form("钱七", "孙八"), zhou)
    with pytest.raises(InputRefused) as refused:
        opened(desk, form(acknowledged_duplicates=[seen, number]))
    assert [(fault.field, fault.message.to("zh")) for fault in refused.value.faults] == [
        ("acknowledged_duplicates.1", "没有这个案号的案件")
    ]


def test_a_like_case_may_be_named_as_it_is_typed(desk: Desk) -> None:
    number = opened(desk).number
    typed = number.replace("（", "(").replace("）", ")")
    assert opened(desk, form(acknowledged_duplicates=[typed])).version == 1


def test_a_number_refused_is_given_to_the_next_case(desk: Desk) -> None:
    opened(desk)
    with pytest.raises(EventRefused):
        opened(desk)
    assert opened(desk, form("王五", "赵六")).number == "（2026）天馨人调字第2号"


def test_what_moves_offers_is_what_the_case_takes(desk: Desk) -> None:
    number = opened(desk).number
    asking = Asking(WANG, desk.now)
    with desk.office.database.reading() as tx:
        seen = view_case(desk.office, tx, number, asking)
        found = offers(seen, "zh")
    for offer in found:
        with pytest.raises(MediationError) as refused:
            done(desk, number, offer.move.name, {"nonsense": 1})
        kind = InputRefused if offer.move.open else EventRefused
        assert isinstance(refused.value, kind), offer.move.name


def test_of_two_at_once_with_one_version_one_wins(desk: Desk) -> None:
    number = opened(desk).number
    results = at_once(
        lambda: done(desk, number, "interview", version=1),
        lambda: done(desk, number, "note", NOTE, ZHAO, version=1),
    )
    won = [one for one in results if isinstance(one, Done)]
    lost = [one for one in results if not isinstance(one, Done)]
    assert [one.version for one in won] == [2]
    assert [type(one) for one in lost] == [StaleVersion]


def test_two_at_once_without_a_version_both_happen_one_after_the_other(desk: Desk) -> None:
    number = opened(desk).number
    results = at_once(
        *[lambda: done(desk, number, "note", NOTE)] * 4,
        *[lambda: done(desk, number, "interview")],
    )
    assert sorted(one.version for one in results if isinstance(one, Done)) == [2, 3, 4, 5, 6]
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


def test_the_same_request_sent_twice_at_once_happens_once(desk: Desk) -> None:
    number = opened(desk).number
    result = {"results": ["apology"], "rights_told": True}
    results = at_once(
        *[lambda: once(lambda: done(desk, number, "settle_at_once", result, key="twin"))] * 4
    )
    assert results == [results[0]] * 4
    assert isinstance(results[0], Done)


def test_the_same_case_opened_twice_at_once_is_one_case(desk: Desk) -> None:
    results = at_once(*[lambda: once(lambda: opened(desk, key="twin"))] * 4)
    assert results == [results[0]] * 4
    assert isinstance(results[0], Done)


def test_who_waited_for_another_comes_behind_him(desk: Desk) -> None:
    number = opened(desk).number
    done(desk, number, "note", NOTE, now=desk.now + timedelta(seconds=20))
    # He pressed the button before the other had finished, and said nothing of the time.
    assert done(desk, number, "interview", now=desk.now + timedelta(seconds=5)).version == 3
    with pytest.raises(InputRefused):
        done(desk, number, "interview", now=desk.now - timedelta(minutes=5))
    with desk.office.database.reading() as tx:
        assert list(verify(desk.office, tx)) == []


def test_what_happened_before_is_recorded_with_both_moments(desk: Desk) -> None:
    number = opened(desk).number
    then = desk.now + timedelta(hours=2)
    later = replace(desk, now=desk.now + timedelta(days=1))
    done(later, number, "interview", occurred_at=then)
    with desk.office.database.reading() as tx:
        row = view_case(desk.office, tx, number, Asking(WANG, later.now)).row
        query = "SELECT occurred_at, recorded_at FROM events WHERE seq = 2"
        [moments] = tx.connection.exec_driver_sql(query).all()
    assert row.last_at == then
    assert [datetime.fromtimestamp(one / 1e6, desk.now.tzinfo) for one in moments] == [
        then,
        later.now,
    ]


def once(work: Callable[[], Done]) -> Done:
    """Ask again if the twin was a moment ahead, as every door does."""
    try:
        return work()
    except KeyTaken:
        return work()


def at_once(*works: Callable[[], Done]) -> list[Done | MediationError]:
    """Do several things at the same time; give what came of each."""
    start = threading.Barrier(len(works))
    results: list[Done | MediationError | None] = [None] * len(works)

    def run(place: int, work: Callable[[], Done]) -> None:
        start.wait()
        try:
            results[place] = work()
        except MediationError as refused:
            results[place] = refused

    threads = [
        threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = [one for one in results if one is not None]
    assert len(found) == len(works), "somebody waits for ever"
    assert not [one for one in found if isinstance(one, DatabaseBusy)]
    return found
