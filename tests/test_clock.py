"""Days and moments are written in one way, and China's time is meant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mediation import clock
from mediation.clock import parse_day, parse_moment
from mediation.errors import InputRefused


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-22", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2026-11-22T09:00", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ("2026-11-22 09:00", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ("2026-11-22T09:00:30", datetime(2026, 11, 22, 1, 0, 30, tzinfo=UTC)),
        ("2026-11-22T09:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T09:00+09:00", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_a_moment_without_offset_is_chinas(written: str, moment: datetime) -> None:
    assert parse_moment(written) == moment
    assert parse_moment(written).tzinfo is UTC


def test_a_moment_written_by_the_program_is_read_again() -> None:
    now = clock.now()
    assert parse_moment(now.isoformat()) == now


def test_a_day_is_read() -> None:
    assert parse_day("2024-02-29") == date(2024, 2, 29)


# Several of these are ISO 8601, and only some Pythons take them.
@pytest.mark.parametrize(
    "written",
    [
        *("", "2026-2-9", "20261122", "2026-W47-7", "2026年11月22日", "٢٠٢٦-11-22"),
        *("2026-11-22T24:00", "2026-11-22T9", "2026-11-22T09:60", "2026-11-22T09:00+8"),
        "2026-11-22\n",
    ],
)
def test_another_way_of_writing_is_refused(written: str) -> None:
    for parse in (parse_day, parse_moment):
        with pytest.raises(InputRefused, match=r"Write a (day|moment) as 2026-11-22"):
            parse(written)


@pytest.mark.parametrize("written", ["2026-02-29", "2026-13-01", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(written: str) -> None:
    with pytest.raises(InputRefused, match="no such day"):
        parse_day(written)


def test_a_moment_that_does_not_exist_is_refused() -> None:
    for written in ("2026-02-29T09:00", "2026-02-28T09:00+25:00"):
        with pytest.raises(InputRefused, match="no such moment"):
            parse_moment(written)


@pytest.mark.parametrize("written", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_out_of_reach_is_refused(written: str) -> None:
    for text in (written, f"{written}T00:00"):
        with pytest.raises(InputRefused, match="from 1900 to 2199"):
            parse_moment(text)
