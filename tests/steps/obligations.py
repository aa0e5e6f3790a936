"""Steps about single promises of an agreement, named by their place in it."""

from pytest_bdd import given, parsers, then, when

from tests.offices import Desk
from tests.steps.cases import attempt, nothing_was_refused, somebody, view
from tests.steps.cells import MOMENT


@given(parsers.re(r"(?P<name>\S+?)已办理第(?P<no>\d+)项的“(?P<label>[^”]+)”"))
@when(parsers.re(r"(?P<name>\S+?)办理第(?P<no>\d+)项的“(?P<label>[^”]+)”"))
def an_officer_does_with_a_promise(
    desk: Desk, name: str, no: str, label: str, datatable: list[list[str]] | None = None
) -> None:
    seen = view(desk)
    key = promise(desk, no)
    events = seen.procedure.chart(key).plan.events
    event = next(one.name for one in events if one.label.zh == label)
    attempt(desk, name, f"{key}:{event}", datatable or [], None)


@then(parsers.re(r"第(?P<no>\d+)项(?P<state>\S+)"))
def a_promise_stands(desk: Desk, no: str, state: str) -> None:
    nothing_was_refused(desk)
    seen, key = view(desk), promise(desk, no)
    states = seen.procedure.chart(key).plan.states
    assert states[seen.case.machines[key].state].label.zh == state


def promise(desk: Desk, no: str) -> str:
    """Give the key of a promise by its place among those of the present agreement."""
    machines = view(desk).case.machines
    promises = {key: one for key, one in machines.items() if key.startswith("obligation/")}
    last = max(one.started_by for one in promises.values())
    keys = [key for key, one in promises.items() if one.started_by == last]
    return keys[int(no) - 1]


@given(parsers.re(rf"双方当事人已于(?P<day>{MOMENT})签章"))
def both_sides_have_signed(desk: Desk, day: str) -> None:
    for name in view(desk).names.values():
        officer = officers_of(desk)
        attempt(desk, officer, "当事人签章", [["当事人", name], ["签章日期", day]], None)
        nothing_was_refused(desk)


def officers_of(desk: Desk) -> str:
    """Give the name of an officer who may take signatures for the owner."""
    seen = view(desk)
    sitting, _ = somebody(seen, "sign", desk.now)
    return seen.people.directory.officers[sitting.officer].name
