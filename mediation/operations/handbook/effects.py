"""What an event does beside moving a case, said in sentences."""

from collections.abc import Iterator

from mediation.engine.workflows.definitions import Event, Plan, Workflow
from mediation.language import Label, Message
from mediation.operations.answers.words import RELATIONS, Words


def effects_told(event: Event, plan: Plan, workflow: Workflow, words: Words) -> Iterator[str]:
    """Say what an event does beside moving, one sentence each."""
    for said in (*machines_said(event, workflow), *clocks_said(event, plan, workflow)):
        yield words.say(said)
    if event.effects.custody:
        body = RELATIONS[event.effects.custody]
        yield words.say(Message("案件改由{body}承办", {"body": body}))
    for right in event.effects.rise:
        yield words.say(Message("责任上升到{who}", {"who": words.who(str(right))}))
    told = "、".join(words.who(str(right)) for right in event.notify)
    if told:
        yield words.say(Message("通知{who}", {"who": told}))


def machines_said(event: Event, workflow: Workflow) -> Iterator[Message]:
    """Say which side machines an event starts, and which it moves."""
    for start in event.effects.starts:
        plan = workflow.machines[start.machine]
        kind = plan.kinds[start.kind].label
        yield Message("发起“{kind}”（{machine}）", {"kind": kind, "machine": plan.label})
    for machine, moved in dict.fromkeys(event.effects.moves):
        plan = workflow.machines[machine]
        label = next((one.label for one in plan.events if one.name == moved), None)
        if label:
            yield Message("{machine}：{event}", {"machine": plan.label, "event": label})


def clocks_said(event: Event, plan: Plan, workflow: Workflow) -> Iterator[Message]:
    """Say which clocks an event extends, and which it begins again."""
    for name in event.effects.extend:
        yield Message("延长“{period}”", {"period": period_label(name, plan, workflow)})
    for name in event.effects.restart:
        yield Message("“{period}”重新计算", {"period": period_label(name, plan, workflow)})


def period_label(name: str, plan: Plan, workflow: Workflow) -> Label:
    """Name a period of a chart, or of the case beside it."""
    return (plan.periods.get(name) or workflow.case.periods[name]).label
