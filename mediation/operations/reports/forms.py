"""The monthly tables as data: sources, and the figures a body enters itself."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from mediation.language import Label
from mediation.resources import resource_dir

CASES: Final = "cases"
ORGANISATION: Final = "organisation"


class Strict(BaseModel):
    """A table of the file; a key nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Strict):
    """A name in both languages."""

    zh: str
    en: str

    @property
    def both(self) -> Label:
        """The name as the program says it."""
        return Label(self.zh, self.en)


class Source(Strict):
    """Where a case came from: by letter, by channel, or by how it was accepted."""

    label: Named
    group: str
    letters: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()


class Group(Strict):
    """Sources that the table adds up."""

    label: Named


class Entered(Strict):
    """A figure that a body enters.

    Args:
        standing: it tells how things stand, so that of several months the last one counts.
    """

    label: Named
    unit: Named
    standing: bool = False


class Default(Strict):
    """What holds where nothing else does: the source; and the grades that are difficult."""

    source: str
    grades: tuple[str, ...]


class ReportForms(Strict):
    """The whole file."""

    source: Mapping[str, Source]
    group: Mapping[str, Group]
    default: Default
    entered: Mapping[str, Mapping[str, Entered]]


@cache
def report_forms() -> ReportForms:
    """Read the file that ships with the program, once a process."""
    text = (resource_dir("templates") / "reports" / "forms.toml").read_text("utf-8")
    return ReportForms.model_validate(tomllib.loads(text))


@cache
def letters() -> frozenset[str]:
    """Give the kinds of letters that a case may come with."""
    return frozenset(one for source in report_forms().source.values() for one in source.letters)


def entered_fields() -> dict[str, Entered]:
    """Give every figure that is entered, by its name."""
    return {name: one for part in report_forms().entered.values() for name, one in part.items()}
