"""Place packs told: the numbers each place sets, and the articles they stand on."""

from collections.abc import Iterator
from typing import Any

from mediation.engine.workflows.composing import RISE
from mediation.engine.workflows.files import NumberFile, SpanFile, units
from mediation.engine.workflows.reading import NATIONAL
from mediation.language import Message
from mediation.operations.answers.words import Told, Words


def places_named(words: Words) -> dict[str, str]:
    """Give the packs of periods by name: a place is known by its own statutes."""
    return {place: place_named(words, place) for place in words.library.places}


def place_named(words: Words, place: str) -> str:
    """Name a pack of periods."""
    if place == NATIONAL:
        return words.say(Message("全国通用"))
    pack, articles = words.library.places.get(place, {}), words.library.law.article
    cited = [articles[one.law].statute for one in pack.values() if one.law in articles]
    return "、".join(f"《{one}》" for one in dict.fromkeys(cited)) or place


def places_told(words: Words) -> list[Told]:
    """Tell every pack with its numbers; that of the whole country first."""
    packs = sorted(words.library.places.items(), key=lambda one: (one[0] != NATIONAL, one[0]))
    return [
        {
            "place": place,
            "label": place_named(words, place),
            "numbers": [number_told(words, name, number) for name, number in pack.items()],
        }
        for place, pack in packs
    ]


def number_told(words: Words, name: str, number: NumberFile) -> Told:
    """Tell one number with the period it is for; what a pack leaves open is the nation's."""
    written = list(periods(words, name))
    laws = [number.law] if number.law else dict.fromkeys(one.law for one in written)
    effect = number.effect or (written[0].effect if written else None)
    return {
        "name": name,
        "label": period_label(words, name, written),
        "span": span_told(number),
        "extension": span_told(number.extension) if number.extension else None,
        "remind": number.remind,
        "effect_label": words.effect(effect) if effect else "",
        "fires_label": words.event(number.fires) if number.fires else "",
        "citations": [words.citation(law) for law in laws if law],
    }


def span_told(span: SpanFile) -> Told | None:
    """Tell a length of time; None if there is none."""
    return next(({"unit": unit, "count": count} for unit, count in units(span).items()), None)


def period_label(words: Words, name: str, written: list[Any]) -> str:
    """Name a period as the first chart that has it does."""
    if name == RISE:
        return words.say(Message("上级督办的时间"))
    return str(getattr(written[0].label, words.language)) if written else name


def periods(words: Words, name: str) -> Iterator[Any]:
    """Give a period wherever a stage, side machine or kind writes it."""
    library = words.library
    kinds = library.kinds.values()
    placed = (place for kind in kinds for place in kind.place.values())
    charts: list[Any] = [*library.stages.values(), *library.machines.values()]
    for chart in (*charts, *kinds, *placed):
        if name in chart.period:
            yield chart.period[name]
