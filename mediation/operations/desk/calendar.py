"""The calendar of a body: meetings agreed upon and deadlines due, day by day of a month."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from mediation.clock import SHANGHAI
from mediation.engine.cases import Case
from mediation.engine.cases import moment as moment_of
from mediation.engine.legal_time.calendars import WEEKDAYS, WorkingCalendar
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.statistics import day_after, month_of, written
from mediation.operations.desk.work import Reader, line_told
from mediation.operations.office import Office
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.work import open_cases

MOST: Final = 500
"""So many open cases of a body are looked through, the nearest due first."""
REFERENCE: Final = ("right", "target")
"""Effects whose end does nothing by itself: the day is shown for reference."""


def calendar_told(office: Office, tx: Tx, month: str, asking: Asking, words: Words) -> Told:
    """Tell a month: its weeks of days, each with its name if it is special, and its entries.

    Args:
        month: as `2026-03`; this month if it is not understood.
    """
    reader = Reader.of(office, tx, asking, words)
    first = first_of(month, reader.today)
    found: dict[date, list[Told]] = {}
    rows = open_cases(tx, asking.sitting.body, MOST) if reader.reads else []
    for on, entry in entries(reader, rows):
        found.setdefault(on, []).append(entry)
    before, after = first - timedelta(days=1), day_after(first.year * 100 + first.month)
    shown = [day_told(reader, day, first, found) for day in days_shown(first, after)]
    return {
        "month": f"{first:%Y-%m}",
        "before": f"{before:%Y-%m}",
        "after": f"{after:%Y-%m}",
        "weeks": [shown[at : at + 7] for at in range(0, len(shown), 7)],
        "days": [day for day in shown if day["inside"] and (day["entries"] or day["name"])],
        "weekdays": [words.to(one) for one in WEEKDAYS],
        "reads": reader.reads,
        "cut": len(rows) == MOST,
        "provisional": reader.people.calendar.first_provisional(
            first, after - timedelta(days=1)
        ),
    }


def first_of(month: str, today: date) -> date:
    """Give the first day of a month; of this one if it is not understood."""
    known = month_of(month)
    return date.fromisoformat(f"{written(known)}-01") if known else today.replace(day=1)


def days_shown(first: date, after: date) -> Iterator[date]:
    """Give the days of whole weeks, Monday first, from one day until before another."""
    day = first - timedelta(days=first.weekday())
    while day < after or day.weekday():
        yield day
        day += timedelta(days=1)


def day_told(reader: Reader, day: date, first: date, found: dict[date, list[Told]]) -> Told:
    """Tell one day."""
    there = sorted(found.get(day, ()), key=lambda one: (one["sort"], one["at"], one["number"]))
    calendar = reader.people.calendar
    return {
        "on": day.isoformat(),
        "day": day.day,
        "inside": (day.year, day.month) == (first.year, first.month),
        "today": day == reader.today,
        "off": calendar.is_holiday(day),
        "name": name_of(calendar, day, reader.words),
        "made_up": calendar.makeup_notice(day) is not None,
        "entries": there,
    }


def name_of(calendar: WorkingCalendar, day: date, words: Words) -> str:
    """Name a holiday; nothing for a workday or a plain weekend."""
    name = calendar.name(day)
    return words.to(name) if name and name not in WEEKDAYS else ""


def entries(reader: Reader, rows: Iterable[CaseRow]) -> Iterator[tuple[date, Told]]:
    """Give the meetings and the deadlines of cases, each with its day."""
    for row in rows:
        case, told = Case.from_json(row.snapshot), line_told(reader, row)
        yield from meetings(reader, case, told)
        yield from deadlines(reader, row, case, told)


def meetings(reader: Reader, case: Case, told: Told) -> Iterator[tuple[date, Told]]:
    """Give the moments agreed upon in a case: facts of that type."""
    for name, fact in reader.office.catalogue.library.facts.fact.items():
        at = moment_of(case.value(name)) if fact.type == "moment" else None
        if at:
            label = str(getattr(fact.label, reader.words.language))
            local = at.astimezone(SHANGHAI)
            entry = {"sort": "meeting", "at": f"{local:%H:%M}", "label": label}
            yield local.date(), {**told, **entry, "reference": False}


def deadlines(
    reader: Reader, row: CaseRow, case: Case, told: Told
) -> Iterator[tuple[date, Told]]:
    """Give the days on which the running clocks of a case are over, side machines' too."""
    procedure = reader.procedure_of(row)
    for clock in case.clocks:
        if clock.due_at is not None and clock.live:
            period = procedure.chart(clock.machine).plan.periods[clock.period]
            on = day_ended(clock.due_at)
            yield (
                on,
                {
                    **told,
                    "sort": "deadline",
                    "at": "",
                    "label": reader.words.to(period.label),
                    "reference": period.effect in REFERENCE,
                    "overdue": on < shanghai_day(reader.asking.now),
                },
            )
