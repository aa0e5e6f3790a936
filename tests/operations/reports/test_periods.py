"""A month ends on the day that was set, and no day is left out or counted twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mediation.operations.reports.periods import Cutoffs, after, months_of
from mediation.records.reports import Cutoff
from tests.operations.reports.office import at


def cutoffs(*rules: tuple[int, int]) -> Cutoffs:
    return Cutoffs(
        (tuple(Cutoff("b", month, day, "o", at(2026, 1, 1)) for month, day in rules),)
    )


def test_without_a_rule_a_month_is_the_month() -> None:
    none = Cutoffs(())
    assert (none.first_day(202603), none.last_day(202602)) == (
        date(2026, 3, 1),
        date(2026, 2, 28),
    )


def test_a_month_that_ends_on_the_twenty_fifth_begins_on_the_twenty_sixth() -> None:
    rule = cutoffs((202601, 25))
    assert (rule.first_day(202603), rule.last_day(202603)) == (
        date(2026, 2, 26),
        date(2026, 3, 25),
    )
    assert rule.month_of(date(2026, 3, 25)) == 202603
    assert rule.month_of(date(2026, 3, 26)) == 202604
    assert rule.month_of(date(2026, 12, 26)) == 202701


@given(st.lists(st.tuples(st.integers(202601, 202612), st.integers(1, 31)), max_size=4))
def test_the_days_of_two_years_belong_to_one_month_each(rules: list[tuple[int, int]]) -> None:
    rule, month, day = cutoffs(*rules), 202512, Cutoffs(()).first_day(202512)
    while month < 202702:
        assert rule.first_day(month) == day
        assert rule.last_day(month) >= day - timedelta(days=1)
        day, month = rule.last_day(month) + timedelta(days=1), after(month)


def test_what_is_no_month_is_none() -> None:
    assert months_of("2026-03") == (202603, 202603)
    assert months_of("2026") == (202601, 202612)
    for text in (
        "",
        "2026-13",
        "2026-3",
        "26-03",
        "2026-",
        "0001",
        "9999-01",
        "２０２６-03",
        "x",
    ):
        assert months_of(text) is None, text
