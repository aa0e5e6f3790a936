"""A body enters what only people know, and submits its month: frozen, with who and when."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Faults, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.reports.figures import (
    TOGETHER,
    Figures,
    cells_of,
    entered_of,
    fitting,
    rules,
)
from mediation.operations.reports.forms import entered_fields
from mediation.operations.reports.periods import before
from mediation.operations.reports.reading import Reading
from mediation.records.counting import MEASURES, Counted, behind, day_of, measures_of
from mediation.records.reports import (
    Entry,
    Submission,
    enter,
    entered,
    next_no,
    submissions_of,
    submit,
)
from mediation.records.values import micros
from mediation.text import integer

ENTERS: Final = frozenset({"registrar", "mediator", "chair", "supervisor"})
SUBMITS: Final = frozenset({"chair", "supervisor"})
LOOKED_BACK: Final = 12
"""So many months before may be corrected by a submission."""


class NotReporting(MediationError):
    """This seat does not enter or submit what this body reports."""

    code = "not_reporting"


class NotYetOver(MediationError):
    """A month is submitted when it is over, and entered when it has begun."""

    code = "not_yet_over"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a body has said of a month, by a submission or by a later one that corrects it."""

    submission: Submission
    said: Mapping[str, Any]

    @property
    def figures(self) -> Figures:
        """Its figures."""
        return figures_said(self.said)


def rows_said(said: Mapping[str, Any]) -> dict[str, list[Counted]]:
    """Give the rounds that were counted in what was said, by day."""
    return {
        day: [
            Counted(number, class_, source, 0, dict(zip(measures_of(day), values, strict=True)))
            for number, class_, source, *values in rows
        ]
        for day, rows in said["rows"].items()
    }


def figures_said(said: Mapping[str, Any]) -> Figures:
    """Give the figures of what was said."""
    return Figures(cells_of(rows_said(said)), said["entered"])


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure differs now from what was submitted.

    Args:
        more, less: the numbers of the cases that made it so.
        late: those among them that were entered only after the submission.
    """

    measure: str
    submitted: int
    present: int
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    late: frozenset[str] = frozenset()


def may(reading: Reading, roles: frozenset[str]) -> bool:
    """Tell whether the reader sits in the body itself with one of these roles."""
    return reading.own and bool(reading.who.roles & roles)


def enter_figures(reading: Reading, typed: Mapping[str, str]) -> None:
    """Enter figures for a month; what is left empty is none.

    Raises:
        NotReporting: the seat is not one of the body's.
        NotYetOver: the month has not begun.
        InputRefused: with every figure that is no whole number.
    """
    if not (may(reading, ENTERS) and reading.period.is_month):
        raise NotReporting(Message("只能由本单位的登记员、调解员、主任或者督办人按月填报"))
    if reading.period.from_on > shanghai_day(reading.asking.now):
        raise NotYetOver(Message("这个月还没有开始"))
    faults, figures = Faults(), {}
    for name in entered_fields():
        if text := typed.get(name, "").strip():
            value = faults.take(name, integer, text)
            figures[name] = value or 0
    faults.refuse_any()
    sitting = reading.asking.sitting
    month = reading.period.first
    enter(
        reading.tx,
        Entry(reading.body.code, month, sitting.officer, reading.asking.now, figures),
    )


def own_entry(reading: Reading) -> Entry | None:
    """Give what the body itself entered last for the month."""
    found = entered(reading.tx, reading.body.path, reading.period.first, reading.period.last)
    own = [one for one in found if one.body == reading.body.code]
    return own[-1] if own else None


def submit_month(reading: Reading, *, carry: bool) -> Submission:
    """Submit a month: its figures and the cases behind them are frozen.

    Args:
        carry: whether it also corrects the months before that have changed since.

    Raises:
        NotReporting: the seat does not lead the body.
        NotYetOver: the month has days to come.
        InputRefused: nothing has changed since it was submitted.
    """
    if not (may(reading, SUBMITS) and reading.period.is_month):
        raise NotReporting(Message("只能由本单位的主任或者督办人按月报送"))
    if shanghai_day(reading.asking.now) < reading.period.until_on:
        told = {"day": reading.period.until_on}
        raise NotYetOver(Message("本期到 {day} 截止，截止当日起才能报送", told))
    said = present(reading)
    corrected = dict(corrections(reading)) if carry else {}
    earlier = stated(reading)
    if earlier and earlier.said == said and not corrected:
        raise InputRefused(Message("和已报送的数字相同，不需要再报"))
    content = {
        **said,
        "days": [one.isoformat() for one in reading.period.days],
        "corrections": corrected,
    }
    sitting, month = reading.asking.sitting, reading.period.first
    code = reading.body.code
    made = Submission(
        code,
        month,
        next_no(reading.tx, code, month),
        sitting.officer,
        reading.asking.now,
        figures_said(said).zero,
        content,
    )
    submit(reading.tx, made)
    return made


def rows_of(reading: Reading) -> dict[str, list[Counted]]:
    """Give the rounds a report counts, by day."""
    path, days = reading.body.path, reading.period.days
    return {day: behind(reading.tx, path, days, rules(), day) for day in MEASURES}


def present(reading: Reading) -> dict[str, Any]:
    """Give what would be submitted now: each round with what it adds, and what was entered."""
    rows = {
        day: [[one.number, one.class_, one.source, *one.values.values()] for one in found]
        for day, found in rows_of(reading).items()
    }
    return {"rows": rows, "entered": entered_of(reading)}


def stated(reading: Reading) -> Stated | None:
    """Give what the body said last of the month; a later month's correction included."""
    month = reading.period.first
    if not reading.period.is_month:
        return None
    last: Stated | None = None
    for one in submissions_of(reading.tx, reading.body.code, month, month + 100):
        if one.month == month:
            last = Stated(one, {name: one.content[name] for name in ("rows", "entered")})
        elif str(month) in one.content["corrections"]:
            last = Stated(one, one.content["corrections"][str(month)])
    return last


def corrections(reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each month before that has changed since it was reported, as it stands now."""
    month = reading.period.first
    for _ in range(LOOKED_BACK):
        month = before(month)
        earlier = reading.at(month, month)
        said = stated(earlier)
        if said and said.said != (now := present(earlier)):
            yield str(month), now


def differences(reading: Reading, said: Stated) -> list[Difference]:
    """Tell what differs now from what was submitted, with the cases that made it so."""
    now, then = rows_of(reading), rows_said(said.said)
    told = micros(said.submission.at)
    entered_then, entered_now = said.said["entered"], entered_of(reading)
    found = [
        differing(measure, then[day], now[day], told)
        for day in MEASURES
        for measure in measures_of(day)
    ]
    found += [
        Difference(name, entered_then.get(name, 0), entered_now.get(name, 0))
        for name in entered_fields()
    ]
    return [one for one in found if one.submitted != one.present or one.more or one.less]


def differing(
    measure: str, then: Sequence[Counted], now: Sequence[Counted], told: int
) -> Difference:
    """Compare one measure, case by case."""
    old, new = (tally(measure, rows) for rows in (then, now))
    late = frozenset(one.number for one in now if one.entered_at > told)
    return Difference(
        measure,
        old.total(),
        new.total(),
        tuple(number for number in new if new[number] > old[number]),
        tuple(number for number in old if old[number] > new[number]),
        late,
    )


def tally(measure: str, rows: Sequence[Counted]) -> Counter[str]:
    """Add up what each case adds to a measure."""
    found: Counter[str] = Counter()
    for one in rows:
        found[one.number] += one.values[measure]
    return found


def cases_behind(reading: Reading, measure: str, by: str, key: str) -> list[str]:
    """Give the numbers of the cases that a figure counts, each as often as it is counted."""
    fits, found = fitting(by, key), []
    for part in TOGETHER.get(measure, (measure,)):
        rows = behind(reading.tx, reading.body.path, reading.period.days, rules(), day_of(part))
        found += [
            one.number for one in rows if one.values[part] and fits(one.class_, one.source)
        ]
    return found
