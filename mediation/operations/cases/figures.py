"""What statistics count of a case, as its facts and clocks tell it."""

from typing import Final

from mediation.engine.cases import Case, Step
from mediation.engine.charts import Procedure
from mediation.engine.deadlines import MOVING
from mediation.operations.office import People
from mediation.records.statistics import Figures

COUNTED: Final = frozenset({"settled_on", "ended_on", "channel", "opened_on", "performed"})
"""The facts that figures are made of."""


def changed_figures(
    procedure: Procedure, people: People, before: Case, after: Case, step: Step
) -> Figures | None:
    """Give what is counted of a case from now on; None if the step changes nothing of it."""
    late = ran_out(procedure, step)
    if before.version and not late and not touches(step):
        return None
    now = figures_of(procedure, people, after)
    # What happens after the end makes a case no later: it had been settled by then.
    late = late and not now.ended
    if before.version and not late and now == figures_of(procedure, people, before):
        return None
    return now._replace(late=late)


def touches(step: Step) -> bool:
    """Tell whether a step sets, clears or moves anything that is counted."""
    return bool(step.owner) or not COUNTED.isdisjoint((*step.facts, *step.cleared))


def figures_of(procedure: Procedure, people: People, case: Case) -> Figures:
    """Give what is counted of a case; whether it was late is not in its facts."""
    settled, ended = case.value("settled_on"), case.value("ended_on")
    return Figures(
        path=people.directory.body(case.owner).path,
        kind=procedure.workflow.kind,
        channel=case.value("channel") or str(procedure.case.defaults.get("channel", "")),
        received=month_of(case.value("opened_on")),
        ended=month_of(settled or ended) if settled or ended else None,
        settled=settled is not None,
        late=False,
        performed=bool(case.value("performed")),
    )


def ran_out(procedure: Procedure, step: Step) -> bool:
    """Tell whether a clock of the case itself ran out in a step: it fired, or it rose."""
    periods = procedure.case.plan.periods
    return any(
        not clock.machine
        and (clock.status == "fired" or clock.level > 0)
        and periods[clock.period].effect in MOVING
        for clock in step.clocks
    )


def month_of(day: str) -> int:
    """Give the month of an ISO day as a whole number: 202603."""
    return int(day[:4]) * 100 + int(day[5:7])
