"""The command line in process: arguments in, exit code and both outputs back."""

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mediation.cli import main
from mediation.operations.catalogue import Catalogue
from mediation.resources import resource_dir

DESK = "liudeshun@tx-hy"


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """The answer as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The refusal as JSON."""
        return self.told["error"]


Run = Callable[..., Result]
READ: dict[Path, Catalogue] = {}


@pytest.fixture(autouse=True)
def files_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the workflow files of a folder once for all tests, not once a command."""
    read = Catalogue.read

    def once(folder: Path) -> Catalogue:
        if folder not in READ:
            READ[folder] = read(folder)
        return READ[folder]

    monkeypatch.setattr(Catalogue, "read", once)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, in rehearsal, and nothing of the machine's settings."""
    for name in [name for name in os.environ if name.startswith("MEDIATION_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MEDIATION_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEDIATION_REHEARSAL", "1")
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*arguments: str, stdin: str | bytes = "") -> Result:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
        capsys.readouterr()
        code = main(arguments)
        printed = capsys.readouterr()
        return Result(code, printed.out, printed.err)

    return call


@pytest.fixture
def world() -> Path:
    return resource_dir("demo") / "world.json"


@pytest.fixture
def office(run: Run, database_url: str, world: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands of an installation with the small world in it, on either database."""
    monkeypatch.setenv("MEDIATION_DATABASE_URL", database_url)
    assert run("init", "--world", str(world)).code == 0
    return run


@pytest.fixture
def installed(run: Run, world: Path) -> Run:
    """The same on SQLite alone, where the database makes no difference."""
    assert run("init", "--world", str(world)).code == 0
    return run


def opening(**more: Any) -> str:
    """A form that opens a case, as JSON."""
    people = [{"name": "张三", "phone": "13800000001"}, {"name": "李四", "side": "respondent"}]
    return json.dumps({"people": people, "class": "noise", "sentence": "夜里打球"} | more)


def open_case(run: Run, *more: str, form: str | None = None, desk: str = DESK) -> Any:
    """Open a case on Thursday, 5 March 2026, and give the answer."""
    result = run(
        "case", "open", "--kind", "neighbour", "--input", "-", "--as", desk, "--json",
        "--now", "2026-03-05T09:30", *more, stdin=form or opening(),
    )  # fmt: skip
    assert result.code == 0, result
    return result.told
