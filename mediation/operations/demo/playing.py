"""The demo: a small world, and scenes played in it once; told again whenever asked."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from mediation.clock import parse_moment
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.administration.loading import load_world
from mediation.operations.answers.words import Told, Words
from mediation.operations.demo.scenes import (
    Played,
    Scene,
    play,
    read_scenes,
    scene_told,
    scenes_of_today,
)
from mediation.operations.office import Office
from mediation.operations.start import initialise, open_office, witness
from mediation.operations.world import table
from mediation.settings import Settings
from mediation.strict_json import parse_json

PLAYED, TODAY = "played.json", "today.json"
MADE = (
    "mediation.db", "mediation.db-wal", "mediation.db-shm", "anchors.jsonl", PLAYED, TODAY,
)  # fmt: skip


Namer = Callable[[Office], Words]
"""Gives the names of things in the reader's language."""


class DemoRefused(MediationError):
    """The database given for the demo holds something else."""

    code = "demo_refused"


def demo_settings(settings: Settings) -> Settings:
    """Give the settings of the demo: a home of its own, always a rehearsal."""
    home = settings.home / "demo"
    default = f"sqlite:///{settings.home / 'mediation.db'}"
    own = f"sqlite:///{home / 'mediation.db'}"
    return replace(
        settings,
        home=home,
        database_url=own if settings.database_url == default else settings.database_url,
        key_file=home / "mediation.key",
        rehearsal=True,
    )


def is_played(settings: Settings, folder: Path) -> bool:
    """Tell whether this very demo has been played to its end in its home."""
    try:
        kept = json.loads((settings.home / PLAYED).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return isinstance(kept, dict) and kept.get("demo") == digest_of(folder)


def digest_of(folder: Path) -> str:
    """Tell one demo from another by its files."""
    files = [folder / "world.json", *sorted((folder / "scenes").glob("*.json"))]
    read = "".join(sha256(file.read_bytes()).hexdigest() for file in files)
    return sha256(read.encode()).hexdigest()


def clear(settings: Settings) -> None:
    """Take away an earlier demo; of its home only what a demo makes.

    A database that was given stays, and with it what belongs to it.
    """
    if settings.database_url == f"sqlite:///{settings.home / 'mediation.db'}":
        for name in MADE:
            (settings.home / name).unlink(missing_ok=True)
        settings.key_file.unlink(missing_ok=True)


def played_anew(settings: Settings, folder: Path, words_of: Namer) -> Iterator[Told]:
    """Make the demo's home, load its world, play its scenes one after another.

    Raises:
        DemoRefused: the database is not the demo's own and not empty.
        SceneBroken: a scene did not come out as it says.
    """
    scenes = read_scenes(folder / "scenes")
    world = parse_json((folder / "world.json").read_bytes())
    office = initialise(settings)
    try:
        words = words_of(office)
        with office.database.writing() as tx:
            if office.staff(tx).directory.bodies:
                raise DemoRefused(
                    Message("所给数据库中已有数据，演示不会改动它：请另给一个空的数据库")
                )
            since = parse_moment(f"{table(world)['from_on']}T00:00")
            load_world(office, tx, world, since)
        done = []
        for scene in scenes:
            played = play(office, scene, words)
            done.append(played)
            yield scene_told(office, played, words, words.language)
        if done:
            witness(settings, office, max(played.until for played in done))
        keep(settings, folder, done)
    finally:
        office.database.close()


def play_today(settings: Settings, folder: Path, words_of: Namer, now: datetime) -> None:
    """Give the desk of the demo something to do: cases of the last weeks, once.

    Raises:
        SceneBroken: a scene did not come out as it says.
    """
    marker = settings.home / TODAY
    if marker.exists():
        return
    office = open_office(settings)
    try:
        words = words_of(office)
        for scene in scenes_of_today(folder / TODAY, shanghai_day(now)):
            play(office, scene, words)
        witness(settings, office, now)
    finally:
        office.database.close()
    marker.write_text(f"{now.isoformat()}\n", "utf-8")


def played_before(settings: Settings, folder: Path, words_of: Namer) -> Iterator[Told]:
    """Tell the scenes that were played before."""
    kept = json.loads((settings.home / PLAYED).read_text("utf-8"))["scenes"]
    scenes = {scene.file: scene for scene in read_scenes(folder / "scenes")}
    office = open_office(settings)
    try:
        words = words_of(office)
        for played in recalled(kept, scenes.values()):
            yield scene_told(office, played, words, words.language)
    finally:
        office.database.close()


def keep(settings: Settings, folder: Path, done: Iterable[Played]) -> None:
    """Write down, at the very end, which cases belong to which scene."""
    kept = [
        {
            "file": played.scene.file,
            "until": played.until.isoformat(),
            "numbers": played.numbers,
            "readers": played.readers,
        }
        for played in done
    ]
    file = settings.home / PLAYED
    aside = file.with_suffix(".part")
    told = {"demo": digest_of(folder), "scenes": kept}
    aside.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    aside.replace(file)


def recalled(kept: Iterable[Told], scenes: Iterable[Scene]) -> Iterator[Played]:
    """Give the scenes that were played."""
    known = {scene.file: scene for scene in scenes}
    for one in kept:
        until = parse_moment(one["until"])
        yield Played(known[one["file"]], until, one["numbers"], one["readers"])
