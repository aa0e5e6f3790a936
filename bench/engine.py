"""In memory: one decided event of `property` against one bare event of `transitions`."""

from datetime import datetime
from typing import Any

from transitions import Machine

from bench.pairs import Times, interleaved
from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor, Bodies, Body, Case, fold
from mediation.engine.charts import Procedure
from mediation.engine.decisions import Command, decided, moves, next_step, next_steps, situated
from mediation.operations.catalogue import Catalogue
from mediation.resources import resource_dir

NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
DESK = "desk"


class Bare:
    """The least a model can be."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = "s0"


def bare_machine(states: int, transitions: int) -> Machine:
    """Make a machine of the size of a workflow, without conditions."""
    return Machine(
        model=None,
        states=[f"s{no}" for no in range(states)],
        transitions=[
            {"trigger": f"e{no}", "source": f"s{no % states}", "dest": f"s{(no + 1) % states}"}
            for no in range(transitions)
        ],
        initial="s0",
        auto_transitions=False,
        queued=False,
        send_event=True,
    )


def guarded_event(procedure: Procedure, case: Case, actor: Actor, bodies: Bodies) -> str:
    """Name the open event that moves the case and asks most: an unasked guard costs nothing."""
    found = moves(procedure, case, actor, bodies, NOW)
    moving = [one for one in found if one.open and any(b.to for b in one.event.branches)]
    return max(moving, key=lambda one: len(one.event.needs)).name


def measure(*, rounds: int = 60, units: int = 200) -> Times:
    """Time a bare event, the guarded target state, and the whole decision."""
    catalogue = Catalogue.read(resource_dir("workflows"))
    procedure = catalogue.find("property", "national").procedure
    bodies = {DESK: Body(DESK, "committee", "community", None, None, ("above",))}
    actor = Actor("officer", DESK, frozenset(["registrar", "mediator", "chair"]))
    opening = procedure.opening
    values: dict[str, Any] = {
        "class": next(iter(procedure.workflow.classes)),
        "people": {
            "a1": {
                "side": "applicant",
                "sort": "person",
                "capacity": "full",
                "represented": False,
            },
            "b1": {
                "side": "respondent",
                "sort": "person",
                "capacity": "full",
                "represented": False,
            },
        },
    }
    command = Command(opening.name, values, actor, NOW)
    (step,) = next_steps(procedure, Case(), command, bodies, catalogue.calendar)
    case = fold(Case(), step)
    chart = procedure.case
    name = guarded_event(procedure, case, actor, bodies)
    event = chart.events[case.state][name]
    machine = bare_machine(len(chart.plan.states), len(chart.plan.events))

    def bare() -> None:
        machine.events["e0"].trigger(Bare())

    def target() -> None:
        situation = situated(procedure, chart, case, "", bodies, NOW, {})
        decided(chart, event, case.state, situation, actor)

    doing = Command(name, {}, actor, NOW)

    def whole() -> None:
        next_step(procedure, case, doing, bodies, catalogue.calendar)

    return interleaved(
        {"bare": bare, "target": target, "whole": whole}, rounds=rounds, units=units
    )


def rows() -> list[tuple[str, str, str, str]]:
    """Give the figures: what, measured, floor, bar."""
    times = measure()
    floor = f"bare `transitions` event, {times.of('bare') * 1e6:.1f} µs"
    return [
        ("guarded target state", f"{times.ratio('target', 'bare'):.2f}×", floor, "≤ 2×"),
        ("whole `next_step`", f"{times.ratio('whole', 'bare'):.2f}×", floor, "≤ 4×"),
    ]
