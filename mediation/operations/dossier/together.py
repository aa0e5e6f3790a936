"""The quick oral cases of a body in one file: of a simple case the file is a single sheet."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.answers.words import Words
from mediation.operations.cases.viewing import View, view_case
from mediation.operations.dossier.contents import contents
from mediation.operations.dossier.gathering import (
    HTML,
    Gathered,
    Part,
    choice,
    front_of,
    noted,
    parts,
)
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.register import may_reveal
from mediation.records.gateway import ContentWithheld
from mediation.records.registers import simple_cases
from mediation.rendering.dossier import Back, Front, back, front

MOST: Final = 300
"""So many cases are bound together; of more, shorter times one after another."""


def gather_together(reading: Reading, words: Words) -> Gathered:
    """Give the simple cases of a body as one dossier: the sheet of each and what it brought.

    Whoever takes it has looked at the persons of each; that is written down first.

    Args:
        reading: in a transaction open for writing.

    Raises:
        ContentWithheld: this seat may not look at persons in full.
        InputRefused: there is no such case, or there are too many.
        SealBroken: a paper or an attachment was changed.
    """
    if not may_reveal(reading):
        raise ContentWithheld(reading.body.name)
    path, days = reading.body.path, reading.period.days
    grade = reading.office.catalogue.library.dossier.bound_together
    found = simple_cases(reading.tx, path, grade, days, MOST + 1)
    if not found:
        refuse(Message("这段时间没有办结的简易纠纷"))
    if len(found) > MOST:
        refuse(Message("超过 {most} 件，请按月份分别装订", {"most": MOST}))
    views = [view_case(reading.office, reading.tx, one, reading.asking) for one in found]
    for view in views:
        noted(view)
    held = [part for view in views for part in sheets(view, words)]
    told = front_together(reading, views)
    return Gathered(
        number=f"{reading.body.name} {told.number}",
        front=front(told),
        parts=tuple(held),
        back=back(back_together(told, views, held)),
    )


def refuse(said: Message) -> None:
    """Refuse the months asked for.

    Raises:
        InputRefused: always.
    """
    raise InputRefused((Fault("month", said),))


def sheets(view: View, words: Words) -> list[Part]:
    """Give what a case holds; its first sheet bears its name in the catalogue."""
    first, *others = parts(contents(view), view, words)
    return [first._replace(title=front_of(view).title, remark=view.row.number), *others]


def front_together(reading: Reading, views: Sequence[View]) -> Front:
    """Give what the front says; what differs between the cases stays open."""
    fronts = [front_of(view) for view in views]
    mediators = dict.fromkeys(one.mediators for one in fronts if one.mediators)
    kinds = dict.fromkeys(one.kind for one in fronts)
    retained = {choice(view, "retention") for view in views}
    filer = reading.asking.sitting.officer
    return Front(
        body=reading.body.name,
        number=reading.period.written,
        title=Message("简易纠纷合订卷（共{count}件）", {"count": len(views)}).to("zh"),
        kind="、".join(kinds),
        grade=choice(views[0], "grade"),
        mediators="、".join(mediators) or None,
        began_on=min((one.began_on for one in fronts if one.began_on), default=None),
        ended_on=max((one.ended_on for one in fronts if one.ended_on), default=None),
        outcome=None,
        filed_by=reading.people.names.get(filer, filer),
        filed_on=shanghai_day(reading.asking.now),
        retention=retained.pop() if len(retained) == 1 else None,
    )


def back_together(told: Front, views: Sequence[View], held: Sequence[Part]) -> Back:
    """Give what the back says: its digest is made of where the log of each case ends."""
    papers = sum(part.media == HTML for part in held)
    digest = sha256(b"".join(view.row.head for view in views)).hexdigest()
    return Back(told.number, papers, len(held) - papers, told.filed_by, told.filed_on, digest)
