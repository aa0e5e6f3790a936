"""Forms: what an event asks for, read from plain values with every fault at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from mediation import text
from mediation.engine.cases import EMPTY, Case
from mediation.engine.errors import unknown
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import (
    EACH,
    DisputeClass,
    Event,
    FactType,
    Field,
)
from mediation.errors import Faults, InputRefused
from mediation.language import Label, Message

LONGEST = 20_000
MOST_ROWS = 200
SIDES = ("applicant", "respondent", "third")
PREFIX = {"applicant": "a", "respondent": "b", "third": "c"}
THIRD = "third"

PERSON, ORGANISATION = "person", "organisation"
CAPACITIES = ("full", "limited", "none")
"""Civil Code art. 18-22: full, limited and no capacity for civil acts."""

ON_BEHALF = (
    Field("paper_number", Label("对方文书编号", "Number of the other side's paper"), "text"),
    Field("paper_on", Label("对方文书日期", "Date of the other side's paper"), "day"),
    Field("paper_picture", Label("文书照片", "Its picture"), "attachment", required=False),
)
"""What an entry for the other side (代录) must show: the paper it was made from."""


class IssuedPaper(NamedTuple):
    """A paper of the case as a form offers it.

    Args:
        by_consent: whether only a new one that the parties agree to may change it.
    """

    label: Label
    by_consent: bool


class Choices(Protocol):
    """Who and which bodies may be chosen now; the records know, the engine only asks."""

    def officers(self, body: str, roles: Sequence[str]) -> Mapping[str, str]:
        """Give handle -> name of the officers of a body who hold one of the roles."""

    def bodies(
        self, near: str, sorts: Sequence[str], tiers: Sequence[str]
    ) -> Mapping[str, str]:
        """Give code -> name of bodies of these sorts and tiers, the nearest first."""

    def cases(self, numbers: Iterable[str]) -> Iterable[str]:
        """Give those of the case numbers that exist and may be seen."""

    def attachments(self) -> Collection[str]:
        """Name the photos at hand by their digests: those of the case, those just brought."""

    def papers(self) -> Mapping[str, IssuedPaper]:
        """Give the papers of the case by their places (`3.1`), the newest first."""


class Asked(NamedTuple):
    """What a form is asked about: the event, the case as it stands, who may be chosen, when.

    Args:
        names: the parties' names by ref, where the reader may see them.
        machine: the side machine the event is about; empty for the case.
        facts: what is known about it: the schema of the facts a bound may name.
    """

    event: Event
    case: Case
    owner: str
    classes: Mapping[str, DisputeClass]
    choices: Choices
    at: datetime
    on_behalf: bool = False
    names: Mapping[str, str] = EMPTY
    machine: str = ""
    facts: Mapping[str, FactType] = EMPTY

    def earliest(self, of: Field) -> date | None:
        """Give the day a field may not lie before; None if no such day is on record."""
        day = self.on_record(of.not_before)
        return date.fromisoformat(day) if day else None

    def on_record(self, fact: str) -> Any:
        """Give a fact of the side machine or of the case; None if it is not on record."""
        own = self.case.machines[self.machine].facts if self.machine else {}
        known = own.get(fact) or self.case.facts.get(fact)
        return known.value if known else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields, those of an entry for the other side included."""
        return (*self.event.form, *ON_BEHALF) if self.on_behalf else self.event.form

    def options(self, of: Field) -> Mapping[str, str | Label]:
        """Give what may be chosen in a field now: key -> name."""
        match of.type:
            case "class":
                return {key: one.label for key, one in self.classes.items()}
            case "party" | "parties":
                barred = self.on_record(of.other_than)
                found = self.parties(of.sides).items()
                return {ref: name for ref, name in found if ref != barred}
            case "officer" | "officers":
                return self.choices.officers(self.owner, of.roles)
            case "body":
                return self.choices.bodies(self.owner, of.sorts, of.tiers)
            case "paper":
                papers = self.choices.papers().items()
                return {place: one.label for place, one in papers if not one.by_consent}
            case _:
                return {option.key: option.label for option in of.options}

    def parties(self, sides: Sequence[str] = ()) -> dict[str, str]:
        """Give ref -> name of the parties of some sides, or all."""
        known = self.case.value("parties") or {}
        return {
            ref: self.names.get(ref, ref)
            for ref, party in known.items()
            if not sides or party["side"] in sides
        }


def missing(field: Label) -> Message:
    """Say that a field was left out."""
    return Message("“{field}”必须填写", {"field": field})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as accepted: what the log keeps in the plain, and what is sealed beside it."""

    plain: Mapping[str, Any]
    sealed: Mapping[str, Any]
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_form(asked: Asked, data: object) -> Filled:
    """Read what was filled in.

    Args:
        data: a mapping of field name -> value as JSON gives it.

    Raises:
        InputRefused: with every fault, by field; nothing is accepted then.
    """
    if not isinstance(data, Mapping):
        raise InputRefused(Message("应为按栏目填写的表"))
    return FormReader(asked).read(data)


class FormReader:
    """Reads one form, gathering its faults."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.faults = Faults()
        self.plain: dict[str, Any] = {}
        self.sealed: dict[str, Any] = {}
        self.people: dict[str, dict[str, Any]] = {}

    def read(self, data: Mapping[str, Any]) -> Filled:
        """Read every field; a field nobody knows is a fault too."""
        fields = {one.name: one for one in self.asked.fields}
        for name in data:
            if name not in fields:
                self.faults.add(str(name), unknown(str(name), fields))
        for name, one in fields.items():
            value = data.get(name)
            if value in (None, "", []):
                if one.obligatory:
                    self.faults.add(name, missing(one.label))
                continue
            self.field(one, value)
        self.faults.refuse_any()
        return Filled(self.plain, self.sealed, self.people)

    def field(self, one: Field, value: Any) -> None:
        """Read one field into the plain or the sealed part."""
        if one.type == "people":
            self.read_people(one, value)
        elif one.type == "obligations":
            self.read_obligations(one, value)
        else:
            accepted = self.faults.take(one.name, self.rule(one), value)
            (self.sealed if one.sealed else self.plain)[one.name] = accepted

    def rule(self, one: Field) -> Callable[[Any], Any]:
        """Give the rule of a field, by party or single."""
        if one.by_party == EACH:
            return lambda value: self.each_party(one, value)
        return lambda value: self.single(one, value)

    def each_party(self, one: Field, value: Any) -> dict[str, Any]:
        """Read one value for every party.

        Raises:
            InputRefused: with every fault, by party.
        """
        parties = self.asked.parties(one.sides)
        if not isinstance(value, Mapping):
            raise InputRefused(Message("应为按当事人填写的表"))
        faults = Faults()
        for ref in value:
            if ref not in parties:
                faults.add(str(ref), unknown(str(ref), parties))
        found = {}
        for ref in parties:
            if value.get(ref) not in (None, "", []):
                found[ref] = faults.take(ref, lambda raw: self.single(one, raw), value[ref])
            elif one.required:
                faults.add(ref, missing(one.label))
        faults.refuse_any()
        return found

    def single(self, one: Field, value: Any) -> Any:
        """Read one value by the type of its field."""
        read: Reader = READERS.get(one.type, FormReader.one_choice)
        return read(self, one, value)

    def one_choice(self, one: Field, value: Any) -> str:
        """Read one of the choices of this moment."""
        return one_of(value, tuple(self.asked.options(one)))

    def known_case(self, _: Field, value: Any) -> str:
        """Read a case number; there must be such a case.

        Raises:
            InputRefused: there is none for the asker.
        """
        found = list(self.asked.choices.cases([text.line(value)]))
        if not found:
            raise InputRefused(Message("没有这个案号的案件"))
        return found[0]

    def attachment(self, _: Field, value: Any) -> str:
        """Read the digest of a photo; the photo must be there.

        Raises:
            InputRefused: no photo at hand has this digest.
        """
        digest = text.line(value)
        if digest not in self.asked.choices.attachments():
            raise InputRefused(Message("没有这张照片：这里要填本案已存照片的校验值（SHA-256）"))
        return digest

    def paper(self, one: Field, value: Any) -> str:
        """Read the place of a paper that may be corrected.

        Raises:
            InputRefused: there is none, or its content is the parties' own.
        """
        known = self.asked.choices.papers()
        if isinstance(value, str) and value in known and known[value].by_consent:
            raise InputRefused(
                Message("此文书的内容由当事人议定，不能更正：请由当事人协商变更，制作新协议")
            )
        return self.one_choice(one, value)

    def day(self, one: Field, value: Any) -> str:
        """Read a day, not after the day of the event unless it may lie ahead.

        Raises:
            InputRefused: it is no day, or lies ahead or back where it may not.
        """
        day = text.day(value)
        today = shanghai_day(self.asked.at)
        if day > today and not one.future:
            late = Message("不能晚于办理之日{today}", {"today": today})
            raise InputRefused(late)
        self.not_too_early(one, day)
        return day.isoformat()

    def not_too_early(self, one: Field, day: date) -> None:
        """Refuse a day before the one that bounds its field.

        Raises:
            InputRefused: it lies before.
        """
        earliest = self.asked.earliest(one)
        if earliest and day < earliest:
            values = {"fact": self.asked.facts[one.not_before].label, "day": earliest}
            raise InputRefused(Message("不能早于{fact}{day}", values))

    def flag(self, one: Field, value: Any) -> bool:
        """Read yes or no; what must be so has to be ticked.

        Raises:
            InputRefused: it is neither, or not ticked.
        """
        if not isinstance(value, bool):
            raise InputRefused(Message("应为是或否"))
        if one.must and not value:
            raise InputRefused(Message("未经“{field}”，不能办理", {"field": one.label}))
        return value

    def moment(self, one: Field, value: Any) -> str:
        """Read a moment, not after the event unless it may lie ahead.

        Raises:
            InputRefused: it is no moment, or lies ahead or back where it may not.
        """
        at = text.moment(value)
        if at > self.asked.at and not one.future:
            raise InputRefused(Message("不能晚于办理之时"))
        self.not_too_early(one, shanghai_day(at))
        return at.isoformat()

    def several(self, one: Field, value: Any) -> list[str]:
        """Read a list of choices without repetition.

        Raises:
            InputRefused: it is no list of choices, or too few or too many.
        """
        if not isinstance(value, list):
            raise InputRefused(Message("应为列表"))
        options = tuple(self.asked.options(one))
        faults = Faults()
        found = [
            accepted
            for place, raw in enumerate(value[:MOST_ROWS])
            if (accepted := faults.take(str(place), lambda raw: one_of(raw, options), raw))
        ]
        faults.refuse_any()
        found = list(dict.fromkeys(found))
        if len(found) < (one.min or 1) or len(found) > most(one, MOST_ROWS):
            count = Message(
                "应选 {least} 至 {most} 项",
                {"least": one.min or 1, "most": most(one, MOST_ROWS)},
            )
            raise InputRefused(count)
        return found

    def rows(self, one: Field, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give each row of a table with its place; what is no table, or no row, is a fault."""
        if not isinstance(value, list):
            self.faults.add(one.name, Message("应为由若干行组成的表"))
            return
        if len(value) > most(one, MOST_ROWS):
            self.faults.add(one.name, Message("最多 {most} 行", {"most": most(one, MOST_ROWS)}))
            return
        for place, row in enumerate(value):
            where = f"{one.name}.{place}"
            if isinstance(row, Mapping):
                yield where, row
            else:
                self.faults.add(where, Message("应为按栏目填写的表"))

    def read_people(self, one: Field, value: Any) -> None:
        """Read the parties' table: what decisions need stays plain, who they are is sealed."""
        if one.known:
            self.complete_people(one, value)
            return
        taken = dict(self.asked.case.value("parties") or {})
        parties: dict[str, Any] = {}
        for place, (where, row) in enumerate(self.rows(one, value)):
            default = SIDES[min(place + len(taken), 1)]
            plain, sealed = self.person(where, row, default)
            if plain is None:
                continue
            prefix = PREFIX[plain["side"]]
            no = 1 + sum(ref.startswith(prefix) for ref in (*taken, *parties))
            parties[f"{prefix}{no}"] = plain
            self.people[f"{prefix}{no}"] = sealed
        self.plain[one.name] = parties

    def complete_people(self, one: Field, value: Any) -> None:
        """Read what has become known of parties already named."""
        taken = self.asked.case.value("parties") or {}
        parties: dict[str, Any] = {}
        for where, row in self.rows(one, value):
            ref = self.named_party(f"{where}.{REF}", row.get(REF), tuple(taken))
            read = self.columns(where, {k: v for k, v in row.items() if k != REF}, COMPLETED)
            if ref is None:
                continue
            known = {**taken[ref], **parties.get(ref, {})}
            capacity = read.pop("capacity", known["capacity"])
            represented = known["represented"] or read.get("agent") is not None
            parties[ref] = {**known, "capacity": capacity, "represented": represented}
            self.people[ref] = {**self.people.get(ref, {}), **read}
        self.plain[one.name] = parties

    def named_party(self, where: str, value: Any, taken: Sequence[str]) -> str | None:
        """Read which party a row is about; None once its fault is noted."""
        if value in (None, ""):
            self.faults.add(where, missing(WHICH))
            return None
        return self.faults.take(where, lambda raw: one_of(raw, taken), value)

    def columns(
        self, where: str, row: Mapping[str, Any], known: Mapping[str, Callable[[Any], Any]]
    ) -> dict[str, Any]:
        """Read the columns of a row that were filled in; what nobody knows is a fault."""
        for key in row:
            if key not in known:
                self.faults.add(f"{where}.{key}", unknown(str(key), known))
        return {
            key: self.faults.take(f"{where}.{key}", rule, row[key])
            for key, rule in known.items()
            if row.get(key) not in (None, "")
        }

    def person(
        self, where: str, row: Mapping[str, Any], side: str
    ) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        """Read one row of the parties' table."""
        before = len(self.faults.found)
        read = self.columns(where, row, PERSON_FIELDS)
        if "name" not in read:
            self.faults.add(f"{where}.name", missing(NAME))
        if len(self.faults.found) > before:
            return None, {}
        plain = {
            "side": read.pop("side", side),
            "sort": read.pop("sort", PERSON),
            "capacity": read.pop("capacity", "full"),
            "represented": read.get("agent") is not None,
        }
        return plain, read

    def read_obligations(self, one: Field, value: Any) -> None:
        """Read the promises of an agreement; what is to be done is sealed, its day is plain."""
        obligors = [*self.asked.parties(), THIRD]
        plain, sealed = [], []
        for where, row in self.rows(one, value):
            for key in row:
                if key not in OBLIGATION_FIELDS:
                    self.faults.add(f"{where}.{key}", unknown(str(key), OBLIGATION_FIELDS))
            take, get = self.faults.take, row.get
            promise: dict[str, Any] = {
                "obligor": take(
                    f"{where}.obligor", lambda v: one_of(v, obligors), get("obligor")
                ),
                "sort": take(
                    f"{where}.sort", lambda v: one_of(v, ("money", "act")), get("sort")
                ),
                "due_on": take(f"{where}.due_on", day_text, get("due_on")),
            }
            if get("amount") is not None:
                promise["amount"] = take(f"{where}.amount", text.money, get("amount"))
            elif promise["sort"] == "money":
                self.faults.add(f"{where}.amount", Message("金钱给付须写明金额"))
            plain.append(promise)
            sealed.append(take(f"{where}.what", text.text, get("what")))
        self.plain[one.name] = plain
        self.sealed[one.name] = sealed


NAME = Label("姓名或名称", "Name")
WHICH = Label("哪位当事人", "Which party")

OBLIGATION_FIELDS = ("obligor", "sort", "amount", "due_on", "what")


def most(one: Field, otherwise: int) -> int:
    """Give the upper bound of a field."""
    return otherwise if one.max is None else one.max


def within(one: Field, amount: int) -> int:
    """Accept an amount of fen inside the bounds of its field.

    Raises:
        InputRefused: it is outside them.
    """
    if amount < (one.min or 0) or amount > most(one, amount):
        raise InputRefused(Message("金额超出允许范围"))
    return amount


def one_of(value: Any, keys: Sequence[str]) -> str:
    """Accept one of some keys.

    Raises:
        InputRefused: it is none of them; the nearest is named.
    """
    if not isinstance(value, str) or value not in keys:
        raise InputRefused(unknown(str(value)[:60], keys))
    return value


def day_text(value: Any) -> str:
    """Accept any day."""
    return text.day(value).isoformat()


PERSON_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "name": text.name,
    "side": lambda value: one_of(value, SIDES),
    "sort": lambda value: one_of(value, (PERSON, ORGANISATION)),
    "capacity": lambda value: one_of(value, CAPACITIES),
    "phone": text.phone,
    "id_number": text.citizen_id,
    "credit_code": text.line,
    "address": text.line,
    "sex": lambda value: one_of(value, ("male", "female")),
    "ethnicity": text.line,
    "born_on": day_text,
    "occupation": text.line,
    "legal_representative": text.name,
    "agent": text.name,
    "agent_relation": text.line,
}
"""The columns of the parties' table; only the name is needed."""

REF = "ref"
COMPLETED = {
    key: rule for key, rule in PERSON_FIELDS.items() if key not in ("name", "side", "sort")
}
"""The columns that are completed later; who a party is stays as it was registered."""

ONLY_OF: Mapping[str, str] = {
    **dict.fromkeys(("id_number", "sex", "ethnicity", "born_on", "occupation"), PERSON),
    **dict.fromkeys(("credit_code", "legal_representative"), ORGANISATION),
}
"""Columns that are asked of persons alone, or of organisations alone."""

Reader = Callable[[FormReader, Field, Any], Any]

READERS: Mapping[str, Reader] = {
    "text": lambda _, __, value: text.line(value),
    "attachment": FormReader.attachment,
    "long_text": lambda _, __, value: text.text(value, longest=LONGEST),
    "flag": FormReader.flag,
    "number": lambda _, one, value: text.integer(
        value, least=one.min or 0, most=most(one, 10**9)
    ),
    "money": lambda _, one, value: within(one, text.money(value)),
    "case": FormReader.known_case,
    "paper": FormReader.paper,
    "day": FormReader.day,
    "moment": FormReader.moment,
    "choices": FormReader.several,
    "officers": FormReader.several,
    "parties": FormReader.several,
}
"""Field type -> how one value of it is read; every other type is one choice of a list."""
