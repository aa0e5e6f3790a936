"""Where a case stands on its chart: the way it took, and where it can go or why not."""

from collections.abc import Iterable
from typing import Final

from mediation.engine.charts import Procedure
from mediation.engine.decisions import Move
from mediation.operations.answers.moves import blocker_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View

MOST_NEXT: Final = 12


def standing_told(view: View, words: Words) -> Told:
    """Tell the path of a case as a chart draws it.

    Gives `path`: the states gone through, each once in a row, with the day it was reached;
    `here`; `next`: the states that can be reached from here, each with the events that lead
    there, open or blocked.
    """
    procedure = view.procedure
    path: list[Told] = []
    for event in view.log:
        step = event.body["step"]
        if ":" not in step["event"] and (not path or path[-1]["state"] != step["state"]):
            reached = {"on": event.occurred_at.isoformat(), "seq": event.seq}
            path.append({**state_told(procedure, step["state"], words), **reached})
    return {
        "path": path,
        "here": state_told(procedure, view.row.state, words),
        "next": following(procedure, view.row.state, view.moves, words),
    }


def following(
    procedure: Procedure, here: str, found: Iterable[Move], words: Words
) -> list[Told]:
    """Give the states reachable from here by what a person may do."""
    reached: dict[str, list[Move]] = {}
    for move in found:
        targets = {branch.to for branch in move.event.branches} - {"", here}
        for target in targets if not move.machine else ():
            reached.setdefault(target, []).append(move)
    told = [
        {
            **state_told(procedure, state, words),
            "open": any(move.open for move in ways),
            "ways": [
                {
                    "event": move.name,
                    "label": words.to(move.event.label),
                    "open": move.open,
                    "blockers": [blocker_told(one, words) for one in move.blockers],
                }
                for move in ways
            ],
        }
        for state, ways in reached.items()
    ]
    return sorted(told, key=lambda one: not one["open"])[:MOST_NEXT]


def state_told(procedure: Procedure, state: str, words: Words) -> Told:
    """Tell a state."""
    known = procedure.case.plan.states[state]
    return {"state": state, "label": words.to(known.label), "closed": known.closed}
