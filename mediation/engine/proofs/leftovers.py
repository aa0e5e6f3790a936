"""Proves over all kinds and places together that nothing written is dead."""

from collections.abc import Iterable, Iterator, Mapping

from mediation.engine.guards import GUARDS
from mediation.engine.proofs.documents import Papers, issued
from mediation.engine.proofs.graph import dead_state
from mediation.engine.proofs.report import Report, Unproved
from mediation.engine.proofs.values import stamped, tests
from mediation.engine.workflows.definitions import Need, Plan, Workflow
from mediation.language import Message


def leftovers(
    proved: Mapping[tuple[str, str], tuple[Workflow, Report]], papers: Papers
) -> list[Unproved]:
    """Say what no workflow uses.

    Args:
        proved: (kind, place) -> its workflow and what was proved of it; all there are.
    """
    workflows = [workflow for workflow, _ in proved.values()]
    reports = [report for _, report in proved.values()]
    plans = [p for one in workflows for p in (one.case, *one.machines.values())]
    return [
        *unissued(workflows, papers),
        *untaken(plans, reports),
        *unstood(workflows, reports),
        *unarmed(workflows, reports),
        *unasked(plans),
        *untouched_facts(workflows),
    ]


def unissued(workflows: Iterable[Workflow], papers: Papers) -> Iterator[Unproved]:
    """Say which templates no event issues."""
    used = {name for workflow in workflows for name in issued(workflow)}
    for name in sorted(set(papers.names) - used):
        problem = Message("没有任何事项出具文书“{name}”", {"name": name})
        yield Unproved("unused_document", problem)


def untaken(plans: Iterable[Plan], reports: Iterable[Report]) -> Iterator[Unproved]:
    """Say which events no way of any workflow takes."""
    taken = {name for report in reports for name in report.taken}
    events = {event.definition: event for plan in plans for event in plan.events}
    for name, event in events.items():
        if name in taken:
            continue
        values = {"event": event.label, "name": name}
        yield Unproved("dead_event", Message("事项“{event}”（{name}）永远办不成", values))


def unstood(workflows: Iterable[Workflow], reports: Iterable[Report]) -> Iterator[Unproved]:
    """Say which states of side machines no way of any workflow reaches."""
    stood = {name for report in reports for name in report.stood}
    machines = {name: plan for one in workflows for name, plan in one.machines.items()}
    for machine, plan in machines.items():
        for name in plan.states:
            if f"{machine}:{name}" not in stood:
                yield dead_state(plan, name, f"{machine}:{name}")


def unarmed(workflows: Iterable[Workflow], reports: Iterable[Report]) -> Iterator[Unproved]:
    """Say which periods no event ever arms: declared, and never measured."""
    armed = {name for report in reports for name in report.armed}
    periods = {
        f"{key}:{name}": period
        for one in workflows
        for key, plan in (("", one.case), *one.machines.items())
        for name, period in plan.periods.items()
    }
    for name, period in periods.items():
        if name not in armed:
            values = {"period": period.label, "name": period.name}
            yield Unproved(
                "never_armed",
                Message("期限“{period}”（{name}）定了，却没有任何事项使它开始计算", values),
            )


def unasked(plans: Iterable[Plan]) -> Iterator[Unproved]:
    """Say which needs no event and no branch asks for."""
    needs: dict[str, Need] = {}
    asked: set[str] = set()
    for plan in plans:
        needs |= plan.needs
        asked.update(*(event.needs for event in plan.events))
        asked.update(test.subject for test in tests(plan) if test.about == "need")
    for name in needs:
        if name not in asked:
            problem = Message("没有任何事项要求办理条件“{need}”", {"need": name})
            yield Unproved("unused_need", problem)


def untouched_facts(workflows: Iterable[Workflow]) -> Iterator[Unproved]:
    """Say which facts of the schema no event writes and nothing reads."""
    facts: dict[str, object] = {}
    used: set[str] = set()
    for workflow in workflows:
        written_down = workflow.case.facts.items()
        facts |= {name: one.label for name, one in written_down if not one.engine}
        for plan in (workflow.case, *workflow.machines.values()):
            used |= written(plan) | read(plan)
        used.update(*(one.set for one in workflow.classes.values()))
    for name, label in facts.items():
        if name not in used:
            yield Unproved(
                "unused_fact",
                Message(
                    "事实“{fact}”（{name}）既不写入也不读取", {"fact": label, "name": name}
                ),
            )


def written(plan: Plan) -> set[str]:
    """List the facts the events of a chart write."""
    found: set[str] = set()
    for event in plan.events:
        found.update(event.set, stamped(event), event.clear)
        found.update(field.sets for field in event.form)
    return found


def read(plan: Plan) -> set[str]:
    """List the facts the conditions and clocks of a chart read."""
    found = {test.subject for test in tests(plan) if test.about == "fact"}
    for test in tests(plan):
        if test.about == "guard":
            found.update(GUARDS[test.subject].reads, (str(test.arguments.get("of", "")),))
    found.update(need.unless for need in plan.needs.values())
    for period in plan.periods.values():
        found.update((period.anchor, period.until))
    for event in plan.events:
        found.update(*event.stamp_latest.values())
    return found
