"""One question at a time: the same form cut into steps, its answers carried along."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from mediation.web.fields import OCCURRED, Field, FieldMaker, Schema
from mediation.web.submitted import PACKS, data_of, text_of

UNCARRIED = frozenset(
    {"guard", "key", "version", "step", "at", "more", "application", "acknowledged_duplicates"}
)
Faults = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Wizard:
    """A form at one of its steps.

    Args:
        steps: the questions of each step; what may be left empty is asked together at the end,
            and the step behind the last one shows all answers once more.
        at: the step shown.
        carried: the answers of the other steps, as they were typed.
    """

    steps: Sequence[Sequence[Field]]
    at: int
    carried: Sequence[tuple[str, str]]

    @property
    def shown(self) -> Sequence[Field]:
        """The questions of this step."""
        return () if self.last else self.steps[self.at]

    @property
    def last(self) -> bool:
        """Whether this is the step that shows all answers."""
        return self.at == len(self.steps)


def wizard(
    schema: Schema, form: FormData, faults: Faults, rows: Mapping[str, int], *, refused: bool
) -> Wizard:
    """Give a form at the step somebody wants to see.

    He goes on only when nothing is wrong with the step he has filled in; back he may always go.

    Args:
        faults: what is wrong with the form as it stands.
        rows: table -> how many rows to draw.
        refused: whether the whole was sent; it then shows the first step with something wrong.
    """
    data = data_of(schema, form)
    steps = steps_of(FieldMaker(faults, rows).fields(schema, data))
    before = number(text_of(form, "at"))
    at = min(number(text_of(form, "step") or text_of(form, "at")), len(steps))
    if refused:
        at = next((no for no, step in enumerate(steps) if faulty(step)), len(steps))
    elif at > before and before < len(steps) and faulty(steps[before]):
        at = before
    elif at != before or text_of(form, "more"):
        # What has not been asked yet is not wrong yet.
        steps = steps_of(FieldMaker(rows=rows).fields(schema, data))
    asked = {one.name for one in steps[at]} if at < len(steps) else {OCCURRED, *PACKS}
    return Wizard(steps, at, carried(form, asked))


def steps_of(fields: Iterable[Field]) -> list[Sequence[Field]]:
    """Cut a form into steps: each question that must be answered alone, the others together."""
    listed = list(fields)
    steps: list[Sequence[Field]] = [[one] for one in listed if one.required]
    optional = [one for one in listed if not one.required]
    return [*steps, optional] if optional else steps


def faulty(fields: Iterable[Field]) -> bool:
    """Tell whether anything is wrong with some questions."""
    return any(one.faulty for one in fields)


def carried(form: FormData, asked: Container[str]) -> list[tuple[str, str]]:
    """Give the answers that this step does not ask for."""
    return [
        (name, value)
        for name, value in form.multi_items()
        if isinstance(value, str)
        and value
        and name not in UNCARRIED
        and name.partition(".")[0] not in asked
    ]


def number(typed: str) -> int:
    """Read the number of a step."""
    return int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else 0
