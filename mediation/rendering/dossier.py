"""The front and the back of a dossier, made as it is bound; nothing of them is kept."""

from datetime import date
from typing import NamedTuple

from mediation.rendering.templates import environment
from mediation.rendering.values import Choice


class Front(NamedTuple):
    """What the front of a dossier says.

    Args:
        title: whose dispute it was, and about what.
        filed_by: who archived it; None while it is not archived.
    """

    body: str
    number: str
    title: str
    kind: str
    grade: Choice | None
    mediators: str | None
    began_on: date | None
    ended_on: date | None
    outcome: Choice | None
    filed_by: str | None
    filed_on: date | None
    retention: Choice | None


class Back(NamedTuple):
    """What the back of a dossier says.

    Args:
        papers: how many papers it holds.
        digest: hash of the last event, in hexadecimal: the whole log hangs on it.
    """

    number: str
    papers: int
    attachments: int
    filed_by: str | None
    filed_on: date | None
    digest: str


def front(told: Front) -> str:
    """Give the front as HTML."""
    return environment().get_template("_cover.html.j2").render(told._asdict())


def back(told: Back) -> str:
    """Give the back as HTML."""
    return environment().get_template("_back.html.j2").render(told._asdict())
