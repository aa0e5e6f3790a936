"""Papers looked up by anybody who holds one: whether it was issued, what became of it since.

Nothing of its content is told, and nobody is named: whoever has the paper knows what it says,
and whoever has not learns no more than that there is one.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.documents import corrections, paper_told
from mediation.operations.answers.words import Told, Words
from mediation.operations.office import Office
from mediation.operations.residents.limits import looked_up, of_verifier
from mediation.records.codes import paper_code_typed
from mediation.records.database import Tx
from mediation.records.documents import (
    Found,
    code_at,
    issued_papers,
    paper_by_code,
    paper_by_digest,
)


class PaperUnknown(MediationError):
    """No paper bears this code."""

    code = "paper_unknown"

    def __init__(self) -> None:
        super().__init__(Message("没有查到这份文书，请对照纸上的查验码再输一遍"))


def verify_paper(office: Office, typed: str, address: str, now: datetime, words: Words) -> Told:
    """Tell of the paper that bears a code.

    Args:
        typed: the code, however sloppily.
        address: where it is typed.

    Raises:
        SignInHeld: too many wrong codes come from there.
        PaperUnknown: no paper bears it.
    """

    def find(tx: Tx) -> Told | None:
        found = bearing(office, tx, typed)
        return verified_told(tx, found, words) if found else None

    return looked_up(office, of_verifier(address), now, find, PaperUnknown)


def bearing(office: Office, tx: Tx, typed: str) -> Found | None:
    """Find the paper of a typed code, and compute the code anew: rows can be changed."""
    code = paper_code_typed(typed)
    found = paper_by_code(tx, code) if code else None
    if code is None or found is None:
        return None
    own = code_at(office.keys.index, found.row.place)
    return found if hmac.compare_digest(own, code) else None


def verify_file(tx: Tx, content: bytes, words: Words) -> Told | None:
    """Tell of the paper whose HTML a file holds, byte for byte; None if none was issued so."""
    found = paper_by_digest(tx, sha256(content).hexdigest())
    return verified_told(tx, found, words) if found else None


def verified_told(tx: Tx, found: Found, words: Words) -> Told:
    """Tell of a paper without its content, with those that came after it."""
    issued = issued_papers(tx, found.row.place.case_id)
    place = found.row.document.corrects
    old = next((one for one in issued if one.row.place.within == place), None)
    return {
        **bare_told(found, words),
        "digest": found.row.document.digest,
        "corrected_by": [bare_told(one, words) for one in corrections(found, issued)],
        "replaced_by": [bare_told(one, words) for one in later(found, issued, words)],
        "corrects": bare_told(old, words) if old else None,
    }


def bare_told(found: Found, words: Words) -> Told:
    """Tell which paper is meant."""
    paper = found.row.document
    return {
        **paper_told(paper.name, paper.number, words),
        "issued_on": shanghai_day(found.occurred_at).isoformat(),
        "code": paper.code,
    }


def later(found: Found, issued: Sequence[Found], words: Words) -> list[Found]:
    """Give the last paper that followed one of those which the parties change by a new one."""
    name = found.row.document.name
    rule = words.library.bodies.document.get(name)
    if rule is None or not rule.by_consent:
        return []
    alike = [one for one in issued if one.row.document.name == name]
    return [one for one in alike if one.row.place > found.row.place][-1:]
