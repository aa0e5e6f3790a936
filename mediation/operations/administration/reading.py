"""What the forms of administration ask for, and how what was filled in is read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mediation.errors import Faults, InputRefused
from mediation.language import Message
from mediation.operations.answers.words import Words
from mediation.text import LONGEST_LINE, day

Data = Mapping[str, Any]
Schema = dict[str, Any]

SINCE: Final = Message("从哪天起")
TODAY: Final = Message("不填就是今天")
UNTIL: Final = Message("到哪天为止")
FIRST_DAY_OFF: Final = Message("从这一天起不再任职；不定期的不填")


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of a form, as a JSON Schema that pages draw."""

    words: Words

    def form(self, required: Sequence[str], **fields: Schema) -> Schema:
        """Give a whole form."""
        return {"type": "object", "properties": fields, "required": list(required)}

    def line(self, title: Message, explained: Message | None = None) -> Schema:
        """Ask for a line of text."""
        return {"type": "string", "maxLength": LONGEST_LINE, **self.titled(title, explained)}

    @staticmethod
    def preset(field: Schema, value: str | None) -> Schema:
        """Give a field in which something stands from the beginning."""
        return field | {"default": value} if value else field

    def day(self, title: Message, explained: Message | None = None) -> Schema:
        """Ask for a day."""
        return {"type": "string", "format": "date", **self.titled(title, explained)}

    def flag(self, title: Message, explained: Message) -> Schema:
        """Ask yes or no."""
        return {"type": "boolean", **self.titled(title, explained)}

    def one(
        self, title: Message, names: Mapping[str, str], explained: Message | None = None
    ) -> Schema:
        """Ask for one of some names."""
        return {"type": "string", **self.titled(title, explained), "oneOf": choices(names)}

    def several(
        self, title: Message, names: Mapping[str, str], explained: Message | None = None
    ) -> Schema:
        """Ask for any number of some names."""
        items = {"type": "string", "oneOf": choices(names)}
        return {"type": "array", **self.titled(title, explained), "items": items}

    def titled(self, title: Message, explained: Message | None = None) -> Schema:
        """Give a field's title, and what is said under it."""
        told = {"title": self.words.say(title)}
        return told | {"description": self.words.say(explained)} if explained else told


def choices(names: Mapping[str, str]) -> list[dict[str, str]]:
    """Give what may be chosen, as a JSON Schema says it."""
    return [{"const": key, "title": title} for key, title in names.items()]


class Filled:
    """A form as it was filled in; its faults are gathered."""

    def __init__(self, data: Data) -> None:
        self.data, self.faults = data, Faults()

    def text(self, name: str, rule: Callable[[object], str]) -> str:
        """Read a text that must be there."""
        return self.faults.take(name, rule, self.data.get(name, "")) or ""

    def one(self, name: str, names: Iterable[str]) -> str:
        """Read one of some names that must be chosen."""
        return self.faults.take(name, chosen(names), self.data.get(name)) or ""

    def one_or_none(self, name: str, names: Iterable[str]) -> str | None:
        """Read one of some names, if any was chosen."""
        given = self.data.get(name)
        return self.faults.take(name, chosen(names), given) if given else None

    def several(self, name: str, names: Iterable[str]) -> list[str]:
        """Read what was chosen of some names."""
        rule = chosen(names)
        given = self.data.get(name) or []
        return [one for each in given if (one := self.faults.take(name, rule, each))]

    def day(self, name: str) -> date | None:
        """Read a day, if one was given."""
        given = self.data.get(name)
        return self.faults.take(name, day, given) if given else None

    def needed_day(self, name: str) -> date | None:
        """Read a day that must be there; None once its fault is noted."""
        return self.faults.take(name, day, self.data.get(name, ""))

    def since(self, today: date) -> date:
        """Read from when something holds: today, or a day to come."""
        return self.not_before("from_on", today, self.day("from_on") or today)

    def until(self, since: date) -> date | None:
        """Read until when something holds, if that is known."""
        until = self.day("until_on")
        if until is not None and until <= since:
            self.faults.add("until_on", Message("应晚于开始的日子"))
        return until

    def not_before(self, name: str, today: date, wanted: date) -> date:
        """Read a day that is not past: what was decided under a right stays decided."""
        if wanted < today:
            self.faults.add(name, Message("不能早于今天"))
        return wanted


def chosen(names: Iterable[str]) -> Callable[[object], str]:
    """Give the rule that accepts one of the names that were offered."""
    known = frozenset(names)

    def rule(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise InputRefused(Message("请从列出的选项中选择"))
        return value

    return rule
