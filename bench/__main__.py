"""`python -m bench`: measures every figure in one run, for docs/performance.md."""

import argparse
import os
import platform
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench import durable, engine, lists, pages, papers, sweeps
from bench.worlds import places
from mediation import clock

Row = tuple[str, str, str, str]

PAGE = Path("docs/performance.md")
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def fsyncs(folder: Path, count: int = 300) -> float:
    """Give how many 8 KB writes with fdatasync the disk does a second: the machine's floor."""
    with (folder / "sync").open("wb", buffering=0) as file:
        began = perf_counter()
        for _ in range(count):
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
    return count / (perf_counter() - began)


def figures(chosen: set[str]) -> Iterator[Row]:
    """Measure one after another."""
    if "engine" in chosen:
        yield from engine.rows()
    if "papers" in chosen:
        yield from papers.rows()
    with places() as both:
        for place in both:
            if "durable" in chosen:
                yield from durable.rows(place)
            if "sweeps" in chosen:
                yield from sweeps.rows(place)
            if "lists" in chosen:
                yield from lists.rows(place)
            if "pages" in chosen:
                yield from pages.rows(place)


def table(rows: list[Row]) -> str:
    """Write figures as a Markdown table."""
    lines = ["| what | measured | against | bar |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def machine() -> str:
    """Say what was measured on."""
    with TemporaryDirectory() as name:
        rate = fsyncs(Path(name))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{clock.now().date()}, {os.cpu_count()} cores, {platform.machine()}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}; {rate:,.0f} writes of"
        f" 8 KB with fdatasync a second; load {load:.1f} at the start."
    )


def main() -> int:
    """Measure, print, and write the page."""
    parts = ("engine", "papers", "durable", "sweeps", "lists", "pages")
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    options.add_argument("--write", action="store_true", help=f"write the table into {PAGE}")
    given = options.parse_args()
    about, rows = machine(), []
    print(about, flush=True)
    for row in figures(set(given.parts or parts)):
        rows.append(row)
        print(" | ".join(row), flush=True)
    if given.write:
        page = PAGE.read_text("utf-8")
        before, _, rest = page.partition(BEGIN)
        after = rest.partition(END)[2]
        text = f"{before}{BEGIN}\n{about}\n\n{table(rows)}\n{END}{after}"
        PAGE.write_text(text, "utf-8")
    return 0


sys.exit(main())
