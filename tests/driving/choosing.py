"""Chooses what to do next: first what was never done, then what leads to where it can be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from tests.driving.charts import Move, of_kind
from tests.driving.memory import Memory
from tests.driving.program import BEGIN, Told


@dataclass(slots=True)
class Case:
    """The case under way: how it stands, where it is to go, and what has come of things tried.

    Args:
        states: of the case and of each side machine, by its key.
        seen: how many of its events are known.
        did: the event done in this step.
        quest: an event whose obstacles are being cleared one by one.
        tried: an event, the blocker that was to be lifted, by what, and the form it got.
    """

    number: str
    show: Told
    patience: int
    steps: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    states: dict[str, str] = field(default_factory=dict)
    seen: int = 0
    last: datetime = BEGIN
    goal: str = ""
    patience_for_goal: int = 0
    form: Any = None
    tried: tuple[str, str, str, Any] | None = None
    did: str = ""
    quest: str = ""
    quest_left: int = 0


class Chooser:
    """Weighs the moves of a case by what is still new."""

    def __init__(self, memory: Memory, random: Random) -> None:
        self.memory, self.random, self.case_chart = memory, random, memory.case

    def sorted(self, case: Case, moves: Sequence[Move]) -> list[Move]:
        """Give the moves, by lot the more promising the sooner."""
        roads = self.roads_to_goal(case)
        hopes = [(self.promise(case, one, roads), one) for one in moves]
        if max(hope for hope, _ in hopes) < 1:
            self.memory.failed["goal", case.goal] += 1
            self.choose_goal(case)
            roads = self.case_chart.distances({case.goal})
            hopes = [(self.promise(case, one, roads), one) for one in moves]
        hopes.sort(key=lambda one: self.random.expovariate(one[0]))
        return [move for _, move in hopes]

    def promise(self, case: Case, move: Move, roads: Mapping[str, int]) -> float:
        """Tell how much is to be hoped from a move."""
        state = case.show["state"]
        tried: float = 1 + 3 * case.failed[move.name]
        tried += self.memory.failed[move.chart.name, move.event["definition"]] / 4
        hope = 0.01
        if move.fresh:
            hope = (10 if move.told["open"] else 4) * move.fresh
            # On the way somewhere else there is less time for it.
            hope *= 1 if move.chart.name or state == case.goal else 0.3
        elif self.leads_to_news(case, move):
            hope = 6
        elif move.chart.name and move.chart.name == self.case_chart.waits[state]:
            hope = 4
        if not move.chart.name and move.targets:
            ahead = min(roads.get(target, 99) for target in move.targets)
            hope = max(hope, 8) if ahead < roads.get(state, 99) else hope
            ends = set(move.targets) & self.case_chart.closed
            away = ahead > roads.get(state, 99)
            hope = 0.01 if (ends or away) and not move.fresh and case.goal not in ends else hope
        return hope / tried

    def roads_to_goal(self, case: Case) -> Mapping[str, int]:
        """Give the distances to where the case is to go; somewhere else if it took too long."""
        state = case.show["state"]
        case.patience_for_goal -= 1
        here = state == case.goal and self.memory.fresh(self.case_chart, state)
        if not case.goal or case.patience_for_goal < 0 or (state == case.goal and not here):
            if case.goal and state != case.goal:
                self.memory.failed["goal", case.goal] += 1
            self.choose_goal(case)
        return self.case_chart.distances({case.goal})

    def choose_goal(self, case: Case) -> None:
        """Choose a state in which something new may happen, and which can be come to."""
        found = {one: self.memory.fresh(self.case_chart, one) for one in self.case_chart.states}
        goals = [
            one for one, events in found.items()
            if events and case.show["state"] in self.case_chart.distances({one})
        ]  # fmt: skip
        weights = [
            self.worth(found[one]) / (1 + self.memory.failed["goal", one]) ** 2 for one in goals
        ]
        case.goal = self.random.choices(goals, weights)[0] if goals else case.show["state"]
        case.patience_for_goal = 12
        if not goals:
            case.patience = 0

    def worth(self, events: Sequence[Told]) -> float:
        """Tell how much new there is in some events."""
        return sum(self.memory.interest(self.case_chart, one) for one in events) ** 2

    def leads_to_news(self, case: Case, move: Move) -> bool:
        """Tell whether something new comes of a move, by way of side machines."""
        if not move.chart.name:
            return any(
                self.moves_news(machine, one)
                for machine in case.show["machines"]
                for one in move.event["moves"]
            )
        kind = next(
            one["kind"]
            for one in case.show["machines"]
            if move.name.startswith(f"{one['key']}:")
        )
        heard = {
            one["on"]
            for one in self.memory.fresh(self.case_chart, case.show["state"])
            if one["on"] and of_kind(one, kind)
        }
        ends = any(f"{move.chart.name}:{one}" in heard for one in move.targets)
        # What it leads to may be where something new can be done to it.
        return ends or any(
            of_kind(event, kind)
            for one in move.targets
            for event in self.memory.fresh(move.chart, one)
        )

    def moves_news(self, machine: Told, moved: Told) -> bool:
        """Tell whether a side machine would be moved as none was before."""
        chart = self.memory.charts[moved["machine"]]
        event = chart.event(moved["event"], machine["state"])
        return (
            machine["open"]
            and machine["key"].partition("/")[0] == chart.name
            and event is not None
            and of_kind(event, machine["kind"])
            and bool(self.memory.news(chart, event))
        )
