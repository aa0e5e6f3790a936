"""The workflows of an installation: composed from files, pinned by hash, ready to run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mediation.engine.calendars import WorkingCalendar, load_calendar
from mediation.engine.charts import Procedure
from mediation.engine.composing import compose
from mediation.engine.errors import DefinitionError, unknown
from mediation.engine.definitions import FORMAT
from mediation.engine.reading import Library, read_library
from mediation.engine.storage import workflow_hash, workflow_of, workflow_text
from mediation.errors import InputRefused, MediationError
from mediation.language import Message
from mediation.records.database import Tx
from mediation.records.pins import (
    pin_calendar,
    pin_workflow,
    pinned_calendar,
    pinned_workflow,
    workflows_in_use,
)


class WorkflowMissing(MediationError):
    """A case is pinned to a workflow or calendar that is not kept, or can no longer be read."""

    code = "workflow_missing"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A composed workflow ready to run, with the text and hash it is pinned by."""

    procedure: Procedure
    text: str
    hash: str


@dataclass(slots=True)
class Catalogue:
    """Composes each workflow once a process, and loads older ones by hash."""

    library: Library
    calendar: WorkingCalendar
    current: dict[tuple[str, str], Pinned] = field(default_factory=dict)
    by_hash: dict[str, Procedure] = field(default_factory=dict)
    calendars: dict[str, WorkingCalendar] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

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
            # Read back what is stored, so that today's case and next year's run the same object.
            pinned = Pinned(Procedure(workflow_of(text)), text, workflow_hash(text))
            self.current[kind, place] = pinned
            self.by_hash[pinned.hash] = pinned.procedure
        return self.current[kind, place]

    def pin(self, tx: Tx, pinned: Pinned) -> None:
        """Keep a workflow in the database before a case is opened under it."""
        if pinned.hash not in self.kept:
            workflow = pinned.procedure.workflow
            pin_workflow(
                tx,
                hash_=pinned.hash,
                kind=workflow.kind,
                place=workflow.place,
                format_=FORMAT,
                text=pinned.text,
            )

    def procedure(self, tx: Tx, hash_: str) -> Procedure:
        """Give the workflow a case is pinned to.

        Raises:
            WorkflowMissing: it is not kept, or cannot be read by this program.
        """
        found = self.by_hash.get(hash_)
        if found is None:
            text = pinned_workflow(tx, hash_)
            if text is None:
                raise WorkflowMissing(Message("流程版本 {hash} 不在库中", {"hash": hash_}))
            try:
                found = self.by_hash[hash_] = Procedure(workflow_of(text))
            except DefinitionError as fault:
                raise WorkflowMissing(fault.message) from fault
        return found

    def pin_calendar(self, tx: Tx) -> None:
        """Keep the present calendar in the database."""
        if self.calendar.version not in self.kept:
            pin_calendar(tx, self.calendar.version, self.calendar.to_json())

    def calendar_of(self, tx: Tx, version: str) -> WorkingCalendar:
        """Give the calendar an event was decided by.

        Raises:
            WorkflowMissing: it is not kept.
        """
        if version == self.calendar.version:
            return self.calendar
        if version not in self.calendars:
            text = pinned_calendar(tx, version)
            if text is None:
                raise WorkflowMissing(Message("日历版本 {hash} 不在库中", {"hash": version}))
            self.calendars[version] = WorkingCalendar.from_json(text)
        return self.calendars[version]

    def load_all_in_use(self, tx: Tx) -> None:
        """Load every workflow that has open cases, so that a missing one is noticed at start.

        Raises:
            WorkflowMissing: one is gone or cannot be read.
        """
        for hash_ in workflows_in_use(tx):
            self.procedure(tx, hash_)
