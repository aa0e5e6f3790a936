"""What a case counts as in the reports, as its facts and letters tell it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from mediation.engine.cases import Case, Step
from mediation.engine.charts import Procedure
from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.office import People
from mediation.operations.reports.forms import letters
from mediation.records.rounds import Round, RoundChange
from mediation.records.values import micros

COUNTED: Final = frozenset({
    "class", "channel", "basis", "grade", "accepted_on", "settled_on", "ended_on", "oral",
    "agreed_sum", "performed", "confirmed", "closed_on", "unperformed_on",
})  # fmt: skip
"""The facts that a round is made of; the letter is a side machine."""


def changed_round(
    procedure: Procedure,
    people: People,
    before: Case,
    after: Case,
    step: Step,
    now: datetime,
) -> RoundChange | None:
    """Give what a step does to the rounds of a case; None if it changes nothing counted.

    A round ends where what was settled or ended is taken up again; the next begins there.
    """
    if before.version and not touches(step, after.version):
        return None
    made, entered = round_of(procedure, people, after), micros(now)
    if not before.version:
        begun = made.begun(after.version, entered)
        return RoundChange(begun, begun, opens=True)
    old = round_of(procedure, people, before)
    if old.ended_on and not made.ended_on:
        on = shanghai_day(step.occurred_at)
        days = (on - date.fromisoformat(old.ended_on)).days if old.settled else None
        begun = made.begun(after.version, entered)
        return RoundChange(begun, begun, opens=True, returned=(on.isoformat(), days))
    return None if made == old else RoundChange(made, old)


def touches(step: Step, seq: int) -> bool:
    """Tell whether a step, the event of this number, changes anything a round is made of."""
    began = any(machine.started_by == seq for machine in step.machines.values())
    return bool(step.owner) or began or not COUNTED.isdisjoint((*step.facts, *step.cleared))


def round_of(procedure: Procedure, people: People, case: Case) -> Round:
    """Give what a case counts as at present; who begins a round sets when it began."""
    settled, accepted = case.value("settled_on"), case.value("accepted_on")
    known = case.facts.get("accepted_on") or case.facts.get("settled_on")
    classes = procedure.workflow.classes
    dispute = classes.get(case.value("class") or "")
    return Round(
        since=0,
        path=people.directory.body(case.owner).path,
        class_=dispute.statistic if dispute else "",
        channel=case.value("channel") or str(procedure.case.defaults.get("channel", "")),
        basis=case.value("basis") or "",
        letter=letter_of(case),
        grade=case.value("grade") or str(procedure.case.defaults.get("grade", "")),
        # What is settled on the doorstep is accepted by being settled.
        accepted_on=accepted or settled,
        accepted_seq=known.seq if known else 0,
        ended_on=settled or case.value("ended_on"),
        settled=settled is not None,
        oral=bool(case.value("oral")),
        sum=case.value("agreed_sum") or 0,
        performed=bool(case.value("performed")),
        confirmed=bool(case.value("confirmed")),
        closed_on=case.value("closed_on"),
        unperformed_after=days_between(settled, case.value("unperformed_on")),
    )


def days_between(first: str | None, last: str | None) -> int | None:
    """Count the days from one day to another; None where one is missing."""
    if not first or not last:
        return None
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def letter_of(case: Case) -> str:
    """Give the kind of the letter that a case came with, the last of several; empty if none."""
    came = (machine for machine in case.machines.values() if machine.kind in letters())
    last = max(came, key=lambda machine: machine.started_by, default=None)
    return last.kind if last else ""


def rounds_of(
    procedure: Procedure,
    people: People,
    cases: Sequence[Case],
    steps: Sequence[tuple[Step, datetime]],
) -> list[Round]:
    """Count all rounds of a case anew.

    Args:
        cases: the case before each step, and after the last.
        steps: each with the moment it was recorded.
    """
    made: list[Round] = []
    for before, after, (step, at) in zip(cases[:-1], cases[1:], steps, strict=True):
        change = changed_round(procedure, people, before, after, step, at)
        if change is None:
            continue
        if change.returned:
            made[-1] = returned(made[-1], *change.returned)
        if change.opens:
            made.append(change.now)
        else:
            made[-1] = change.now.begun(made[-1].since, made[-1].entered_at)
    # Where the case lies now is where its last round is counted; a body takes its rounds along.
    return made


def returned(one: Round, on: str, after: int | None) -> Round:
    """Give a round that came back on a day."""
    return one._replace(returned_on=on, returned_after=after)
