"""The fields of a case as registers, the provincial table and the copy card show them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from mediation.engine.cases import Case
from mediation.engine.charts import Procedure
from mediation.language import Message
from mediation.operations.answers.words import Words
from mediation.operations.cases.rounds import letter_of
from mediation.operations.office import Office, People
from mediation.operations.reports.figures import rules
from mediation.operations.reports.forms import report_forms
from mediation.records.cases import CaseRow
from mediation.records.database import Tx
from mediation.records.parties import case_parties, open_party
from mediation.rendering.spreadsheets import Figure
from mediation.text import masked

HIDDEN: Final = Message("（未显示）")
YES, NO = Message("是"), Message("否")
FEN: Final = 100


@dataclass(frozen=True)
class Described:
    """A case while its fields are told.

    Args:
        full: whether persons are told in full; whoever asks for that has left a trace.
    """

    office: Office
    tx: Tx
    people: People
    row: CaseRow
    words: Words
    full: bool

    @cached_property
    def case(self) -> Case:
        """The case as it stands."""
        return Case.from_json(self.row.snapshot)

    @cached_property
    def procedure(self) -> Procedure:
        """The procedure it is pinned to."""
        return self.office.catalogue.procedure(self.tx, self.row.workflow)

    @cached_property
    def parties(self) -> list[dict[str, Any]]:
        """Its parties, each with side and sort."""
        secret = self.office.keys.case_key(self.row.number, self.row.wrapped_key)
        known = self.case.value("parties") or {}
        return [
            {**open_party(secret, self.row.id, party), **known[party.ref]}
            for party in case_parties(self.tx, self.row.id)
            if party.ref in known
        ]

    def fact(self, name: str) -> str:
        """Tell a fact: a day, a number, a choice by its label."""
        value = self.case.value(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.words.say(YES if value else NO)
        options = self.words.library.facts.fact[name].options
        listed = self.words.library.lists.list.get(str(options), {}) if options else {}
        label = listed.get(str(value))
        return str(getattr(label, self.words.language)) if label else str(value)

    def side(self, side: str) -> str:
        """Name the parties of a side; of a person only the first character, unless in full."""
        return "、".join(
            str(one.get("name", "")) if self.full else masked(one.get("name", ""), one["sort"])
            for one in self.parties
            if one["side"] == side
        )

    def person(self, part: str) -> str:
        """Tell what else is known of the parties, if they are told in full."""
        told = [str(one[part]) for one in self.parties if one.get(part)]
        return self.words.say(HIDDEN) if told and not self.full else "、".join(told)

    @property
    def class_label(self) -> str:
        """What the dispute is about."""
        found = self.procedure.workflow.classes.get(self.row.class_ or "")
        return self.words.to(found.label) if found else ""

    @property
    def statistic(self) -> str:
        """The statistical class it is counted in."""
        found = self.procedure.workflow.classes.get(self.row.class_ or "")
        listed = self.words.library.lists.list["statistical_classes"]
        label = listed.get(found.statistic) if found else None
        return str(getattr(label, self.words.language)) if label else ""

    @property
    def source(self) -> str:
        """Where it came from, as the tables count it."""
        value = self.case.value
        channel = value("channel") or str(self.procedure.case.defaults.get("channel", ""))
        name = source_named(letter_of(self.case), channel, value("basis") or "")
        return self.words.to(report_forms().source[name].label.both)

    @property
    def mediators(self) -> str:
        """Who mediates or mediated it."""
        named = self.people.names
        return "、".join(named.get(one, one) for one in self.case.value("mediators") or ())

    @property
    def form(self) -> str:
        """Whether the agreement is written or oral; nothing without one."""
        if self.row.settled_on is None:
            return ""
        return self.words.say(Message("口头") if self.case.value("oral") else Message("书面"))

    @property
    def result(self) -> str:
        """What came of it, or where it stands."""
        label = self.procedure.case.plan.states[self.row.state].label
        return self.fact("outcome") or self.words.to(label)

    @property
    def sum(self) -> str:
        """The sum agreed upon, in yuan."""
        fen = self.case.value("agreed_sum")
        return Figure("" if fen is None else f"{fen // FEN}.{fen % FEN:02}")


def source_named(letter: str, channel: str, basis: str) -> str:
    """Give the first source that fits, as the tables count it."""
    for name, letters, channels, bases in rules().sources:
        if letter in letters or channel in channels or basis in bases:
            return name
    return rules().default


Field = tuple[Message, Callable[[Described], str]]


def _fact(label: Message, name: str) -> Field:
    return label, lambda one: one.fact(name)


FIELDS: Final[Mapping[str, Field]] = {
    "number": (Message("案号"), lambda one: one.row.number),
    "registered_on": (Message("登记日期"), lambda one: one.row.opened_on.isoformat()),
    "accepted_on": (
        Message("受理日期"),
        # Settled on the doorstep, it was accepted by being settled: as the tables count it.
        lambda one: one.fact("accepted_on") or one.fact("settled_on"),
    ),
    "applicants": (Message("申请人"), lambda one: one.side("applicant")),
    "respondents": (Message("被申请人"), lambda one: one.side("respondent")),
    "third_parties": (Message("第三人"), lambda one: one.side("third")),
    "id_numbers": (Message("证件号码"), lambda one: one.person("id_number")),
    "phones": (Message("联系电话"), lambda one: one.person("phone")),
    "addresses": (Message("住址"), lambda one: one.person("address")),
    "class": (Message("纠纷类别"), lambda one: one.statistic),
    "cause": (Message("纠纷事由"), lambda one: one.class_label),
    "source": (Message("案件来源"), lambda one: one.source),
    "channel": _fact(Message("来源渠道"), "channel"),
    "sender_number": _fact(Message("来件编号"), "sender_number"),
    "grade": _fact(Message("难易等级"), "grade"),
    "body": (Message("承办单位"), lambda one: one.people.directory.body(one.row.owner).name),
    "mediators": (Message("调解员"), lambda one: one.mediators),
    "settled_on": _fact(Message("调结日期"), "settled_on"),
    "ended_on": _fact(Message("终止日期"), "ended_on"),
    "closed_on": _fact(Message("结案日期"), "closed_on"),
    "result": (Message("结果"), lambda one: one.result),
    "form": (Message("协议形式"), lambda one: one.form),
    "ground": _fact(Message("终止事由"), "ground"),
    "sum": (Message("协议涉及金额（元）"), lambda one: one.sum),
    "performed": _fact(Message("已履行"), "performed"),
    "performed_on": _fact(Message("履行完毕日期"), "performed_on"),
    "confirmed": _fact(Message("司法确认"), "confirmed"),
    "households": _fact(Message("涉及户数"), "households"),
}
"""What is known of a case, by name: its label, and what tells it."""
REGISTER: Final = (
    "number", "registered_on", "accepted_on", "applicants", "respondents", "class", "source",
    "mediators", "settled_on", "closed_on", "result", "ground", "sum", "performed",
)  # fmt: skip
"""The columns of the register of cases (案件登记簿)."""


def told_of(one: Described, names: Sequence[str]) -> list[str]:
    """Tell some fields of a case."""
    return [FIELDS[name][1](one) for name in names]
