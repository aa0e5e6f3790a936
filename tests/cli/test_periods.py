import pytest

from tests.cli.conftest import Run

VECTORS = [
    ("2026-01-20", "--days", "30", "2026-02-24"),
    ("2026-01-31", "--months", "1", "2026-02-28"),
    ("2026-09-07", "--months", "1", "2026-10-08"),
    ("2026-09-05", "--days", "30", "2026-10-08"),
    ("2026-09-19", "--days", "15", "2026-10-08"),
    ("2026-08-08", "--days", "60", "2026-10-08"),
    ("2026-05-31", "--months", "6", "2026-11-30"),
    ("2026-08-31", "--months", "6", "2027-03-01"),
    ("2026-10-07", "--years", "2", "2028-10-09"),
    ("2026-09-30", "--working-days", "3", "2026-10-10"),
    ("2026-02-13", "--working-days", "7", "2026-03-02"),
    ("2026-04-30", "--working-days", "5", "2026-05-11"),
    ("2026-11-20", "--working-days", "3", "2026-11-25"),
]


@pytest.mark.parametrize(("start", "unit", "value", "due_on"), VECTORS)
def test_the_vectors_of_the_law(
    run: Run, start: str, unit: str, value: str, due_on: str
) -> None:
    told = run("period", "--from", start, unit, value, "--json").told
    assert told["due_on"] == due_on
    assert told["provisional"] is (due_on > "2027")
    assert told["derivation"][0]["rule"] == "starting_day_out"


def test_hours_run_from_a_moment(run: Run) -> None:
    told = run("period", "--from", "2026-03-05T09:00", "--hours", "24", "--json").told
    assert told["due_at"] == "2026-03-06T01:00:00+00:00"
    refused = run("period", "--from", "2026-03-05", "--hours", "24", "--json")
    assert (refused.code, refused.error["code"]) == (1, "period_refused")


def test_suspensions_lengthen_or_hold(run: Run) -> None:
    given = ("period", "--from", "2026-03-10", "--days", "30", "--json")
    several = ("--suspend", "2026-03-18..2026-03-22", "--suspend", "2026-03-20..2026-03-25")
    assert run(*given, *several).told["due_on"] == "2026-04-16"
    assert run(*given, "--suspend", "2026-03-20..").told["due_on"] is None


def test_people_read_the_derivation_with_its_articles(run: Run) -> None:
    shown = run("period", "--from", "2026-09-07", "--months", "1")
    assert "《民法典》第二百零三条" in shown.out
    assert "2026-10-08" in shown.out
    english = run("period", "--from", "2026-09-07", "--months", "1", "--lang", "en")
    assert "National Day" in english.out
