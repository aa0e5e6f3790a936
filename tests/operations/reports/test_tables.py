"""The tables of a year agree with what plain SQL counts in the cases themselves."""

import json
import random
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from mediation.errors import InputRefused
from mediation.operations.answers.words import Words
from mediation.operations.deadlines import sweep
from mediation.operations.office import Office
from mediation.operations.reports.cutting import cut_off
from mediation.operations.reports.reading import ReportNotFound
from mediation.operations.reports.sheets import workbook
from mediation.operations.reports.submitting import cases_behind
from mediation.operations.reports.table import behind_told
from tests.operations.reports.office import (
    ACCEPTING,
    BUREAU,
    WANG,
    ZHOU,
    asking,
    at,
    done,
    lines,
    opened,
    promised,
    reading,
    settled,
    told,
)

NOW = at(2026, 12, 31)
CLASSES = ("contract", "damages", "family", "labour")
CHANNELS = ("walk_in", "hotline", "police_110", "screening", "department", "governance_centre")


@pytest.fixture
def year(office: Office) -> Office:
    """Sixty disputes of two communities: settled, ended, reopened, open, through a year."""
    lot = random.Random(2026)
    for no in range(60):
        seat = lot.choice((WANG, ZHOU))
        now = at(2026, 1, 5) + timedelta(days=5 * no)
        more = {
            "class": lot.choice(CLASSES),
            "channel": lot.choice(CHANNELS),
            "name": f"甲{no}",
        }
        number = opened(office, seat, now, **more)
        worked(office, number, seat, now, lot)
    return office


def worked(office: Office, number: str, seat: str, now: datetime, lot: random.Random) -> None:
    """Carry a case to one of its ends, or leave it."""
    later = now + timedelta(days=lot.randrange(1, 9))
    fate = lot.randrange(6)
    if fate == 0:
        settled(office, number, seat, later, agreed_sum=str(lot.randrange(1, 9000)))
        if lot.random() < 0.6:
            again = later + timedelta(days=lot.choice((20, 90, 91)))
            if again < NOW:
                done(office, number, seat, again, ("reopen", {"reason": "又吵"}))
    elif fate == 1:
        promised(office, number, seat, later, (later + timedelta(days=30)).date().isoformat())
        sweep(office, min(later + timedelta(days=40), NOW))
    elif fate in {2, 3}:
        basis = {"basis": lot.choice(("application", "own_motion"))}
        done(office, number, seat, later, *ACCEPTING, ("accept", basis))
        if fate == 3:
            end = ("end_mediation", {"ground": "not_achieved", "routes": ["court"]})
            done(office, number, seat, later, end)


def fact(name: str, dialect: str) -> str:
    """Give the expression of a fact out of a snapshot."""
    if dialect == "sqlite":
        return f"json_extract(snapshot, '$.facts.{name}[0]')"
    return f"(snapshot::json #>> '{{facts,{name},0}}')"


def ask(office: Office, query: str) -> list[tuple[Any, ...]]:
    dialect = office.database.dialect
    for name in ("accepted_on", "ended_on"):
        query = query.replace(f"<{name}>", fact(name, dialect))
    with office.database.reading() as tx:
        return [tuple(row) for row in tx.driver.execute(query).fetchall()]


# What was settled before a case was taken up again stands in the log alone.
EVENTS = "SELECT case_id, body FROM events ORDER BY case_id, seq"


def said(office: Office, fact: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Read off the log each day that was set: of which case, and what was set with it."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    for case_id, body in ask(office, EVENTS):
        facts = json.loads(body)["step"]["facts"]
        if fact in facts:
            found.append((case_id, facts[fact], facts))
    return found


@pytest.mark.parametrize(("seat", "path"), [(BUREAU, "/yunxi/"), (WANG, "/yunxi/yq/yq-pq/tx/")])
def test_the_tables_of_a_generated_year_agree_with_plain_sql(
    year: Office, seat: str, path: str
) -> None:
    under = f"owner_path LIKE '{path}%'"
    (received,) = ask(year, f"SELECT count(*) FROM cases WHERE {under}")
    assert received[0] > 20
    here = {one for (one,) in ask(year, f"SELECT id FROM cases WHERE {under}")}
    settled_, closed = (
        [(day, facts) for case, day, facts in said(year, fact) if case in here]
        for fact in ("settled_on", "closed_on")
    )
    ended, accepted = (
        ask(year, f"SELECT {day} FROM cases WHERE {under} AND {day} IS NOT NULL")
        for day in ("<ended_on>", "<accepted_on>")
    )
    total = dict.fromkeys(("settled", "mediated", "accepted", "closed"), 0)
    for month in (f"2026-{no:02}" for no in range(1, 13)):
        found = lines(told(year, seat, month, NOW))
        then = [facts for day, facts in settled_ if day.startswith(month)]
        fen = sum(facts.get("agreed_sum") or 0 for facts in then)
        oral = sum(bool(facts.get("oral")) for facts in then)
        by_letter = sum(day.startswith(month) for (day,) in accepted)
        by_ending = sum(day.startswith(month) for (day,) in ended)
        assert int(found["settled"]) == len(then), month
        assert int(found["mediated"]) == len(then) + by_ending, month
        assert int(found["accepted"]) == len(then) + by_letter, month
        assert int(found["closed"]) == sum(day.startswith(month) for day, _ in closed), month
        assert found["sum"] == f"{fen / 1_000_000:.2f}", month
        assert int(found["oral"]) == oral, month
        assert int(found["written"]) == len(then) - oral, month
        # What was promised in this year was never done: only the rest was performed at once.
        performed = sum(bool(facts.get("performed")) for facts in then)
        assert int(found["performed"]) == performed, month
        for name in total:
            total[name] += int(found[name])
    whole = lines(told(year, seat, "2026", NOW))
    assert {name: int(whole[name]) for name in total} == total
    assert total["settled"] == len(settled_) > 5


def test_classes_and_sources_add_up_and_each_figure_leads_to_its_cases(year: Office) -> None:
    found = told(year, BUREAU, "2026", NOW)
    whole = lines(found)
    for part, by in (("classes", "class"), ("sources", "group")):
        for place, name in enumerate(("accepted", "mediated", "settled")):
            rows = [one for one in found[part] if one["by"] == by]
            assert sum(int(one["values"][place]["value"]) for one in rows) == int(whole[name])
    depth = [one for one in found["sources"] if one["by"] == "source"]
    assert {one["label"] for one in depth if one["values"][0]["counted"]} >= {"12345热线"}
    words = Words(year.catalogue.library, "zh")
    with year.database.reading() as tx:
        report = reading(year, tx, BUREAU, "2026", NOW)
        for one in (*found["classes"], *found["sources"]):
            for value in one["values"]:
                if value["key"] in {"accepted", "settled", "returned"}:
                    numbers = cases_behind(report, value["key"], one["by"], one["key"])
                    assert len(numbers) == int(value["value"]), (one["label"], value["key"])
        assert behind_told(report, "settled", "class", "contract", words)["of"] == "合同纠纷"
        for wrong in (("rate", "", ""), ("settled", "x", ""), ("settled", "source", "x")):
            with pytest.raises(ReportNotFound):
                behind_told(report, *wrong, words)


def test_months_that_end_on_another_day_add_up_to_the_same_year(year: Office) -> None:
    before = lines(told(year, BUREAU, "2026-06", NOW))["accepted"]
    admin = asking("admin@yunxi", at(2026, 3, 2))
    with year.database.writing() as tx:
        cut_off(year, tx, "yunxi", "25", "2026-03", admin)
    found = told(year, BUREAU, "2026-06", NOW)
    assert (found["from_on"], found["until_on"]) == ("2026-05-26", "2026-06-25")
    (counted,) = ask(
        year,
        "SELECT count(*) FROM rounds WHERE accepted_on BETWEEN '2026-05-26' AND '2026-06-25'",
    )
    assert lines(found)["accepted"] == str(counted[0])
    assert before
    assert told(year, BUREAU, "2026-03", NOW)["from_on"] == "2026-03-01"
    for day, month in (("0", "2026-04"), ("32", "2026-04"), ("25", "2026-02"), ("25", "x")):
        with pytest.raises(InputRefused), year.database.writing() as tx:
            cut_off(year, tx, "yunxi", day, month, admin)


def test_the_workbook_says_the_same_and_holds_the_cases_behind(year: Office) -> None:
    with year.database.reading() as tx:
        report = reading(year, tx, BUREAU, "2026", NOW)
        content = workbook(report, Words(year.catalogue.library, "zh"))
    book = load_workbook(BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    rows = {row[0].value: row[2].value for row in book["案件情况"].iter_rows(max_row=20)}
    whole = lines(told(year, BUREAU, "2026", NOW))
    assert rows["调解成功"] == int(whole["settled"])
    behind = [row[0].value for row in book["数字所计案件"].iter_rows(min_row=2)]
    assert behind.count("调解成功") == int(whole["settled"])


def test_what_lies_elsewhere_is_not_there(year: Office) -> None:
    for body in ("lf", "nowhere", "yunxi"):
        with pytest.raises(ReportNotFound):
            told(year, WANG, "2026", NOW, body)
    with pytest.raises(ReportNotFound):
        told(year, "admin@yunxi", "2026", NOW)
