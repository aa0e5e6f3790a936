"""The two monthly tables told: cases; organisation, staff and funds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.desk.statistics import share, way, written
from mediation.operations.reports.figures import (
    MEDIATORS,
    RATES,
    SUMS,
    Figures,
    change,
    committees,
    figures_of,
    fitting,
    in_ten_thousands,
)
from mediation.operations.reports.forms import CASES, ORGANISATION, entered_fields, report_forms
from mediation.operations.reports.reading import Reading, ReportNotFound
from mediation.operations.reports.submitting import (
    ENTERS,
    SUBMITS,
    Difference,
    Stated,
    cases_behind,
    differences,
    may,
    stated,
)
from mediation.operations.reports.wording import (
    CASES as PIECES,
)
from mediation.operations.reports.wording import (
    CLASS_UNKNOWN,
    COLUMNS,
    DEFINITIONS,
    LABELS,
    NO_TIER,
    SUM,
)
from mediation.operations.reports.wording import MEDIATORS as MEDIATORS_LABEL
from mediation.records.reports import Submitted, submitted_under


@dataclass(frozen=True, slots=True)
class Compared:
    """A report beside those it is compared with, and beside what was submitted.

    Args:
        previous: of the month before; None for a year.
        said: None if it was not submitted.
    """

    now: Figures
    previous: Figures | None
    year_ago: Figures
    said: Figures | None


def report_told(reading: Reading, words: Words) -> Told:
    """Tell both tables, what was submitted, and what this reader may do."""
    previous, said = reading.previous(), stated(reading)
    compared = Compared(
        figures_of(reading),
        figures_of(previous) if previous else None,
        figures_of(reading.year_ago()),
        said.figures if said else None,
    )
    period = reading.period
    return {
        "body": {"code": reading.body.code, "name": reading.body.name},
        "way": [
            {"code": one.code, "name": one.name}
            for one in way(reading.people, reading.scope, reading.body.path)
        ],
        "month": period.written,
        "is_month": period.is_month,
        "from_on": period.from_on.isoformat(),
        "until_on": period.until_on.isoformat(),
        "lines": list(lines_told(compared, words)),
        "columns": [words.say(LABELS[name]) for name in COLUMNS],
        "sources": list(sources_told(compared.now, words)),
        "classes": list(classes_told(compared.now, words)),
        "entered": list(entered_told(CASES, compared, words)),
        "organisation": [
            *organisation_told(reading, words),
            *entered_told(ORGANISATION, compared, words),
        ],
        "definitions": [
            {"label": words.say(LABELS[name]), "text": words.say(DEFINITIONS[name])}
            for name in LABELS
            if name in DEFINITIONS
        ],
        "zero": compared.now.zero,
        "submission": submission_told(reading, said, words),
        "below": list(below_told(reading)),
        "may_enter": may(reading, ENTERS) and period.is_month,
        "may_submit": may(reading, SUBMITS)
        and period.is_month
        and period.until_on <= shanghai_day(reading.asking.now),
    }


def lines_told(compared: Compared, words: Words) -> Iterator[Told]:
    """Tell the lines of the table of cases."""
    for name, label in LABELS.items():
        yield {
            "key": name,
            "label": words.say(label),
            "unit": unit(name, words),
            **beside(compared, lambda one, name=name: one.sum(name), name),  # type: ignore[misc]
        }


def beside(compared: Compared, of: Callable[[Figures], int], name: str = "") -> Told:
    """Tell a figure beside the same of other times; of a rate, no growth."""
    now, last, then = compared.now, compared.previous, compared.year_ago
    grows = name not in RATES
    return {
        "value": value_told(now, name, of),
        "previous": value_told(last, name, of) if last else None,
        "monthly": change(of(now), of(last)) if last and grows else None,
        "year_ago": value_told(then, name, of),
        "yearly": change(of(now), of(then)) if grows else None,
        "submitted": value_told(compared.said, name, of) if compared.said else None,
        "counted": grows and bool(of(now)),
    }


def value_told(
    figures: Figures,
    name: str,
    of: Callable[[Figures], int],
    fits: Callable[[str, str], bool] | None = None,
) -> str:
    """Write a figure: a number, a sum in 万元, or a rate."""
    if name in RATES:
        part, whole = RATES[name]
        return share(figures.sum(part, fits), figures.sum(whole, fits))
    return in_ten_thousands(of(figures)) if name in SUMS else str(of(figures))


def unit(name: str, words: Words) -> str:
    """Give the unit of a line; a rate has none."""
    return "" if name in RATES else words.say(SUM if name in SUMS else PIECES)


def part_told(figures: Figures, by: str, key: str, label: str, words: Words) -> Told:
    """Tell one class or source in all columns."""
    fits = fitting(by, key)
    return {
        "by": by,
        "key": key,
        "label": label,
        "depth": 0,
        "values": [
            {
                "key": name,
                "label": words.say(LABELS[name]),
                "value": value_told(figures, name, lambda one, n=name: one.sum(n, fits), fits),  # type: ignore[misc]
                "counted": name not in RATES and bool(figures.sum(name, fits)),
            }
            for name in COLUMNS
        ],
    }


def sources_told(figures: Figures, words: Words) -> Iterator[Told]:
    """Tell the groups of sources, each followed by its sources if it has several."""
    forms = report_forms()
    for group, one in forms.group.items():
        yield {
            **part_told(figures, "group", group, words.to(one.label.both), words),
        }
        within = {name: of for name, of in forms.source.items() if of.group == group}
        for name, of in within.items() if len(within) > 1 else ():
            yield {
                **part_told(figures, "source", name, words.to(of.label.both), words),
                "depth": 1,
            }


def classes_told(figures: Figures, words: Words) -> Iterator[Told]:
    """Tell the statistical classes; cases whose class is not known, where there are any."""
    listed = words.library.lists.list["statistical_classes"]
    for name, label in listed.items():
        yield part_told(figures, "class", name, str(getattr(label, words.language)), words)
    others = {class_ for class_, _ in figures.cells} - set(listed)
    for name in sorted(others):
        yield part_told(figures, "class", name, words.say(CLASS_UNKNOWN), words)


def entered_told(part: str, compared: Compared, words: Words) -> Iterator[Told]:
    """Tell the figures of a table that bodies enter."""
    for name, one in report_forms().entered[part].items():
        yield {
            "key": name,
            "label": words.to(one.label.both),
            "unit": words.to(one.unit.both),
            **beside(compared, lambda figures, name=name: figures.entered.get(name, 0)),  # type: ignore[misc]
        }


def organisation_told(reading: Reading, words: Words) -> Iterator[Told]:
    """Tell what the directory knows of bodies that mediate and of mediators."""
    found = committees(reading)
    for name, value in found.items():
        tier = words.tier(name) or words.say(NO_TIER)
        values = {"tier": tier}
        label = MEDIATORS_LABEL if name == MEDIATORS else Message("调解组织：{tier}", values)
        yield {"key": name, "label": words.say(label), "unit": "", "value": str(value)}


def submission_told(reading: Reading, said: Stated | None, words: Words) -> Told | None:
    """Tell who submitted the month and when, and what differs since; None if nobody has."""
    if said is None:
        return None
    one = said.submission
    return {
        "officer": reading.people.names.get(one.officer, one.officer),
        "at": one.at.isoformat(),
        "no": one.no,
        "month": written(one.month),
        "zero": one.zero,
        "digest": one.digest,
        "differences": [difference_told(found, words) for found in differences(reading, said)],
    }


def difference_told(one: Difference, words: Words) -> Told:
    """Tell a difference with the cases that made it."""
    fields = entered_fields()
    label = (
        words.to(fields[one.measure].label.both)
        if one.measure in fields
        else words.say(LABELS[one.measure])
    )
    money = one.measure in SUMS
    return {
        "key": one.measure,
        "label": label,
        "submitted": in_ten_thousands(one.submitted) if money else str(one.submitted),
        "present": in_ten_thousands(one.present) if money else str(one.present),
        "more": [{"number": number, "late": number in one.late} for number in one.more],
        "less": list(one.less),
    }


def below_told(reading: Reading) -> Iterator[Told]:
    """Tell of each body next below whether it has submitted: nothing is not zero."""
    if not reading.period.is_month:
        return
    month, last = reading.period.first, dict[str, Submitted]()
    below = reading.people.directory.bodies_next_below(reading.body.path)
    for one in submitted_under(reading.tx, reading.body.path, month, month) if below else ():
        last[one.body] = one
    sorts = reading.office.catalogue.library.bodies.sort
    for body in below:
        inside = reading.people.directory.bodies_under(body.path)
        if body.exists_on(reading.period.until_on) and any(
            sorts[o.sort].mediates for o in inside
        ):
            found = last.get(body.code)
            yield {
                "code": body.code,
                "name": body.name,
                "submitted": found is not None,
                "zero": bool(found and found.zero),
                "at": found.at.isoformat() if found else None,
            }


def behind_told(reading: Reading, measure: str, by: str, key: str, words: Words) -> Told:
    """Tell the cases that one figure counts, with what narrows it.

    Raises:
        ReportNotFound: there is no such figure.
    """
    if measure not in LABELS or measure in RATES or not known(by, key):
        raise ReportNotFound
    return {
        "body": {"code": reading.body.code, "name": reading.body.name},
        "month": reading.period.written,
        "from_on": reading.period.from_on.isoformat(),
        "until_on": reading.period.until_on.isoformat(),
        "label": words.say(LABELS[measure]),
        "of": named(by, key, words),
        "definition": words.say(DEFINITIONS[measure]) if measure in DEFINITIONS else "",
        "numbers": cases_behind(reading, measure, by, key),
    }


def named(by: str, key: str, words: Words) -> str:
    """Name the class or source that a figure is narrowed to."""
    forms, classes = report_forms(), words.library.lists.list["statistical_classes"]
    if by == "class":
        return str(getattr(classes.get(key), words.language, words.say(CLASS_UNKNOWN)))
    if by == "source":
        return words.to(forms.source[key].label.both)
    return words.to(forms.group[key].label.both) if by else ""


def known(by: str, key: str) -> bool:
    """Tell whether a figure may be narrowed so."""
    forms = report_forms()
    shelves = {"source": forms.source, "group": forms.group}
    return by in {"", "class"} or key in shelves.get(by, {})
