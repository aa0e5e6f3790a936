"""The side machine that a paper is about: found in the step, told by what started it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mediation.engine.cases import SideMachine, Step
from mediation.records.people import Body
from mediation.rendering.beside import Beside

FROM_THE_START = frozenset({"machine.number", "machine.promised"})
"""What a paper reads of the event that started its side machine."""

Logged = Mapping[str, Any]
"""A step as the log tells it."""


def key_of(step: Step, seq: int) -> str:
    """Give the key of the side machine a step is of, or of the one it starts; else empty."""
    started = [key for key, one in step.machines.items() if one.started_by == seq]
    return step.event.rpartition(":")[0] or (started[0] if len(started) == 1 else "")


def between(key: str, machine: SideMachine, bodies: Mapping[str, Body]) -> Beside:
    """Give a side machine with the names of the bodies it goes between."""
    sender, receiver = bodies.get(machine.sender), bodies.get(machine.receiver)
    return Beside(
        key, machine, sender.name if sender else None, receiver.name if receiver else None
    )


def paper_number(steps: Iterable[Logged], key: str) -> str | None:
    """Give the number of the paper that a side machine went or came with.

    That is the one it was started with, taken then or, if the letter was written afterwards,
    by the first event of its own that took one.

    Args:
        steps: the one that started it, and those of its own events, in order.
    """
    for step in steps:
        came_with: Sequence[str] = step["machines"][key]["facts"].get("paper_number", ())
        taken = [str(step["facts"][fact]) for fact in step["numbers"].values()]
        if came_with or taken:
            return came_with[0] if came_with else taken[0]
    return None


def promised(started: Logged, key: str, said: Sequence[str]) -> str | None:
    """Give what a side machine follows.

    Args:
        started: the step that started it.
        said: what the event that started it promised, in order; empty if nothing.
    """
    seq = started["machines"][key]["started_by"]
    keys: list[str] = [
        one for one, of in started["machines"].items() if of["started_by"] == seq
    ]
    keys.sort(key=lambda one: int(one.rpartition("/")[2]))
    return dict(zip(keys, said, strict=False)).get(key)
