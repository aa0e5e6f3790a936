"""Proves that no side machine is left open behind a case at rest, where no clock watches it."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from mediation.engine.guards import GUARDS, machines_ended
from mediation.engine.proofs.report import Path, Stride, Unproved
from mediation.engine.proofs.walking import Walk
from mediation.engine.workflows.definitions import Event, Need
from mediation.language import Message


class Pair(NamedTuple):
    """The state of the case, and that of one side machine; empty while there is none."""

    case: str
    machine: str = ""


class Companion:
    """The case and one machine of one kind, walked side by side without their clocks."""

    def __init__(self, case: Walk, machine: Walk) -> None:
        self.case, self.machine = case, machine
        self.sort, self.kind = machine.key, machine.kind
        self.came: dict[Pair, tuple[Pair, Event] | None] = {}
        self.starting = {
            id(event)
            for event in case.plan.events
            if any(
                (one.machine, one.kind) == (self.sort, self.kind)
                for one in event.effects.starts
            )
        }

    def faults(self) -> Iterator[Unproved]:
        """Say once in which state the machine can be left behind, with the shortest way."""
        told: set[str] = set()
        for pair in self.walk():
            if self.case_rests(pair) and self.open(pair.machine) and pair.machine not in told:
                told.add(pair.machine)
                states = self.machine.plan.states
                values: dict[str, object] = {"kind": self.machine.plan.kinds[self.kind].label}
                values |= {"state": states[pair.machine].label}
                values |= {"rest": self.case.label(pair.case)}
                yield Unproved(
                    "left_open",
                    Message(
                        "案件已“{rest}”，“{kind}”却可能还停在“{state}”，再没有期限管着它",
                        values,
                    ),
                    self.path(pair),
                )

    def walk(self) -> Iterator[Pair]:
        """List the pairs some way reaches, the nearest first."""
        first = Pair("")
        self.came[first] = None
        waiting = deque([first])
        while waiting:
            pair = waiting.popleft()
            yield pair
            for event, found in self.steps(pair):
                if found not in self.came:
                    self.came[found] = (pair, event)
                    waiting.append(found)

    def path(self, pair: Pair) -> Path:
        """Give the shortest way to a pair."""
        strides: list[Stride] = []
        while came := self.came[pair]:
            pair, event = came
            strides.append(Stride(self.case.label(pair.case), event.label))
        return tuple(reversed(strides))

    def steps(self, pair: Pair) -> Iterator[tuple[Event, Pair]]:
        """List what the case and the machine may do, with all that follows at once."""
        for event, to in self.case.led.get(pair.case, ()):
            if not self.answers_this(event, pair) and self.lets(event, pair.machine, to):
                for after in self.started(event, pair, to):
                    yield from ((event, one) for one in self.pushed(event, pair, after))
        for event, to in self.machine.led.get(pair.machine, ()) if pair.machine else ():
            if any(right.role != "case" for right in (*event.by, *event.on_behalf)):
                yield from ((event, one) for one in self.heard(pair, Pair(pair.case, to)))

    def answers_this(self, event: Event, pair: Pair) -> bool:
        """Tell whether an event can only be this machine's answer: the case waits on it."""
        state = self.case.plan.states.get(pair.case)
        awaited = bool(state and state.waits == self.sort and self.open(pair.machine))
        kinds = event.on_kinds or (self.kind,)
        return awaited and event.on.partition(":")[0] == self.sort and self.kind in kinds

    def lets(self, event: Event, machine: str, to: str) -> bool:
        """Tell whether the machine's state lets an event of the case lead to a state."""
        needs = self.case.plan.needs
        if not machine:
            return True
        return all(self.allows(needs[name], machine) for name in event.needs) and any(
            branch.test.about != "need" or self.allows(needs[branch.test.subject], machine)
            for branch in event.branches
            if branch.to in (to, "")
        )

    def allows(self, need: Need, machine: str) -> bool:
        """Tell whether a need lets an event pass with the machine in a state."""
        test, kinds = need.test, need.test.arguments.get("kinds")
        others = isinstance(kinds, list | tuple) and kinds and self.kind not in kinds
        if need.when or need.unless or others:
            return True
        states = test.value if isinstance(test.value, list | tuple) else ()
        if test.about == "machine" and test.subject == self.sort:
            return {"none_in": machine not in states, "all_in": machine in states}.get(
                test.how, True
            )
        if test.about == "guard" and test.arguments.get("machine") == self.sort:
            ended = GUARDS[test.subject].holds is machines_ended
            return not (ended and self.open(machine))
        return True

    def started(self, event: Event, pair: Pair, to: str) -> list[Pair]:
        """List where an event leads, with the machine it may start followed or not."""
        found = [Pair(to, pair.machine)]
        if id(event) in self.starting and not self.open(pair.machine):
            found.append(Pair(to, self.machine.plan.initial))
        return found

    def pushed(self, event: Event, before: Pair, after: Pair) -> list[Pair]:
        """Let an event of the case move the machine, and the case answer that."""
        pairs = [after]
        for sort, name in event.effects.moves:
            new = after.machine != before.machine
            spared = new and (sort, name) in event.effects.moves_of_old
            if sort == self.sort and not spared:
                pairs = [one for pair in pairs for one in self.moved(pair, name)]
        return pairs

    def moved(self, pair: Pair, name: str) -> list[Pair]:
        """Move the machine by an event of the case, if it can take it."""
        led = self.machine.led.get(pair.machine, ()) if self.open(pair.machine) else ()
        found = [to for event, to in led if event.name == name]
        return [one for to in found for one in self.heard(pair, Pair(pair.case, to))] or [pair]

    def heard(self, before: Pair, after: Pair) -> list[Pair]:
        """Let the case answer the machine's new state, where it listens."""
        if before.machine == after.machine:
            return [after]
        on = f"{self.sort}:{after.machine}"
        answers = [
            answer
            for event, to in self.case.led.get(after.case, ())
            if event.on == on and (not event.on_kinds or self.kind in event.on_kinds)
            if self.lets(event, after.machine, to)
            for answer in self.pushed(event, after, Pair(to, after.machine))
        ]
        return answers or [after]

    def open(self, machine: str) -> bool:
        """Tell whether the machine is there and not at its end."""
        return bool(machine) and not self.machine.plan.states[machine].closed

    def case_rests(self, pair: Pair) -> bool:
        """Tell whether the case is at rest."""
        return bool(pair.case) and self.case.plan.states[pair.case].closed
