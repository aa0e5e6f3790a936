"""The figures of a report: counted from cases, entered by bodies, read off the directory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from mediation.operations.reports.forms import entered_fields, report_forms
from mediation.operations.reports.reading import Reading
from mediation.records.counting import Cells, Counted, Rules, cells
from mediation.records.reports import entered

FEN: Final = 100
TEN_THOUSAND_YUAN: Final = 10_000 * FEN
SUMS: Final = frozenset({"written_sum", "oral_sum", "sum"})
"""Measures of money: kept in fen, told in 万元."""
TOGETHER: Final = {"sum": ("written_sum", "oral_sum")}
RATES: Final = {
    "rate": ("settled", "mediated"),
    "performed_rate": ("performed", "settled"),
    "confirmed_rate": ("confirmed", "settled"),
}
"""Rate -> of what, by what."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a report counts, at one time.

    Args:
        cells: by class and source.
        entered: what bodies have entered, added up.
    """

    cells: Cells
    entered: Mapping[str, int]

    def sum(self, measure: str, fits: Callable[[str, str], bool] | None = None) -> int:
        """Add up a measure over the classes and sources that fit."""
        parts = TOGETHER.get(measure, (measure,))
        return sum(
            cell.get(part, 0)
            for key, cell in self.cells.items()
            if fits is None or fits(*key)
            for part in parts
        )

    @property
    def zero(self) -> bool:
        """Whether there is nothing in it at all; how things stand is no event."""
        standing = {name for name, one in entered_fields().items() if one.standing}
        happened = (value for name, value in self.entered.items() if name not in standing)
        return not any(happened) and not any(
            value for cell in self.cells.values() for value in cell.values()
        )


@cache
def rules() -> Rules:
    """Give how cases are sorted."""
    forms = report_forms()
    return Rules(
        tuple(
            (name, one.letters, one.channels, one.bases) for name, one in forms.source.items()
        ),
        forms.default.source,
        forms.default.grades,
    )


def figures_of(reading: Reading) -> Figures:
    """Count the figures of a report as they are now."""
    found = cells(reading.tx, reading.body.path, reading.period.days, rules())
    return Figures(found, entered_of(reading))


def entered_of(reading: Reading) -> dict[str, int]:
    """Add up what the bodies at and below have entered; what was entered last holds."""
    period, last = reading.period, dict[tuple[str, int], Mapping[str, int]]()
    for one in entered(reading.tx, reading.body.path, period.first, period.last):
        last[one.body, one.month] = one.figures
    found: dict[str, int] = defaultdict(int)
    standing: dict[tuple[str, str], int] = {}
    fields = entered_fields()
    for (body, _), figures in sorted(last.items(), key=lambda one: one[0][1]):
        for name, value in figures.items():
            if name in fields and fields[name].standing:
                standing[body, name] = value
            else:
                found[name] += value
    for (_, name), value in standing.items():
        found[name] += value
    return dict(found)


def cells_of(rows: Mapping[str, Iterable[Counted]]) -> Cells:
    """Add rows up as the database does."""
    found: Cells = {}
    for counted in rows.values():
        for one in counted:
            cell = found.setdefault((one.class_, one.source), {})
            for measure, value in one.values.items():
                cell[measure] = cell.get(measure, 0) + value
    return found


def fitting(by: str, key: str) -> Callable[[str, str], bool]:
    """Give what tells whether a class and a source belong to a line of the table."""
    if by == "class":
        return lambda class_, _: class_ == key
    if by == "source":
        return lambda _, source: source == key
    if by == "group":
        sources = report_forms().source
        return lambda _, source: sources[source].group == key
    return lambda *_: True


def in_ten_thousands(fen: int) -> str:
    """Write a sum in 万元, to the cent of it: 12.35."""
    return f"{Decimal(fen) / TEN_THOUSAND_YUAN:.2f}"


def change(now: int, then: int) -> str:
    """Write by how much something grew, in percent; a dash where there was nothing."""
    return f"{100 * (now - then) / then:+.1f}%" if then else "—"


def committees(reading: Reading) -> dict[str, int]:
    """Count the bodies that mediate by tier, and their mediators, on the last day."""
    directory, day = reading.people.directory, reading.period.until_on
    sorts = reading.office.catalogue.library.bodies.sort
    bodies = [
        one
        for one in directory.bodies_under(reading.body.path)
        if sorts[one.sort].mediates and one.exists_on(day)
    ]
    found: dict[str, int] = defaultdict(int)
    for one in bodies:
        found[one.tier or ""] += 1
    here = {one.code for one in bodies}
    return {**found, MEDIATORS: len(mediators(reading, here))}


MEDIATORS: Final = "mediators"
MEDIATOR: Final = "mediator"


def mediators(reading: Reading, bodies: set[str]) -> set[str]:
    """Give who holds a mediator's seat in one of these bodies on the last day."""
    day = reading.period.until_on
    return {
        seat.officer
        for seat in reading.people.directory.seats
        if seat.body in bodies and MEDIATOR in seat.roles and seat.held_on(day)
    }
