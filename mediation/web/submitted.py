"""What a browser sends back: fields by dotted names, read into the JSON that operations take.

A form is drawn from a JSON Schema and read by the same schema, so a new event of a workflow
needs neither a page nor a line of code. What people typed is not judged here; the engine does.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartParser

from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.attachments.looking import LARGEST
from mediation.operations.attachments.names import name_of
from mediation.operations.cases.attachments import OTHER, Upload
from mediation.records.attachments import digest_of
from mediation.web.desk import AVisitor

Schema = Mapping[str, Any]

MOST_FIELDS: Final = 2000
MOST_FILES: Final = 20
GUARD: Final = "guard"
FILE: Final = "attachment"
"""The format of a field that takes a file; its value is the file's digest."""
PACKS: Final = ("attachments", "attachments_2", "attachments_3")
"""The fields of every form for files of what happened; those of one field are of one sort."""
SORT_OF: Final = {"paper_picture": "letter"}
"""What a file is that a field of its own asks for."""
TOGETHER: Final = 20_000_000
WITH_FILES: Final = TOGETHER + 1_000_000
"""So large a request may be on a route that takes files; any other, far less."""

# A file that waits to be sealed waits in memory: in the plain it never touches a disk.
MultiPartParser.spool_max_size = WITH_FILES


class FormRefused(MediationError):
    """The form did not come from a page of ours, or its page is too old."""

    code = "form_refused"

    def __init__(self) -> None:
        super().__init__(Message("页面已过期，请返回后重新提交"))


async def submitted_of(request: Request, visitor: AVisitor) -> AsyncIterator[FormData]:
    """Read a form that came from a page of ours; its files are gone when it is answered.

    Raises:
        FormRefused: it carries no token, or somebody else's.
    """
    most = {"max_files": MOST_FILES, "max_fields": MOST_FIELDS, "max_part_size": 100_000}
    async with request.form(**most) as form:
        if form.get(GUARD) != visitor.guard:
            raise FormRefused
        yield form


Submitted = Annotated[FormData, Depends(submitted_of)]


def text_of(form: FormData, name: str) -> str:
    """Give one field as text; nothing if it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """Give all values of one field as texts."""
    return [value for value in form.getlist(name) if isinstance(value, str) and value.strip()]


def files_of(form: FormData, name: str) -> list[UploadFile]:
    """Give the files of a field that were really chosen; one that is empty has a name."""
    sent = [one for one in form.getlist(name) if isinstance(one, UploadFile)]
    return [one for one in sent if one.size or one.filename]


def uploads_of(form: FormData) -> tuple[Upload, ...]:
    """Read every file that was chosen, by its field."""
    return tuple(
        Upload(name, content_of(one), sort_of(form, name), called(form, name, one, no))
        for name in dict.fromkeys(form)
        for no, one in enumerate(files_of(form, name), start=1)
    )


def brings_files(form: FormData) -> bool:
    """Tell whether any file was chosen."""
    return any(files_of(form, name) for name in form)


def sort_of(form: FormData, name: str) -> str:
    """Give what the files of a field are to the case."""
    return text_of(form, f"{name}.sort") or SORT_OF.get(name, OTHER)


def called(form: FormData, name: str, chosen: UploadFile, no: int) -> str:
    """Give how a file is called: as somebody typed, or else as it came."""
    typed = text_of(form, f"{name}.name")
    several = len(files_of(form, name)) > 1
    return f"{typed}（{no}）" if typed and several else typed or name_of(chosen.filename or "")


def content_of(chosen: UploadFile) -> bytes:
    """Read a file, and no more of it than shows that it is too large."""
    chosen.file.seek(0)
    return chosen.file.read(LARGEST + 1)


def file_of(form: FormData, name: str) -> str:
    """Give the digest of the file chosen in a field, or of one that the case has already."""
    chosen = files_of(form, name)
    return digest_of(content_of(chosen[0])) if chosen else text_of(form, name)


def data_of(schema: Schema, form: FormData) -> dict[str, Any]:
    """Read a whole form by its schema; what was left empty is left out."""
    return {
        name: value
        for name, part in schema["properties"].items()
        if (value := value_of(part, form, name)) not in (None, "", [], {})
    }


def value_of(schema: Schema, form: FormData, name: str) -> Any:
    """Read one field by its schema."""
    match schema.get("type"):
        case "object":
            return {
                key: value
                for key, part in schema["properties"].items()
                if (value := value_of(part, form, f"{name}.{key}")) not in (None, "", [], {})
            }
        case "array" if schema["items"].get("type") == "object":
            return list(rows_of(schema["items"], form, name))
        case "array":
            return texts_of(form, name)
        case "boolean":
            return {"true": True, "false": False}.get(text_of(form, name))
        case "integer":
            return whole(text_of(form, name))
        case _:
            read = file_of if schema.get("format") == FILE else text_of
            return read(form, name)


def rows_of(schema: Schema, form: FormData, name: str) -> Iterator[dict[str, Any]]:
    """Read the rows of a table; those in which nothing was typed are passed over."""
    picked = {key for key, part in schema["properties"].items() if choices(part)}
    for place in range(rows_sent(form, name)):
        row = value_of(schema, form, f"{name}.{place}")
        if row.keys() - picked:
            yield row


def rows_sent(form: FormData, name: str) -> int:
    """Count the rows of a table that were on the page."""
    row = re.compile(rf"{re.escape(name)}\.([0-9]{{1,3}})\.")
    return max((int(found[1]) for key in form if (found := row.match(key))), default=-1) + 1


def rows_wanted(schema: Schema, form: FormData) -> dict[str, int]:
    """Give how many rows each table had on the page, and one more where that was asked for."""
    sent = {name: rows_sent(form, name) for name in schema["properties"]}
    if (more := text_of(form, "more")) in sent:
        sent[more] += 1
    return {name: count for name, count in sent.items() if count}


def whole(typed: str) -> Any:
    """Give a whole number typed; anything else as it is, for the engine to refuse."""
    return int(typed) if re.fullmatch(r"[0-9]{1,15}", typed) else typed


def choices(schema: Schema) -> Sequence[Mapping[str, str]]:
    """Give what may be chosen in a field: key and title."""
    listed: Sequence[Mapping[str, str]] = schema.get("oneOf") or [
        one for one in schema.get("anyOf", ()) if "const" in one
    ]
    return listed
