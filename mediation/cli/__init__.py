"""The command line: `python -m mediation`, one noun a module."""

import sys
from collections.abc import Sequence

import typer

from mediation.cli.cases import cases
from mediation.cli.demos import add_demo
from mediation.cli.documents import documents
from mediation.cli.doors import MISUSED, Commands, Misuse, refused
from mediation.cli.installations import add_installation, audits, officers
from mediation.cli.periods import add_period
from mediation.cli.workflows import add_check, workflows
from mediation.language import Message

top = Commands(
    "mediation", "人民调解办案流程 / people's mediation, from the desk to the archive"
)
add_check(top)
add_installation(top)
add_demo(top)
for group in (audits, officers, workflows):
    top.add(group)
add_period(top)
for group in (cases, documents):
    top.add(group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 refused, 2 misused.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = top.typer(given, prog_name="mediation", standalone_mode=False)
    except typer.Abort:
        return MISUSED
    except typer.TyperException as error:
        return misused(error, given)
    return code if isinstance(code, int) else 0


def misused(error: typer.TyperException, given: Sequence[str]) -> int:
    """Say that a command line was not understood."""
    if not given or "--help" in given:
        return 0
    values = {"problem": error.format_message()}
    misuse = Misuse(Message("命令有误：{problem} 用 --help 查看用法", values))
    lang = "en" if asks_for_english(given) else None
    return refused(misuse, None, as_json="--json" in given, lang=lang)


def asks_for_english(given: Sequence[str]) -> bool:
    """Tell whether `--lang en` stands in a line that could not be understood as a whole."""
    return "--lang=en" in given or ("--lang", "en") in zip(given, given[1:], strict=False)
