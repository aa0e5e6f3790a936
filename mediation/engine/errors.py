"""What the engine refuses: a definition not understood, an event that may not happen."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from mediation.errors import MediationError
from mediation.language import Label, Message


class DefinitionError(MediationError):
    """A workflow file says something that cannot be understood or does not fit.

    Args:
        file: the file's name below `workflows/`.
        where: table and key, joined by dots.
        problem: what is wrong, and the nearest known name where there is one.
    """

    code = "definition"

    def __init__(self, file: str, where: str, problem: Message) -> None:
        self.file, self.where, self.problem = file, where, problem
        super().__init__(
            Message(
                "{file}：{where}：{problem}", {"file": file, "where": where, "problem": problem}
            )
        )


class DefinitionsRefused(MediationError):
    """All that is wrong in the files of `workflows/`, found in one reading."""

    code = "definitions"

    def __init__(self, errors: Iterable[DefinitionError]) -> None:
        self.errors = tuple(errors)
        super().__init__(
            Message(
                "流程文件有 {count} 处错误：{errors}",
                {"count": len(self.errors), "errors": [error.message for error in self.errors]},
            )
        )


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the known name most like one that is not; empty if none is like it."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.5)), "")


def unknown(name: str, known: Iterable[str]) -> Message:
    """Say that a name is not known, with the nearest one that is."""
    near = nearest(name, known)
    if near:
        return Message("没有“{name}”这个名称，是否应为“{near}”？", {"name": name, "near": near})
    return Message("没有“{name}”这个名称", {"name": name})


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why an event cannot happen now, and what would lift it.

    Args:
        code: stable name of the need, for programs.
        text: the sentence a person reads.
        law: citation key of `law.toml`; empty where no article stands behind it.
        who: `role@relation` who can lift it; empty where nobody can.
        remedy: the event that lifts it; empty where none does.
        value: what the remedy takes, where it takes one thing, such as a case number.
    """

    code: str
    text: Label | Message
    law: str = ""
    who: str = ""
    remedy: str = ""
    value: str = ""


class EventRefused(MediationError):
    """An event that may not happen now, with all its blockers."""

    code = "event_refused"

    def __init__(self, event: Label | Message, blockers: tuple[Blocker, ...]) -> None:
        self.blockers = blockers
        super().__init__(
            Message(
                "现在不能办理“{event}”：{reasons}",
                {"event": event, "reasons": [blocker.text for blocker in blockers]},
            )
        )
