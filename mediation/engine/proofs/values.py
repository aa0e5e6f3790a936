"""What events can write into facts: constants, or whatever an officer may enter."""

from collections.abc import Iterator
from typing import Any

from mediation.engine.conditions import WAYS
from mediation.engine.forms import OBLIGATION_FIELDS
from mediation.engine.workflows.definitions import Event, Field, Plan, Start, Test, Workflow

SOME: Any = type("Some", (), {"__repr__": lambda _: "…"})()
"""Stands for whatever value an officer may enter."""

Written = Iterator[tuple[str, Any]]

OWNER = (("owner_sort", "sort"), ("owner_tier", "tier"))


def stamped(event: Event) -> tuple[str, ...]:
    """List the facts an event fills by itself: days, who acts, counts, numbers."""
    days = (*event.stamp, *event.stamp_latest)
    return (*days, *event.stamp_actor, *event.count, *event.numbers.values())


def supplied(workflow: Workflow, event: Event) -> Written:
    """List the facts an event can set, with the values."""
    yield from event.set.items()
    yield from ((fact, SOME) for fact in stamped(event))
    for one in event.form:
        yield from filled(workflow, one)
    if opens(event):
        yield "opened_on", SOME
    if opens(event) or event.effects.custody:
        for fact, word in OWNER:
            yield from ((fact, key) for key in workflow.words.get(word, ()))


def opens(event: Event) -> bool:
    """Tell whether an event opens a case."""
    return not event.sources and not event.on


def filled(workflow: Workflow, one: Field) -> Written:
    """List the facts a field can set, with the values."""
    if one.type == "class":
        for name, dispute_class in workflow.classes.items():
            yield "class", name
            yield from dispute_class.set.items()
    elif one.type == "people":
        yield one.sets or "parties", SOME
    elif one.sets:
        yield from ((one.sets, value) for value in field_values(one))


def given(plan: Plan, start: Start, event: Event) -> Written:
    """List the facts a new machine gets from the form or the record that starts it."""
    for one in event.form:
        if one.name in plan.facts:
            yield from ((one.name, value) for value in field_values(one))
    if start.each:
        yield from ((column, SOME) for column in OBLIGATION_FIELDS if column in plan.facts)


def field_values(one: Field) -> tuple[Any, ...]:
    """List the values a field can be filled with."""
    if one.type == "flag":
        return (True,) if one.must else (True, False)
    if one.type == "choice":
        return tuple(option.key for option in one.options)
    return (SOME,)


def holds(test: Test, value: Any) -> bool:
    """Tell whether a value passes a test; a free value can pass any that wants one."""
    if value is SOME:
        return test.how != "absent"
    if test.how == "min" and not isinstance(value, int):
        return False
    return WAYS[test.how](value, test.value)


def tests(plan: Plan) -> Iterator[Test]:
    """List every condition of a chart."""
    for need in plan.needs.values():
        yield from filter(None, (need.test, need.when))
    for event in plan.events:
        yield from (branch.test for branch in event.branches)
    yield from (period.when for period in plan.periods.values() if period.when)
