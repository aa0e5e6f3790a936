"""What a template reads, so that every name in a paper is proved before the paper is needed."""

from collections import ChainMap
from collections.abc import Collection
from functools import cache
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from mediation.engine.errors import unknown
from mediation.language import Message
from mediation.rendering.beside import machine_schema
from mediation.rendering.context import schema
from mediation.rendering.syntax import EACH, Reading
from mediation.rendering.templates import environment, file_of, loader

TOLD: Final = "told."

_BY_NAME: Final = ("facts", "form", "told")


def variables(name: str) -> frozenset[str]:
    """Give the dotted names a paper's template reads, as far down as it reads them.

    `parties[].name` is the name of each party.

    Raises:
        DocumentUnknown: there is no template of this name.
        TemplateError: the template, or one it draws upon, cannot be read.
    """
    return frozenset(_reading(name).paths)


@cache
def told_events(name: str) -> frozenset[str]:
    """Give the names of earlier events whose forms a paper reads.

    Raises:
        DocumentUnknown: there is no template of this name.
        TemplateError: the template, or one it draws upon, cannot be read.
    """
    return frozenset(path.split(".")[1] for path in variables(name) if path.startswith(TOLD))


def drawn_upon(name: str) -> dict[str, str]:
    """Give the sources a paper is made from, by file: its template and all it draws upon.

    Raises:
        DocumentUnknown: there is no template of this name.
        TemplateError: one of them cannot be read.
    """
    return dict(sorted(_reading(name).sources.items()))


def faults(
    name: str,
    facts: Collection[str],
    form_fields: Collection[str],
    told_fields: Collection[str],
    machine_facts: Collection[str] | None = None,
) -> list[Message]:
    """List what is wrong with a paper's template; nothing if all it reads exists.

    Args:
        facts: names of the facts' schema.
        form_fields: names of the fields that every event issuing the paper has.
        told_fields: the fields of the case's events, as `event.field`.
        machine_facts: the facts of the side machine that every event issuing the paper is of,
            or starts; None if one of them has none, and `machine` may not be read.

    Raises:
        DocumentUnknown: there is no template of this name.
    """
    try:
        reading = _reading(name)
        for file in reading.sources:
            environment().get_template(file)
    except TemplateError as wrong:
        return [_unreadable(name, wrong)]
    fields = zip(_BY_NAME, (facts, form_fields, told_fields), strict=True)
    known = schema() | {f"{top}.{one}" for top, names in fields for one in names}
    if machine_facts is not None:
        known |= machine_schema(machine_facts)
    return [
        Message(
            "文书模板 {file} 第 {line} 行：{problem}",
            {"file": place.file, "line": place.line, "problem": unknown(path, known)},
        )
        for path, place in sorted(reading.paths.items())
        if path not in known and path.removesuffix(EACH) not in known
    ]


@cache
def _reading(name: str) -> Reading:
    reading = Reading(environment(), loader())
    reading.template(file_of(name), ChainMap({"self": None}))
    return reading


def _unreadable(name: str, wrong: TemplateError) -> Message:
    at_fault = wrong if isinstance(wrong, TemplateSyntaxError) else None
    return Message(
        "文书模板 {file} 第 {line} 行：{problem}",
        {
            "file": at_fault.name if at_fault and at_fault.name else file_of(name),
            "line": at_fault.lineno if at_fault else 1,
            "problem": str(wrong.message or wrong),
        },
    )
