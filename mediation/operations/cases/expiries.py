"""Clocks of a case that are over: fired in their order, passing over what is set aside."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from traceback import extract_tb

from jinja2 import TemplateError

from mediation.engine.cases import CALENDAR, Clock, Step
from mediation.engine.deadlines import next_due
from mediation.engine.decisions import fire
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.cases.recording import Recorder
from mediation.records.deadlines import set_aside_on

MOST_FIRED = 100

"""How often the calendar may fire at one moment, beside once for each clock then running."""

# What one poisoned clock may raise: refused, contradictory, of a workflow that is gone or
# wrong, with a paper that cannot be made. A database that fails raises its driver's own errors
# here: that is no case's fault and ends the whole sweep.
FAILURES = (
    MediationError,
    TemplateError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class ClockFailed(MediationError):
    """What the calendar does when a clock is over could not be done.

    Args:
        no: the clock's number in its case.
    """

    code = "clock_failed"

    def __init__(self, no: int, fault: Exception) -> None:
        super().__init__(
            Message(
                "本案有期限届满，自动办理未成功（{reason}），本次未写入任何内容：系统会自动重试，"
                "屡试不成则搁置该期限，其他事项即可照常办理",
                {"reason": reason(fault)},
            )
        )
        self.no = no
        self.fault = fault


def reason(fault: Exception) -> str:
    """Say why something failed; of a fault of the program only where, it may quote people."""
    if isinstance(fault, MediationError):
        return fault.message.to("zh")
    frames = extract_tb(fault.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(fault).__name__}{place}"


def catch_up(recorder: Recorder, at: datetime, aside: Iterable[int] | None = None) -> None:
    """Fire every clock of a case that is over by a moment, in the order they ran out.

    Args:
        aside: numbers of the clocks passed over; if not given, those that carry an incident.

    Raises:
        ClockFailed: an expiry has no legal move, follows on itself for ever, which `check`
            proves cannot be, or its paper cannot be made.
    """
    if next_due(recorder.case, recorder.procedure, at) is None:
        return
    passed = set(set_aside_on(recorder.tx, recorder.row.id) if aside is None else aside)
    known, blamed = recorder.case.clock_count, 0
    moment, left = None, 0
    while clock := next_due(recorder.case, recorder.procedure, at, passed):
        # One armed just now is not known to the database yet: what led to it is blamed.
        blamed = clock.no if clock.no <= known else blamed
        try:
            steps = fired(recorder, clock)
            if moment != steps[0].occurred_at:
                moment, left = steps[0].occurred_at, MOST_FIRED + len(recorder.case.clocks)
            left -= 1
            refuse_endless(recorder, left)
            recorder.take(steps, CALENDAR, clock=clock)
        except FAILURES as fault:
            raise ClockFailed(blamed, fault) from fault
        # What an event writes is forgiven.
        passed.difference_update(one.no for step in steps for one in step.clocks)


def fired(recorder: Recorder, clock: Clock) -> list[Step]:
    """Decide what a clock that is over does to its case."""
    people = recorder.people
    return fire(recorder.procedure, recorder.case, clock, people.traits, people.calendar)


def refuse_endless(recorder: Recorder, left: int) -> None:
    """Refuse expiries that follow on each other for ever.

    Raises:
        RuntimeError: none is left.
    """
    if left < 0:
        message = f"{recorder.row.number} never comes to rest"
        raise RuntimeError(message)
