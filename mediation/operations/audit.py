"""Proves the log: hashes, then every state folded anew, then every event decided again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from mediation.engine.charts import Procedure
from mediation.engine.decisions import VERSION
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.catalogue import CalendarMissing
from mediation.operations.office import Office
from mediation.operations.proofs import (
    attachments,
    figures,
    notices,
    numbers,
    papers,
    rounds,
    seals,
    submissions,
    tables,
    tallies,
)
from mediation.operations.proofs.decisions import agrees, by_this_engine
from mediation.operations.proofs.folding import Folded
from mediation.records.cases import CaseRow, case_ids, read_cases
from mediation.records.database import Tx
from mediation.records.events import case_log
from mediation.records.forms import Malformed, any_text, belongs_to_cases, malformed
from mediation.records.values import digest
from mediation.records.verification import Finding
from mediation.records.verification import verify as verify_chains
from mediation.records.workflows import pins


def verify(office: Office, tx: Tx, anchors: Path | None = None) -> Iterator[Finding]:
    """Prove everything recorded, from what can be read at all to what was decided.

    1. Every column can be read. A row that cannot be spoils its case; one of the tables that
       all cases stand on (bodies, workflows, checkpoints) ends the proof, and it says so.
    2. Checkpoints and chains.
    3. The workflows and calendars that cases are pinned to, and the notices entered.
    4. Case by case: the log folded and compared with the tables, decided again, what is sealed
       opened.
    5. The counters and the counts of wide bodies, if every case could be read to its end.

    Args:
        anchors: the anchor file outside the database.
    """
    with any_text(tx):
        spoilt = list(malformed(tx))
        yield from map(unreadable, spoilt)
        if not all(belongs_to_cases(one.table) for one in spoilt):
            yield Finding("not_proven", None, None, Message("上述各表修复之前，无法继续核对"))
            return
        spared = frozenset(one.case_id for one in spoilt if one.case_id is not None)
        yield from Audit(office, tx, spared).run(anchors)


def unreadable(one: Malformed) -> Finding:
    """Say that a column of a row cannot be read."""
    values = {"table": one.table, "row": one.row, "column": one.column}
    text = Message("{table} 表 {row} 的“{column}”一栏无法读取：可能被改动或损坏", values)
    return Finding("column_malformed", one.number, None, text)


@dataclass(slots=True)
class Audit:
    """One proof of everything.

    Args:
        spared: ids of cases that cannot be read.
        earlier: events decided by another version of the decisions, and not again.
        taken: the numbers that the logs have taken.
        last: when the last event was recorded.
    """

    office: Office
    tx: Tx
    spared: frozenset[int]
    earlier: int = 0
    taken: numbers.Numbers = field(default_factory=numbers.no_numbers)
    last: datetime | None = None

    def run(self, anchors: Path | None) -> Iterator[Finding]:
        """Prove chains, then pins, then cases, then counters."""
        broken = set()
        for finding in (*verify_chains(self.tx, anchors, self.spared), *self.pinned()):
            if finding.grave:
                broken.add(finding.number)
            yield finding
        after = 0
        while ids := case_ids(self.tx, after):
            for row in read_cases(self.tx, [one for one in ids if one not in self.spared]):
                # What its chain disowns proves nothing more; the break has been named.
                if row.number not in broken:
                    yield from self.case(row)
            after = ids[-1]
        if not broken and not self.spared:
            yield from numbers.compared(self.tx, self.taken)
            yield from tallies.compared(self.tx, self.office.staff(self.tx), self.last)
        if self.earlier:
            values = {"count": self.earlier, "version": VERSION}
            text = Message(
                "{count} 项办理由其他版本的判定程序作出（现为第 {version} 版）："
                "已推算并核对其结果，未重新判定",
                values,
            )
            yield Finding("decided_earlier", None, None, text, grave=False)

    def pinned(self) -> Iterator[Finding]:
        """Compare workflows and calendars with their hashes, notices with calendars."""
        for table, hash_, text in pins(self.tx):
            if digest(text) != hash_:
                values = {"table": table, "hash": hash_}
                said = Message("{table} 表中的 {hash} 被改动：案件依它判定", values)
                yield Finding("pin_changed", None, None, said)
        yield from notices.compared(self.office.catalogue, self.tx)
        yield from submissions.compared(self.tx)

    def case(self, row: CaseRow) -> Iterator[Finding]:
        """Fold a case's log, compare every table and what is counted, decide every event again.

        The hashes are checked before this, by the records.
        """
        try:
            procedure = self.office.catalogue.procedure(self.tx, row.workflow)
            folded = Folded.of(row, procedure, case_log(self.tx, row.id))
            people = self.office.staff(self.tx)
            found = [
                *tables.compared(self.tx, people, folded),
                *figures.compared(self.tx, people, folded),
                *papers.compared(self.office, self.tx, folded),
                *rounds.compared(self.tx, people, folded),
            ]
        except (MediationError, LookupError, AttributeError, TypeError, ValueError):
            text = Message("办理记录或其所依流程不合本程序的格式，无法推算")
            yield Finding("not_proven", row.number, None, text)
            return
        yield from found
        yield from self.decided(procedure, folded)
        yield from seals.opened(self.office, self.tx, folded)
        yield from attachments.compared(self.office, self.tx, folded)
        numbers.gather(self.taken, folded)
        recorded = (event.row.recorded_at for event in folded.events)
        self.last = max(filter(None, (self.last, *recorded)), default=None)

    def decided(self, procedure: Procedure, folded: Folded) -> Iterator[Finding]:
        """Decide every event of this version again; those of others are counted."""
        for case, event in zip(folded.before, folded.events, strict=True):
            if not by_this_engine(event):
                self.earlier += 1
                continue
            try:
                calendar = self.office.catalogue.calendar_of(self.tx, event.row.calendar)
                same = agrees(procedure, calendar, case, event)
            except CalendarMissing:
                same = False
            if not same:
                text = Message("按当时的流程和日历重新判定，结果不同")
                yield Finding("decision_differs", folded.row.number, event.row.seq, text)
