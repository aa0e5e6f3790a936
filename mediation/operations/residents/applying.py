"""Applying for mediation online: one question after another, then all of it handed in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mediation import text
from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, Faults, InputRefused
from mediation.language import Message
from mediation.operations.office import Office
from mediation.operations.residents.limits import count_application
from mediation.operations.residents.places import LEVELS, choices, chosen, places
from mediation.operations.residents.progress import APPLICATIONS
from mediation.records.applications import application_of_key, keep_application
from mediation.records.codes import code_of
from mediation.records.database import Tx
from mediation.records.values import digest

LONGEST_STORY: Final = 2000
QUESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **{level: (level,) for level in LEVELS},
    "me": ("name", "phone"),
    "other": ("other",),
    "happened": ("happened",),
    "wanted": ("wanted",),
}
"""Each question with the fields it asks for."""
FIELDS: Final = tuple(field for fields in QUESTIONS.values() for field in fields)
CONSENT: Final = "agreed"


def story(raw: object) -> str:
    """Accept what somebody tells in his own words."""
    return text.text(raw, longest=LONGEST_STORY)


RULES: Final[Mapping[str, Callable[[object], str]]] = {
    "name": text.name,
    "phone": text.phone,
    "other": text.line,
    "happened": story,
    "wanted": story,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How far an application has come.

    Args:
        typed: field -> what stands in it.
        offered: for the fields in which one chooses, code -> name.
        answers: field -> what was accepted.
        faults: field -> what is wrong with it, in the order of the questions.
    """

    typed: Mapping[str, str]
    offered: Mapping[str, Mapping[str, str]]
    answers: Mapping[str, str]
    faults: Mapping[str, tuple[Message, ...]]

    @property
    def questions(self) -> list[str]:
        """The questions to be asked: of a single choice nothing is asked."""
        return [name for name in QUESTIONS if len(self.offered.get(name, ())) != 1]

    @property
    def open(self) -> str:
        """The first question without a good answer; empty if all have one."""
        return next((name for name in self.questions if self.faulty(name)), "")

    def faulty(self, question: str) -> bool:
        """Tell whether something is wrong with the answer to a question."""
        return any(field in self.faults for field in QUESTIONS.get(question, ()))

    def before(self, question: str) -> str:
        """Give the question before one; the first for what stands before all."""
        asked = self.questions
        place = asked.index(question) if question in asked else len(asked)
        return asked[max(place - 1, 0)]

    def after(self, question: str) -> str:
        """Give where to go on from a question: to itself while it is not answered well."""
        return question if self.faulty(question) else self.open


def asked(office: Office, tx: Tx, typed: Mapping[str, str], now: datetime) -> Asked:
    """Judge what was typed so far."""
    offered = choices(places(office, tx, shanghai_day(now)), typed)
    settled = {level: chosen(offered[level], typed.get(level, "")) for level in LEVELS}
    faults = Faults()
    for level, code in settled.items():
        if not code:
            faults.add(level, Message("请选一个"))
    answers: dict[str, str] = {**settled}
    for field, rule in RULES.items():
        answers[field] = faults.take(field, rule, typed.get(field, "")) or ""
    found: dict[str, tuple[Message, ...]] = {}
    for fault in faults.found:
        found[fault.field] = (*found.get(fault.field, ()), fault.message)
    return Asked({**typed, **settled}, offered, answers, found)


@dataclass(frozen=True, slots=True)
class HandingIn:
    """An application being handed in.

    Args:
        key: what its form carried from the first question on.
        agreed: whether the applicant consents to what is done with his data.
        address: where it comes from.
    """

    typed: Mapping[str, str]
    key: str
    agreed: bool
    address: str


def hand_in(office: Office, tx: Tx, given: HandingIn, now: datetime) -> str:
    """Keep an application, sealed; gives the number of its receipt.

    A form handed in twice gives the same receipt.

    Raises:
        InputRefused: with every fault.
        AppliedTooOften: as many have come from there within the hour as may.
    """
    key = digest(given.key)
    known = application_of_key(tx, key)
    if known is None:
        found = asked(office, tx, given.typed, now)
        refuse_faults(found, agreed=given.agreed)
        count_application(tx, given.address, now)
        sealed = office.keys.seal_own(APPLICATIONS, key, content(found.answers))
        made = keep_application(tx, found.answers["body"], key, sealed, now)
        if made is not None:
            return code_of(office.keys.index, APPLICATIONS, made)
        known = application_of_key(tx, key)
    if known is None:
        raise InputRefused(Message("这份申请没有收到，请再提交一次"))
    return code_of(office.keys.index, APPLICATIONS, known.id)


def refuse_faults(found: Asked, *, agreed: bool) -> None:
    """Let an application pass that is complete and consented to.

    Raises:
        InputRefused: with every fault.
    """
    faults = [Fault(field, one) for field, all_ in found.faults.items() for one in all_]
    if not agreed:
        faults.append(
            Fault(CONSENT, Message("同意以后才能提交；不同意的，可以直接到调委会去说"))
        )
    if faults:
        raise InputRefused(tuple(faults))


def content(answers: Mapping[str, str]) -> dict[str, Any]:
    """Give what is kept of an application beside the body it is made to."""
    return {field: answers[field] for field in RULES}
