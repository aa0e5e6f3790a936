"""Reads a form from plain values, with every fault at once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mediation import text
from mediation.engine.errors import unknown
from mediation.engine.forms import (
    COMPLETED,
    LONGEST,
    MOST_ROWS,
    NAME,
    OBLIGATION_FIELDS,
    PERSON,
    PERSON_FIELDS,
    PREFIX,
    REF,
    SIDES,
    THIRD,
    WHICH,
    Asked,
    day_text,
    most,
    one_of,
)
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import EACH, Field
from mediation.errors import Faults, InputRefused
from mediation.language import Label, Message


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


def within(one: Field, amount: int) -> int:
    """Accept an amount of fen inside the bounds of its field.

    Raises:
        InputRefused: it is outside them.
    """
    if amount < (one.min or 0) or amount > most(one, amount):
        raise InputRefused(Message("金额超出允许范围"))
    return amount


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
