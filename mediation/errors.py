"""What every layer raises: a sentence in both languages, and a code for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mediation.language import Message

R = TypeVar("R")
T = TypeVar("T")


class MediationError(Exception):
    """Something the program refuses or cannot do, said to a person."""

    code: str = "error"

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        # Logs and tracebacks are read by developers; doors speak the reader's language
        # through `message`.
        return self.message.to("en")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input.

    Args:
        field: where it stands, keys and positions joined by dots (`parties.0.name`); empty for
            the input as a whole.
        message: what is wrong, and how it should be written.
    """

    field: str
    message: Message


class InputRefused(MediationError):
    """An input with every fault that was found in it.

    Args:
        faults: what was found; a message alone is a fault of the input as a whole.
    """

    code = "input_refused"

    def __init__(self, faults: tuple[Fault, ...] | Message) -> None:
        self.faults = (Fault("", faults),) if isinstance(faults, Message) else faults
        super().__init__(Message("输入有 {count} 处错误", {"count": len(self.faults)}))

    def __str__(self) -> str:
        told = (f"{fault.field}: {fault.message.to('en')}" for fault in self.faults)
        return f"{super().__str__()} ({'; '.join(told)})"


class Faults:
    """Gathers every fault of one input, so that a person is sent back once and not ten times.

    A rule is any function that takes the raw value and gives the accepted one, or raises
    InputRefused; rules nest, and each level puts its own key in front of the field.
    """

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def take(self, field: str, rule: Callable[[R], T], raw: R) -> T | None:
        """Give the value accepted by the rule; None once its faults are noted."""
        try:
            return rule(raw)
        except InputRefused as refused:
            for fault in refused.faults:
                self.add(".".join(filter(None, (field, fault.field))), fault.message)
            return None

    def add(self, field: str, message: Message) -> None:
        """Note a fault that the caller found by itself."""
        self.found.append(Fault(field, message))

    def refuse_any(self) -> None:
        """Let an input without faults pass.

        Raises:
            InputRefused: with all faults noted so far.
        """
        if self.found:
            raise InputRefused(tuple(self.found))
