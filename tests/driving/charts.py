"""What `workflow show` tells: which events lead from which state to which."""

from collections import deque
from dataclasses import dataclass

from tests.driving.program import Told
from tests.steps.filling import fillable

Transition = tuple[str, str, int]


class Chart:
    """What `workflow show` tells of a chart: which events lead from which state to which."""

    def __init__(self, name: str, told: Told) -> None:
        self.name = name
        self.events: dict[str, list[Told]] = {}
        self.ways: dict[str, list[Transition]] = {}
        for event in told["events"]:
            self.events.setdefault(event["event"], []).append(event)
            self.ways[event["definition"]] = self.ways_of(event)
        self.starting: dict[str, list[Told]] = {}
        for event in told["events"]:
            for state in event["from"]:
                self.starting.setdefault(state, []).append(event)
        self.closed = {one["name"] for one in told["states"] if one["closed"]}
        self.waits = {one["name"]: one["waits"] for one in told["states"]}
        self.states = [one["name"] for one in told["states"]]
        self.before: dict[str, set[str]] = {}
        for event in told["events"]:
            for target in event["to"]:
                self.before.setdefault(target["state"], set()).update(event["from"])

    def event(self, name: str, state: str) -> Told | None:
        """Give the event of a name that starts from a state."""
        return next((one for one in self.events.get(name, ()) if state in one["from"]), None)

    def transitions(self, event: Told) -> list[Transition]:
        """Give the transitions of an event."""
        return self.ways[event["definition"]]

    def ways_of(self, event: Told) -> list[Transition]:
        """List the transitions of an event; branches to one state cannot be told apart."""
        led = [one["state"] for one in event["to"]]
        return [
            (self.name, event["definition"], led.index(state)) for state in dict.fromkeys(led)
        ]

    def all(self) -> dict[Transition, str]:
        """Give every transition, with how it is called in a list."""
        return {
            way: (
                f"{self.name or 'case'} {event['definition']} {event['label']}"
                + (f" → {event['to'][way[2]]['state']}" if len(event["to"]) > 1 else "")
            )
            for events in self.events.values()
            for event in events
            for way in self.transitions(event)
        }

    def taken(self, name: str, source: str | None, state: str) -> Transition:
        """Tell which transition an event was that led from one state to another."""
        named = self.events[name]
        event = next((one for one in named if source in one["from"]), named[0])
        led = [no for no, one in enumerate(event["to"]) if (one["state"] or source) == state]
        return self.name, event["definition"], led[0] if led else 0

    def distances(self, goals: set[str]) -> dict[str, int]:
        """Give how many events at least lie between each state and the nearest of some."""
        found = dict.fromkeys(goals, 0)
        waiting = deque(goals)
        while waiting:
            state = waiting.popleft()
            for before in self.before.get(state, ()):
                if before not in found:
                    found[before] = found[state] + 1
                    # A way may begin in a closed state, by opening it again, but not pass one.
                    waiting.extend({before} - self.closed)
        return found


def of_kind(event: Told, kind: str) -> bool:
    """Tell whether an event concerns a kind of side machine."""
    return not event["kinds"] or kind in event["kinds"]


@dataclass(slots=True)
class Move:
    """An event of the case under way, as one officer was told of it."""

    told: Told
    officer: str
    chart: Chart
    event: Told
    fresh: float

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return str(self.told["event"])

    @property
    def targets(self) -> list[str]:
        """The states it may lead to."""
        return [one["state"] for one in self.event["to"] if one["state"]]

    @property
    def fillable(self) -> bool:
        """Whether every field that must be filled can be."""
        form = self.told["form"]
        return all(fillable(form["properties"][name]) for name in form["required"])
