"""JSON Schema of a form with the choices of this moment, so that any program can fill it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from itertools import islice
from typing import Any

from mediation.clock import SHANGHAI
from mediation.engine.forms import (
    CAPACITIES,
    COMPLETED,
    LONGEST,
    MOST_ROWS,
    ORGANISATION,
    PERSON,
    REF,
    SIDES,
    THIRD,
    WHICH,
    Asked,
    most,
)
from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import EACH, Field
from mediation.language import Label, Language
from mediation.text import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT

Schema = dict[str, Any]

NEAREST = 50
"""So many bodies are listed by name; the code of any other may be given."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILE = {"type": "string", "format": "attachment", "pattern": "^[0-9a-f]{64}$"}
MONEY = {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"}

COLUMNS = {
    REF: WHICH,
    "name": Label("姓名或名称", "Name"),
    "side": Label("哪一方", "Side"),
    "sort": Label("自然人或组织", "Person or organisation"),
    "capacity": Label("民事行为能力", "Capacity for civil acts"),
    "phone": Label("联系电话", "Phone"),
    "id_number": Label("公民身份号码", "Identity number"),
    "credit_code": Label("统一社会信用代码", "Credit code"),
    "address": Label("住址", "Address"),
    "sex": Label("性别", "Sex"),
    "ethnicity": Label("民族", "Ethnic group"),
    "born_on": Label("出生日期", "Born on"),
    "occupation": Label("职业或职务", "Occupation"),
    "legal_representative": Label("法定代表人", "Legal representative"),
    "agent": Label("代理人", "Agent"),
    "agent_relation": Label("代理人与本人关系", "Relation of the agent"),
    "obligor": Label("谁履行", "Who owes it"),
    "promise": Label("履行种类", "What sort of promise"),
    "amount": Label("金额（元）", "Amount (yuan)"),
    "due_on": Label("履行期限", "Due on"),
    "what": Label("履行内容", "What is promised"),
    "money": Label("给付金钱", "To pay"),
    "act": Label("完成行为", "To do"),
    "applicant": Label("申请人", "Applicant"),
    "respondent": Label("被申请人", "Respondent"),
    "third": Label("第三人", "Third person"),
    "person": Label("自然人", "Person"),
    "organisation": Label("法人或其他组织", "Organisation"),
    "full": Label("完全", "Full"),
    "limited": Label("限制", "Limited"),
    "none": Label("无", "None"),
    "male": Label("男", "Male"),
    "female": Label("女", "Female"),
}


def form_schema(asked: Asked, language: Language) -> Schema:
    """Give the JSON Schema (2020-12) of an event's form.

    Days and moments carry `formatMaximum` where they may not lie ahead, `formatMinimum` where
    not before a day on record; a flag that must be ticked is true. Money is a string in yuan.
    A required field that nobody can fill now (no officer to choose) has no choices.
    """
    made = SchemaWriter(asked, language)
    return made.table({one.name: made.field(one) for one in asked.fields}, made.required()) | {
        "$schema": DRAFT
    }


class SchemaWriter:
    """Writes the schema of one form."""

    def __init__(self, asked: Asked, language: Language) -> None:
        self.asked, self.language = asked, language

    def required(self) -> list[str]:
        """List the fields that must be filled."""
        return [one.name for one in self.asked.fields if one.obligatory]

    def table(self, properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
        """Give the schema of a table with these properties and no others."""
        return {
            "type": "object",
            "properties": dict(properties),
            "required": list(required),
            "additionalProperties": False,
        }

    def field(self, one: Field) -> Schema:
        """Give the schema of a field with its title and help."""
        schema = self.by_party(one) if one.by_party == EACH else self.single(one)
        schema["title"] = one.label.to(self.language)
        if one.help:
            schema["description"] = one.help.to(self.language)
        return schema

    def by_party(self, one: Field) -> Schema:
        """Give the schema of a field that asks one value for every party."""
        parties = self.asked.parties(one.sides)
        properties = {ref: self.single(one) | {"title": name} for ref, name in parties.items()}
        return self.table(properties, properties if one.required else ())

    def single(self, one: Field) -> Schema:
        """Give the schema of one value by the type of its field."""
        return SCHEMAS.get(one.type, SchemaWriter.one_choice)(self, one)

    def line(self, _: Field) -> Schema:
        """Give the schema of a line of text."""
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE}

    def long_text(self, _: Field) -> Schema:
        """Give the schema of a longer text."""
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}

    def number(self, one: Field) -> Schema:
        """Give the schema of a whole number."""
        return {"type": "integer", "minimum": one.min or 0, "maximum": most(one, 10**9)}

    def day(self, one: Field) -> Schema:
        """Give the schema of a day."""
        latest, earliest = shanghai_day(self.asked.at), self.asked.earliest(one)
        return self.bounded(
            one, "date", latest.isoformat(), earliest.isoformat() if earliest else None
        )

    def moment(self, one: Field) -> Schema:
        """Give the schema of a moment."""
        earliest = self.asked.earliest(one)
        since = datetime.combine(earliest, time(), SHANGHAI) if earliest else None
        latest = self.asked.at.isoformat()
        return self.bounded(one, "date-time", latest, since.isoformat() if since else None)

    def one_choice(self, one: Field) -> Schema:
        """Give the schema of one choice."""
        return self.choice(self.asked.options(one))

    def body(self, one: Field) -> Schema:
        """Give the schema of a body: the nearest are listed, the others go by their code."""
        found = self.asked.options(one)
        near = self.choice(dict(islice(found.items(), NEAREST)))
        if len(found) <= NEAREST:
            return near
        others = {"minLength": 1}
        return {"type": "string", "format": "body-code", "anyOf": [*near["oneOf"], others]}

    def several(self, one: Field) -> Schema:
        """Give the schema of several choices."""
        return {
            "type": "array",
            "items": self.choice(self.asked.options(one)),
            "minItems": one.min or 1,
            "maxItems": most(one, MOST_ROWS),
            "uniqueItems": True,
        }

    def bounded(self, one: Field, form: str, latest: str, earliest: str | None) -> Schema:
        """Give the schema of a day or moment, with the bounds it has."""
        bounds = {
            "formatMinimum": earliest,
            "formatMaximum": None if one.future else latest,
        }
        given = {key: bound for key, bound in bounds.items() if bound}
        return {"type": "string", "format": form, **given}

    def choice(self, options: Mapping[str, str | Label]) -> Schema:
        """Give the schema of one choice: each key with its name."""
        listed = [{"const": key, "title": self.said(name)} for key, name in options.items()]
        return {"type": "string", "oneOf": listed} if listed else {"type": "string", "enum": []}

    def said(self, name: str | Label) -> str:
        """Give a name in the reader's language."""
        return name.to(self.language) if isinstance(name, Label) else name

    def rows(self, one: Field, row: Schema) -> Schema:
        """Give the schema of a table of rows."""
        return {
            "type": "array",
            "items": row,
            "minItems": one.min or 1,
            "maxItems": most(one, MOST_ROWS),
        }

    def keys(self, keys: Iterable[str]) -> Schema:
        """Give a choice among keys that name themselves."""
        return self.choice({key: COLUMNS[key] for key in keys})

    def titled(self, columns: Mapping[str, Schema]) -> dict[str, Schema]:
        """Give each column its title."""
        return {
            key: column | {"title": COLUMNS[key].to(self.language)}
            for key, column in columns.items()
        }

    def person(self, of: Field) -> Schema:
        """Give the schema of a row of the parties' table; of a known party its own columns."""
        name = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
        line = {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE}
        columns = {
            "name": name,
            "side": self.keys(SIDES),
            "sort": self.keys((PERSON, ORGANISATION)),
            "capacity": self.keys(CAPACITIES),
            "phone": {"type": "string", "format": "phone"},
            "id_number": {"type": "string", "format": "citizen-id"},
            "credit_code": line,
            "address": line,
            "sex": self.keys(("male", "female")),
            "ethnicity": line,
            "born_on": {"type": "string", "format": "date"},
            "occupation": line,
            "legal_representative": name,
            "agent": name,
            "agent_relation": line,
        }
        if not of.known:
            return self.table(self.titled(columns), ["name"])
        completed = self.titled({key: columns[key] for key in COMPLETED})
        ref = self.choice(dict(self.asked.parties())) | {"title": self.said(COLUMNS[REF])}
        return self.table({REF: ref, **completed}, [REF])

    def obligation(self) -> Schema:
        """Give the schema of a promise of an agreement."""
        obligors: dict[str, str | Label] = {**self.asked.parties(), THIRD: COLUMNS[THIRD]}
        columns = {
            "obligor": self.choice(obligors),
            "sort": self.keys(("money", "act")),
            "amount": dict(MONEY),
            "due_on": {"type": "string", "format": "date"},
            "what": {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
        }
        row = self.table(self.titled(columns), ["obligor", "sort", "due_on", "what"])
        row["properties"]["sort"]["title"] = self.said(COLUMNS["promise"])
        money = {"properties": {"sort": {"const": "money"}}}
        return row | {"if": money, "then": {"required": ["amount"]}}


SCHEMAS: Mapping[str, Callable[[SchemaWriter, Field], Schema]] = {
    "text": SchemaWriter.line,
    "attachment": lambda _, __: dict(FILE),
    "case": lambda writer, one: writer.line(one) | {"format": "case-number"},
    "long_text": SchemaWriter.long_text,
    "body": SchemaWriter.body,
    "flag": lambda _, one: {"type": "boolean"} | ({"const": True} if one.must else {}),
    "number": SchemaWriter.number,
    "money": lambda _, __: dict(MONEY),
    "day": SchemaWriter.day,
    "moment": SchemaWriter.moment,
    "choices": SchemaWriter.several,
    "officers": SchemaWriter.several,
    "parties": SchemaWriter.several,
    "people": lambda writer, one: writer.rows(one, writer.person(one)),
    "obligations": lambda writer, one: writer.rows(one, writer.obligation()),
}
"""Field type -> its schema; every other type is one choice of a list."""
