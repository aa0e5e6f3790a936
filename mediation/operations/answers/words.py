"""Names of things in one language, as every door says them."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from mediation.engine.workflows.definitions import Effect
from mediation.engine.workflows.reading import Library
from mediation.language import Label, Language, Message
from mediation.operations.cases.duplicates import (
    ACKNOWLEDGED,
    ACKNOWLEDGED_LABEL,
)

Told = dict[str, Any]

EFFECTS: Final[dict[Effect, Message]] = {
    "statutory": Message("法定期限"),
    "court": Message("法院期限"),
    "service_norm": Message("办理时限"),
    "right": Message("当事人的期限，供参考"),
    "target": Message("目标时限"),
}

RELATIONS: Final = {
    "owner": Message("承办单位"),
    "desk": Message("登记单位"),
    "above": Message("督办单位"),
    "sender": Message("送出单位"),
    "receiver": Message("接收单位"),
}

ACTORS: Final = {
    "calendar": Message("期限届满"),
    "machine": Message("并行事项"),
    "case": Message("本案事项"),
}


class Words:
    """Names of things in one language, as the present files of `workflows/` give them."""

    def __init__(self, library: Library, language: Language) -> None:
        self.library, self.language = library, language

    def to(self, label: Label) -> str:
        """Give a label."""
        return label.to(self.language)

    def say(self, message: Message) -> str:
        """Give a sentence of the program."""
        return message.to(self.language)

    def citation(self, key: str) -> str:
        """Give a citation as papers print it; the key itself if no such article is known."""
        article = self.library.law.article.get(key)
        return f"《{article.statute}》{article.number}" if article else key

    def effect(self, effect: Effect) -> str:
        """Name what stands behind a period."""
        return self.say(EFFECTS[effect])

    def role(self, role: str) -> str:
        """Name a role."""
        return self.named(self.library.bodies.role, role)

    def document(self, name: str) -> str:
        """Name a paper."""
        return self.named(self.library.bodies.document, name)

    def tier(self, tier: str | None) -> str:
        """Name a tier; nothing for the doors beside the tiers."""
        return self.named(self.library.bodies.tier, tier) if tier else ""

    def state(self, name: str) -> str:
        """Name a state of a case by `placement/state`; the name itself if no kind has it."""
        return self.states[name][0] if name in self.states else name

    @cached_property
    def states(self) -> dict[str, tuple[str, str]]:
        """The label and the tier of every state that a case of any kind may be in, by name."""
        library = self.library
        places = [
            (placement, place)
            for kind in library.kinds.values()
            for placement, place in kind.place.items()
        ]
        # What a kind adds to a stage is named before the stage.
        charts: list[tuple[str, str, Any]] = [
            *((placement, place.tier, place) for placement, place in places),
            *(
                (placement, place.tier, library.stages[place.stage])
                for placement, place in places
            ),
        ]
        told: dict[str, tuple[str, str]] = {}
        for placement, tier, chart in charts:
            for bare, one in chart.state.items():
                label = str(getattr(one.label, self.language))
                told.setdefault(f"{placement}/{bare}", (label, tier))
        return told

    @cached_property
    def states_apart(self) -> dict[str, str]:
        """The same names, with the tier where it tells them apart."""
        told = Counter(label for label, _ in self.states.values())
        return {
            name: self.at_tier(label, tier) if told[label] > 1 else label
            for name, (label, tier) in self.states.items()
        }

    def at_tier(self, label: str, tier: str) -> str:
        """Name a state with its tier."""
        return self.say(Message("{label} · {tier}", {"label": label, "tier": self.tier(tier)}))

    def kind(self, kind: str) -> str:
        """Name a kind of dispute."""
        found = self.library.kinds.get(kind)
        return getattr(found.kind.label, self.language) if found else kind

    def named(self, shelf: Mapping[str, Any], key: str) -> str:
        """Name a thing of a shelf; its key if it is not there any more."""
        return str(getattr(shelf[key].label, self.language)) if key in shelf else key

    def who(self, rights: str) -> str:
        """Name who is meant by `role@relation`, or by several of them."""
        return "、".join(self.right(one) for one in rights.split("、")) if rights else ""

    def right(self, right: str) -> str:
        """Name one role in a relation."""
        role, _, relation = right.partition("@")
        if not relation:
            return self.say(ACTORS[role]) if role in ACTORS else self.role(role)
        if relation in RELATIONS:
            return self.duty(self.say(RELATIONS[relation]), role)
        return self.member(role, relation)

    def member(self, role: str, fact: str) -> str:
        """Name who of a role stands in a fact of the case, such as its mediators."""
        shelves = (self.library.facts.fact, *(m.fact for m in self.library.machines.values()))
        shelf = next((one for one in shelves if fact in one), {})
        values = {"people": self.named(shelf, fact), "role": self.role(role)}
        return self.say(Message("本案的{people}（{role}）", values))

    def duty(self, body: str, role: str) -> str:
        """Name a role in a body."""
        return self.say(Message("{body}{role}", {"body": body, "role": self.role(role)}))

    def remedy(self, name: str) -> str:
        """Name what lifts a blocker: an event, or what the opening form must say."""
        if name == ACKNOWLEDGED:
            return self.to(ACKNOWLEDGED_LABEL)
        return self.event(name) if name else ""

    def event(self, name: str) -> str:
        """Name an event wherever it is written; its own name if nowhere."""
        bare = name.rpartition(":")[2]
        library = self.library
        charts: list[Any] = [*library.stages.values(), *library.machines.values()]
        charts += [place for kind in library.kinds.values() for place in kind.place.values()]
        found = (chart.event[bare] for chart in charts if bare in chart.event)
        return next((str(getattr(one.label, self.language)) for one in found), name)
