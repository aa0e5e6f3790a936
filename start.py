"""Runs the project from a fresh clone: makes .venv, installs the locked libraries, hands over.

python3 start.py            the main job
python3 start.py test       the test suite; arguments go to pytest
python3 start.py COMMAND    any command of `mediation`
"""

# An old Python must get far enough to say that it is too old: keep to the syntax of 3.6.
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed"
PYTHON = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
LOCKS = [
    ROOT / "requirements.lock",
    ROOT / "requirements-dev.lock",
]  # the second holds the first
MAIN_JOB = ["serve", "--demo"]


def main(arguments: "list[str]") -> int:
    """Prepare what the arguments need; give the exit code of what they ask for."""
    if sys.version_info < (3, 11):
        refuse("需要 Python 3.11 或更高版本", "Python 3.11 or later is needed")
    testing = arguments[:1] == ["test"]
    prepare(LOCKS if testing else LOCKS[:1])
    # Alone, the suite spreads over the processors; with arguments, pytest is told everything.
    spread = ["-n", str(min(4, os.cpu_count() or 1)), "--dist", "worksteal"]
    pytest = ["pytest", *(arguments[1:] or spread)]
    command = pytest if testing else ["mediation", *(arguments or MAIN_JOB)]
    return subprocess.call(
        [PYTHON, "-m", *command], cwd=ROOT, env=dict(os.environ, PYTHONUTF8="1")
    )


def prepare(locks: "list[Path]") -> None:
    """Make .venv hold what the locks say; do nothing when it does already.

    The stamp names what is completely installed. It is taken away first and written last, so
    that an interrupted installation begins again with an empty folder.
    """
    digests = [hashlib.sha256(lock.read_bytes()).hexdigest() for lock in locks]
    wanted = [f"Python {platform.python_version()}", *digests]
    usable = STAMP.exists() and Path(PYTHON).exists()
    present = STAMP.read_text("utf-8").splitlines() if usable else []
    if present[: len(wanted)] == wanted:
        return
    name = locks[-1].name
    print(f"正在安装 {name}，请稍候…… Installing {name}, please wait…", file=sys.stderr)
    STAMP.unlink(missing_ok=True)
    install(locks[-1], afresh=present[:1] != wanted[:1])
    STAMP.write_text("\n".join(wanted), "utf-8")


def install(lock: Path, *, afresh: bool) -> None:
    """Install a lock into .venv, which is made anew if asked."""
    # Debian keeps venv's own pip in a package apart; the system's pip can then do its work.
    bundled = importlib.util.find_spec("ensurepip") is not None
    if not bundled and importlib.util.find_spec("pip") is None:
        refuse("请先安装 python3-venv", "Install python3-venv first")
    if afresh:
        try:
            venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=bundled)
        except (OSError, subprocess.CalledProcessError) as error:
            refuse(f"无法建立 {VENV}：{error}", f"Cannot make {VENV}")
    pip = (
        [PYTHON, "-m", "pip"] if bundled else [sys.executable, "-m", "pip", "--python", PYTHON]
    )
    # The lock names everything, so nothing is left to resolve. Where a library wants another
    # with an extra, pip's own resolution would take a release newer than the locked one.
    options = [
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    # Standard output belongs to the command that follows; a program may be reading it.
    if subprocess.call(
        [*pip, "install", *options, *quiet, "-r", str(lock)], cwd=ROOT, stdout=sys.stderr
    ):
        refuse(
            "安装未完成。请检查网络、镜像设置（pip config）和磁盘空间，再运行一次。",
            "Installing failed. Look at the network, pip's settings and the disk; run again.",
        )


def refuse(chinese: str, english: str) -> NoReturn:
    """Leave with a sentence in both languages."""
    sys.exit(f"{chinese}\n{english}\n(Python {platform.python_version()}, {sys.executable})")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
