"""Scenes: cases carried from the desk to their ends on fixed days, out of JSON files."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from mediation.clock import parse_moment
from mediation.engine.errors import EventRefused, unknown
from mediation.errors import Faults, InputRefused, MediationError
from mediation.language import Label, Language, Message
from mediation.operations.answers.cases import content_told
from mediation.operations.answers.log import log_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.handling import do_event, open_case
from mediation.operations.cases.requests import Asking, Done
from mediation.operations.cases.viewing import view_case
from mediation.operations.deadlines import sweep
from mediation.operations.office import Office, Sitting
from mediation.strict_json import parse_json

SCENE: Final = {"title", "mechanisms", "kind", "steps"}
STEP: Final = {
    "at",
    "as",
    "case",
    "open",
    "do",
    "data",
    "occurred_at",
    "tick",
    "expects",
    "note",
}
EXPECTED: Final = {
    "state", "closed", "body", "responsible", "documents", "deadlines", "refused", "faults",
}  # fmt: skip
ONLY_CASE: Final = "case"


class SceneBroken(MediationError):
    """A scene did not come out as it says."""

    code = "scene_broken"

    def __init__(self, file: str, step: int, problem: Message) -> None:
        super().__init__(
            Message(
                "{file} 第 {step} 步：{problem}",
                {"file": file, "step": step, "problem": problem},
            )
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """A scene as read.

    Args:
        file: its name, for messages.
        steps: as the file has them, their keys known, their moments in order.
    """

    file: str
    title: Label
    mechanisms: tuple[str, ...]
    kind: str
    steps: tuple[Mapping[str, Any], ...]


@dataclass(slots=True)
class Played:
    """A scene as played.

    Args:
        numbers: the case numbers, by what the scene calls its cases.
        readers: who acted last in each case, as `handle@body`, and may read it.
        until: the moment of the last step.
    """

    scene: Scene
    until: datetime
    numbers: dict[str, str] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)


def read_scenes(folder: Path) -> list[Scene]:
    """Read the scenes of a folder, by the names of their files.

    Raises:
        InputRefused: with every fault of a file, its name before each field.
    """
    faults = Faults()
    scenes = [
        faults.take(
            file.name, lambda one: read_scene(one.name, parse_json(one.read_bytes())), file
        )
        for file in sorted(folder.glob("*.json"))
    ]
    faults.refuse_any()
    return [scene for scene in scenes if scene]


def scenes_of_today(file: Path, today: date) -> list[Scene]:
    """Read the scenes that end today, whenever today is; `{day:-3}` stands for three days ago.

    Raises:
        InputRefused: with every fault.
    """

    def dated(found: re.Match[str]) -> str:
        return (today + timedelta(days=int(found[1]))).isoformat()

    written = parse_json(re.sub(r"\{day:(-?[0-9]+)\}", dated, file.read_text("utf-8")))
    listed = written if isinstance(written, list) else []
    return [read_scene(f"{file.name} {no}", one) for no, one in enumerate(listed, start=1)]


def read_scene(file: str, data: object) -> Scene:
    """Read one scene.

    Raises:
        InputRefused: with every fault.
    """
    if not isinstance(data, dict) or not isinstance(data.get("steps"), list):
        raise InputRefused(Message("应为有 steps 的一场"))
    faults = Faults()
    known(faults, "", data, SCENE)
    title = data.get("title")
    if not isinstance(title, dict) or set(title) != {"zh", "en"}:
        faults.add("title", Message("应为中英文名称"))
    last: datetime | None = None
    for position, step in enumerate(data["steps"]):
        last = step_moment(faults, f"steps.{position}", step, last)
    faults.refuse_any()
    return Scene(
        file=file,
        title=Label(str(data["title"]["zh"]), str(data["title"]["en"])),
        mechanisms=tuple(str(one) for one in data.get("mechanisms", ())),
        kind=str(data.get("kind", "")),
        steps=tuple(data["steps"]),
    )


def step_moment(
    faults: Faults, where: str, step: Any, last: datetime | None
) -> datetime | None:
    """Look a step over, and give its moment: its own, or that of the step before."""
    if not isinstance(step, dict):
        faults.add(where, Message("应为按栏目填写的表"))
        return last
    known(faults, f"{where}.", step, STEP)
    if isinstance(expected := step.get("expects", {}), dict):
        known(faults, f"{where}.expects.", expected, EXPECTED)
    if sum(key in step for key in ("open", "do", "tick")) > 1:
        faults.add(where, Message("open、do、tick 只能写一项"))
    if "at" not in step and last is None:
        faults.add(f"{where}.at", Message("缺少这一项"))
    if "at" not in step:
        return last
    at = faults.take(f"{where}.at", parse_moment, str(step["at"]))
    if at and last and at < last:
        faults.add(f"{where}.at", Message("早于上一步"))
    return at or last


def known(faults: Faults, where: str, table: Mapping[str, Any], keys: set[str]) -> None:
    """Note every key nobody reads."""
    for key in table:
        if key not in keys:
            faults.add(f"{where}{key}", unknown(str(key), sorted(keys)))


def play(office: Office, scene: Scene, words: Words) -> Played:
    """Play a scene, each step in transactions of its own.

    Raises:
        SceneBroken: a step was refused, or not refused, or left something else than it says.
    """
    player = Player(office, scene, words)
    for position, step in enumerate(scene.steps, start=1):
        player.play(position, step)
    return player.played


class Player:
    """Plays one scene, step by step."""

    def __init__(self, office: Office, scene: Scene, words: Words) -> None:
        self.office, self.scene, self.words = office, scene, words
        first = parse_moment(str(scene.steps[0]["at"]))
        self.played = Played(scene, first)
        self.position = 0

    def broken(self, problem: Message) -> SceneBroken:
        """Say what did not come out, and where."""
        return SceneBroken(self.scene.file, self.position, problem)

    def play(self, position: int, step: Mapping[str, Any]) -> None:
        """Play one step, and look whether it left what it says."""
        self.position = position
        if "at" in step:
            self.played.until = parse_moment(str(step["at"]))
        expected = step.get("expects", {})
        case = str(step.get("case", ONLY_CASE))
        if step.get("tick"):
            sweep(self.office, self.played.until)
        elif "open" in step or "do" in step:
            self.act(case, step, expected)
        if case in self.played.numbers:
            self.look(case, expected)

    def act(self, case: str, step: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        """Open a case or do an event, or be refused as expected."""
        refused = expected.get("refused"), expected.get("faults")
        try:
            done = self.done(case, step)
        except EventRefused as refusal:
            codes = sorted(blocker.code for blocker in refusal.blockers)
            if sorted(refused[0] or ()) != codes:
                raise self.broken(refusal.message) from refusal
            return
        except InputRefused as refusal:
            fields = sorted(fault.field for fault in refusal.faults)
            if sorted(refused[1] or ()) != fields:
                told = [f"{fault.field} {fault.message.to('zh')}" for fault in refusal.faults]
                problem = Message("输入有误：{faults}", {"faults": told})
                raise self.broken(problem) from refusal
            return
        except MediationError as refusal:
            raise self.broken(refusal.message) from refusal
        if any(refused):
            raise self.broken(Message("本应不能办理，却办成了"))
        self.played.numbers[case] = done.number
        self.played.readers[case] = str(step["as"])

    def done(self, case: str, step: Mapping[str, Any]) -> Done:
        """Open a case or do an event."""
        handle, _, body = str(step["as"]).partition("@")
        occurred = step.get("occurred_at")
        asking = Asking(
            Sitting(handle, body),
            self.played.until,
            parse_moment(occurred) if occurred else None,
        )
        with self.office.database.writing() as tx:
            if "open" in step:
                data = self.filled(step["open"])
                return open_case(self.office, tx, self.scene.kind, data, asking)
            data = self.filled(step.get("data", {}))
            number = self.played.numbers.get(case, case)
            return do_event(self.office, tx, number, str(step["do"]), data, asking)

    def filled(self, data: Any) -> Any:
        """Put the numbers of the scene's cases where they are named: `{number:first}`."""
        if isinstance(data, dict):
            return {key: self.filled(value) for key, value in data.items()}
        if isinstance(data, list):
            return [self.filled(value) for value in data]
        if isinstance(data, str) and data.startswith("{number:") and data.endswith("}"):
            return self.played.numbers.get(data[len("{number:") : -1], data)
        return data

    def look(self, case: str, expected: Mapping[str, Any]) -> None:
        """Compare how a case stands with what is expected of it.

        Raises:
            SceneBroken: it stands otherwise.
        """
        if not expected:
            return
        told = told_of(self.office, self.played, case, self.words)
        stands = told["case"]
        last_days = {
            one["period"]: one["due_on"]
            for one in stands["deadlines"]
            if one["period"] in expected.get("deadlines", ())
        }
        papers = {paper["name"] for event in told["events"] for paper in event["documents"]}
        found: dict[str, Any] = {
            **{key: stands[key] for key in ("state", "closed", "body", "responsible")},
            "deadlines": last_days,
            "documents": [name for name in expected.get("documents", ()) if name in papers],
        }
        for key, value in found.items():
            if key in expected and expected[key] != value:
                values = {"key": key, "expected": shown(expected[key]), "found": shown(value)}
                raise self.broken(Message("{key} 应为 {expected}，实为 {found}", values))


def told_of(office: Office, played: Played, case: str, words: Words) -> Told:
    """Tell one case of a scene: how it stands, and everything that happened to it."""
    handle, _, body = played.readers[case].partition("@")
    asking = Asking(Sitting(handle, body), played.until)
    number = played.numbers[case]
    with office.database.reading() as tx:
        view = view_case(office, tx, number, asking)
        stands, log = content_told(view, words, derivation=False), log_told(view, words)
    return {"case": stands, "events": log["events"]}


def scene_told(office: Office, played: Played, words: Words, language: Language) -> Told:
    """Tell a scene as it was played: every case with its path, clocks and papers."""
    return {
        "file": played.scene.file,
        "title": played.scene.title.to(language),
        "mechanisms": list(played.scene.mechanisms),
        "cases": [told_of(office, played, case, words) for case in played.numbers],
    }


def shown(value: Any) -> str:
    """Write a value as the scene would."""
    return json.dumps(value, ensure_ascii=False)
