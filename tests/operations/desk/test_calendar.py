"""The calendar of a body: whole weeks, named days, and what falls on them."""

import json
from datetime import datetime

from mediation.clock import SHANGHAI
from mediation.operations.answers.words import Told
from mediation.operations.desk.calendar import calendar_told
from mediation.operations.office import Office
from tests.operations.desk.quarrels import asking, opened, words

WANG, ZHOU = "wangguilan@tx", "zhoujianguo@lf"
NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


def month(office: Office, seat: str, which: str = "") -> Told:
    with office.database.reading() as tx:
        return calendar_told(office, tx, which, asking(seat, NOW), words(office))


def test_a_month_is_whole_weeks_from_monday(office: Office) -> None:
    told = month(office, WANG)
    assert (told["before"], told["month"], told["after"]) == ("2026-02", "2026-03", "2026-04")
    assert told["weeks"][0][0]["on"] == "2026-02-23"
    assert told["weeks"][-1][-1]["on"] == "2026-04-05"
    assert [day["on"] for week in told["weeks"] for day in week if day["today"]] == [
        "2026-03-02"
    ]
    assert month(office, WANG, "2026-99")["month"] == "2026-03"
    turn = month(office, WANG, "2026-12")
    assert (turn["before"], turn["after"]) == ("2026-11", "2027-01")


def test_holidays_and_workdays_made_up_are_named(office: Office) -> None:
    told = month(office, WANG, "2026-10")
    days = {day["on"]: day for week in told["weeks"] for day in week}
    assert days["2026-10-01"]["name"] == "国庆节"
    assert days["2026-10-17"]["name"] == "", "a plain weekend has no name"
    made_up = [day["on"] for day in days.values() if day["made_up"]]
    assert made_up
    assert not any(days[on]["off"] for on in made_up)
    assert month(office, WANG, "2027-03")["provisional"].isoformat() == "2027-03-01"


def test_a_deadline_stands_on_its_last_day_for_its_own_body(office: Office) -> None:
    number = opened(office, WANG, NOW)
    days = month(office, WANG)["days"]
    (entry,) = [one for day in days for one in day["entries"]]
    assert (entry["number"], entry["sort"], entry["who"]) == (number, "deadline", "王某、李某")
    assert not any(day["entries"] for day in month(office, ZHOU)["days"])


def test_a_meeting_agreed_upon_stands_at_its_time(office: Office) -> None:
    opened(office, WANG, NOW)
    with office.database.writing() as tx:
        (text,) = tx.driver.execute("SELECT snapshot FROM cases").fetchone()
        snapshot = json.loads(text)
        snapshot["facts"]["meeting_at"] = ["2026-03-12T07:00:00+00:00", 1]
        given = json.dumps(snapshot).replace("'", "''").replace("%", "%%")
        tx.driver.execute(f"UPDATE cases SET snapshot = '{given}'")
    days = {day["on"]: day["entries"] for day in month(office, WANG)["days"]}
    (meeting,) = days["2026-03-12"]
    assert (meeting["sort"], meeting["at"]) == ("meeting", "15:00")
