"""Everything sealed beside a case opened: its title, who its parties are, its papers."""

from collections.abc import Iterator

from mediation.language import Message
from mediation.operations.cases.recording import title_of
from mediation.operations.office import Office
from mediation.operations.proofs.folding import Folded
from mediation.operations.proofs.papers import misprinted
from mediation.operations.proofs.tables import differs
from mediation.records.database import Tx
from mediation.records.documents import DocumentRow, case_documents, open_document
from mediation.records.parties import Identity, Party, case_parties, indexes, open_party
from mediation.records.sealing import Key, SealBroken, open_sealed, row_of
from mediation.records.verification import Finding

OPENING = 1


def opened(office: Office, tx: Tx, folded: Folded) -> Iterator[Finding]:
    """Open everything that is sealed beside a case, and compare it.

    A case whose key was destroyed on purpose has nothing left to open.
    """
    row = folded.row
    if row.wrapped_key is None:
        return
    try:
        secret = office.keys.case_key(row.number, row.wrapped_key)
    except SealBroken as broken:
        yield Finding("seal_broken", row.number, None, broken.message)
        return
    names = dict[str, str]()
    parties = case_parties(tx, row.id)
    for party in parties:
        yield from person(office, secret, folded, party, names)
    for paper in case_documents(tx, row.id):
        yield from document(secret, folded, paper)
    if {party.ref for party in parties} != set(folded.case.value("parties") or {}):
        yield differs(row.number, Message("当事人名册与记录推算的结果不符"))
    elif len(names) == len(parties):
        yield from title(secret, folded, names)


def document(secret: Key, folded: Folded, paper: DocumentRow) -> Iterator[Finding]:
    """Open a paper, and compare the code printed on it."""
    try:
        html = open_document(secret, paper)
    except SealBroken as broken:
        yield Finding("seal_broken", folded.row.number, paper.place.seq, broken.message)
        return
    if misprinted(paper, html):
        yield differs(folded.row.number, Message("文书上印的查验码与登记的不符"))


def person(
    office: Office, secret: Key, folded: Folded, party: Party, names: dict[str, str]
) -> Iterator[Finding]:
    """Open who a party is, note the name, and compare what the party is found by."""
    row = folded.row
    try:
        known = open_party(secret, row.id, party)
    except SealBroken as broken:
        yield Finding("seal_broken", row.number, None, broken.message)
        return
    names[party.ref] = str(known["name"])
    who = Identity(known.get("name"), known.get("id_number"), known.get("phone"))
    found_by = (party.id_index, party.phone_index, party.name_index)
    if indexes(office.keys.index, who) != found_by:
        text = Message("当事人 {ref} 的检索值与其信息不符", {"ref": party.ref})
        yield differs(row.number, text)


def title(secret: Key, folded: Folded, names: dict[str, str]) -> Iterator[Finding]:
    """Open the title, and compare it while the parties are those of the opening."""
    row = folded.row
    try:
        kept = open_sealed(secret, "cases", row_of(row.id), row.title or b"")
    except SealBroken:
        yield Finding("seal_broken", row.number, None, Message("案件名称无法打开或已消失"))
        return
    named = folded.case.facts.get("parties")
    if named and named.seq == OPENING and kept != title_of(folded.case, names):
        yield differs(row.number, Message("案件名称与当事人不符"))
