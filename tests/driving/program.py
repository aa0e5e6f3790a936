"""The command line, called in process, with the JSON it prints."""

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import orjson
import typer

from mediation.cli import doors, top
from mediation.operations.start import open_office
from mediation.resources import resource_dir
from mediation.settings import read_settings

Told = dict[str, Any]

BEGIN: Final = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


class Refused(Exception):
    """A command was refused."""

    def __init__(self, told: Told) -> None:
        super().__init__(json.dumps(told, ensure_ascii=False)[:2000])
        self.error = told["error"]


class Compact:
    """Writes JSON in one line, whatever is asked for."""

    @staticmethod
    def dumps(told: Any, **_: Any) -> str:
        """Write JSON."""
        return orjson.dumps(told).decode()


class Program:
    """The command line, called in process; the installation stays open between the calls."""

    def __init__(self, database_url: str, home: Path) -> None:
        self.home = home
        self.environment = {
            "MEDIATION_HOME": str(home),
            "MEDIATION_DATABASE_URL": database_url,
            "MEDIATION_REHEARSAL": "1",
        }
        self.command = typer.main.get_command(top.typer)
        self.now = BEGIN

    @contextmanager
    def open(self) -> Iterator["Program"]:
        """Make the installation with the world of the demonstration, and keep it open."""
        with patch.dict(os.environ, self.environment):
            self.ask("init", "--world", str(resource_dir("demo") / "world.json"), timeless=True)
            office = open_office(read_settings(os.environ))
            with (
                patch.object(doors, "open_office", lambda _: office),
                patch.object(office.database, "close", lambda: None),
                # Indentation is for people, and costs more than all the rest.
                patch.object(doors, "json", Compact),
                # `tick` and the end witness what was written; each command alone need not.
                patch.object(doors, "witness", lambda *_: 0),
            ):
                yield self
            office.database.close()

    def failure(self) -> str:
        """Give what the program noted of its own fault."""
        return (self.home / "errors.log").read_text("utf-8")[-3000:]

    def ask(self, *words: str, data: Any = None, timeless: bool = False) -> Any:
        """Run a command and give the JSON it prints.

        Raises:
            Refused: it was, in an orderly way.
        """
        line = [*words, "--json"]
        if not timeless:
            line += ["--now", self.now.isoformat()]
        given = io.TextIOWrapper(io.BytesIO(json.dumps(data).encode()))
        with redirect_stdout(io.StringIO()) as printed, patch.object(sys, "stdin", given):
            code = self.command.main(line, prog_name="mediation", standalone_mode=False)
        told = orjson.loads(printed.getvalue())
        if code:
            refusal = Refused(told)
            assert code == 1, refusal
            assert told["error"]["code"] != "unexpected", self.failure()
            raise refusal
        return told
