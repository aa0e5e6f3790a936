"""A settlement stays in its month, whatever becomes of the case afterwards."""

from datetime import timedelta

import pytest

from mediation.operations.audit import verify
from mediation.operations.deadlines import sweep
from mediation.operations.office import Office
from mediation.operations.proofs.figures import recount
from mediation.records.rounds import rounds_kept
from tests.operations.reports.office import (
    WANG,
    at,
    done,
    lines,
    opened,
    promised,
    settled,
    told,
)

REOPEN = ("reopen", {"reason": "又吵起来了"})
MARCH = at(2026, 3, 2)


def kept(office: Office) -> list[object]:
    with office.database.reading() as tx:
        return [
            (one.since, one.ended_on, one.returned_on, one.returned_after)
            for one in rounds_kept(tx, 1)
        ]


def test_a_case_taken_up_again_is_counted_anew_and_its_settlement_stays(office: Office) -> None:
    number = opened(office, WANG, MARCH)
    settled(office, number, WANG, MARCH)
    done(office, number, WANG, at(2026, 5, 4), REOPEN)
    settled(office, number, WANG, at(2026, 5, 6))
    assert kept(office) == [(1, "2026-03-02", "2026-05-04", 63), (3, "2026-05-06", None, None)]
    march = lines(told(office, WANG, "2026-03", at(2026, 6, 1)))
    assert (march["accepted"], march["settled"], march["returned"]) == ("1", "1", "1")
    assert lines(told(office, WANG, "2026-05", at(2026, 6, 1)))["settled"] == "1"
    with office.database.reading() as tx:
        assert list(verify(office, tx)) == []
    with office.database.writing() as tx:
        tx.driver.execute("DELETE FROM rounds")
    assert recount(office) == 1
    assert len(kept(office)) == 2


@pytest.mark.parametrize(("days", "found"), [(90, "1"), (91, "0")])
def test_the_ninetieth_day_still_counts(office: Office, days: int, found: str) -> None:
    number = opened(office, WANG, MARCH)
    settled(office, number, WANG, MARCH)
    done(office, number, WANG, MARCH + timedelta(days=days), REOPEN)
    march = lines(told(office, WANG, "2026-03", MARCH + timedelta(days=days + 1)))
    assert (march["settled"], march["returned"]) == ("1", found)


@pytest.mark.parametrize(("days", "found"), [(88, "1"), (91, "0")])
def test_what_falls_late_within_ninety_days_is_told_until_it_is_performed(
    office: Office, days: int, found: str
) -> None:
    number = opened(office, WANG, MARCH)
    due = MARCH + timedelta(days=days)
    promised(office, number, WANG, MARCH, due.date().isoformat())
    sweep(office, due + timedelta(days=1))
    late = lines(told(office, WANG, "2026-03", due + timedelta(days=2)))
    assert (late["settled"], late["unperformed"], late["performed"]) == ("1", found, "0")
    proof = ("confirm_all_performed", {"proof": "photo"})
    done(office, number, WANG, due + timedelta(days=2), proof, ("record_performance", {}))
    then = lines(told(office, WANG, "2026-03", due + timedelta(days=3)))
    assert (then["unperformed"], then["performed"]) == ("0", "1")


@pytest.mark.parametrize(("days", "found"), [(90, "1"), (91, "0")])
def test_non_performance_recorded_on_the_ninetieth_day_still_counts(
    office: Office, days: int, found: str
) -> None:
    number, on = opened(office, WANG, MARCH), MARCH + timedelta(days=days)
    promised(office, number, WANG, MARCH, "2026-12-31")
    done(office, number, WANG, on, ("record_non_performance", {"facts": "没有粉刷"}))
    assert lines(told(office, WANG, "2026-03", on))["unperformed"] == found
