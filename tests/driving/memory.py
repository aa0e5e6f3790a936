"""What a driver has reached of a workflow, and what is still new to it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from tests.driving.charts import Chart, Transition, of_kind
from tests.driving.program import Told

HOPELESS: Final = 8
"""What has failed so often is not tried for its own sake any more."""
MOST_RUNS: Final = 20
"""So many side machines of a kind have shown what there is."""


class Memory:
    """Everything executed so far, with what failed and what answers did well.

    A transition is an event as defined, with one of the states it leads to; placements do not
    count apart.
    """

    def __init__(self, kind: str, charts: dict[str, Chart]) -> None:
        self.kind, self.charts = kind, charts
        self.case = charts[""]
        self.wanted = {k: v for chart in charts.values() for k, v in chart.all().items()}
        self.taken: Counter[Transition] = Counter()
        self.reached: Counter[str] = Counter()
        self.failed: Counter[tuple[str, str]] = Counter()
        self.runs: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.hints: dict[str, dict[str, Any]] = {}
        self.steps = 0
        # What periods bring, at any place; other events of the calendar no waiting brings.
        self.timed: set[str] = set()
        self.kept: dict[tuple[str, str], list[Told]] = {}

    def note(self, key: str, name: str, source: str | None, state: str) -> bool:
        """Note an event that happened; tell whether it was new."""
        chart = self.charts[key.partition("/")[0]]
        way = chart.taken(name, source, state)
        self.taken[way] += 1
        self.reached[f"{chart.name}:{state}" if key else state] += 1
        return self.taken[way] == 1

    @property
    def share(self) -> float:
        """The share of all transitions executed."""
        return len(self.taken.keys() & self.wanted.keys()) / len(self.wanted)

    @property
    def missing(self) -> list[str]:
        """The transitions not executed."""
        return sorted(name for one, name in self.wanted.items() if one not in self.taken)

    def report(self) -> Iterator[str]:
        """Tell what was reached."""
        states = {
            f"{name}:{state}" if name else state
            for name, chart in self.charts.items()
            for state in chart.states
        }
        events = {(name, one) for name, one, _ in self.wanted}
        done = {(name, one) for name, one, _ in self.taken}
        yield (
            f"{self.kind}: states {len(states & self.reached.keys())}/{len(states)},"
            f" events {len(events & done)}/{len(events)},"
            f" transitions {len(self.wanted) - len(self.missing)}/{len(self.wanted)}"
            f" = {self.share:.1%}; {self.outcomes.total()} cases in {self.steps} steps"
            f" closed as {dict(self.outcomes.most_common())}"
        )
        if self.refusals:
            yield f"  refused though open: {dict(self.refusals.most_common())}"
        if states - self.reached.keys():
            yield f"  states not reached: {sorted(states - self.reached.keys())}"
        yield from (f"  not taken: {one}" for one in self.missing)

    def fresh(self, chart: Chart, state: str) -> list[Told]:
        """Give the events that could still do something new from a state."""
        key = (chart.name, state)
        if key not in self.kept:
            self.kept[key] = self.count_fresh(chart, state)
        return self.kept[key]

    def count_fresh(self, chart: Chart, state: str) -> list[Told]:
        """Look for what could still be new from a state."""
        return [
            event
            for event in chart.starting.get(state, ())
            if self.interest(chart, event)
            and self.failed[chart.name, event["definition"]] < HOPELESS
            and (event["by"] != ["calendar"] or event["event"] in self.timed)
        ]

    def interest(self, chart: Chart, event: Told) -> float:
        """Tell how much new there is in an event, or in the side machine it starts."""
        return self.news(chart, event) or (0.6 if self.starts_news(event) else 0.0)

    def starts_news(self, event: Told) -> bool:
        """Tell whether an event starts a side machine to which something new may be done."""
        return any(self.unfinished(one["machine"], one["kind"]) for one in event["starts"])

    def unfinished(self, machine: str, kind: str) -> bool:
        """Tell whether something new may be done to side machines of a kind."""
        chart = self.charts[machine]
        return self.runs[f"{machine} {kind}"] < MOST_RUNS and any(
            of_kind(event, kind) for state in chart.states for event in self.fresh(chart, state)
        )

    def news(self, chart: Chart, event: Told) -> float:
        """Give the share of an event's branches that were never taken."""
        ways = chart.transitions(event)
        return sum(one not in self.taken for one in ways) / len(ways)
