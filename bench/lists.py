"""Every list, calendar and count at every level of the city: milliseconds of SQL."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from bench.city import COMMON, NOW, RARE, City, built, nodes
from bench.worlds import Place
from mediation.operations.desk.statistics import tally
from mediation.operations.office import Office
from mediation.operations.reports.figures import rules
from mediation.records.counting import cells
from mediation.records.database import Tx
from mediation.records.gateway import Viewer, viewer_of
from mediation.records.lists import CaseFilter, list_cases
from mediation.records.people import Directory
from mediation.records.statements import Params, Row, Statement
from mediation.records.statistics import counts, handed_over, tallied
from mediation.records.work import mail, open_cases, risen_cases

Line = tuple[str, str, str, str]

ROUNDS = 60
DEPTHS = (0, 1_000, 200_000)
BARS = {"sqlite": 2.0, "postgresql": 5.0}
LISTS = "lists, slowest"
REPORTS = {"statistics": "≤ 50 ms", "monthly table": "none"}
COUNTED = "statistics, counted"


@dataclass(slots=True)
class Stopwatch:
    """A transaction that counts the seconds its database takes."""

    tx: Tx
    seconds: float = 0.0

    @property
    def dialect(self) -> str:
        """The database behind it."""
        return self.tx.dialect

    def all(self, statement: Statement, params: Params) -> list[Row]:
        """Give all rows, timed."""
        rows: list[Row] = self.timed(self.tx.all, statement, params)
        return rows

    def sure(self, statement: Statement, params: Params) -> Row:
        """Give the one row, timed."""
        row: Row = self.timed(self.tx.sure, statement, params)
        return row

    def timed(
        self, ask: Callable[[Statement, Params], Any], statement: Statement, params: Params
    ) -> Any:
        """Ask, and count how long it took."""
        began = time.perf_counter()
        found = ask(statement, params)
        self.seconds += time.perf_counter() - began
        return found


Question = Callable[[Any], Any]


def questions(office: Office, people: Directory, code: str) -> Iterator[tuple[str, Question]]:
    """Give what somebody at a body asks, with its name."""
    who = viewer_of(people, f"o-{code}", code, NOW.date())
    yield from lists(office, who, people)
    yield (
        "today: open, risen, received",
        lambda tx: (
            open_cases(tx, code, 200),
            risen_cases(tx, code, 200),
            mail(tx, code, "referral", 200),
        ),
    )
    yield "referrals received", lambda tx: mail(tx, code, "referral", 200)
    yield "calendar month", lambda tx: open_cases(tx, code, 500)


def lists(office: Office, who: Viewer, people: Directory) -> Iterator[tuple[str, Question]]:
    """Give the lists of cases: newest, deep, and narrowed in each way."""
    common = next(iter(office.catalogue.kinds))
    pinned = office.catalogue.find(common, "national")
    states = pinned.procedure.case.plan.states
    narrowed: dict[str, dict[str, Any]] = {
        "open": {"closed": False},
        "kind": {"kind": common},
        "state": {"state": next(name for name, one in states.items() if not one.closed)},
        "state nobody is in": {"state": "none/none"},
        "overdue": {"due_before": NOW, "closed": False},
        "a name of sixty": {"name": office.keys.index.of_name(RARE)},
        "a name of a thousand": {"name": office.keys.index.of_name(COMMON)},
        "body below": {"under": people.bodies_under(who.path)[-1].path},
        "one month": {"from_on": NOW.date() - timedelta(days=200),
                      "before_on": NOW.date() - timedelta(days=170)},
    }  # fmt: skip
    for depth in DEPTHS:
        day = NOW.date() - timedelta(days=365 * depth // 402_000)
        after = (day, 402_000 - depth) if depth else None
        yield f"newest 20, {depth:,} deep", asking(who, after=after)
    for name, more in narrowed.items():
        yield f"narrowed by {name}", asking(who, **more)
    yield "200 to look through", asking(who, limit=200)


def asking(who: Viewer, **wanted: Any) -> Question:
    """Give the question for one list."""
    chosen = CaseFilter(**{"limit": 20, **wanted})
    return lambda tx: list_cases(tx, who, chosen)


def figures_of(path: str, *, wide: bool) -> Iterator[tuple[str, Question]]:
    """Give the counts below a path for a year."""
    year = (NOW.year * 100 + 1, NOW.year * 100 + 12)
    from_on = NOW.date() - timedelta(days=365)
    if wide:
        yield "statistics, kept by the heartbeat", lambda tx: tallied(tx, path, *year)
    yield COUNTED, lambda tx: counts(tx, path, *year)
    yield "handed over", lambda tx: handed_over(tx, path, from_on, NOW.date())
    month = (NOW.date() - timedelta(days=60), NOW.date() - timedelta(days=30))
    yield "monthly table", lambda tx: cells(tx, path, month, rules())
    yield "monthly table of a year", lambda tx: cells(tx, path, (from_on, NOW.date()), rules())


def measured(office: Office, question: Question) -> tuple[float, float]:
    """Ask again and again; give median and p99 in milliseconds."""
    taken: list[float] = []
    until = time.perf_counter() + 6
    while len(taken) < ROUNDS and (len(taken) < 4 or time.perf_counter() < until):
        with office.database.reading() as tx:
            watch = Stopwatch(tx)
            question(watch)
            taken.append(watch.seconds * 1000)
    taken = taken[1:]
    return median(taken), quantiles(taken, n=100, method="inclusive")[98]


def asked_everywhere(office: Office) -> Iterator[tuple[str, str, float, float]]:
    """Measure every question at every level."""
    with office.database.reading() as tx:
        people = office.staff(tx).directory
    tally(office, NOW)
    for level, code in nodes(City.laid_out()):
        path = people.body(code).path
        both = (*questions(office, people, code), *figures_of(path, wide=level == "city"))
        for name, question in both:
            yield level, name, *measured(office, question)


def rows(place: Place) -> Iterator[Line]:
    """Measure; the lists in one line for each level, its worst question named."""
    office = built(place)
    worst: dict[tuple[str, str], tuple[float, float, str]] = {}
    for level, name, middle, late in asked_everywhere(office):
        print(
            f"  {place.dialect} {level}: {name}: {middle:.2f} ms, p99 {late:.2f} ms", flush=True
        )
        # What is kept for the city is what its page reads; counting it is the heartbeat's work.
        if level != "city" or name != COUNTED:
            key = level, next((one for one in REPORTS if name.startswith(one)), LISTS)
            worst[key] = max(worst.get(key, (0.0, 0.0, "")), (middle, late, name))
    office.database.close()
    bars = {**REPORTS, LISTS: f"≤ {BARS[place.dialect]:.0f} ms"}
    for (level, what), (middle, late, name) in worst.items():
        yield (
            f"{what}, {level}, {place.dialect}",
            f"{middle:.2f} ms (p99 {late:.2f} ms)",
            name,
            bars[what],
        )
