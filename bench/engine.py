"""In memory: one decided event of `property` against one bare event of `transitions`."""

from datetime import datetime
from statistics import median
from time import process_time
from typing import Any

from transitions import Machine

from bench.pairs import Times, Work, interleaved
from mediation.clock import SHANGHAI
from mediation.engine.cases import Actor, Bodies, Body, Case, fold
from mediation.engine.charts import Procedure
from mediation.engine.decisions import decided, moves, next_step, next_steps, situated
from mediation.engine.drafting import Command
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


def moving_events(procedure: Procedure, case: Case, actor: Actor, bodies: Bodies) -> list[str]:
    """Name every open event that moves the case."""
    found = moves(procedure, case, actor, bodies, NOW)
    return [one.name for one in found if one.open and any(b.to for b in one.event.branches)]


def measure(*, rounds: int = 60, units: int = 50) -> Times:
    """Time a bare event, and of each event that moves a new case its target and whole step."""
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
    machine = bare_machine(len(chart.plan.states), len(chart.plan.events))

    def bare() -> None:
        machine.events["e0"].trigger(Bare())

    def target(name: str) -> Work:
        event = chart.events[case.state][name]

        def decide() -> None:
            situation = situated(procedure, chart, case, "", bodies, NOW, {})
            decided(chart, event, case.state, situation, actor)

        return decide

    def whole(name: str) -> Work:
        command = Command(name, {}, actor, NOW)
        return lambda: _ignored(next_step(procedure, case, command, bodies, catalogue.calendar))

    variants: dict[str, Work] = {"bare": bare}
    for name in moving_events(procedure, case, actor, bodies):
        variants[f"target {name}"], variants[f"whole {name}"] = target(name), whole(name)
    return interleaved(variants, rounds=rounds, units=units, clock=process_time)


def _ignored(_: object) -> None:
    """Drop a result; a unit of work gives none."""


def rows() -> list[tuple[str, str, str, str]]:
    """Give the figures: what, measured, floor, bar."""
    times = measure()
    floor = f"bare `transitions` event, {times.of('bare') * 1e6:.1f} µs"
    told = []
    for what, said, bar in (
        ("target", "guarded target state", "≤ 2×"),
        ("whole", "whole `next_step`", "≤ 4×"),
    ):
        names = [name for name in times.rounds if name.startswith(what)]
        ratios = {name: times.ratio(name, "bare") for name in names}
        heaviest = max(ratios, key=lambda name: ratios[name])
        measured = (
            f"{median(ratios.values()):.2f}× (median of {len(ratios)} events;"
            f" heaviest {ratios[heaviest]:.2f}×, `{heaviest.partition(' ')[2]}`)"
        )
        told.append((said, measured, floor, bar))
    return told
