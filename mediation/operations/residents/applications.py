"""Applications at the desk: the list, reading one, registering it, declining it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mediation import text
from mediation.engine.forms import SIDES
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import Event
from mediation.errors import Fault, Faults, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking, Done
from mediation.operations.cases.viewing import viewer
from mediation.operations.desk.drafts import keep_draft
from mediation.operations.office import Chosen, Office, People
from mediation.operations.residents.progress import APPLICATIONS
from mediation.records.applications import (
    Application,
    Decision,
    decide_application,
    find_application,
    waiting_applications,
)
from mediation.records.database import Tx
from mediation.records.gateway import REVEAL, find_case
from mediation.records.reveals import Reveal, note_reveal
from mediation.records.sealing import row_of

MOST: Final = 200
NEAREST: Final = 50
HANDLING: Final = "办理网上申请"
"""Why one looks at an application; the trace says so, and who."""
WANTED: Final = "希望："


class ApplicationNotFound(MediationError):
    """No application of this number at the body of the asker."""

    code = "application_not_found"

    def __init__(self) -> None:
        super().__init__(Message("没有这份申请"))


class ApplicationDecided(MediationError):
    """Somebody has registered or declined the application already."""

    code = "application_decided"

    def __init__(self) -> None:
        super().__init__(Message("这份申请已经有人办理了"))


@dataclass(frozen=True, slots=True)
class Counter:
    """A seat at which applications are worked on."""

    office: Office
    tx: Tx
    people: People
    asking: Asking

    @classmethod
    def of(cls, office: Office, tx: Tx, asking: Asking) -> "Counter":
        """Give the counter of a seat.

        Raises:
            ApplicationNotFound: this seat may not read what residents have written.
        """
        people = office.staff(tx)
        actor = asking.sitting.actor(people, shanghai_day(asking.now))
        if REVEAL not in viewer(people, actor).actions("owner"):
            raise ApplicationNotFound
        return cls(office, tx, people, asking)

    def find(self, number: str) -> Application:
        """Find an application made to this body.

        Raises:
            ApplicationNotFound: unknown, or made to another body; nobody can tell which.
        """
        known = re.fullmatch(r"[0-9]{1,15}", number)
        found = find_application(self.tx, int(number)) if known else None
        if found is None or found.body != self.asking.sitting.body:
            raise ApplicationNotFound
        return found

    def find_waiting(self, number: str) -> Application:
        """Find an application on which nobody has decided.

        Raises:
            ApplicationDecided: somebody has.
        """
        found = self.find(number)
        if not found.waiting:
            raise ApplicationDecided
        return found

    def opened(self, application: Application) -> dict[str, str]:
        """Open what a resident has written."""
        opened: dict[str, str] = self.office.keys.open_own(
            APPLICATIONS, application.key, application.sealed
        )
        return opened

    def note_look(self, application: Application) -> None:
        """Write down that somebody reads an application, before he does."""
        sitting = self.asking.sitting
        what = f"application/{application.id}"
        note_reveal(
            self.tx,
            Reveal(None, sitting.officer, sitting.body, what, HANDLING, self.asking.now),
        )

    def decide(self, application: Application, **decided: Any) -> None:
        """Write what was decided.

        Raises:
            ApplicationDecided: somebody else was first.
        """
        decision = Decision(self.asking.sitting.officer, self.asking.now, **decided)
        if not decide_application(self.tx, application.id, decision):
            raise ApplicationDecided

    def told(self, application: Application) -> Told:
        """Tell an application as lists show it: of the applicant the first character."""
        name = self.opened(application)["name"]
        received = shanghai_day(application.received_at)
        return {
            "id": application.id,
            "who": text.masked(name, "person"),
            "received_at": application.received_at.isoformat(),
            "days": (shanghai_day(self.asking.now) - received).days,
            "waiting": application.waiting,
        }


def waiting_told(office: Office, tx: Tx, asking: Asking) -> list[Told]:
    """Tell the applications that wait at the officer's body, the oldest first.

    Raises:
        ApplicationNotFound: this seat may not read what residents have written.
    """
    counter = Counter.of(office, tx, asking)
    found = waiting_applications(tx, asking.sitting.body, MOST)
    return [counter.told(one) for one in found]


def application_told(office: Office, tx: Tx, number: str, asking: Asking) -> Told:
    """Tell an application, masked, and where else its applicant might be sent.

    Raises:
        ApplicationNotFound: unknown, or made to another body.
    """
    counter = Counter.of(office, tx, asking)
    return {
        **counter.told(counter.find(number)),
        "bodies": nearby(counter.people, asking),
    }


def nearby(people: People, asking: Asking) -> dict[str, str]:
    """Give the nearest other bodies: code -> name."""
    near = Chosen(people, shanghai_day(asking.now), lambda _: None, tuple)
    found = near.bodies(asking.sitting.body, (), ())
    return dict(list(found.items())[:NEAREST])


def read_application(office: Office, tx: Tx, number: str, asking: Asking) -> dict[str, str]:
    """Give what a resident has written; the look is written down first.

    Raises:
        ApplicationNotFound: unknown, or made to another body.
    """
    counter = Counter.of(office, tx, asking)
    application = counter.find(number)
    counter.note_look(application)
    return counter.opened(application)


@dataclass(frozen=True, slots=True)
class Declining:
    """Why an application is not registered, and who can help.

    Args:
        right_body: code of another body; empty if there is none to name.
    """

    reason: str
    right_body: str = ""


def decline_application(
    office: Office, tx: Tx, number: str, given: Declining, asking: Asking
) -> None:
    """Decline an application; the applicant reads the reason with the number of his receipt.

    Raises:
        ApplicationNotFound: unknown, or made to another body.
        ApplicationDecided: somebody has decided on it.
        InputRefused: without a reason, or the body named is none.
    """
    counter = Counter.of(office, tx, asking)
    application = counter.find_waiting(number)
    faults = Faults()
    reason = faults.take("reason", text.line, given.reason)
    right_body = counter.people.directory.bodies.get(given.right_body)
    if given.right_body and right_body is None:
        faults.add("right_body", Message("没有这个单位"))
    faults.refuse_any()
    told = {"reason": reason, "right_body": right_body.name if right_body else ""}
    row = row_of(application.key, "declined")
    counter.decide(application, declined=office.keys.seal_own(APPLICATIONS, row, told))


def prepare_registering(
    office: Office, tx: Tx, number: str, kind: str, name: str, asking: Asking
) -> None:
    """Fill the opening form of a kind out of an application, as a draft of the officer's.

    Args:
        name: that of the draft.

    Raises:
        ApplicationNotFound: unknown, or made to another body.
        ApplicationDecided: somebody has decided on it.
        InputRefused: there is no such kind of dispute.
    """
    counter = Counter.of(office, tx, asking)
    application = counter.find_waiting(number)
    if kind not in office.catalogue.kinds:
        raise InputRefused((Fault("kind", Message("请选一种纠纷类型")),))
    desk = counter.people.directory.body(asking.sitting.body)
    opening = office.catalogue.find(kind, desk.place).procedure.opening
    counter.note_look(application)
    typed = list(filled(office, opening, counter.opened(application)))
    keep_draft(office, tx, asking.sitting, name, typed, asking.now)


def filled(
    office: Office, opening: Event, written: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Give the fields of an opening form that an application has answered."""
    online = dict(online_values(office))
    story = next((one for one in opening.form if one.type == "long_text" and one.sealed), None)
    for field in opening.form:
        if field.type == "people":
            applicant, respondent, *_ = SIDES
            yield f"{field.name}.0.name", written["name"]
            yield f"{field.name}.0.side", applicant
            yield f"{field.name}.0.phone", written["phone"]
            yield f"{field.name}.1.name", written["other"][: text.LONGEST_NAME]
            yield f"{field.name}.1.side", respondent
        elif field is story:
            yield field.name, f"{written['happened']}\n{WANTED}{written['wanted']}"
        elif field.name in online:
            yield field.name, online[field.name]


def online_values(office: Office) -> Iterator[tuple[str, str]]:
    """Give what the workflow files say stands in an opening form that was filled online."""
    for stage in office.catalogue.library.stages.values():
        for event in stage.event.values():
            for name, field in event.form.items() if event.opens else ():
                if field.online:
                    yield name, field.online


def link_application(office: Office, tx: Tx, number: str, opened: Done, asking: Asking) -> None:
    """Note the case that was opened out of an application, in the transaction of the opening.

    Raises:
        ApplicationNotFound: unknown, or made to another body.
        ApplicationDecided: somebody has decided on it.
    """
    counter = Counter.of(office, tx, asking)
    application = counter.find(number)
    actor = asking.sitting.actor(counter.people, shanghai_day(asking.now))
    case = find_case(tx, viewer(counter.people, actor), opened.number)
    if application.case_id != case.id:
        counter.decide(application, case_id=case.id)
