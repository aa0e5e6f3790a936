"""What was decided once is decided the same today, or the decisions have a new version."""

import json
import lzma
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from mediation.engine.charts import Procedure
from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.workflows.storage import workflow_of
from mediation.operations.proofs.decisions import agrees, by_this_engine
from mediation.operations.proofs.folding import Taken, folded
from mediation.records.events import EventRow
from mediation.resources import resource_dir

HERE = Path(__file__).parent
LOGS = sorted(HERE.glob("*.jsonl"))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
REMEDY = (
    "If this is meant, raise VERSION in mediation/engine/decisions.py, so that older logs are"
    " not taken for forged, and run: python -m tests.golden.make"
)


@cache
def pinned() -> dict[str, str]:
    texts: dict[str, str] = json.loads(lzma.decompress((HERE / "pinned.json.xz").read_bytes()))
    return texts


@cache
def procedure(hash_: str) -> Procedure:
    return Procedure(workflow_of(pinned()[hash_]))


@cache
def calendar(version: str) -> WorkingCalendar:
    return WorkingCalendar.from_json(pinned()[version])


def cases(file: Path) -> Iterator[list[Taken]]:
    """Give the events of each case of a scene."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for _, told in groupby(lines, key=lambda one: str(one["case"])):
        yield [Taken.of(row(seq, one)) for seq, one in enumerate(told, start=1)]


def row(seq: int, told: dict[str, Any]) -> EventRow:
    """Give an event as recorded, but for what no decision reads."""
    return EventRow(
        0, seq, told["body"]["step"]["event"], "", None, None, LONG_AGO, LONG_AGO,
        told["workflow"], told["calendar"], told["body"], None, b"", b"",
    )  # fmt: skip


@pytest.mark.parametrize("file", LOGS, ids=lambda file: file.stem)
def test_the_logs_of_the_demo_are_decided_as_they_were(file: Path) -> None:
    for events in cases(file):
        before, _ = folded(event.step for event in events)
        for case, event in zip(before, events, strict=True):
            assert by_this_engine(event), f"The logs are of an older version. {REMEDY}"
            rules = procedure(event.row.workflow), calendar(event.row.calendar)
            same = agrees(*rules, case, event)
            where = f"{file.name}: event {event.row.seq}, {event.step.event}"
            assert same, f"{where} is decided otherwise than it was. {REMEDY}"


def test_every_scene_has_its_logs() -> None:
    scenes = {file.stem for file in (resource_dir("demo") / "scenes").glob("*.json")}
    assert scenes == {file.stem for file in LOGS}, "Run: python -m tests.golden.make"
