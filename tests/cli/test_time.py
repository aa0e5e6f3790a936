import json
import os
import signal
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mediation.clock import parse_moment
from mediation.operations.outbox import FileBox, send, wait
from mediation.operations.start import open_office
from mediation.records.outbox import MessageRow
from mediation.scheduler import DEFAULTS, Beats, Heartbeat
from mediation.settings import read_settings
from tests.cli.conftest import DESK, Run, open_case


def tick(run: Run, at: str) -> Any:
    result = run("tick", "--now", at, "--json")
    assert result.code == 0, result
    return result.told


def test_a_round_fires_what_is_due_and_tells_it_on(office: Run, home: Path) -> None:
    number = open_case(office)["number"]
    assert tick(office, "2026-03-09T23:59")["fired"] == 0
    told = tick(office, "2026-03-10T00:00")
    assert (told["fired"], told["failed"], told["unsent"]) == (1, 0, 0)
    assert told["sent"] >= 1
    assert told["checkpoints"] == 1
    messages = [json.loads(file.read_text("utf-8")) for file in (home / "outbox").iterdir()]
    assert {one["body"]["number"] for one in messages} == {number}
    again = tick(office, "2026-03-10T00:00")
    assert (again["fired"], again["sent"], again["checkpoints"]) == (0, 0, 0)
    shown = office("case", "show", number, "--as", DESK, "--json", "--now", "2026-03-10")
    assert shown.told["responsible"] == "chair@tx-hy"


def test_the_morning_reminder_comes_once_a_day_to_each_reader(office: Run, home: Path) -> None:
    number = accepted(office)
    assert tick(office, "2026-04-02T08:29")["reminded"] == 0
    last_day = settle_day(office, number)
    eve = (parse_moment(last_day) - timedelta(days=1)).date().isoformat()
    tick(office, f"{eve}T08:30")
    tick(office, f"{eve}T08:45")
    found = [
        json.loads(file.read_text("utf-8"))
        for file in (home / "outbox").iterdir()
        if file.name.startswith("reminder")
    ]
    mine = [one for one in found if number in json.dumps(one, ensure_ascii=False)]
    assert mine
    assert len({(one["recipient"], one["id"]) for one in found}) == len(found)
    assert {"number": number, "period": "settle", "due_on": last_day} in [
        line for one in mine for line in one["body"]["deadlines"]
    ]


def accepted(run: Run) -> str:
    """Carry a case to acceptance at the community, and give its number."""
    number = str(open_case(run, desk="liudeshun@tx-hy")["number"])
    steps: list[tuple[str, dict[str, Any]]] = [
        ("interview", {}),
        ("record_application", {"applied_on": "2026-03-05", "manner": "oral", "claim": "安静"}),
        ("ask_willingness", {"party": "b1", "answer": "agrees", "way": "phone"}),
        ("accept", {"basis": "application", "summary": "噪声"}),
    ]
    for event, data in steps:
        done = run(
            "case", "do", number, event, "--as", DESK, "--data", "-", "--json",
            "--now", "2026-03-05T10:00", stdin=json.dumps(data),
        )  # fmt: skip
        assert done.code == 0, done
    return number


def settle_day(run: Run, number: str) -> str:
    told = run("case", "show", number, "--as", DESK, "--json", "--now", "2026-03-05T10:00").told
    return next(str(one["due_on"]) for one in told["deadlines"] if one["period"] == "settle")


def test_a_message_that_fails_is_tried_again_later_and_never_doubled(
    installed: Run, home: Path
) -> None:
    open_case(installed)
    office = open_office(read_settings(os.environ))
    at = parse_moment("2026-03-10T00:00")
    heart = Heartbeat(read_settings(os.environ), office, refuse, lambda: at)
    assert heart.round().sent.failed > 0
    assert send(office, refuse, at).failed == 0
    box = FileBox(home / "outbox")
    assert send(office, box, at + timedelta(seconds=59)).sent == 0
    sent = send(office, box, at + timedelta(minutes=1)).sent
    assert sent > 0
    names = {file.name for file in (home / "outbox").iterdir()}
    assert len(names) == sent
    assert send(office, box, at + timedelta(days=1)).sent == 0
    office.database.close()


def refuse(_: MessageRow) -> None:
    raise OSError


def test_the_wait_doubles_up_to_a_quarter_of_a_day() -> None:
    minutes = [wait(attempts).total_seconds() / 60 for attempts in range(12)]
    assert minutes[:4] == [1, 2, 4, 8]
    assert max(minutes) == 360


def test_the_heart_beats_in_memory_and_makes_good_what_it_missed(installed: Run) -> None:
    open_case(installed)
    settings = read_settings(os.environ)
    office = open_office(settings)
    heart = Heartbeat.of(settings, office, parse_moment("2026-03-09T23:59:30"))
    beats = Beats(heart)
    assert DEFAULTS == {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    beats.scheduler.start(paused=True)
    jobs = {job.id: job for job in beats.scheduler.get_jobs()}
    assert {"sweep", "send", "witness", "remind"} <= jobs.keys()
    assert str(beats.scheduler.timezone) == "Asia/Shanghai"
    beats.sweep()
    wake = beats.scheduler.get_job("wake")
    assert wake.next_run_time == parse_moment("2026-03-10T00:00")
    beats.scheduler.shutdown()
    office.database.close()


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM to send to oneself")
def test_run_stops_cleanly_when_asked(installed: Run) -> None:
    open_case(installed)
    asked = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGTERM))
    asked.start()
    before = signal.getsignal(signal.SIGTERM)
    result = installed("run")
    asked.join()
    assert result.code == 0
    assert '"event": "stopped"' in result.err
    assert signal.getsignal(signal.SIGTERM) is before
