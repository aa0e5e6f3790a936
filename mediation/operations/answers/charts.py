"""A workflow drawn: as text by placement, and as a Mermaid state diagram."""

from collections.abc import Iterator
from itertools import product

from mediation.engine.workflows.definitions import Branch, Event, Period, Plan, State, Workflow
from mediation.language import Message
from mediation.operations.answers.words import Words

OPENING = ""
# What Mermaid itself reads in a label; it takes any character by its number.
_READ_BY_MERMAID = frozenset('"#:;<>{}[]()`|%&\\\n\r')


def text_chart(workflow: Workflow, words: Words) -> Iterator[str]:
    """Give the lines of a chart: each placement's states, under each the events out of it."""
    yield from plan_lines(workflow.case, words)
    for plan in workflow.machines.values():
        yield ""
        yield f"━━ {words.to(plan.label)}  {plan.name}"
        yield from plan_lines(plan, words)


def plan_lines(plan: Plan, words: Words) -> Iterator[str]:
    """Give the lines of one plan."""
    for event in plan.events:
        if not event.sources and not event.on:
            yield from event_lines(plan, event, words)
    for placement, states in placed(plan).items():
        yield ""
        if placement:
            yield f"── {placement}"
        for state in states:
            yield from state_lines(plan, state, words)


def placed(plan: Plan) -> dict[str, list[State]]:
    """Gather the states of a plan by placement; those of a machine have none."""
    found: dict[str, list[State]] = {}
    for name in walked(plan):
        found.setdefault(name.rpartition("/")[0], []).append(plan.states[name])
    return found


def walked(plan: Plan) -> list[str]:
    """List the states of a plan in the order in which a case comes to them."""
    found = [plan.initial]
    for name in found:  # grows while it is read
        reached = (
            branch.to
            for event in plan.events
            if name in event.sources
            for branch in event.branches
        )
        found += dict.fromkeys(to for to in reached if to and to not in found)
    return found + [name for name in plan.states if name not in found]


def state_lines(plan: Plan, state: State, words: Words) -> Iterator[str]:
    """Give the lines of a state: its clocks, and the events out of it."""
    yield state_line(state, words)
    for period in plan.periods.values():
        if state.name in period.runs_in:
            yield period_line(period, words)
    for event in plan.events:
        if state.name in event.sources:
            yield from event_lines(plan, event, words)


def state_line(state: State, words: Words) -> str:
    """Give the line of a state."""
    parts = [f"● {words.to(state.label)}  {state.name}"]
    if state.responsible:
        parts.append(words.who(str(state.responsible)))
    if state.closed:
        parts.append(words.say(Message("办结")))
    return "  ".join(parts)


def period_line(period: Period, words: Words) -> str:
    """Give the line of a clock that runs in a state."""
    length = words.say(period.span.label) if period.span else period.until
    parts = (words.to(period.label), length, words.effect(period.effect))
    return f"    ⏱ {'  '.join(parts)}  {words.citation(period.law)}"


def event_lines(plan: Plan, event: Event, words: Words) -> Iterator[str]:
    """Give the lines of an event out of a state: by whom, where to, on what conditions."""
    who = "、".join(words.who(str(right)) for right in (*event.by, *event.on_behalf))
    yield f"    → {words.to(event.label)}  {event.name}  [{who}]"
    told = [
        (Message("去向"), targets(plan, event, words)),
        (
            Message("有此情形不能办"),
            [words.to(plan.needs[name].blocker) for name in event.needs],
        ),
        (Message("文书"), [words.document(name) for name in event.issues]),
        (Message("依据"), [words.citation(key) for key in event.law]),
    ]
    for title, parts in told:
        if parts:
            yield f"        {words.say(title)}：{'；'.join(parts)}"


def targets(plan: Plan, event: Event, words: Words) -> list[str]:
    """List where an event leads, each with when; nothing if it stays."""
    return [
        words.to(plan.states[branch.to].label) + condition(branch)
        for branch in event.branches
        if branch.to
    ]


def condition(branch: Branch) -> str:
    """Say when a branch is taken; nothing for the last."""
    test = branch.test
    if test.about == "always":
        return ""
    value = "" if test.value is None else f" {test.value}"
    return f"（{test.subject} {test.how}{value}）"


def mermaid(workflow: Workflow, words: Words) -> Iterator[str]:
    """Give the lines of a Mermaid diagram: each placement a state of its own."""
    yield "stateDiagram-v2"
    yield from diagram("", workflow.case, words)
    for name, plan in workflow.machines.items():
        yield from diagram(f"{name}/", plan, words)


def diagram(prefix: str, plan: Plan, words: Words) -> Iterator[str]:
    """Give the lines of one plan; the names of a machine's states stand behind its own."""
    for placement, states in placed(plan).items():
        title = placement or words.to(plan.label)
        yield f'    state "{escaped(title)}" as {identifier(prefix + placement)} {{'
        for state in states:
            label = escaped(words.to(state.label))
            yield f'        state "{label}" as {identifier(prefix + state.name)}'
        yield "    }"
    if prefix:
        yield f"    [*] --> {identifier(prefix + plan.initial)}"
    for (source, target), labels in arrows(plan, words).items():
        start = identifier(prefix + source) if source else "[*]"
        named = escaped(" / ".join(labels))
        yield f"    {start} --> {identifier(prefix + target)} : {named}"
    for state in plan.states.values():
        if state.closed:
            yield f"    {identifier(prefix + state.name)} --> [*]"


def arrows(plan: Plan, words: Words) -> dict[tuple[str, str], dict[str, None]]:
    """Gather the ways of a plan, source and target, each with the labels of its events."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for event in plan.events:
        targets = {branch.to for branch in event.branches if branch.to}
        sources = event.sources or (() if event.on else (OPENING,))
        for way in product(sources, sorted(targets)):
            if way[0] != way[1]:
                found.setdefault(way, {})[words.to(event.label)] = None
    return found


def identifier(name: str) -> str:
    """Give a name as Mermaid takes it: no slash, no dash, never a word of its own."""
    return "s_" + "".join(one if one.isalnum() else "_" for one in name)


def escaped(label: str) -> str:
    """Write a label so that Mermaid reads nothing of it."""
    return "".join(f"#{ord(one)};" if one in _READ_BY_MERMAID else one for one in label)
