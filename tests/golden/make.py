"""Writes the logs of the demo as the engine decides them now.

    python -m tests.golden.make

Run it after VERSION in `mediation/engine/decisions.py` was raised, and when the demo has new
scenes. The rules that decided are packed: they are large, and alike but for a few lines.
"""

import json
import lzma
import tempfile
from pathlib import Path
from typing import Any

from mediation.operations.answers.words import Words
from mediation.operations.demo.playing import played_anew
from mediation.operations.start import open_office
from mediation.records.cases import case_ids, read_cases
from mediation.records.database import Tx
from mediation.records.events import case_log
from mediation.records.values import canonical
from mediation.records.workflows import pins
from mediation.resources import resource_dir
from mediation.settings import Settings

HERE = Path(__file__).parent
PINNED = HERE / "pinned.json.xz"
KEPT = ("step", "form", "actor", "bodies", "clock", "engine")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings(home, f"sqlite:///{home / 'mediation.db'}", home / "golden.key")
        words = lambda office: Words(office.catalogue.library, "zh")  # noqa: E731
        scenes = list(played_anew(settings, resource_dir("demo"), words))
        office = open_office(settings)
        with office.database.reading() as tx:
            logs = {row.number: lines(tx, row) for row in read_cases(tx, case_ids(tx, 0, 1000))}
            texts = {hash_: text for _, hash_, text in pins(tx)}
        office.database.close()
    for file in HERE.glob("*.jsonl"):
        file.unlink()
    for scene in scenes:
        numbers = [told["case"]["number"] for told in scene["cases"]]
        written = "".join(line for number in numbers for line in logs[number])
        (HERE / scene["file"]).with_suffix(".jsonl").write_text(written, "utf-8")
    PINNED.write_bytes(lzma.compress(json.dumps(texts, sort_keys=True).encode(), preset=9))


def lines(tx: Tx, row: Any) -> list[str]:
    """Give a line for each event of a case: what it was decided on, and what was decided."""
    return [
        canonical(
            {
                "case": row.number,
                "workflow": row.workflow,
                "calendar": event.calendar,
                "body": {key: event.body[key] for key in KEPT if key in event.body},
            }
        )
        + "\n"
        for event in case_log(tx, row.id)
    ]


if __name__ == "__main__":
    main()
