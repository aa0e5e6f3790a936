"""The fields of a form as a page draws them, made from its JSON Schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mediation.language import Language, Message
from mediation.operations.cases.attachments import LARGEST, MEGABYTE
from mediation.text import LONGEST_LINE
from mediation.web.submitted import PHOTO, PHOTOS, TOGETHER, choices

Schema = Mapping[str, Any]

FEW: Final = 8
"""So many choices stand on the page; more fold into a list."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a field."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a page draws it.

    Args:
        name: its dotted name (`people.0.name`).
        kind: text, long, whole, money, day, moment, one, one_of_many, several, flag, file,
            files, body, group (its parts are fields), rows (its parts are groups).
        value: what stands in it.
        folded: whether it stands behind "more".
        faults: what is wrong with it, in the reader's language.
    """

    name: str
    kind: str
    title: str
    help: str
    required: bool
    value: str
    choices: tuple[Choice, ...]
    parts: tuple["Field", ...]
    faults: tuple[str, ...]
    latest: str
    least: str
    folded: bool = False

    @property
    def id(self) -> str:
        """The id of its element."""
        return f"f-{self.name.replace('.', '-')}"

    @property
    def faulty(self) -> bool:
        """Whether anything is wrong with it or with a part of it."""
        return bool(self.faults) or any(part.faulty for part in self.parts)


class FieldMaker:
    """Makes the fields of one form.

    Args:
        faults: field -> what is wrong with it.
        rows: table -> how many rows to draw at least.
    """

    def __init__(
        self,
        faults: Mapping[str, Sequence[str]] | None = None,
        rows: Mapping[str, int] | None = None,
    ) -> None:
        self.faults, self.rows = faults or {}, rows or {}

    def fields(self, schema: Schema, data: Mapping[str, Any], prefix: str = "") -> list[Field]:
        """Make the fields of a table of properties."""
        required = schema.get("required", ())
        return [
            self.field(f"{prefix}{name}", part, data.get(name), required=name in required)
            for name, part in schema["properties"].items()
        ]

    def field(self, name: str, schema: Schema, value: Any, *, required: bool) -> Field:
        """Make one field."""
        kind = kind_of(schema)
        parts: Iterable[Field] = ()
        if kind == "group":
            parts = self.fields(schema, value if isinstance(value, Mapping) else {}, f"{name}.")
        elif kind == "rows":
            parts = self.row_fields(name, schema, value)
        chosen = value if isinstance(value, list) else [value]
        return Field(
            name=name,
            kind=kind,
            title=schema.get("title", ""),
            help=schema.get("description", ""),
            required=required,
            value=shown(value),
            choices=tuple(
                Choice(one["const"], one["title"], one["const"] in chosen)
                for one in choices(schema["items"] if kind == "several" else schema)
            ),
            parts=tuple(parts),
            faults=tuple(self.faults.get(name, ())),
            latest=bound(kind, schema.get("formatMaximum", "")),
            least=bound(kind, schema.get("formatMinimum", "")),
            folded=schema.get("x-folded", False),
        )

    def row_fields(self, name: str, schema: Schema, value: Any) -> list[Field]:
        """Make the rows of a table, at least as many as are wanted."""
        rows = value if isinstance(value, list) else []
        wanted = max(len(rows), self.rows.get(name, 0), schema.get("minItems", 1))
        shape = {**schema["items"], "title": ""}
        return [
            self.field(
                f"{name}.{place}",
                shape,
                rows[place] if place < len(rows) else {},
                required=place < schema.get("minItems", 1),
            )
            for place in range(min(wanted, schema.get("maxItems", wanted)))
        ]


OCCURRED: Final = "occurred_at"


def with_photos(schema: Schema, language: Language) -> Schema:
    """Give a form as a page draws it: photos may come with it, and it may be entered later."""
    values = {"most": LARGEST // MEGABYTE, "all": TOGETHER // MEGABYTE}
    help_ = Message(
        "现场、收条、签过字的纸都可以拍。每张不超过 {most} 兆，一次合计不超过 {all} 兆", values
    )
    photos = {
        "type": "array",
        "items": {"type": "string", "format": PHOTO},
        "title": Message("照片").to(language),
        "description": help_.to(language),
    }
    occurred = {
        "type": "string",
        "format": "date-time",
        "title": Message("发生时间").to(language),
        "description": Message("补录才填，不填就是现在").to(language),
    }
    return {
        **schema,
        "properties": {**schema["properties"], PHOTOS: photos, OCCURRED: occurred},
    }


BY_FORMAT: Final = {
    "date": "day",
    "date-time": "moment",
    PHOTO: "file",
    "body-code": "body",
}
BY_TYPE: Final = {"object": "group", "boolean": "flag", "integer": "whole"}


def kind_of(schema: Schema) -> str:
    """Tell how a field is drawn."""
    if schema["type"] == "array":
        items = schema["items"]
        several = "files" if items.get("format") == PHOTO else "several"
        return "rows" if items.get("type") == "object" else several
    known = BY_TYPE.get(schema["type"]) or BY_FORMAT.get(schema.get("format", ""))
    return known or text_kind(schema)


def text_kind(schema: Schema) -> str:
    """Tell how a field is drawn that takes a text or one of some choices."""
    if "oneOf" in schema or "enum" in schema:
        return "one" if len(choices(schema)) <= FEW else "one_of_many"
    if "pattern" in schema:
        return "money"
    return "long" if schema.get("maxLength", 0) > LONGEST_LINE else "text"


def shown(value: Any) -> str:
    """Write a value as its field shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else ""


def bound(kind: str, limit: str) -> str:
    """Write the last or first day or moment as a browser wants it."""
    return limit[:10] if kind == "day" else ""


def faults_by_field(faults: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    """Gather what is wrong by field."""
    gathered: dict[str, list[str]] = {}
    for fault in faults:
        gathered.setdefault(fault["field"], []).append(fault["message"])
    return gathered
