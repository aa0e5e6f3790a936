"""The side machine that a paper is about: found in the step, told by what started it."""

from collections.abc import Mapping, Sequence
from typing import Any

from mediation.engine.cases import SideMachine, Step
from mediation.records.people import Body
from mediation.rendering.beside import Beside

FROM_THE_START = frozenset({"machine.number", "machine.promised"})
"""What a paper reads of the event that started its side machine."""

Started = Mapping[str, Any]
"""The step that started a side machine, as the log tells it."""


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


def paper_number(started: Started, key: str) -> str | None:
    """Give the number of the paper that a side machine went or came with."""
    taken = [str(started["facts"][fact]) for fact in started["numbers"].values()]
    came_with: Sequence[str | None] = started["machines"][key]["facts"].get(
        "paper_number", [None]
    )
    return taken[0] if taken else came_with[0]


def promised(started: Started, key: str, said: Sequence[str]) -> str | None:
    """Give what a side machine follows.

    Args:
        said: what the event that started it promised, in order; empty if nothing.
    """
    seq = started["machines"][key]["started_by"]
    keys: list[str] = [
        one for one, of in started["machines"].items() if of["started_by"] == seq
    ]
    keys.sort(key=lambda one: int(one.rpartition("/")[2]))
    return dict(zip(keys, said, strict=False)).get(key)
