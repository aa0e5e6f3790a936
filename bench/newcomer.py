"""A newcomer's path with a stopwatch: from an empty folder to a registered case.

    python -m bench.newcomer

Clones the last commit, runs `python3 start.py` in the clone, which installs everything anew,
and walks the README's path in a browser as slowly as somebody who sees the pages for the first
time: READING seconds before each act, TYPING seconds for each character. Needs Chromium, and
port 8000 free.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import Locator, Page, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[1]
ADDRESS: Final = "http://127.0.0.1:8000"
READING: Final = 5.0
TYPING: Final = 0.3
MOST: Final = 180
NEVER_UP: Final = 300
NAME: Final = "周玉梅"
SENTENCE: Final = "楼上卫生间漏水到我家厨房，找过两次没人修。"


class Stopwatch:
    """Prints what took how long."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()

    def lap(self, what: str) -> None:
        """Print the time since the lap before."""
        now = time.monotonic()
        print(f"  {now - self.last:5.1f} s  {what}", flush=True)
        self.last = now

    def total(self) -> float:
        """Give the seconds since the start."""
        return time.monotonic() - self.began


@contextmanager
def desk(clone: Path) -> Iterator[None]:
    """Run the main job of a clone until its pages answer; end it with all it has started.

    Raises:
        SystemExit: something else answers there already, or the desk never does.
    """
    if answers():
        sys.exit(f"{ADDRESS} is taken")
    environ = {name: v for name, v in os.environ.items() if not name.startswith("MEDIATION_")}
    process = subprocess.Popen(
        ["python3", "start.py"],
        cwd=clone,
        env=environ,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + NEVER_UP
        while not answers():
            if process.poll() is not None or time.monotonic() > until:
                sys.exit("the desk does not answer")
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        with suppress(ProcessLookupError):
            while True:  # What start.py has started outlives it a moment.
                os.killpg(process.pid, 0)
                time.sleep(0.1)


def answers() -> bool:
    """Tell whether pages are served."""
    try:
        with closing(HTTPConnection("127.0.0.1", 8000, timeout=2)) as asked:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == HTTPStatus.OK
    except OSError:
        return False


def press(target: Locator) -> None:
    """Read, then press."""
    time.sleep(READING)
    target.click()


def write(target: Locator, text: str) -> None:
    """Read, then type."""
    time.sleep(READING)
    target.press_sequentially(text, delay=TYPING * 1000)


def walk(page: Page, watch: Stopwatch) -> str:
    """Do what the README says; give the number of the case."""
    page.goto(ADDRESS)
    press(
        page.locator("li", has_text="天馨社区人民调解委员会")
        .filter(has_text="王桂兰")
        .locator("button")
    )
    watch.lap("signed in")
    press(page.get_by_role("link", name="登记纠纷"))
    press(page.get_by_role("link", name="邻里纠纷 还要接着办"))
    write(page.get_by_label("姓名或名称").first, NAME)
    while "/register/" in page.url:
        sentence = page.get_by_label("一句话说明")
        if sentence.is_visible():
            write(sentence, SENTENCE)
        with page.expect_navigation():
            press(page.locator("main form[data-draft] button.go"))
    watch.lap("registered")
    return page.locator("h1").inner_text()


def main() -> int:
    """Walk once, print each part; 1 if it took longer than three minutes."""
    watch = Stopwatch()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        clone = Path(folder) / "mediation"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        watch.lap("cloned")
        with desk(clone):
            watch.lap("python3 start.py: libraries installed, demo made, pages answer")
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
                args=["--no-sandbox"],
            )
            number = walk(browser.new_page(locale="zh-CN"), watch)
            browser.close()
    print(f"{number} after {watch.total():.0f} s (at most {MOST})")
    return int(watch.total() > MOST)


if __name__ == "__main__":
    sys.exit(main())
