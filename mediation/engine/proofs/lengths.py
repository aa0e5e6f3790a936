"""How long a clock can last, and a case lie before somebody accountable is told."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from math import ceil

from mediation.engine.legal_time.calendars import WorkingCalendar
from mediation.engine.legal_time.periods import due
from mediation.engine.legal_time.spans import Span
from mediation.engine.proofs.clocks import Watch
from mediation.engine.proofs.nodes import Node
from mediation.engine.proofs.report import Unproved, Untouched
from mediation.engine.workflows.definitions import Period, Workflow
from mediation.language import Label, Message

LONGEST = 45
"""Days a case may lie untouched (docs/decisions)."""

RISE = Label("督办期限", "The supervisor's own time")
RISEN = Label("已提请督办", "Risen to a supervisor")
AT_TOP = Label("已提请最高一级督办", "Risen to the highest supervisor")

YEARS = 3
HOURS_A_DAY = 24


@lru_cache(maxsize=1024)
def longest(span: Span, extension: Span | None, calendar: WorkingCalendar) -> int:
    """Give the days a span can last, tried from every day of the last years known."""
    if span.unit == "hours":
        return ceil(span.value / HOURS_A_DAY)
    extra = [extension] if extension else []
    last = calendar.horizon or date.min.year + YEARS
    first = date(last - YEARS + 1, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(last, 12, 31) - first).days + 1))
    ends = ((due(day, span, calendar, extensions=extra).due_on, day) for day in days)
    return max((end - day).days for end, day in ends if end)


class Lengths:
    """Measures the clocks of one workflow."""

    def __init__(self, workflow: Workflow, calendar: WorkingCalendar) -> None:
        self.workflow, self.calendar = workflow, calendar
        plans = (workflow.case, *workflow.machines.values())
        self.extended = {name for p in plans for e in p.events for name in e.effects.extend}

    def days(self, period: Period) -> int | None:
        """Give the days a period can last, extended at once; None if parties agree it."""
        if period.span is None:
            return None
        extension = period.extension if period.name in self.extended else None
        return longest(period.span, extension, self.calendar)

    def longest(self, watch: Watch, machines: dict[tuple[str, str], int]) -> Untouched | None:
        """Give the longest time between two moments at which somebody is told.

        Args:
            machines: (machine, kind) -> how long one of that kind can lie; counts where a state
                of the chart waits on it.
        """
        worst: Untouched | None = None
        for node in watch.walk.came:
            found = self.at(watch, node, machines)
            if found and (worst is None or found.days > worst.days):
                worst = found
        return worst

    def at(
        self, watch: Watch, node: Node, machines: dict[tuple[str, str], int]
    ) -> Untouched | None:
        """Give how long a case can lie at a node; None if it rests or nothing measures it."""
        state = watch.walk.plan.states.get(node.state)
        if state is None or state.closed:
            return None
        # The walk may be that of another place, with periods of another length.
        key = watch.walk.key
        plan = self.workflow.machines[key] if key else self.workflow.case
        found = [
            Untouched(days, state.label, period.label)
            for name in watch.moving(node)
            for period in (plan.periods[name],)
            if (days := self.days(period)) is not None
        ]
        if (state.waits, node.sent) in machines:
            days = machines[state.waits, node.sent]
            label = self.workflow.machines[state.waits].label
            found.append(Untouched(days, state.label, label))
        return min(found, key=lambda one: one.days, default=None)

    def risen(self, worst: Untouched | None) -> Untouched | None:
        """Give the longest time, counting a supervisor who was told and does nothing."""
        if worst is None:
            return None
        rises = self.workflow.rises
        found = [
            Untouched(longest(rises.each, None, self.calendar), RISEN, RISE),
            Untouched(longest(rises.at_top, None, self.calendar), AT_TOP, RISE),
        ]
        return max((worst, *found), key=lambda one: one.days)

    def faults(self, worst: Untouched | None) -> Iterator[Unproved]:
        """Say where a case can lie too long, and which clocks are too long for a mere norm."""
        if worst and worst.days > LONGEST:
            told = {"state": worst.state, "days": worst.days, "period": worst.period}
            yield Unproved(
                "untouched",
                Message(
                    "“{state}”可能{days}日无人过问（最近的是“{period}”），不得超过{most}日",
                    {**told, "most": LONGEST},
                ),
            )
        for plan in (self.workflow.case, *self.workflow.machines.values()):
            for period in plan.periods.values():
                days = longest(period.span, None, self.calendar) if period.span else 0
                if days > LONGEST and period.effect == "service_norm":
                    values = {"period": period.label, "days": days, "most": LONGEST}
                    yield Unproved(
                        "long_norm",
                        Message(
                            "工作期限“{period}”长达{days}日；超过{most}日的须有法定根据", values
                        ),
                    )


def uncountable(workflow: Workflow) -> Iterator[Unproved]:
    """Say which clocks count from a fact that gives them no beginning or no end."""
    for plan in (workflow.case, *workflow.machines.values()):
        facts = {**workflow.case.facts, **plan.facts}
        for period in plan.periods.values():
            hours = period.span is not None and period.span.unit == "hours"
            for fact, types in (
                (period.until, ("day",)),
                (period.anchor, ("moment",) if hours else ("day", "moment")),
            ):
                if fact and facts[fact].type not in types:
                    values = {"period": period.label, "fact": facts[fact].label, "name": fact}
                    yield Unproved(
                        "uncountable",
                        Message("期限“{period}”不能由“{fact}”（{name}）起止，类型不合", values),
                    )
