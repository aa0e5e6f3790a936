"""What a template reads, so that every name in a paper is proved before the paper is needed."""

from collections import ChainMap
from collections.abc import Collection
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from mediation.engine.definitions import Workflow
from mediation.engine.errors import unknown
from mediation.language import Message
from mediation.rendering.context import schema
from mediation.rendering.syntax import EACH, Reading
from mediation.rendering.templates import documents, environment, file_of, loader
from mediation.rendering.vocabulary import vocabulary

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
) -> list[Message]:
    """List what is wrong with a paper's template; nothing if all it reads exists.

    Args:
        facts: names of the facts' schema.
        form_fields: names of the fields that every event issuing the paper has.
        told_fields: the fields of the case's events, as `event.field`.

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
    return [
        Message(
            "文书模板 {file} 第 {line} 行：{problem}",
            {"file": place.file, "line": place.line, "problem": unknown(path, known)},
        )
        for path, place in sorted(reading.paths.items())
        if path not in known and path.removesuffix(EACH) not in known
    ]


def faults_in(workflow: Workflow) -> list[Message]:
    """List what is wrong with the papers of a procedure, unknown papers among it."""
    known = vocabulary(workflow)
    told = {f"{event}.{one}" for event, fields in known.told.items() for one in fields}
    forms: dict[str, list[Collection[str]]] = {}
    for plan in (workflow.case, *workflow.machines.values()):
        for event in plan.events:
            for name in event.issues:
                forms.setdefault(name, []).append(known.forms[event.definition].fields)
    found = []
    for name, fields in sorted(forms.items()):
        if name in documents():
            shared = set(fields[0]).intersection(*fields[1:])
            found += faults(name, known.facts, shared, told)
        else:
            found.append(unknown(name, documents()))
    return found


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
