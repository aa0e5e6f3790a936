"""Steps about what runs beside a case between bodies: referrals, and the court's review."""

from pytest_bdd import given, parsers, then, when

from mediation.engine.cases import SideMachine
from mediation.engine.decisions import moves
from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.cases.viewing import View
from mediation.operations.office import Sitting
from mediation.records.events import case_log
from tests.offices import Desk
from tests.steps.cases import (
    attempt,
    body_named,
    nothing_was_refused,
    sittings,
    view,
)
from tests.steps.facts import said


def machine_called(seen: View, label: str) -> tuple[str, SideMachine]:
    """Give the last side machine of a kind, by the kind's label."""
    found = [
        (key, one)
        for key, one in seen.case.machines.items()
        if seen.procedure.chart(key).plan.kinds[one.kind].label.zh == label
    ]
    assert found, f"没有“{label}”：{list(seen.case.machines)}"
    return max(found, key=lambda one: one[1].started_by)


def event_within(seen: View, kind: str, label: str) -> str:
    """Name an event of the last side machine of a kind, as doors call it."""
    key, machine = machine_called(seen, kind)
    events = seen.procedure.chart(key).plan.events
    return next(
        f"{key}:{one.name}"
        for one in events
        if one.label.zh == label and (not one.kinds or machine.kind in one.kinds)
    )


@given(parsers.re(r"(?P<name>\S+?)已办理“(?P<kind>[^”]+)”中的“(?P<label>[^”]+)”"))
@when(parsers.re(r"(?P<name>\S+?)办理“(?P<kind>[^”]+)”中的“(?P<label>[^”]+)”"))
def an_officer_answers(
    desk: Desk, name: str, kind: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    attempt(desk, name, event_within(view(desk), kind, label), datatable or [], None)


@given(parsers.re(r"(?P<name>\S+?)已代录“(?P<kind>[^”]+)”中的“(?P<label>[^”]+)”"))
@when(parsers.re(r"(?P<name>\S+?)代录“(?P<kind>[^”]+)”中的“(?P<label>[^”]+)”"))
def an_officer_enters_for_the_other_side(
    desk: Desk, name: str, kind: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    seen = view(desk)
    event = event_within(seen, kind, label)
    assert any(stands_in(desk, seen, sitting, event) for sitting in sittings(desk, name))
    attempt(desk, name, event, datatable or [], None)


def stands_in(desk: Desk, seen: View, sitting: Sitting, event: str) -> bool:
    """Tell whether an officer would enter an event for the other side from this seat."""
    actor = sitting.actor(seen.people, shanghai_day(desk.now))
    found = moves(seen.procedure, seen.case, actor, seen.people.traits, desk.now)
    return any(move.on_behalf for move in found if move.name == event)


@then(parsers.re(r"“(?P<kind>[^”]+)”的“(?P<label>[^”]+)”记为“(?P<text>[^”]+)”"))
def it_is_on_record_beside_the_case(desk: Desk, kind: str, label: str, text: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    key, machine = machine_called(seen, kind)
    facts = seen.procedure.chart(key).plan.facts
    fact = next(one for one in facts.values() if one.label.zh == label)
    assert said(fact, machine.facts[fact.name].value, seen) == text


@then(parsers.re(r"“(?P<kind>[^”]+)”由“(?P<sender>[^”]+)”送“(?P<receiver>[^”]+)”"))
def it_goes_between(desk: Desk, kind: str, sender: str, receiver: str) -> None:
    nothing_was_refused(desk)
    _, machine = machine_called(view(desk), kind)
    assert machine.sender == body_named(desk, sender)
    assert machine.receiver == body_named(desk, receiver)


@then(parsers.re(r"记录中“(?P<label>[^”]+)”注明对方文书“(?P<number>[^”]+)”"))
def the_log_names_the_paper(desk: Desk, label: str, number: str) -> None:
    nothing_was_refused(desk)
    seen = view(desk)
    plans = (chart.plan for chart in seen.procedure.machines.values())
    labels = {event.definition: event.label.zh for plan in plans for event in plan.events}
    with desk.office.database.reading() as tx:
        log = [row.body for row in case_log(tx, seen.row.id)]
    forms = [one["form"] for one in log if labels.get(one["step"]["definition"]) == label]
    assert number in [form.get("paper_number") for form in forms]
