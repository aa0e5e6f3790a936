"""Proves every workflow of an installation: each kind at each place, then all together."""

from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

from mediation.engine.proofs.checking import Ways, check
from mediation.engine.proofs.documents import Papers
from mediation.engine.proofs.leftovers import leftovers
from mediation.engine.proofs.report import Report, Unproved
from mediation.engine.workflows.definitions import Workflow
from mediation.operations.answers.words import Told, Words
from mediation.operations.catalogue import Catalogue, Pinned
from mediation.rendering.templates import documents
from mediation.rendering.variables import faults

PROVED: Final[dict[tuple[str, date], Report]] = {}
"""The proofs of a day, by the hash of the workflow."""
PROVING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Proved:
    """What was proved of each kind at each place, and of all together."""

    reports: tuple[Report, ...]
    together: tuple[Unproved, ...]

    @property
    def sound(self) -> bool:
        """Tell whether everything was proved."""
        return not self.together and all(report.sound for report in self.reports)


def prove(catalogue: Catalogue, day: date) -> Proved:
    """Prove every workflow.

    Raises:
        DefinitionsRefused: the files do not compose.
    """
    papers = Papers(documents(), faults)
    proved: dict[tuple[str, str], tuple[Workflow, Report]] = {}
    walked: list[Ways] = []
    for pinned in catalogue.all():
        workflow = pinned.procedure.workflow
        report = check(workflow, papers, day, catalogue.calendar, walked)
        proved[workflow.kind, workflow.place] = (workflow, report)
    reports = tuple(report for _, report in proved.values())
    return Proved(reports, tuple(leftovers(proved, papers)))


def proof_of(catalogue: Catalogue, pinned: Pinned, day: date) -> Report:
    """Prove one workflow, once a process and day: that takes a second, a page may not."""
    with PROVING:
        for known in [one for one in PROVED if one[1] != day]:
            del PROVED[known]
        if (pinned.hash, day) not in PROVED:
            papers = Papers(documents(), faults)
            workflow = pinned.procedure.workflow
            PROVED[pinned.hash, day] = check(workflow, papers, day, catalogue.calendar)
        return PROVED[pinned.hash, day]


def proved_told(proved: Proved, words: Words) -> Told:
    """Tell what was proved, fault by fault."""
    return {
        "sound": proved.sound,
        "workflows": [report_told(report, words) for report in proved.reports],
        "faults": [fault_told(fault, words) for fault in proved.together],
    }


def report_told(report: Report, words: Words) -> Told:
    """Tell the proof of one kind at one place."""
    untouched = report.untouched
    return {
        "kind": report.kind,
        "place": report.place,
        "label": words.to(report.label),
        "sound": report.sound,
        "states": report.states,
        "events": report.events,
        "periods": report.periods,
        "law": report.law,
        "untouched": untouched
        and {
            "days": untouched.days,
            "state": words.to(untouched.state),
            "period": untouched.period and words.to(untouched.period),
        },
        "faults": [fault_told(fault, words) for fault in report.faults],
    }


def fault_told(fault: Unproved, words: Words) -> Told:
    """Tell a fault with the way there."""
    return {
        "code": fault.code,
        "message": words.say(fault.message),
        "path": [
            {"state": words.to(stride.state), "event": words.to(stride.event)}
            for stride in fault.path
        ],
    }
