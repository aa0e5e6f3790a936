"""Values as papers print them, people masked: for a desk that shows where they came from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.engine.workflows.definitions import Workflow
from mediation.language import Message
from mediation.rendering import values
from mediation.rendering.values import ByParty, Choice, Fen, Key
from mediation.rendering.vocabulary import vocabulary

LONGEST: Final = 60
"""So much of a text shows which one it is; the whole stands on the paper."""
YES, NO = Message("是"), Message("否")


class Prints:
    """Writes the values of one case.

    Args:
        parties: the parties' names by ref, masked.
        officers: the officers' names by handle.
    """

    def __init__(
        self, workflow: Workflow, parties: Mapping[str, str], officers: Mapping[str, str]
    ) -> None:
        self.known, self.parties, self.officers = vocabulary(workflow), parties, officers

    def fact(self, name: str, value: Any) -> str:
        """Write a fact."""
        read = self.known.fact_readers.get(name)
        return self.written(read(value) if read else value)

    def field(self, definition: str, field: str, value: Any) -> str:
        """Write what was filled into a field of an event."""
        read = self.known.forms[definition].readers.get(field)
        return self.written(read(value) if read else value)

    def day(self, at: datetime) -> str:
        """Write the day of a moment."""
        return values.day(shanghai_day(at))

    def written(self, value: Any) -> str:
        """Write a value by its type."""
        ways = (write for kind, write in WAYS if isinstance(value, kind))
        write = next(ways, lambda _, other: str(other))
        return write(self, value)

    def named(self, key: Key) -> str:
        """Name a party or an officer; a body goes by its code."""
        return self.parties.get(key) or self.officers.get(key) or str(key)

    def by_party(self, entries: ByParty) -> str:
        """Write one value for each party."""
        pairs = entries.items()
        return "；".join(f"{self.parties.get(k, k)}：{self.written(v)}" for k, v in pairs)

    def several(self, found: Iterable[Any]) -> str:
        """Write a list."""
        return "、".join(map(self.written, found))


def clipped(text: str) -> str:
    """Give so much of a text as shows which one it is."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}……"


WAYS: Final[Sequence[tuple[Any, Callable[[Prints, Any], str]]]] = (
    (Choice, lambda _, value: value.label),
    (Key, Prints.named),
    (bool, lambda _, value: (YES if value else NO).to("zh")),
    (Fen, lambda _, value: values.money(value) or ""),
    (datetime, lambda _, value: values.moment(value)),
    (date, lambda _, value: values.day(value)),
    (ByParty, Prints.by_party),
    ((tuple, list), Prints.several),
    (str, lambda _, value: clipped(value)),
)
"""Type -> how it is written; the narrower stand before the wider."""
