"""Statistics: what is counted, for whom, in which months, and what is not told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mediation.clock import SHANGHAI
from mediation.operations.desk import statistics
from mediation.operations.desk.statistics import guarded, statistics_told, tally
from mediation.operations.office import Office
from tests.operations.desk.quarrels import asking, opened, settled, words

WANG, ZHOU = "wangguilan@tx", "zhoujianguo@lf"
BUREAU, MARCH, APRIL = "hanbing@yx-sfj", (2026, 3, 2), (2026, 4, 2)


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=SHANGHAI)


def told(
    office: Office, seat: str, body: str = "", first: str = "", last: str = ""
) -> dict[str, Any]:
    with office.database.reading() as tx:
        asked = asking(seat, at(2026, 4, 20))
        found = statistics_told(office, tx, body, (first, last), asked, words(office))
    assert found is not None
    return found


@pytest.fixture
def worked(office: Office) -> Office:
    """Two quarrels of March and one of April, of two communities; the first one is settled."""
    first = opened(office, WANG, at(*MARCH))
    opened(office, WANG, at(*MARCH), "赵一", "钱二", channel="hotline")
    opened(office, ZHOU, at(*APRIL), "孙三", "周四")
    settled(office, first, WANG, at(*APRIL))
    return office


def test_a_supervisor_sees_all_below_by_month_body_and_channel(worked: Office) -> None:
    found = told(worked, BUREAU)
    assert (found["first"], found["last"]) == ("2026-01", "2026-04")
    months = {one["key"]: (one["received"], one["settled"]) for one in found["months"]}
    assert months["2026-03"] == (2, 0)
    assert months["2026-04"] == (1, 1)
    assert {one["key"]: one["received"] for one in found["bodies"]} == {"yq": 3}
    below = told(worked, BUREAU, "yq")
    assert {one["key"]: one["received"] for one in below["bodies"]} == {"yq-pq": 2, "lf": 1}
    assert [one["code"] for one in below["way"]] == ["yunxi", "yq"]
    assert {one["name"]: one["received"] for one in found["channels"]} == {
        "当事人来访": 2,
        "12345热线": 1,
    }
    assert found["total"]["rate"] == "100.0%"
    assert found["total"]["on_time"] == 0, "the first quarrel lay a month before it was settled"


def test_an_officer_counts_his_own_body_only(worked: Office) -> None:
    assert told(worked, WANG)["total"]["received"] == 2
    assert told(worked, ZHOU)["total"]["received"] == 1
    elsewhere = told(worked, WANG, "lf")
    assert elsewhere["scope"]["code"] == "tx"
    assert elsewhere["faults"]["body"] == told(worked, WANG, "nowhere")["faults"]["body"]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-13", "", "first"),
        ("", "三月", "last"),
        ("2026-03", "2026-02", "last"),
        ("2020-01", "2026-02", "last"),
    ],
)
def test_months_not_understood_are_named(
    office: Office, first: str, last: str, field: str
) -> None:
    assert set(told(office, WANG, "", first, last)["faults"]) == {field}


def test_few_cases_one_may_not_read_are_not_told(worked: Office) -> None:
    assert [guarded(count) for count in (0, 1, 4, 5)] == [0, None, None, 5]
    assert told(worked, WANG)["handed_over"] == {"cases": 0, "settled": 0, "few": 5}
    with worked.database.writing() as tx:
        tx.driver.execute("UPDATE cases SET owner = 'lf', owner_path = '/yunxi/yq/lf/'")
    assert told(worked, WANG)["handed_over"] == {"cases": None, "settled": None, "few": 5}
    assert told(worked, BUREAU)["handed_over"] is None, "nothing is foreign to a supervisor"


def test_a_wide_body_is_counted_by_the_heartbeat(
    worked: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = told(worked, BUREAU)
    monkeypatch.setattr(statistics, "WIDE", 20)
    assert tally(worked, at(2026, 4, 3)) == 1
    opened(worked, ZHOU, at(2026, 4, 3) + timedelta(hours=1), "吴五", "郑六")
    kept = told(worked, BUREAU)
    assert kept["counted_at"] == at(2026, 4, 3).isoformat()
    assert {**kept, "counted_at": None} == live
    tally(worked, at(2026, 4, 4))
    assert told(worked, BUREAU)["total"]["received"] == 4


def test_who_handles_no_cases_has_no_statistics(worked: Office) -> None:
    with worked.database.reading() as tx:
        asked = asking("admin@yunxi", at(2026, 4, 20))
        assert statistics_told(worked, tx, "", ("", ""), asked, words(worked)) is None
