"""A paper asked for by its name: the newest of the case, or what must be done for it first."""

from collections.abc import Iterator

from mediation.engine.decisions import Move, by_person, not_from_here
from mediation.engine.errors import Blocker, EventRefused, unknown
from mediation.engine.workflows.definitions import Event
from mediation.errors import InputRefused, MediationError
from mediation.language import Label, Message
from mediation.operations.answers.documents import opened_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.records.documents import issued_papers

CODE = "issued_by"


class PaperNotIssued(EventRefused):
    """The case has no such paper; it stays with the events that issue it."""

    code = "paper_not_issued"

    def __init__(self, paper: Label, ways: tuple[Blocker, ...]) -> None:
        self.blockers = ways
        values = {"paper": paper, "ways": [one.text for one in ways]}
        MediationError.__init__(self, Message("本案还没有“{paper}”：{ways}", values))


def newest_told(view: View, typed: str, words: Words) -> Told:
    """Tell the newest paper of a name, its HTML included.

    Args:
        typed: its name, or its label in either language.

    Raises:
        InputRefused: no paper is called so.
        PaperNotIssued: there is none yet; with each event that issues it.
    """
    name = paper_named(view, typed)
    issued = issued_papers(view.tx, view.row.id)
    found = next((one for one in reversed(issued) if one.row.document.name == name), None)
    if found is None:
        raise PaperNotIssued(view.procedure.workflow.words["document"][name], ways(view, name))
    return opened_told(view, found, issued, words)


def paper_named(view: View, typed: str) -> str:
    """Give the name of a paper.

    Raises:
        InputRefused: no paper is called so; the nearest is named.
    """
    labels = view.procedure.workflow.words["document"]
    for name, label in labels.items():
        if typed in (name, *label):
            return name
    known = [*labels, *(label.zh for label in labels.values())]
    raise InputRefused(unknown(typed, known))


def ways(view: View, name: str) -> tuple[Blocker, ...]:
    """Give the events that issue a paper, those of the present state first."""
    here = [move for move in view.moves if name in move.event.issues]
    told = {move.event.name for move in here}
    return (*(way(move) for move in here), *elsewhere(view, name, told))


def way(move: Move) -> Blocker:
    """Say of an event of the present state whether it is open."""
    values: dict[str, object] = {"event": move.event.label}
    if move.open:
        return issuing(move.event, Message("由“{event}”出具，现在可以办理", values))
    values["reasons"] = [one.text for one in move.blockers]
    return issuing(move.event, Message("由“{event}”出具，现在不能办理：{reasons}", values))


def elsewhere(view: View, name: str, told: set[str]) -> Iterator[Blocker]:
    """Say of the other events why they cannot be done now, of each name once."""
    charts = (view.procedure.case, *view.procedure.machines.values())
    for chart in charts:
        for event in chart.plan.events:
            if name not in event.issues or event.name in told:
                continue
            told.add(event.name)
            values: dict[str, object] = {"event": event.label}
            if not by_person(event):
                yield issuing(event, Message("由“{event}”出具，它不由人办理", values))
            elif chart is view.procedure.case:
                values["problem"] = not_from_here(event.name, view.case.state, chart).text
                yield issuing(event, Message("由“{event}”出具：{problem}", values))
            else:
                yield issuing(event, Message("由“{event}”出具，现在还没有到这一步", values))


def issuing(event: Event, text: Message) -> Blocker:
    """Give what is said of an event that issues a paper."""
    law = event.law[0] if event.law else ""
    return Blocker(CODE, text, law, "、".join(map(str, event.by)), event.name)
