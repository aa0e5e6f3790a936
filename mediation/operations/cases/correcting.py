"""Corrections: which papers of a case may be corrected, and what the correction says of one."""

from mediation.engine.charts import Procedure
from mediation.engine.filling import Filled
from mediation.engine.forms import IssuedPaper
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import PaperRule, Workflow
from mediation.language import Label, Message
from mediation.records.database import Tx
from mediation.records.documents import Found, issued_papers
from mediation.rendering.context import Corrected

PAPER = "paper"
"""The type of the field that names a paper; what its event issues corrects that paper."""


def offered_papers(tx: Tx, workflow: Workflow, case_id: int | None) -> dict[str, IssuedPaper]:
    """Give the papers of a case by their places, the newest first."""
    if case_id is None:
        return {}
    return {
        one.row.place.within: IssuedPaper(
            named(workflow, one),
            workflow.papers.get(one.row.document.name, PaperRule()).by_consent,
        )
        for one in reversed(issued_papers(tx, case_id))
    }


def named(workflow: Workflow, one: Found) -> Label:
    """Name a paper by its kind, number and day."""
    paper = one.row.document
    values = {
        "label": label_of(workflow, paper.name),
        "number": paper.number or "",
        "day": shanghai_day(one.occurred_at),
    }
    said = Message("{label} {number}（{day}）", values)
    return Label(said.to("zh"), said.to("en"))


def label_of(workflow: Workflow, name: str) -> Label:
    """Name a sort of paper; by its template if the workflow has dropped it since."""
    return workflow.words["document"].get(name, Label(name, name))


def corrected_by(
    procedure: Procedure, event: str, definition: str, filled: Filled
) -> str | None:
    """Give the place of the paper that the papers of an event correct; None for most events."""
    chart = procedure.chart(event.rpartition(":")[0])
    fields = chart.definitions[definition].form
    name = next((one.name for one in fields if one.type == PAPER), None)
    return filled.plain.get(name) if name else None


def told_of(tx: Tx, workflow: Workflow, case_id: int, place: str) -> Corrected:
    """Give what a correction says of the paper at a place."""
    one = next(one for one in issued_papers(tx, case_id) if one.row.place.within == place)
    paper = one.row.document
    label = label_of(workflow, paper.name).zh
    return Corrected(label, paper.number, shanghai_day(one.occurred_at), paper.digest[:16])
