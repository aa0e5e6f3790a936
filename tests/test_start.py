"""start.py installs once, completely, and says what is missing."""

import ast
import importlib.util
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.checkout

SCRIPT = Path(__file__).parents[1] / "start.py"


class Stage:
    """start.py in a folder of its own, with everything it would run written down instead."""

    def __init__(
        self, script: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.script, self.folder = script, folder
        self.ran: list[list[str]] = []
        self.made = 0
        self.install_fails = False
        self.locks = [folder / "requirements.lock", folder / "requirements-dev.lock"]
        for lock in self.locks:
            lock.write_text("transitions==0.9.3", "utf-8")
        python = folder / ".venv" / "bin" / "python"
        for name, value in {
            "ROOT": folder,
            "VENV": folder / ".venv",
            "STAMP": folder / ".venv" / "installed",
            "PYTHON": str(python),
            "LOCKS": self.locks,
        }.items():
            monkeypatch.setattr(script, name, value)
        monkeypatch.setattr(subprocess, "call", self.call)
        monkeypatch.setattr(venv, "create", self.create)

    def call(self, command: list[str], **_: object) -> int:
        self.ran.append(command[1:])
        return int("install" in command and self.install_fails)

    def create(self, folder: Path, *, clear: bool, **_: object) -> None:
        assert clear
        self.made += 1
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()

    def start(self, *arguments: str) -> list[str]:
        """Run it and name the locks installed."""
        self.ran.clear()
        assert self.script.main(list(arguments)) == 0
        return [Path(command[-1]).name for command in self.ran if "install" in command]


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    spec = importlib.util.spec_from_file_location("start", SCRIPT)
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return Stage(script, tmp_path, monkeypatch)


def test_an_old_python_can_read_it_and_say_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 10, 13))
    with pytest.raises(
        SystemExit, match=r"需要 Python 3.11[^\n]*\nPython 3.11 or later is needed"
    ):
        stage.start()


def test_without_arguments_the_main_job_runs(stage: Stage) -> None:
    stage.start()
    assert stage.ran[-1] == ["-m", "mediation", "serve", "--demo"]


def test_any_command_is_handed_over(stage: Stage) -> None:
    stage.start("case", "list", "--json")
    assert stage.ran[-1] == ["-m", "mediation", "case", "list", "--json"]


def test_test_runs_the_suite_and_arguments_go_to_pytest(stage: Stage) -> None:
    stage.start("test")
    assert stage.ran[-1][:3] == ["-m", "pytest", "-n"]
    stage.start("test", "-k", "clock")
    assert stage.ran[-1] == ["-m", "pytest", "-k", "clock"]


def test_libraries_are_installed_once(stage: Stage) -> None:
    assert stage.start() == ["requirements.lock"]
    assert stage.start("check") == []
    assert stage.made == 1


def test_the_tools_come_with_the_first_test_and_stay(stage: Stage) -> None:
    stage.start()
    assert stage.start("test") == ["requirements-dev.lock"]
    assert stage.start("test") == []
    assert stage.start() == []
    assert stage.made == 1


def test_a_changed_lock_is_installed_over_the_old_one(stage: Stage) -> None:
    stage.start()
    stage.locks[0].write_text("transitions==0.9.4", "utf-8")
    assert stage.start() == ["requirements.lock"]
    assert stage.made == 1


def test_an_interrupted_installation_begins_again(stage: Stage) -> None:
    stage.start()
    stage.locks[0].write_text("transitions==0.9.4", "utf-8")
    stage.install_fails = True
    with pytest.raises(SystemExit, match="安装未完成"):
        stage.start()
    stage.install_fails = False
    assert stage.start() == ["requirements.lock"]
    assert stage.made == 2


def test_another_python_gets_a_folder_of_its_own(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.start()
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    assert stage.start() == ["requirements.lock"]
    assert stage.made == 2


def test_a_vanished_interpreter_is_replaced(stage: Stage) -> None:
    stage.start()
    Path(stage.script.PYTHON).unlink()
    stage.start()
    assert stage.made == 2


def test_a_python_without_pip_of_its_own_uses_the_systems_or_says_what_to_install(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"ensurepip"}
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in missing else find(name)
    )
    stage.start()
    assert stage.ran[0][:4] == ["-m", "pip", "--python", stage.script.PYTHON]
    missing.add("pip")
    (stage.folder / ".venv" / "installed").unlink()
    with pytest.raises(SystemExit, match="python3-venv"):
        stage.start()
