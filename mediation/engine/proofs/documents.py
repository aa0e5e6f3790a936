"""Proves that every document has a template, and that all it reads exists when it is issued."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from mediation.engine.errors import unknown
from mediation.engine.forms import ON_BEHALF
from mediation.engine.proofs.report import Unproved
from mediation.engine.proofs.values import stamped
from mediation.engine.workflows.definitions import OPEN_ACTORS, Event, PaperRule, Workflow
from mediation.language import Message

Names = Collection[str]


@dataclass(frozen=True, slots=True)
class Papers:
    """What the proofs ask of the templates, whoever keeps them.

    Args:
        names: the documents that have a template.
        faults: what is wrong with one, given the facts of the schema, the fields that every
            event issuing it has, the fields of the case's events as `event.field`, and the
            facts of the side machine that every such event is about, or None.
    """

    names: Names
    faults: Callable[[str, Names, Names, Names, Names | None], Iterable[Message]]


def documents(workflow: Workflow, papers: Papers) -> Iterator[Unproved]:
    """Say which documents cannot be made where an event issues them."""
    told = {f"{one.name}.{field.name}" for one in workflow.case.events for field in one.form}
    for name, issuing in issued(workflow).items():
        if name not in papers.names:
            values = {"event": issuing[0].label, "problem": unknown(name, papers.names)}
            yield Unproved(
                "document", Message("事项“{event}”出具的文书没有模板：{problem}", values)
            )
            continue
        fields = set.intersection(*(asked(one) for one in issuing))
        beside = machine_facts(workflow, issuing)
        for problem_of in papers.faults(name, workflow.case.facts, fields, told, beside):
            values = {"event": issuing[0].label, "problem": problem_of}
            yield Unproved("document", Message("事项“{event}”出具的文书：{problem}", values))


def asked(event: Event) -> set[str]:
    """List the fields an event may be filled in with, of an entry for the other side too."""
    fields = (*event.form, *(ON_BEHALF if event.on_behalf else ()))
    return {field.name for field in fields}


def required(workflow: Workflow) -> Iterator[Unproved]:
    """Say which papers may be refused where nobody could do anything about it.

    What the calendar, a machine or the case does must not fail; a fact that no event of people
    supplies, nobody can supply.
    """
    supplied_by_people = {
        fact
        for event in workflow.case.events
        if any(right.role not in OPEN_ACTORS for right in event.by)
        for fact in (*stamped(event), *event.set, *(field.sets for field in event.form))
    }
    for name, issuing in issued(workflow).items():
        rule = workflow.papers.get(name, PaperRule())
        for event in issuing if rule.requires else ():
            if any(right.role in OPEN_ACTORS for right in event.by):
                values = {"document": workflow.words["document"][name], "event": event.label}
                said = Message("文书“{document}”不能有 requires：“{event}”不由人办理", values)
                yield Unproved("document", said)
        for fact in (one.removeprefix("facts.") for one in rule.requires):
            facts = workflow.case.facts
            if fact in facts and not facts[fact].engine and fact not in supplied_by_people:
                values = {"document": workflow.words["document"][name]}
                values["fact"] = facts[fact].label
                said = Message("文书“{document}”必须写明“{fact}”，却没有人能填写它", values)
                yield Unproved("document", said)


def machine_facts(workflow: Workflow, issuing: Iterable[Event]) -> Names | None:
    """List the facts of the side machine that each of some events is of, or starts.

    None if one of them is about no machine, or about several.
    """
    sort_of = {
        event.definition: sort
        for sort, plan in workflow.machines.items()
        for event in plan.events
    }
    sorts = {sort_of.get(event.definition) or started(event) for event in issuing}
    if "" in sorts:
        return None
    return set.intersection(*({*workflow.machines[sort].facts} for sort in sorts))


def started(event: Event) -> str:
    """Give the sort of the one side machine an event starts; empty if it is not one."""
    starts = event.effects.starts
    return starts[0].machine if len(starts) == 1 and not starts[0].each else ""


def issued(workflow: Workflow) -> dict[str, list[Event]]:
    """List the documents a workflow issues, with the events that issue each."""
    found: dict[str, list[Event]] = {}
    for event in events(workflow):
        for name in event.issues:
            found.setdefault(name, []).append(event)
    return found


def events(workflow: Workflow) -> Iterator[Event]:
    """List the events of all charts."""
    for plan in (workflow.case, *workflow.machines.values()):
        yield from plan.events
