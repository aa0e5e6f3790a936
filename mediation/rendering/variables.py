"""What a template reads, off its syntax tree, so that every name is proved before it is needed.

The tree is followed as a run would follow it, but into every branch and every block: loops bind
their target to each of the list, a macro is read with the arguments of each of its calls, and
what stands outside the blocks of a child template counts, although it never prints.
"""

from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, nodes

from mediation.engine.errors import unknown
from mediation.language import Message
from mediation.rendering.context import schema
from mediation.rendering.templates import environment, file_of

EACH: Final = "[]"
UNTRACED: Final = "?"
"""A value out of an expression; reading a name of it cannot be proved and counts as unknown."""

_GIVEN: Final = ("self", "super", "caller", "varargs", "kwargs")
_WITH_FIELDS: Final = ("facts", "form", "told")


class Macro(NamedTuple):
    """A macro and where it was written."""

    node: nodes.Macro
    scope: "Scope"
    file: str


class Library(NamedTuple):
    """The macros of an imported template."""

    macros: Mapping[str, Macro]


# What a name stands for: a path, None for something a template made itself, or macros.
Value = str | Macro | Library | None
Scope = ChainMap[str, Value]


def variables(name: str) -> frozenset[str]:
    """Give the dotted names a paper's template reads, as far down as it reads them.

    `parties[].name` is the name of each party.

    Raises:
        DocumentUnknown: there is no template of this name.
        TemplateError: the template, or one it draws upon, cannot be read.
    """
    return frozenset(_read(name).paths)


def drawn_upon(name: str) -> dict[str, str]:
    """Give the sources a paper is made from, by file: its template and all it draws upon.

    Raises:
        DocumentUnknown: there is no template of this name.
        TemplateError: one of them cannot be read.
    """
    return dict(sorted(_read(name).sources.items()))


def faults(
    name: str,
    facts: Collection[str],
    form_fields: Collection[str],
    told_fields: Collection[str],
) -> list[Message]:
    """List what is wrong with a paper's template.

    Args:
        facts: names of the facts' schema.
        form_fields: names of the fields that every event issuing the paper has.
        told_fields: names of the fields of all events of the procedure.
    """
    try:
        reading = _read(name)
        for file in reading.sources:
            environment().get_template(file)
    except TemplateError as wrong:
        return [_unreadable(name, wrong)]
    fields = zip(_WITH_FIELDS, (facts, form_fields, told_fields), strict=True)
    known = schema() | {f"{top}.{one}" for top, names in fields for one in names}
    return [
        Message(
            "文书模板 {file} 第 {line} 行：{problem}",
            {"file": place.file, "line": place.line, "problem": unknown(path, known)},
        )
        for path, place in sorted(reading.paths.items())
        if path.removesuffix(EACH) not in known and path not in known
    ]


def _unreadable(name: str, wrong: TemplateError) -> Message:
    file, line = name, 0
    if isinstance(wrong, TemplateSyntaxError):
        file, line = wrong.name or name, wrong.lineno
    problem = wrong.message or ""
    return Message(
        "文书模板 {file} 第 {line} 行：{problem}",
        {"file": file, "line": line, "problem": problem},
    )


class Place(NamedTuple):
    """Where a name was first read."""

    file: str
    line: int


@dataclass
class Reading:
    """One walk through a template and all it draws upon."""

    paths: dict[str, Place] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    file: str = ""
    called: set[tuple[int, tuple[str, ...]]] = field(default_factory=set)

    def template(self, file: str, scope: Scope) -> None:
        """Walk through a template."""
        tree = self.parsed(file)
        outer, self.file = self.file, file
        self.body(tree.body, scope)
        self.file = outer

    def parsed(self, file: str) -> nodes.Template:
        """Parse a template."""
        loader = environment().loader
        if loader is None:
            raise TemplateNotFound(file)
        self.sources[file] = loader.get_source(environment(), file)[0]
        return environment().parse(self.sources[file], file)

    def body(self, statements: Iterable[nodes.Node], scope: Scope) -> None:
        """Walk through statements."""
        for one in statements:
            walk = _STATEMENTS.get(type(one))
            if walk:
                walk(self, one, scope)
            elif isinstance(one, nodes.Expr):
                self.read(one, scope)
            else:
                self.body(one.iter_child_nodes(), scope)
