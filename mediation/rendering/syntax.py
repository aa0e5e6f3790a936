"""Walks the syntax tree of a template as a run would, but into every branch and every block.

A loop binds its target to each of the list, a macro is read with the arguments of each of its
calls, and what stands outside the blocks of a child template counts although it never prints.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from jinja2 import BaseLoader, Environment, TemplateAssertionError, nodes

EACH: Final = "[]"
UNTRACED: Final = "?"
"""A value out of an expression: a name read of it cannot be proved and counts as unknown."""


class Macro(NamedTuple):
    """A macro, where it was written and what it sees there."""

    node: nodes.Macro
    scope: "Scope"
    file: str


class Library(NamedTuple):
    """The macros of an imported template."""

    macros: Mapping[str, "Value"]


# A path, macros, or None for something the template engine made itself.
Value = str | Macro | Library | None
Scope = ChainMap[str, Value]


class Place(NamedTuple):
    """Where a name was first read."""

    file: str
    line: int


@dataclass
class Reading:
    """One walk: the names read, where, and the sources they were read in."""

    environment: Environment
    loader: BaseLoader
    paths: dict[str, Place] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    file: str = ""
    expanded: set[tuple[str, int, tuple[str, ...]]] = field(default_factory=set)
    inside: list[nodes.Macro] = field(default_factory=list)

    def template(self, file: str, scope: Scope) -> None:
        """Walk through a template; its parent last, for it prints with what the child set."""
        self.sources[file] = self.loader.get_source(self.environment, file)[0]
        outer, self.file = self.file, file
        tree = self.environment.parse(self.sources[file], file, file)
        parents = list(tree.find_all(nodes.Extends))
        self.body((one for one in tree.body if one not in parents), scope)
        for parent in parents:
            self.template(self.named(parent.template), scope)
        self.file = outer

    def body(self, statements: Iterable[nodes.Node], scope: Scope) -> None:
        """Walk through statements."""
        for one in statements:
            walk = STATEMENTS.get(type(one))
            if walk:
                walk(self, one, scope)
            elif isinstance(one, nodes.Expr):
                self.read(one, scope)
            else:
                self.body(one.iter_child_nodes(), scope)

    def loop(self, node: nodes.For, scope: Scope) -> None:
        """Bind the target of a loop to each of what it runs over."""
        listed = self.read(node.iter, scope)
        inner = scope.new_child({"loop": None})
        bind(node.target, each(listed), inner)
        self.body([node.test] if node.test else [], inner)
        self.body(node.body, inner)
        self.body(node.else_, scope.new_child())

    def assign(self, node: nodes.Assign, scope: Scope) -> None:
        """Bind a name to what it is set to."""
        bind(node.target, self.read(node.node, scope), scope)

    def assign_block(self, node: nodes.AssignBlock, scope: Scope) -> None:
        """Bind a name to text."""
        self.body([*([node.filter] if node.filter else []), *node.body], scope.new_child())
        bind(node.target, None, scope)

    def within(self, node: nodes.With, scope: Scope) -> None:
        """Bind names inside a block."""
        inner = scope.new_child()
        for target, value in zip(node.targets, node.values, strict=True):
            bind(target, self.read(value, scope), inner)
        self.body(node.body, inner)

    def block(self, node: nodes.Block, scope: Scope) -> None:
        """Walk through a block, which does not see the loop it stands in unless it says so."""
        outside = scope if node.scoped else ChainMap(scope.maps[-1])
        self.body(node.body, outside.new_child({"super": None}))

    def include(self, node: nodes.Include, scope: Scope) -> None:
        """Walk through an included template, which sees what stands around it."""
        self.template(self.named(node.template), scope.new_child())

    def imported(self, node: nodes.Import, scope: Scope) -> None:
        """Bind a name to the macros of another template."""
        scope[node.target] = self.library(node.template)

    def imported_names(self, node: nodes.FromImport, scope: Scope) -> None:
        """Bind names to single macros of another template."""
        library = self.library(node.template)
        for name in node.names:
            named, alias = name if isinstance(name, tuple) else (name, name)
            scope[alias] = library.macros.get(named, UNTRACED)

    def library(self, template: nodes.Expr) -> Library:
        """Read the macros of a template, which sees nothing of the one that imports it."""
        scope = Scope()
        self.template(self.named(template), scope)
        return Library(dict(scope))

    def macro(self, node: nodes.Macro, scope: Scope) -> None:
        """Bind a macro, and read it once for what it reads beside its arguments."""
        made = Macro(node, scope, self.file)
        scope[node.name] = made
        self.expand(made, {argument.name: None for argument in node.args})

    def call_block(self, node: nodes.CallBlock, scope: Scope) -> None:
        """Walk through a call with a body."""
        self.read(node.call, scope)
        inner = scope.new_child({argument.name: None for argument in node.args})
        self.body(node.body, inner)

    def call(self, node: nodes.Call, scope: Scope) -> Value:
        """Read a call; a macro is read anew with what it is called with."""
        called = self.value(node.node, scope)
        given = [self.read(one, scope) for one in node.args]
        named = {one.key: self.read(one.value, scope) for one in node.kwargs}
        for rest in filter(None, (node.dyn_args, node.dyn_kwargs)):
            self.read(rest, scope)
        if isinstance(called, Macro):
            names = [argument.name for argument in called.node.args]
            self.expand(called, dict(zip(names, given, strict=False)) | named)
            return None
        self.note(called, node)
        return UNTRACED if called else None

    def expand(self, macro: Macro, arguments: Mapping[str, Value]) -> None:
        """Walk through a macro with these arguments, once for each different set."""
        traced = tuple(f"{name}={value}" for name, value in sorted(arguments.items()))
        key = (macro.file, macro.node.lineno, traced)
        if key in self.expanded or macro.node in self.inside:
            return
        self.expanded.add(key)
        self.inside.append(macro.node)
        outer, self.file = self.file, macro.file
        inner = macro.scope.new_child(dict.fromkeys(("caller", "varargs", "kwargs")))
        with_default = macro.node.args[len(macro.node.args) - len(macro.node.defaults) :]
        for argument, default in zip(with_default, macro.node.defaults, strict=True):
            inner[argument.name] = self.read(default, macro.scope)
        # An argument left out without a default is undefined in a run.
        missing = {one.name: f"{UNTRACED}{one.name}" for one in macro.node.args}
        inner.update({**missing, **inner.maps[0], **arguments})
        self.body(macro.node.body, inner)
        self.inside.pop()
        self.file = outer

    def read(self, node: nodes.Node, scope: Scope) -> Value:
        """Note what an expression reads, and give what it stands for."""
        value = self.value(node, scope)
        self.note(value, node)
        return value

    def value(self, node: nodes.Node, scope: Scope) -> Value:
        """Give what an expression stands for; its own path is not yet noted."""
        if isinstance(node, nodes.Filter | nodes.Test):
            self.known(node)
        match node:
            case nodes.Name():
                found: Value = scope.get(node.name, node.name)
            case nodes.Getattr():
                found = part(self.value(node.node, scope), node.attr)
            case nodes.Getitem(arg=nodes.Const(value=str(key))):
                found = part(self.value(node.node, scope), key)
            case nodes.Getitem():
                self.read(node.arg, scope)
                found = each(self.value(node.node, scope))
            case nodes.Filter(name="first" | "last", node=nodes.Expr() as listed):
                found = each(self.value(listed, scope))
            case nodes.Call():
                found = self.call(node, scope)
            case _:
                self.body(node.iter_child_nodes(), scope)
                found = UNTRACED
        return found

    def known(self, node: nodes.Filter | nodes.Test) -> None:
        """Accept a filter or test that exists; what never prints is not compiled.

        Raises:
            TemplateAssertionError: there is none of this name.
        """
        where = (
            self.environment.filters
            if isinstance(node, nodes.Filter)
            else self.environment.tests
        )
        if node.name not in where:
            raise TemplateAssertionError(
                f"no {node.name!r} here", node.lineno, self.file, self.file
            )

    def note(self, value: Value, node: nodes.Node) -> None:
        """Remember where a path is first read."""
        if isinstance(value, str) and value != UNTRACED:
            self.paths.setdefault(value, Place(self.file, node.lineno))

    def named(self, template: nodes.Expr) -> str:
        """Give the name of a template drawn upon.

        Raises:
            TemplateAssertionError: it is not written out.
        """
        if isinstance(template, nodes.Const) and isinstance(template.value, str):
            return template.value
        wrong = "a template draws upon others by name"
        raise TemplateAssertionError(wrong, template.lineno, self.file, self.file)


def part(whole: Value, name: str) -> Value:
    """Give what a name of a value stands for."""
    if isinstance(whole, Library):
        return whole.macros.get(name, UNTRACED)
    return f"{whole}.{name}" if isinstance(whole, str) else None


def each(whole: Value) -> Value:
    """Give what each of a list stands for."""
    if whole == UNTRACED:
        return UNTRACED
    return f"{whole}{EACH}" if isinstance(whole, str) else None


def bind(target: nodes.Node, value: Value, scope: Scope) -> None:
    """Bind a name; of several at once, what each stands for is not traced."""
    if isinstance(target, nodes.Name):
        scope[target.name] = value
    else:
        for one in target.find_all(nodes.Name):
            scope[one.name] = UNTRACED


STATEMENTS: Final[Mapping[type[nodes.Node], Callable[[Reading, Any, Scope], None]]] = {
    nodes.For: Reading.loop,
    nodes.Assign: Reading.assign,
    nodes.AssignBlock: Reading.assign_block,
    nodes.With: Reading.within,
    nodes.Block: Reading.block,
    nodes.Include: Reading.include,
    nodes.Import: Reading.imported,
    nodes.FromImport: Reading.imported_names,
    nodes.Macro: Reading.macro,
    nodes.CallBlock: Reading.call_block,
}
