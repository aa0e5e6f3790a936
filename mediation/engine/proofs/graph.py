"""Proves that every state can be reached, and from each of them rest."""

from collections import defaultdict
from collections.abc import Iterator

from mediation.engine.proofs.nodes import Node
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.walking import Walk
from mediation.engine.workflows.definitions import Plan, Workflow
from mediation.language import Message


def unreached(walk: Walk) -> Iterator[Unproved]:
    """Say which states of the case no way reaches."""
    stood = {node.state for node in walk.came}
    for name in walk.plan.states:
        if name not in stood:
            yield dead_state(walk.plan, name, name)


def dead_state(plan: Plan, name: str, shown: str) -> Unproved:
    """Say that a state is dead, and which events lead there all the same."""
    leading = [e.label for e in plan.events if any(b.to == name for b in e.branches)]
    values = {"state": plan.states[name].label, "name": shown, "events": leading}
    problem = Message("没有任何事项通向“{state}”（{name}）", values)
    if leading:
        problem = Message("“{state}”（{name}）到不了：通向它的事项都办不成（{events}）", values)
    return Unproved("dead_state", problem)


def unanswered_for(workflow: Workflow) -> Iterator[Unproved]:
    """Say which open states nobody answers for."""
    for plan in (workflow.case, *workflow.machines.values()):
        for name, state in plan.states.items():
            if not (state.closed or state.responsible):
                values = {"state": state.label, "name": name}
                yield Unproved(
                    "nobody_responsible", Message("“{state}”（{name}）没有责任人", values)
                )


def trapped(walk: Walk) -> Iterator[Unproved]:
    """Say from which states no way leads to rest, each with the shortest way into the trap."""
    back: dict[Node, list[Node]] = defaultdict(list)
    for node, following in walk.onward.items():
        for one in following:
            back[one].append(node)
    free = {node for node in walk.came if at_rest(walk, node)}
    waiting = list(free)
    while waiting:
        for node in back[waiting.pop()]:
            if node not in free:
                free.add(node)
                waiting.append(node)
    told: set[str] = set()
    for node in walk.came:
        if node not in free and node.state not in told:
            told.add(node.state)
            problem = Message("从“{state}”再也到不了办结", {"state": walk.label(node.state)})
            yield Unproved("trap", problem, walk.path(node))


def at_rest(walk: Walk, node: Node) -> bool:
    """Tell whether a node is at rest."""
    state = walk.plan.states.get(node.state)
    return bool(state and state.closed)
