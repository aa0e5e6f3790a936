"""Sentences for people: Chinese is the source, English a catalogue beside it."""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, NamedTuple

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["zh", "en"]
ENGLISH: Final = Path(__file__).with_name("english")
"""The English of every sentence, a file for each part of the program."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Label(NamedTuple):
    """A name or sentence that carries both languages itself, as workflow data does."""

    zh: str
    en: str

    def to(self, language: Language) -> str:
        """Give the sentence in one language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the program: its Chinese text is the catalogue key, `{name}` marks a value.

    A value may itself be a Label or a Message; days are written 2026年10月9日 and 2026-10-09.
    """

    text: str
    values: Mapping[str, object] = field(default_factory=dict)

    def to(self, language: Language) -> str:
        """Give the sentence in one language, its values in that language too."""
        template = catalogue().gettext(self.text) if language == "en" else self.text
        return template.format(
            **{name: spoken(value, language) for name, value in self.values.items()}
        )


def spoken(value: object, language: Language) -> str:
    """Write one value as a reader of that language expects it."""
    if isinstance(value, Label | Message):
        return value.to(language)
    if isinstance(value, date) and not isinstance(value, datetime):
        return (
            value.isoformat()
            if language == "en"
            else f"{value.year}年{value.month}月{value.day}日"
        )
    if isinstance(value, tuple | list):
        return ("; " if language == "en" else "；").join(
            spoken(item, language) for item in value
        )
    return str(value)


@cache
def catalogue() -> gettext.NullTranslations:
    """Load the English catalogue, compiled in memory from its texts."""
    made = gettext.NullTranslations()
    for source in sorted(ENGLISH.glob("*.po")):
        compiled = BytesIO()
        with source.open("rb") as file:
            write_mo(compiled, read_po(file, locale="en"))
        compiled.seek(0)
        part = gettext.GNUTranslations(compiled)
        part.add_fallback(made)
        made = part
    return made
