"""A plan as a drawing: its states in lanes, and the main ways between them."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from mediation.engine.workflows.definitions import Event, Plan, State
from mediation.engine.workflows.reading import Library
from mediation.operations.answers.charts import walked
from mediation.operations.answers.words import Words
from mediation.rendering import charts
from mediation.rendering.charts import Drawing, Lane, Way

Looked = Callable[[State], tuple[str, str]]
"""Gives how a state is drawn: its look and its sign."""


def lanes_of(plan: Plan, kind: str, library: Library) -> dict[str, list[State]]:
    """Gather states by placement, in the order the file of the kind places them.

    In each lane a state is followed by those the usual ways lead to; where nothing usual leads,
    the one a case comes to first comes first, and closed ones come last.
    """
    usual: dict[str, list[str]] = {}
    for way in usual_ways(plan):
        if placement_of(way.source) == placement_of(way.target):
            usual.setdefault(way.source, []).append(way.target)
    entered = {target for targets in usual.values() for target in targets}
    roots = [name for name in walked(plan) if name not in entered]
    roots.sort(key=lambda name: plan.states[name].closed)
    found: dict[str, list[State]] = {}
    for name in followed([*roots, *plan.states], usual):
        found.setdefault(placement_of(name), []).append(plan.states[name])
    order = [*library.kinds[kind].place, ""]
    return {name: found[name] for name in order if name in found}


def followed(roots: Iterable[str], usual: Mapping[str, list[str]]) -> Iterator[str]:
    """Give each state once, after it those that usually follow."""
    seen: set[str] = set()
    for root in roots:
        ahead = [root]
        while ahead:
            name = ahead.pop(0)
            if name not in seen:
                seen.add(name)
                ahead = [*usual.get(name, ()), *ahead]
                yield name


def placement_of(state: str) -> str:
    """Give the placement of a state; nothing for one of a side machine."""
    return state.rpartition("/")[0]


def lane_title(placement: str, plan: Plan, kind: str, words: Words) -> str:
    """Name a lane: its stage, with the tier where it is placed; a machine by its own name."""
    if not placement:
        return words.to(plan.label)
    placed = words.library.kinds[kind].place[placement]
    stage = getattr(words.library.stages[placed.stage].stage.label, words.language)
    tier = words.tier(placed.tier)
    return f"{tier} · {stage}" if tier else str(stage)


def drawing(plan: Plan, kind: str, words: Words, looked: Looked) -> Drawing:
    """Draw a plan."""
    lanes = [
        Lane(
            lane_title(placement, plan, kind, words),
            tuple(
                charts.State(state.name, words.to(state.label), *looked(state))
                for state in states
            ),
        )
        for placement, states in lanes_of(plan, kind, words.library).items()
    ]
    return charts.drawn(lanes, list(ways(plan)))


def ways(plan: Plan) -> Iterator[Way]:
    """Give the ways worth drawing: those usually taken, and one into every other state."""
    usual = list(usual_ways(plan))
    yield from usual
    entered = {plan.initial, *(way.target for way in usual)}
    order = walked(plan)
    for name in order:
        if name not in entered and (source := first_source(plan, name, order)):
            yield Way(source, name, main=False)


def usual_ways(plan: Plan) -> Iterator[Way]:
    """Give the ways that the events take which usually follow in a state."""
    for state in plan.states.values():
        for event in plan.events:
            if state.name in event.sources and event.name in state.next:
                for target in targets(event, state.name):
                    yield Way(state.name, target, main=True)


def targets(event: Event, source: str) -> dict[str, None]:
    """Give where an event leads from a state, other than to itself."""
    return {branch.to: None for branch in event.branches if branch.to not in {"", source}}


def first_source(plan: Plan, target: str, order: list[str]) -> str | None:
    """Find the first of the states that lead to one, in its own lane if any does."""
    found = [
        source
        for event in plan.events
        for source in event.sources
        if target in targets(event, source)
    ]
    here = placement_of(target)
    return min(
        found, key=lambda one: (placement_of(one) != here, order.index(one)), default=None
    )
