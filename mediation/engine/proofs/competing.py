"""Proves that no two moves compete: one definition, one branch, one answer at a time."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.walking import UNREGISTERED
from mediation.engine.workflows.definitions import OPEN_ACTORS, Event, Plan, State, Workflow
from mediation.language import Label, Message


def competing(workflow: Workflow) -> Iterator[Unproved]:
    """Say where two moves compete, or an event can find no way."""
    for plan in (workflow.case, *workflow.machines.values()):
        yield from namesakes(plan)
        yield from unequal_branches(plan)
        yield from shapes(plan)
    yield from answers(workflow)
    yield from openings(workflow.case)


def namesakes(plan: Plan) -> Iterator[Unproved]:
    """Say which states two events of one name start from."""
    found: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in plan.events:
        for source in event.sources or ("",):
            found[source, event.name].append(event)
    told: set[tuple[str, ...]] = set()
    for (source, name), events in found.items():
        written = tuple(event.definition for event in events)
        if len(events) > 1 and written not in told:
            told.add(written)
            values = {"event": events[0].label, "name": name, "written": list(written)}
            values["state"] = label(plan.states, source)
            yield Unproved(
                "competing",
                Message("“{state}”有同名的事项“{event}”（{name}），写在：{written}", values),
            )


def unequal_branches(plan: Plan) -> Iterator[Unproved]:
    """Say which lists of branches may end without one, or hide one behind another."""
    for event in plan.events:
        values = {"event": event.label, "name": event.definition}
        certain = [branch.test.about == "always" for branch in event.branches]
        if not (certain and certain[-1]):
            yield Unproved(
                "branches",
                Message("事项“{event}”（{name}）的最后一个去向还带条件，可能无路可走", values),
            )
        if any(certain[:-1]):
            yield Unproved(
                "branches",
                Message(
                    "事项“{event}”（{name}）在无条件的去向之后还有去向，永远走不到", values
                ),
            )


def shapes(plan: Plan) -> Iterator[Unproved]:
    """Say which event asks what nobody is there to give, or rises and moves at once."""
    for event in plan.events:
        values = {"event": event.label, "name": event.definition}
        if event.effects.rise and any(branch.to for branch in event.branches):
            yield Unproved(
                "rise", Message("事项“{event}”（{name}）逐级提醒督办，不能同时移动案件", values)
            )
        actors = {right.role for right in event.by}
        if event.form and actors <= set(OPEN_ACTORS):
            yield Unproved(
                "nobody_fills",
                Message("事项“{event}”（{name}）没有人办理，它的表格无人填写", values),
            )
        if event.needs and actors & {"machine", "case"}:
            yield Unproved(
                "forced_needs",
                Message("事项“{event}”（{name}）随别的事项发生，不能带办理条件", values),
            )


def answers(workflow: Workflow) -> Iterator[Unproved]:
    """Say where two events of the case answer the same state of a machine."""
    heard = [event for event in workflow.case.events if event.on]
    for one, other in combinations(heard, 2):
        kinds = not (one.on_kinds and other.on_kinds) or set(one.on_kinds) & set(other.on_kinds)
        both = [source for source in one.sources if source in other.sources]
        if one.on == other.on and kinds and both:
            values = {"one": one.label, "other": other.label, "on": one.on}
            values["state"] = label(workflow.case.states, both[0])
            yield Unproved(
                "competing", Message("在“{state}”，“{one}”与“{other}”都应答 {on}", values)
            )


def openings(plan: Plan) -> Iterator[Unproved]:
    """Say that a case cannot be opened, or in more than one way."""
    found = [event for event in plan.events if not event.sources]
    if len(found) != 1:
        values = {"count": len(found), "events": [event.label for event in found]}
        yield Unproved(
            "opening", Message("开启案件的事项应有且只有一项，现有{count}项：{events}", values)
        )


def label(states: dict[str, State] | object, name: str) -> Label:
    """Give the label of a state."""
    return states[name].label if isinstance(states, dict) and name in states else UNREGISTERED
