"""Who reads a report, of which body and of which time."""

from dataclasses import dataclass, replace
from typing import Self

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import viewer
from mediation.operations.desk.statistics import scope_of
from mediation.operations.office import Office, People
from mediation.operations.reports.periods import Cutoffs, Period, before, months_of
from mediation.records.database import Tx
from mediation.records.gateway import Viewer
from mediation.records.people import Body
from mediation.records.reports import all_cutoffs


class ReportNotFound(MediationError):
    """No such body, or none of this officer's to read: nobody can tell which."""

    code = "report_not_found"

    def __init__(self) -> None:
        super().__init__(Message("没有这个单位的报表，或者不归您查看"))


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as somebody reads it.

    Args:
        scope: the path of all he may read.
        body: whose report it is.
    """

    office: Office
    tx: Tx
    asking: Asking
    people: People
    who: Viewer
    scope: str
    body: Body
    cutoffs: Cutoffs
    period: Period

    @classmethod
    def of(cls, office: Office, tx: Tx, body: str, month: str, asking: Asking) -> Self:
        """Give the report of a body.

        Args:
            body: empty for the whole of what the seat may read.
            month: `2026-03`, or a year; empty for the month under way.

        Raises:
            ReportNotFound: the seat reads no cases, or not this body's.
            InputRefused: the month cannot be understood.
        """
        people, today = office.staff(tx), shanghai_day(asking.now)
        who = viewer(people, asking.sitting.actor(people, today))
        scope = scope_of(who)
        found = (
            people.directory.bodies.get(body) if body else people.directory.body_at(scope or "")
        )
        if scope is None or found is None or not found.path.startswith(scope):
            raise ReportNotFound
        cutoffs = Cutoffs.of(people.directory, found.code, all_cutoffs(tx))
        under_way = cutoffs.month_of(today)
        months = months_of(month) if month else (under_way, under_way)
        if months is None:
            fault = Message("请写成 2026-03 这样的年月，或者 2026 这样的年份")
            raise InputRefused((Fault("month", fault),))
        period = Period.of(cutoffs, *months)
        return cls(office, tx, asking, people, who, scope, found, cutoffs, period)

    def at(self, first: int, last: int) -> Self:
        """Give the report of the same body for other months."""
        return replace(self, period=Period.of(self.cutoffs, first, last))

    def previous(self) -> Self | None:
        """Give the report of the month before; a year has none but that of a year ago."""
        if not self.period.is_month:
            return None
        month = before(self.period.first)
        return self.at(month, month)

    def year_ago(self) -> Self:
        """Give the report of the same months of the year before."""
        return self.at(self.period.first - 100, self.period.last - 100)

    @property
    def own(self) -> bool:
        """Whether it is the report of the body he sits in, or of what that body oversees."""
        return self.body.path in {self.who.path, self.who.scope_path}
