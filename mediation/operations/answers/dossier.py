"""A dossier told: item by item, with what it lacks."""

from mediation.operations.answers.documents import issued_told
from mediation.operations.answers.moves import blocker_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.operations.desk.attachments import attachments_told
from mediation.operations.dossier.contents import Contents, contents


def dossier_told(view: View, words: Words) -> Told:
    """Tell what the dossier of a case holds and lacks."""
    return contents_told(contents(view), view, words)


def contents_told(found: Contents, view: View, words: Words) -> Told:
    """Tell contents at hand."""
    brought = {one["digest"]: one for one in attachments_told(view, words)}
    issued = [one for entry in found.entries for one in entry.papers]
    in_items = {blocker.code for entry in found.entries for blocker in entry.missing}
    return {
        "number": view.row.number,
        "state": view.row.state,
        "complete": not found.blockers,
        "entries": [
            {
                "item": entry.key,
                "label": words.to(entry.label),
                "papers": [
                    issued_told(view.row.number, one, issued, words) for one in entry.papers
                ],
                "attachments": [
                    brought[one.digest] for one in entry.attachments if one.digest in brought
                ],
                "missing": [blocker_told(one, words) for one in entry.missing],
            }
            for entry in found.entries
        ],
        "missing": [
            blocker_told(one, words) for one in found.blockers if one.code not in in_items
        ],
    }
