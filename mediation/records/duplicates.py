"""Cases that may be the same quarrel: somebody of the same identity, phone or name in it."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from mediation.records.database import Tx
from mediation.records.gateway import PROGRESS, RELATIONS, Viewer, related, span
from mediation.records.parties import Identity
from mediation.records.sealing import Indexer
from mediation.records.statements import Statement
from mediation.records.tables import cases, parties

# More than these are no help to whoever must look at each of them.
_MOST: Final = 20


def likely_duplicates(
    tx: Tx,
    viewer: Viewer,
    index: Indexer,
    people: Iterable[Identity],
    *,
    kind: str,
    place: str | None = None,
    except_states: Collection[str] = (),
) -> list[str]:
    """Give the numbers of like cases, newest first, as far as the viewer may know of them.

    Args:
        kind: only cases of this kind.
        place: only cases of this place.
        except_states: states in which a case was a mistake; those are no duplicates.
    """
    seen = related(viewer, PROGRESS)
    found: dict[str, tuple[str, int]] = {}
    for person in people if seen else ():
        params = {
            **span(viewer),
            "kind": kind,
            "id_index": index.of_id(person.id_number) if person.id_number else None,
            "phone_index": index.of_phone(person.phone) if person.phone else None,
            "name_index": index.of_name(person.name) if person.name else None,
        }
        for number, state, where, opened_on, case_id in tx.all(_like(seen), params):
            if state not in except_states and place in {None, where}:
                found[number] = (opened_on, case_id)
    return sorted(found, key=lambda number: found[number], reverse=True)[:_MOST]


@cache
def _like(seen: tuple[str, ...]) -> Statement:
    columns: Any = (parties.c.id_index, parties.c.phone_index, parties.c.name_index)
    same = or_(*(column == bindparam(column.name, type_=column.type) for column in columns))
    return Statement(
        "case_like",
        select(cases.c.number, cases.c.state, cases.c.place, cases.c.opened_on, cases.c.id)
        .where(
            cases.c.id.in_(select(parties.c.case_id).where(same)),
            cases.c.kind == bindparam("kind"),
            or_(*(RELATIONS[relation] for relation in seen)),
        )
        .order_by(cases.c.opened_on.desc(), cases.c.id.desc())
        .limit(200),
    )
