"""Proves that what follows on an event comes to rest: no charts move each other for ever."""

from collections.abc import Iterator
from typing import NamedTuple

from mediation.engine.proofs.report import Unproved, joined
from mediation.engine.workflows.definitions import Event, Plan, Workflow
from mediation.language import Message


class Deed(NamedTuple):
    """An event of a chart, for one kind of machine; the case has no name and no kind."""

    chart: str
    kind: str
    place: int


def endless(workflow: Workflow) -> Iterator[Unproved]:
    """Say which events follow on each other in a circle."""
    following = {deed: list(follows(workflow, deed)) for deed in deeds(workflow)}
    done: set[Deed] = set()
    for deed in following:
        circle = circled(deed, following, done, [])
        if circle:
            labels = [event(workflow, one).label for one in circle]
            problem = Message(
                "事项接连引发，永无止境：{events}", {"events": joined(labels, " → ")}
            )
            yield Unproved("endless", problem)
            return


def circled(
    deed: Deed, following: dict[Deed, list[Deed]], done: set[Deed], path: list[Deed]
) -> list[Deed]:
    """Give a circle that a deed leads into; nothing if it leads to rest."""
    if deed in path:
        return [*path[path.index(deed) :], deed]
    if deed not in done:
        for one in following[deed]:
            if circle := circled(one, following, done, [*path, deed]):
                return circle
        done.add(deed)
    return []


def deeds(workflow: Workflow) -> Iterator[Deed]:
    """List every event, of a machine once for each kind."""
    yield from (Deed("", "", place) for place, _ in enumerate(workflow.case.events))
    for name, plan in workflow.machines.items():
        for kind in plan.kinds:
            for place, one in enumerate(plan.events):
                if not one.kinds or kind in one.kinds:
                    yield Deed(name, kind, place)


def follows(workflow: Workflow, deed: Deed) -> Iterator[Deed]:
    """List what an event brings about at once: moves of machines, answers of the case."""
    done = event(workflow, deed)
    for other in deeds(workflow):
        if other.chart and (other.chart, event(workflow, other).name) in done.effects.moves:
            yield other
    reached = {(deed.chart, deed.kind, branch.to) for branch in done.branches if deed.chart}
    for start in done.effects.starts:
        reached.add((start.machine, start.kind, workflow.machines[start.machine].initial))
    for place, one in enumerate(workflow.case.events):
        if any(hears(one, *state) for state in reached):
            yield Deed("", "", place)


def hears(one: Event, machine: str, kind: str, state: str) -> bool:
    """Tell whether an event of the case answers a state of a machine."""
    return one.on == f"{machine}:{state}" and (not one.on_kinds or kind in one.on_kinds)


def event(workflow: Workflow, deed: Deed) -> Event:
    """Give the event of a deed."""
    plan: Plan = workflow.machines[deed.chart] if deed.chart else workflow.case
    return plan.events[deed.place]
