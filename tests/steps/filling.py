"""Fills forms from their JSON schema alone, as a program that has never seen the project would."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

Schema = Mapping[str, Any]


class Filler:
    """Fills a form with plausible values.

    Args:
        random: chooses among alternatives; without it the first is taken, and only what is
            required is filled.
        today: the day forms are filled on.
    """

    def __init__(self, today: date, random: Random | None = None) -> None:
        self.today, self.random = today, random
        self.people = 0

    def form(self, schema: Schema) -> Any:
        """Give a value that fits a schema."""
        if "oneOf" in schema:
            return self.pick(schema["oneOf"])["const"]
        if "enum" in schema:
            return self.pick(schema["enum"])
        return getattr(self, schema["type"])(schema)

    def pick(self, choices: Any) -> Any:
        """Give one of several, the first unless chance decides."""
        return self.random.choice(choices) if self.random else choices[0]

    def object(self, schema: Schema) -> dict[str, Any]:
        """Fill a table: what is required, and by chance some of the rest."""
        required = set(schema.get("required", ()))
        chosen = {
            name: self.form(part)
            for name, part in schema["properties"].items()
            if name in required or self.wanted(part)
        }
        condition = schema.get("if", {}).get("properties", {})
        if condition and all(chosen.get(k) == v["const"] for k, v in condition.items()):
            for name in schema["then"]["required"]:
                chosen.setdefault(name, self.form(schema["properties"][name]))
        return chosen

    def wanted(self, part: Schema) -> bool:
        """Tell whether chance fills a field that may be left empty; formats it knows not, never."""
        unknown = part.get("format") not in (None, "date", "date-time")
        empty = part.get("enum") == [] or part.get("items", {}).get("enum") == []
        bare_list = part.get("type") == "array" and part.get("items") == {"type": "string"}
        if unknown or empty or bare_list or part.get("type") == "boolean":
            return bool(part.get("type") == "boolean" and self.chance(0.8))
        return self.chance(0.3)

    def chance(self, likelihood: float) -> bool:
        """Throw a coin; without chance, flags are set and the rest is left empty."""
        return self.random.random() < likelihood if self.random else likelihood > 0.5

    def array(self, schema: Schema) -> list[Any]:
        """Fill a list with as few as it takes, or by chance one or two more."""
        least = max(schema.get("minItems", 1), 2 if self.names_parties(schema) else 1)
        count = least + (self.random.randint(0, 1) if self.random else 0)
        count = min(count, schema.get("maxItems", count))
        items = schema["items"]
        if schema.get("uniqueItems") and "oneOf" in items:
            keys = [one["const"] for one in items["oneOf"]]
            count = min(count, len(keys))
            return self.random.sample(keys, count) if self.random else keys[:count]
        return [self.form(items) for _ in range(count)]

    def names_parties(self, schema: Schema) -> bool:
        """Tell whether a list asks for the two sides of a dispute."""
        return "side" in schema["items"].get("properties", {}) and self.people == 0

    def string(self, schema: Schema) -> str:
        """Fill a text, day, moment or amount."""
        match schema.get("format"):
            case "date":
                latest = schema.get("formatMaximum")
                return latest or (self.today + timedelta(days=10)).isoformat()
            case "date-time":
                latest = schema.get("formatMaximum")
                ahead = datetime.fromisoformat(f"{self.today}T09:00:00+08:00") + timedelta(
                    days=3
                )
                return latest or ahead.isoformat()
        if "pattern" in schema:
            return "1200.50"
        self.people += 1
        return f"说明{self.people}"[: schema.get("maxLength", 200)]

    def boolean(self, _: Schema) -> bool:
        """Tick a box, mostly."""
        return self.chance(0.8)

    def integer(self, schema: Schema) -> int:
        """Give the smallest number allowed."""
        return int(schema.get("minimum", 1)) or 1
