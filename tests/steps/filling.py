"""Fills forms from their JSON schema alone, as a program that knows nothing else would."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

Schema = Mapping[str, Any]

KNOWN_FORMATS = (None, "date", "date-time", "case-number", "phone")


class Filler:
    """Fills a form with plausible values.

    Args:
        random: chooses among alternatives; without it the first is taken, and only what is
            required is filled.
        today: the day forms are filled on.
        used: how often each choice was made so far; what was chosen least comes first.
        numbers: case numbers to be named where a form asks for one.

    `eagerness` is how likely chance fills what may be left empty; `hints` are answers that did
    well before, by the names of their fields.
    """

    def __init__(
        self,
        today: date,
        random: Random | None = None,
        used: Counter[Any] | None = None,
        numbers: Sequence[str] = (),
    ) -> None:
        self.today, self.random, self.used, self.numbers = today, random, used, numbers
        self.people = 0
        self.eagerness = 0.3
        self.hints: dict[str, Any] = {}

    def form(self, schema: Schema, name: str = "") -> Any:
        """Give a value that fits a schema."""
        if "oneOf" in schema:
            return self.pick([one["const"] for one in schema["oneOf"]], name)
        if "enum" in schema:
            return self.pick(schema["enum"], name)
        made = getattr(self, schema["type"])
        return made(schema, name) if schema["type"] in {"array", "object"} else made(schema)

    def pick(self, choices: Sequence[Any], name: str = "") -> Any:
        """Give one of several, the first unless chance decides."""
        if not self.random:
            return choices[0]
        if self.hints.get(name) in choices and self.random.random() < 0.85:
            return self.hints[name]
        if self.used is None or self.random.random() < 0.3:
            return self.random.choice(choices)
        used = self.used
        fresh = min(choices, key=lambda one: (used[name, one], self.rank()))
        used[name, fresh] += 1
        return fresh

    def rank(self) -> float:
        """Draw a place among equals."""
        return self.random.random() if self.random else 0.0

    def object(self, schema: Schema, name: str = "") -> dict[str, Any]:
        """Fill a table: what is required, and by chance some of the rest."""
        required = set(schema.get("required", ()))
        properties = schema["properties"]
        alike = len(required) > 1 and same_choices(properties.values())
        if alike and self.rank() < 0.6:
            # One question to several people: most often they are of one mind.
            answer = self.form(next(iter(properties.values())), name)
            return dict.fromkeys(properties, answer)
        chosen = {
            key: self.form(part, name if alike else key)
            for key, part in properties.items()
            if key in required or self.wanted(part)
        }
        condition = schema.get("if", {}).get("properties", {})
        if condition and all(chosen.get(k) == v["const"] for k, v in condition.items()):
            for key in schema["then"]["required"]:
                chosen.setdefault(key, self.form(properties[key], key))
        return chosen

    def wanted(self, part: Schema) -> bool:
        """Tell whether chance fills a field that may be left empty; formats unknown, never."""
        if part.get("type") == "boolean":
            return self.chance(0.8)
        known = fillable(part) and part.get("format") in KNOWN_FORMATS
        return known and self.chance(self.eagerness)

    def chance(self, likelihood: float) -> bool:
        """Throw a coin; without chance, flags are set and the rest is left empty."""
        return self.random.random() < likelihood if self.random else likelihood > 0.5

    def array(self, schema: Schema, name: str = "") -> list[Any]:
        """Fill a list with as few as it takes, or by chance one or two more."""
        items = schema["items"]
        if self.eagerness > 0.5 and (known := items.get("properties", {}).get("ref")):
            # What is asked of those already known is told of each.
            return [{**self.form(items), "ref": one["const"]} for one in known["oneOf"]]
        least = max(schema.get("minItems", 1), 2 if self.names_parties(schema) else 1)
        count = least + (self.random.randint(0, 1) if self.random else 0)
        count = min(count, schema.get("maxItems", count))
        if schema.get("uniqueItems") and "oneOf" in items:
            keys = [one["const"] for one in items["oneOf"]]
            count = min(count, len(keys))
            return self.random.sample(keys, count) if self.random else keys[:count]
        return [self.form(items, name) for _ in range(count)]

    def names_parties(self, schema: Schema) -> bool:
        """Tell whether a list asks for the two sides of a dispute."""
        return "side" in schema["items"].get("properties", {})

    def string(self, schema: Schema) -> str:
        """Fill a text, day, moment, amount or case number."""
        match schema.get("format"):
            case "date":
                ahead_day = (self.today + timedelta(days=10)).isoformat()
                ahead_day = max(ahead_day, schema.get("formatMinimum", ""))
                return str(schema.get("formatMaximum", ahead_day))
            case "date-time":
                latest = schema.get("formatMaximum")
                ahead = datetime.fromisoformat(f"{self.today}T09:00:00+08:00")
                return latest or (ahead + timedelta(days=3)).isoformat()
            case "phone":
                self.people += 1
                return f"139{self.people:08}"
            case "case-number" if self.numbers:
                return str(self.pick(self.numbers))
        if "pattern" in schema:
            return "1200.50"
        self.people += 1
        return f"说明{self.people}"[: schema.get("maxLength", 200)]

    def boolean(self, schema: Schema) -> bool:
        """Tick a box: what must be, else mostly."""
        return "const" in schema or self.chance(0.8)

    def integer(self, schema: Schema) -> int:
        """Give the smallest number allowed."""
        return int(schema.get("minimum", 1)) or 1


def same_choices(parts: Any) -> bool:
    """Tell whether several fields offer the same choices."""
    offered = [[one["const"] for one in part.get("oneOf", ())] for part in parts]
    return bool(offered[0]) and all(one == offered[0] for one in offered)


def fillable(part: Schema) -> bool:
    """Tell whether a field has anything to choose from, if it is a choice."""
    items = part.get("items", {})
    return part.get("enum") != [] and items.get("enum") != [] and items != {"type": "string"}
