"""Renders papers: the words stand under `templates/documents/`, the HTML is kept as issued."""

from functools import cache
from hashlib import sha256
from typing import NamedTuple

from jinja2 import Template

from mediation.rendering.context import Context
from mediation.rendering.templates import environment, file_of
from mediation.rendering.variables import drawn_upon


class Paper(NamedTuple):
    """A paper as rendered.

    Args:
        digest: SHA-256 of the HTML in UTF-8, in hexadecimal.
        template: SHA-256 of the template and of all it draws upon, in hexadecimal.
    """

    name: str
    html: str
    digest: str
    template: str


def render(name: str, context: Context) -> Paper:
    """Render a paper; the same context always gives the same bytes.

    Raises:
        DocumentUnknown: there is no template of this name.
        UndefinedError: the template reads what the context does not have.
        TypeError: the template prints a value without the filter that fits it.
    """
    template, version = _compiled(name)
    html = template.render(context._asdict())
    return Paper(name, html, sha256(html.encode()).hexdigest(), version)


@cache
def _compiled(name: str) -> tuple[Template, str]:
    version = sha256()
    for file, source in drawn_upon(name).items():
        version.update(f"{file}\n{source}\n".encode())
    return environment().get_template(file_of(name)), version.hexdigest()
