"""Proves that a state that waits on a side machine hears every one of its ends."""

from collections.abc import Iterator, Mapping

from mediation.engine.proofs.nodes import Node
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.walking import Walk
from mediation.engine.workflows.definitions import Event, State
from mediation.language import Message

Machines = Mapping[tuple[str, str], Walk]


def deaf(case: Walk, machines: Machines) -> Iterator[Unproved]:
    """Say which waiting states are never answered, each with the shortest way into it.

    Args:
        machines: (machine, kind) -> its walk; a kind that nothing sends has none.
    """
    told: set[tuple[str, ...]] = set()
    for node in case.came:
        state = case.plan.states.get(node.state)
        if not (state and state.waits):
            continue
        for key, problem in at(case, machines, node, state):
            if key not in told:
                told.add(key)
                yield Unproved("never_answered", problem, case.path(node))


def at(
    case: Walk, machines: Machines, node: Node, state: State
) -> Iterator[tuple[tuple[str, ...], Message]]:
    """Say what a waiting node does not hear."""
    values: dict[str, object] = {"state": state.label, "machine": state.waits}
    machine = machines.get((state.waits, node.sent))
    if machine is None:
        yield (node.state, ""), Message("“{state}”等待的“{machine}”并未发出", values)
        return
    values["kind"] = machine.plan.kinds[node.sent].label
    ends = ends_of(machine)
    if not ends:
        yield (node.state, node.sent), Message("“{state}”等待的“{kind}”永无终结", values)
    for end in ends:
        values["end"] = machine.plan.states[end].label
        key = (node.state, node.sent, end)
        if listener(case, node, f"{state.waits}:{end}") is None:
            yield (
                key,
                Message(
                    "“{state}”等待的“{kind}”以“{end}”终结时，案件没有应答的事项", dict(values)
                ),
            )


def ends_of(machine: Walk) -> list[str]:
    """List the last states a machine of one kind can reach."""
    states = machine.plan.states
    reached = dict.fromkeys(node.state for node in machine.came)
    return [state for state in reached if state in states and states[state].closed]


def listener(case: Walk, node: Node, on: str) -> Event | None:
    """Find the event of a waiting node that answers a state of its machine."""
    return next(
        (
            event
            for event in case.chart.events.get(node.state, {}).values()
            if event.on == on and (not event.on_kinds or node.sent in event.on_kinds)
        ),
        None,
    )
