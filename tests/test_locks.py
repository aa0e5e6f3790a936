"""The locked libraries: complete, hashed, and from no particular registry."""

import re
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def entries(lock: str) -> list[str]:
    joined = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [entry for entry in joined.splitlines() if entry.strip()]


def pins(lock: str) -> dict[str, str]:
    return dict(entry.split(maxsplit=1)[0].split("==") for entry in entries(lock))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", asked, maxsplit=1)[0].lower() for asked in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    written = (ROOT / lock).read_text("utf-8")
    assert "://" not in written
    assert "--index" not in written


@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_and_hashed(lock: str) -> None:
    assert entries(lock)
    for entry in entries(lock):
        assert re.match(r"[a-z0-9.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)


def test_the_development_lock_holds_the_other_one() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = names(project["project"]["dependencies"])
    assert wanted <= pins("requirements.lock").keys()
    assert names(project["dependency-groups"]["dev"]) <= pins("requirements-dev.lock").keys()
