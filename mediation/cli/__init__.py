"""The command line: `python -m mediation`, one noun a module."""

import logging
import sys
from collections.abc import Sequence
from itertools import pairwise

import structlog
import typer

from mediation.cli.accounts import account_commands
from mediation.cli.cases import case_commands
from mediation.cli.demos import add_demo
from mediation.cli.documents import document_commands
from mediation.cli.doors import MISUSED, Commands, Misuse, refused
from mediation.cli.dossiers import add_dossier
from mediation.cli.handbook import add_handbook
from mediation.cli.installations import add_installation, audit_commands, officer_commands
from mediation.cli.periods import add_period
from mediation.cli.reports import add_report
from mediation.cli.serving import add_serving
from mediation.cli.workflows import add_check, workflow_commands
from mediation.language import Message

top = Commands(
    "mediation", "人民调解办案流程 / people's mediation, from the desk to the archive"
)
add_check(top)
add_handbook(top)
add_installation(top)
add_demo(top)
add_serving(top)
for group in (audit_commands, officer_commands, account_commands, workflow_commands):
    top.add(group)
add_period(top)
add_report(top)
for group in (case_commands, document_commands):
    top.add(group)
add_dossier(top)


def log_to_errors() -> None:
    """Let logs go to standard error, a JSON line each: the other is for answers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 refused, 2 misused.
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    log_to_errors()
    try:
        code = top.typer(given, prog_name="mediation", standalone_mode=False)
    except typer.Abort:
        return MISUSED
    except typer.TyperException as error:
        return misused(error, given)
    return code if isinstance(code, int) else 0


def misused(error: typer.TyperException, given: Sequence[str]) -> int:
    """Say that a command line was not understood."""
    values = {"problem": problem(error)}
    misuse = Misuse(Message("命令有误：{problem}。用 --help 查看用法", values))
    lang = "en" if asks_for_english(given) else None
    return refused(misuse, None, as_json="--json" in given, lang=lang)


def problem(error: typer.TyperException) -> Message | str:
    """Say what was not understood; what is rare is left in the words of the library."""
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        return Message("没有选项 {name}", {"name": getattr(error, "option_name", "")})
    if kind == "MissingParameter" and parameter is not None:
        named = parameter.metavar if parameter.param_type_name == "argument" else ""
        return Message("缺少 {name}", {"name": named or "/".join(parameter.opts)})
    return error.format_message().rstrip(".")


def asks_for_english(given: Sequence[str]) -> bool:
    """Tell whether `--lang en` stands in a line that could not be understood as a whole."""
    return "--lang=en" in given or ("--lang", "en") in pairwise(given)
