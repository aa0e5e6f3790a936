"""A chart together with its clocks: the nodes of the walk, and the facts its clocks hang on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

from mediation.engine.charts import Chart
from mediation.engine.deadlines import MOVING
from mediation.engine.forms import OBLIGATION_FIELDS
from mediation.engine.proofs.values import OWNER, SOME, field_values, opens, stamped
from mediation.engine.workflows.definitions import Event, Plan, Start, Test, Workflow

DAY = "2026-01-05"
MOMENT = "2026-01-05T01:00:00+00:00"
"""Stand for any day and moment an event may write; how long a clock is, is another proof."""

GONE = None
FINITE = ("flag", "choice")

Facts = frozenset[tuple[str, Any]]


class Node(NamedTuple):
    """A state with the clocks live in it.

    Args:
        clocks: (period, status) of each live clock that does something or that a need asks of.
        facts: the facts known that decide whether a clock is armed.
        sent: the kind of the side machine the state waits on.
    """

    state: str
    clocks: frozenset[tuple[str, str]] = frozenset()
    facts: Facts = frozenset()
    sent: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """One way in which an event can write the facts that matter to clocks.

    Args:
        facts: the new values; None takes a fact away.
        anchors: the facts set that a clock counts from.
    """

    facts: tuple[tuple[str, Any], ...]
    anchors: tuple[str, ...]


class Relevant:
    """Which clocks and facts of a chart a walk has to carry along."""

    def __init__(self, workflow: Workflow, chart: Chart, foreign: frozenset[str]) -> None:
        """Pick them out.

        Args:
            foreign: facts that events of other charts write at any time.
        """
        self.workflow, self.plan, self.chart = workflow, chart.plan, chart
        asked = {need.test.subject for need in self.plan.needs.values() if is_period(need.test)}
        asked.update(*(event.effects.clocks for event in self.plan.events))
        self.clocks = frozenset(
            name
            for name, period in self.plan.periods.items()
            if period.effect in MOVING or name in asked
        )
        self.types = {
            name: fact.type
            for facts in (workflow.case.facts, self.plan.facts)
            for name, fact in facts.items()
        }
        own = self.plan.facts if self.plan is not workflow.case else workflow.case.facts
        self.exact = {
            name: period.when
            for name, period in self.plan.periods.items()
            if period.when and self.finite(period.when, own, foreign)
        }
        asked_of = {resolved(when, self.plan).subject for when in self.exact.values()}
        rights = (
            right for event in self.plan.events for right in (*event.by, *event.on_behalf)
        )
        naming = {right.named for right in rights if right.named in own}
        self.facts = frozenset(asked_of | (naming - foreign))
        self.anchors = frozenset(chart.arms_on_fact)

    def finite(self, when: Test, own: Mapping[str, Any], foreign: frozenset[str]) -> bool:
        """Tell whether a condition reads one fact that the walk can follow exactly."""
        if when.about == "need":
            need = self.plan.needs[when.subject]
            if need.unless or need.when:
                return False
        test = resolved(when, self.plan)
        followed = test.about == "fact" and test.subject in own and test.subject not in foreign
        few = self.types.get(test.subject) in FINITE or test.how in ("present", "absent")
        return followed and few

    def writings(self, event: Event) -> tuple[Writing, ...]:
        """List the ways an event can write what matters, once each."""
        choices = [[(*((fact, GONE) for fact in event.clear), *event.set.items())]]
        choices.append([tuple((fact, SOME) for fact in stamped(event))])
        for one in event.form:
            if one.type == "class":
                choices.append([*self.classes(), *(() if one.required else ((),))])
            elif one.sets in self.facts | self.anchors:
                left = () if one.obligatory else ((),)
                choices.append([*(((one.sets, v),) for v in field_values(one)), *left])
        if opens(event):
            choices += [[(("opened_on", SOME),)], *self.owners()]
        return tuple(dict.fromkeys(self.writing(parts) for parts in product(*choices)))

    def given(self, start: Start, event: Event) -> tuple[Writing, ...]:
        """List the ways a machine's first facts can be written by what starts it, once each."""
        choices: list[list[tuple[tuple[str, Any], ...]]] = [[()]]
        for one in event.form:
            if one.name in self.plan.facts:
                left = () if one.obligatory else ((),)
                choices.append([*(((one.name, v),) for v in field_values(one)), *left])
        if start.each:
            columns = (name for name in OBLIGATION_FIELDS if name in self.plan.facts)
            choices.append([tuple((name, SOME) for name in columns)])
        return tuple(dict.fromkeys(self.writing(parts) for parts in product(*choices)))

    def classes(self) -> Iterator[tuple[tuple[str, Any], ...]]:
        """List what follows from each class of dispute."""
        for name, one in self.workflow.classes.items():
            yield (("class", name), *one.set.items())

    def owners(self) -> Iterator[list[tuple[tuple[str, Any], ...]]]:
        """List what the engine may write of the body that opens a case."""
        for fact, word in OWNER:
            if fact in self.facts:
                yield [((fact, key),) for key in self.workflow.words.get(word, ())]

    def writing(self, parts: tuple[tuple[tuple[str, Any], ...], ...]) -> Writing:
        """Keep of what an event writes the facts that matter."""
        written = [pair for part in parts for pair in part]
        facts = {
            name: SOME if isinstance(value, list) else value
            for name, value in written
            if name in self.facts
        }
        set_now = {name for name, value in written if value is not GONE}
        anchors = set_now & self.anchors
        return Writing(tuple(sorted(facts.items(), key=repr)), tuple(sorted(anchors)))

    def value(self, name: str, value: Any) -> Any:
        """Give a fact a value the engine can count with."""
        if value is not SOME:
            return value
        return MOMENT if self.types.get(name) == "moment" else DAY


def is_period(test: Test) -> bool:
    """Tell whether a condition asks about a clock."""
    return test.about == "period"


def resolved(test: Test, plan: Plan) -> Test:
    """Give the condition a need stands for."""
    return plan.needs[test.subject].test if test.about == "need" else test


def stated(facts: Facts, writing: Writing) -> Facts:
    """Give the facts after an event."""
    if not writing.facts:
        return facts
    known = dict(facts)
    known.update(writing.facts)
    return frozenset((name, value) for name, value in known.items() if value is not GONE)
