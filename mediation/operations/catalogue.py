"""The workflows of an installation: composed from files, pinned by hash, ready to run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mediation.engine.charts import Procedure
from mediation.engine.errors import unknown
from mediation.engine.legal_time.calendars import WorkingCalendar, load_calendar
from mediation.engine.workflows.composing import compose
from mediation.engine.workflows.definitions import FORMAT
from mediation.engine.workflows.reading import Library, read_library
from mediation.engine.workflows.storage import workflow_hash, workflow_of, workflow_text
from mediation.errors import InputRefused, MediationError
from mediation.language import Message
from mediation.records.database import Tx
from mediation.records.workflows import (
    WorkflowRow,
    calendar_or_none,
    find_workflow,
    keep_workflow,
    workflow_kept,
    workflows_in_use,
)


class CalendarMissing(MediationError):
    """A calendar that decides, or once decided, is not kept as it was."""

    code = "calendar_missing"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A composed workflow ready to run, with the text and hash it is pinned by."""

    procedure: Procedure
    text: str
    hash: str


@dataclass(slots=True)
class Catalogue:
    """Composes each workflow once a process, and loads older ones by hash.

    Args:
        calendar: of the notices that ship with the program.
        calendars: others that were kept, by their versions.
    """

    library: Library
    calendar: WorkingCalendar
    current: dict[tuple[str, str], Pinned] = field(default_factory=dict)
    by_hash: dict[str, Procedure] = field(default_factory=dict)
    calendars: dict[str, WorkingCalendar] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Catalogue":
        """Read the files of a `workflows/` folder.

        Raises:
            DefinitionsRefused: with every fault in the files.
            DefinitionError: if a holiday notice is not understood.
        """
        return cls(read_library(folder), load_calendar(folder / "holidays"))

    @property
    def kinds(self) -> list[str]:
        """The kinds of dispute."""
        return list(self.library.kinds)

    @property
    def places(self) -> list[str]:
        """The places with periods of their own, the whole country among them."""
        return list(self.library.places)

    def all(self) -> Iterator[Pinned]:
        """Give every kind at every place."""
        for kind in self.kinds:
            for place in self.places:
                yield self.find(kind, place)

    def find(self, kind: str, place: str) -> Pinned:
        """Give the present workflow of a kind at a place.

        Raises:
            InputRefused: if there is no such kind or place.
            DefinitionsRefused: if the files do not compose.
        """
        if kind not in self.library.kinds:
            raise InputRefused(unknown(kind, self.library.kinds))
        if place not in self.library.places:
            raise InputRefused(unknown(place, self.library.places))
        if (kind, place) not in self.current:
            workflow = compose(self.library, kind, place)
            text = workflow_text(workflow)
            # Read back what is stored: today's case and next year's run the same object.
            pinned = Pinned(Procedure(workflow_of(text)), text, workflow_hash(text))
            self.current[kind, place] = pinned
            self.by_hash[pinned.hash] = pinned.procedure
        return self.current[kind, place]

    def pin(self, tx: Tx, pinned: Pinned) -> None:
        """Keep a workflow in the database before a case is opened under it."""
        if workflow_kept(tx, pinned.hash):
            return
        workflow = pinned.procedure.workflow
        keep_workflow(
            tx, WorkflowRow(pinned.hash, workflow.kind, workflow.place, FORMAT, pinned.text)
        )

    def procedure(self, tx: Tx, hash_: str) -> Procedure:
        """Give the workflow a case is pinned to.

        Raises:
            WorkflowUnknown: it is not kept.
            DefinitionError: it was stored in a format this program does not read.
        """
        if hash_ not in self.by_hash:
            self.load(find_workflow(tx, hash_))
        return self.by_hash[hash_]

    def load(self, row: WorkflowRow) -> None:
        """Make a kept workflow ready to run."""
        self.by_hash[row.hash] = Procedure(workflow_of(row.body))

    def calendar_of(self, tx: Tx, version: str) -> WorkingCalendar:
        """Give the calendar of a version, such as an event was decided by.

        Raises:
            CalendarMissing: it is not kept, or not as it was.
        """
        if version == self.calendar.version:
            return self.calendar
        if version not in self.calendars:
            text = calendar_or_none(tx, version)
            if text is None:
                raise CalendarMissing(Message("日历版本 {hash} 不在库中", {"hash": version}))
            calendar = WorkingCalendar.from_json(text)
            if calendar.version != version:
                raise CalendarMissing(Message("日历版本 {hash} 被改动", {"hash": version}))
            self.calendars[version] = calendar
        return self.calendars[version]

    def load_all_in_use(self, tx: Tx) -> None:
        """Load every workflow that has open cases, so that a missing one is noticed at start.

        Raises:
            DefinitionError: one cannot be read by this program, or names a guard that is gone.
        """
        for row in workflows_in_use(tx):
            self.load(row)
