"""The templates of papers, and the environment that lets them read and print but do nothing."""

from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.filters import FILTERS

from mediation.errors import MediationError
from mediation.language import Message
from mediation.rendering import values
from mediation.resources import resource_dir

SUFFIX: Final = ".html.j2"

# None that marks text as safe, draws lots, or calls by name.
_BORROWED: Final = ("first", "join", "last", "length")
_OWN: Final = {
    "day": values.day,
    "iso": values.iso,
    "moment": values.moment,
    "money": values.money,
    "capital": values.capital,
    "label": values.label,
    "cn": values.cn,
    "lines": values.lines,
}


class DocumentUnknown(MediationError):
    """No template stands behind this name of a paper."""

    code = "document_unknown"

    def __init__(self, name: str) -> None:
        super().__init__(Message("没有文书模板 {name}", {"name": name}))


def loader() -> FileSystemLoader:
    """Give what finds the files of papers."""
    return FileSystemLoader(resource_dir("templates") / "documents")


@cache
def environment() -> Environment:
    """Give the environment all papers are compiled in, once a process: strict and escaping."""
    made = Environment(
        loader=loader(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=values.printable,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Without Jinja's own globals every bare name in a template is one of the context's.
    made.globals.clear()
    made.filters = {name: FILTERS[name] for name in _BORROWED} | _OWN
    return made


@cache
def documents() -> tuple[str, ...]:
    """List the names of all papers; what begins with `_` is drawn upon by others."""
    files = sorted(environment().list_templates())
    return tuple(
        file.removesuffix(SUFFIX)
        for file in files
        if file.endswith(SUFFIX) and not file.startswith("_")
    )


def file_of(name: str) -> str:
    """Give the file of a paper's template, below `templates/documents/`.

    Raises:
        DocumentUnknown: there is no template of this name.
    """
    if name not in documents():
        raise DocumentUnknown(name)
    return name + SUFFIX
