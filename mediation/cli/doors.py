"""The door of every command: settings, language, moment; answers, refusals and exit codes."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from inspect import Parameter
from pathlib import Path
from traceback import format_tb
from typing import Any

import typer

from mediation import clock
from mediation.cli.options import AsJson, Lang, Now
from mediation.cli.output import Page
from mediation.errors import InputRefused, MediationError
from mediation.language import LANGUAGES, Language, Message
from mediation.operations.answers.refusals import error_told
from mediation.operations.answers.words import Words
from mediation.operations.office import Office, Sitting
from mediation.operations.start import HomeRefused, make_home, open_office, witness
from mediation.settings import Settings, read_settings
from mediation.strict_json import LARGEST, parse_json

DONE, REFUSED, MISUSED = 0, 1, 2


class Misuse(MediationError):
    """A command line that cannot be understood."""

    code = "misuse"


class Unexpected(MediationError):
    """The program itself is at fault."""

    code = "unexpected"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command gives back.

    Args:
        told: plain JSON.
        shown: writes the same for people.
    """

    told: Any
    shown: Callable[[Page], None]
    code: int = DONE


class Door:
    """One call of one command.

    Args:
        settings: what the installation decides for itself.
        language: what the answer is given in.
        now: the moment of the call; None where the command knows none.
    """

    def __init__(
        self, settings: Settings, language: Language, told_now: datetime | None
    ) -> None:
        self.settings, self.language, self.told_now = settings, language, told_now
        self.words: Words | None = None

    @property
    def now(self) -> datetime:
        """The moment of the call: the rehearsal's, or the clock's."""
        return self.told_now or self.settings.now or clock.now()

    @contextmanager
    def office(self) -> Iterator[tuple[Office, Words]]:
        """Open the installation for the time of the command."""
        office = open_office(self.settings)
        try:
            yield office, self.named(office)
        finally:
            office.database.close()

    def named(self, office: Office) -> Words:
        """Give the names of things, and keep them for a refusal."""
        self.words = Words(office.catalogue.library, self.language)
        return self.words

    def witness(self, office: Office) -> None:
        """Witness what the command has written, in the database and outside."""
        witness(self.settings, office, self.now)


Command = Callable[..., Answer]


class Commands:
    """A group of commands; each is a function that takes a door first and gives an answer."""

    def __init__(self, name: str, explained: str) -> None:
        self.name = name
        self.typer = typer.Typer(
            name=name,
            help=explained,
            add_completion=False,
            pretty_exceptions_enable=False,
            context_settings={"help_option_names": ["-h", "--help"]},
        )

    def command(
        self, name: str, explained: str, *, moment: bool = False
    ) -> Callable[[Command], Command]:
        """Make a function a command of the group.

        Args:
            explained: its help, in both languages.
            moment: whether it may be told what time it is.
        """

        def add(command: Command) -> Command:
            self.typer.command(name, help=explained)(entered(command, moment=moment))
            return command

        return add

    def add(self, group: "Commands") -> None:
        """Put a group below this one."""
        self.typer.add_typer(group.typer, name=group.name)


def entered(command: Command, *, moment: bool) -> Callable[..., None]:
    """Put the door around a command: its options, its refusals, its exit code."""
    given = inspect.signature(command, eval_str=True).parameters.values()
    own = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in given if one.name != "door"]
    shared: list[tuple[str, Any, Any]] = [("as_json", AsJson, False), ("lang", Lang, None)]
    shared += [("now", Now, None)] if moment else []
    own += [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, annotation, default in shared
    ]

    def run(**options: Any) -> None:
        as_json, lang = options.pop("as_json"), options.pop("lang")
        told_now = options.pop("now", None)
        raise typer.Exit(
            answered(
                lambda door: command(door, **options), as_json=as_json, lang=lang, now=told_now
            )
        )

    # What typer asks a function for its options by.
    run.__dict__["__signature__"] = inspect.Signature(own)
    run.__annotations__.clear()
    run.__annotations__.update((one.name, one.annotation) for one in own)
    return run


def answered(
    command: Callable[[Door], Answer], *, as_json: bool, lang: str | None, now: str | None
) -> int:
    """Run a command and print what it gives, or why it is refused; the exit code.

    Raises:
        BrokenPipeError: whoever read the output has gone.
        Exit: raised by typer, and handed on.
        Abort: raised by typer, and handed on.
    """
    door: Door | None = None
    try:
        door = opened(lang, now)
        answer = command(door)
    except MediationError as error:
        return refused(error, door, as_json=as_json, lang=lang)
    except (BrokenPipeError, typer.Exit, typer.Abort):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever it is, no data may reach the screen
        return failed(fault, door, as_json=as_json, lang=lang)
    if as_json:
        print(json.dumps(answer.told, ensure_ascii=False, indent=2))
    else:
        answer.shown(Page(door.language))
    return answer.code


def opened(lang: str | None, now: str | None) -> Door:
    """Read the settings and the options that every command has.

    Raises:
        Misuse: one of them cannot be understood.
        InputRefused: a setting cannot.
    """
    settings = read_settings(os.environ)
    language = settings.language if lang is None else spoken_language(lang)
    if now is not None and not settings.rehearsal:
        raise Misuse(Message("只有 MEDIATION_REHEARSAL=1 时才能用 --now"))
    return Door(settings, language, None if now is None else moment("--now", now))


def spoken_language(lang: str) -> Language:
    """Read `--lang`.

    Raises:
        Misuse: it is no language of the program.
    """
    for language in LANGUAGES:
        if lang == language:
            return language
    raise Misuse(Message("语言应为 {known} 之一", {"known": list(LANGUAGES)}))


def moment(option: str, value: str) -> datetime:
    """Read a moment given on the command line.

    Raises:
        Misuse: it is none.
    """
    try:
        return clock.parse_moment(value)
    except InputRefused as error:
        told = {"option": option, "problem": error.faults[0].message}
        raise Misuse(Message("{option}：{problem}", told)) from None


def sitting(officer: str) -> Sitting:
    """Read `HANDLE@BODY`.

    Raises:
        Misuse: it is written otherwise.
    """
    handle, at, body = officer.partition("@")
    if not (handle and at and body) or "@" in body:
        raise Misuse(Message("--as 应写成 HANDLE@BODY，如 wang@tx"))
    return Sitting(handle, body)


def read_input(option: str, source: str) -> object:
    """Read JSON from a file, or from standard input if it is `-`.

    Raises:
        Misuse: there is no such file.
        InputRefused: it is no JSON, or not as strict as it must be.
    """
    if source == "-":
        return parse_json(sys.stdin.buffer.read(LARGEST + 1))
    try:
        with Path(source).open("rb") as file:
            return parse_json(file.read(LARGEST + 1))
    except OSError:
        raise Misuse(
            Message("{option}：不能读取文件 {file}", {"option": option, "file": source})
        ) from None


def refused(
    error: MediationError, door: Door | None, *, as_json: bool, lang: str | None
) -> int:
    """Print a refusal: to programs on standard output, to people on the other."""
    language: Language = door.language if door else "en" if lang == "en" else "zh"
    told = error_told(error, door.words if door else None, language)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        Page(language, error=True).refusal(told["error"])
    return MISUSED if isinstance(error, Misuse) or door is None else REFUSED


def failed(fault: Exception, door: Door | None, *, as_json: bool, lang: str | None) -> int:
    """Say that the program itself is at fault; what a developer needs goes to the log file."""
    file = (door.settings.home if door else Path()) / "errors.log"
    when = (door.now if door else clock.now()).isoformat()
    try:
        make_home(file.parent)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as log:
            log.write(f"{when}\n{frames(fault)}\n")
    except (OSError, HomeRefused):
        print(frames(fault), file=sys.stderr)
    message = Message("程序出错，未能办理；出错的位置记在 {file}", {"file": file})
    refused(Unexpected(message), door, as_json=as_json, lang=lang)
    return REFUSED


def frames(fault: BaseException | None) -> str:
    """Give where the program failed, without what it failed on: that may name people."""
    told = []
    while fault is not None:
        told.append(f"{type(fault).__name__}\n{''.join(format_tb(fault.__traceback__))}")
        fault = fault.__cause__ or fault.__context__
    return "".join(told)
