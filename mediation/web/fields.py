"""The fields of a form as a page draws them, made from its JSON Schema."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from mediation.language import Language, Message
from mediation.operations.attachments.looking import LARGEST, MEGABYTE
from mediation.operations.cases.attachments import MOST
from mediation.text import LONGEST_LINE
from mediation.web.submitted import FILE, PACKS, TOGETHER, choices, text_of

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
            files (its parts tell what they are), body, group (its parts are fields), rows (its
            parts are groups).
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
        elif kind == "files":
            parts = self.fields(schema["x-beside"], value or {}, f"{name}.")
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
EVIDENCE: Final = "evidence"
"""What a file is most often, so that a photo of the place asks nobody a question."""


def with_files(schema: Schema, sorts: Mapping[str, str], language: Language) -> Schema:
    """Give a form as a page draws it: files may come with it, and it may be entered later.

    Args:
        sorts: what a file may be to the case.
    """
    values = {
        "most": LARGEST // MEGABYTE,
        "all": TOGETHER // MEGABYTE,
        "files": MOST,
    }
    help_ = Message(
        "拍照，或者选照片、PDF、Word、Excel、WPS 文件和录音，可以一次选几个。"
        "每个不超过 {most} 兆，一次合计不超过 {all} 兆，一案最多 {files} 个",
        values,
    )
    occurred = {
        "type": "string",
        "format": "date-time",
        "title": Message("发生时间").to(language),
        "description": Message("补录才填，不填就是现在").to(language),
    }
    beside = described(sorts, language)
    first, *others = PACKS
    more = Message("另一类附件").to(language)
    packs = {
        first: pack(Message("照片和附件").to(language), help_.to(language), beside),
        **{name: {**pack(more, "", beside), "x-folded": True} for name in others},
    }
    return {**schema, "properties": {**schema["properties"], **packs, OCCURRED: occurred}}


def pack(title: str, help_: str, beside: Schema) -> Schema:
    """Give a field for files that are described together."""
    items = {"type": "string", "format": FILE}
    told = {"title": title, "description": help_}
    return {"type": "array", "items": items, **told, "x-beside": beside}


def described(sorts: Mapping[str, str], language: Language) -> Schema:
    """Give what is asked about files: what they are to the case, and how they are called."""
    sort = {
        "type": "string",
        "oneOf": [{"const": key, "title": title} for key, title in sorts.items()],
        "title": Message("是什么").to(language),
        "x-list": True,
    }
    name = {
        "type": "string",
        "title": Message("名称，不填就用文件名").to(language),
    }
    return {"properties": {"sort": sort, "name": name}, "required": ["sort"]}


def packs_typed(form: FormData) -> dict[str, dict[str, str]]:
    """Give what was said about files; that they are evidence, if nothing was."""
    return {
        name: {
            "sort": text_of(form, f"{name}.sort") or EVIDENCE,
            "name": text_of(form, f"{name}.name"),
        }
        for name in PACKS
    }


BY_FORMAT: Final = {
    "date": "day",
    "date-time": "moment",
    FILE: "file",
    "body-code": "body",
}
BY_TYPE: Final = {"object": "group", "boolean": "flag", "integer": "whole"}


def kind_of(schema: Schema) -> str:
    """Tell how a field is drawn."""
    if schema["type"] == "array":
        items = schema["items"]
        several = "files" if items.get("format") == FILE else "several"
        return "rows" if items.get("type") == "object" else several
    known = BY_TYPE.get(schema["type"]) or BY_FORMAT.get(schema.get("format", ""))
    return known or text_kind(schema)


def text_kind(schema: Schema) -> str:
    """Tell how a field is drawn that takes a text or one of some choices."""
    if "oneOf" in schema or "enum" in schema:
        few = len(choices(schema)) <= FEW and "x-list" not in schema
        return "one" if few else "one_of_many"
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
