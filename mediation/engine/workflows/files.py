"""The shape of the files under `workflows/`: what may stand in them and nothing else."""

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    model_validator,
)

from mediation.engine.legal_time.spans import LONGEST
from mediation.engine.workflows.definitions import ClockPolicy, Effect, Shortcut

FIELD_TYPES = Literal[
    "text", "long_text", "flag", "number", "money", "day", "moment", "choice", "choices",
    "class", "party", "parties", "officer", "officers", "body", "case", "people", "obligations",
    "attachment", "paper",
]  # fmt: skip
FACT_TYPES = Literal[
    "flag", "choice", "choices", "number", "money", "day", "moment", "text", "officers", "body",
    "case", "parties", "party_days", "party_choices", "records",
]  # fmt: skip

Length = Annotated[StrictInt, Field(ge=1, le=LONGEST)]
Yes = Literal[True]
Constant = StrictBool | StrictInt | StrictStr


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self, *names: str) -> list[str]:
        """List those of some keys that are written."""
        return [name for name in names if name in self.model_fields_set]


def series_pattern(pattern: str) -> str:
    """Accept the pattern of a series; it knows the year, the body's word and the number.

    Raises:
        ValueError: anything else stands in it.
    """
    try:
        pattern.format(year=1, word="", n=1)
    except (LookupError, ValueError) as fault:
        message = "only {year}, {word} and {n} may stand in it"
        raise ValueError(message) from fault
    return pattern


class Text(Strict):
    """A sentence in both languages."""

    zh: Annotated[StrictStr, Field(min_length=1)]
    en: Annotated[StrictStr, Field(min_length=1)]


class ArticleFile(Strict):
    """One provision of `law.toml`."""

    statute: StrictStr
    number: StrictStr
    rule: Text
    since: date = Field(alias="from")
    until: date | None = None


class Labelled(Strict):
    """A word of the field."""

    label: Text


class TierFile(Labelled):
    """A tier, with its rank from the community upwards."""

    rank: StrictInt


class SortFile(Labelled):
    """A sort of body, and whether residents apply to it for mediation."""

    mediates: StrictBool = False


class SeriesFile(Labelled):
    """A series of numbers and how one is written."""

    pattern: Annotated[StrictStr, AfterValidator(series_pattern)]


class DocumentFile(Labelled):
    """A paper: what it must not lack, and whether only the parties' consent changes it."""

    requires: list[StrictStr] = []
    by_consent: StrictBool = False


class LawFile(Strict):
    """`law.toml`."""

    article: dict[str, ArticleFile]


class BodiesFile(Strict):
    """`bodies.toml`."""

    sort: dict[str, SortFile]
    tier: dict[str, TierFile]
    role: dict[str, Labelled]
    series: dict[str, SeriesFile]
    document: dict[str, DocumentFile]


class ItemFile(Labelled):
    """An item of a dossier: the papers and attachments under it, the needs that miss it."""

    papers: list[StrictStr]
    evidence: list[StrictStr] = []
    needs: list[StrictStr] = []


class DossierFile(Strict):
    """`dossier.toml`: what a file holds, what completes it, which grade is bound together."""

    completed_by: StrictStr
    bound_together: StrictStr
    item: dict[str, ItemFile]


class ListsFile(Strict):
    """`lists.toml`: the choices shared by forms."""

    list: dict[str, dict[str, Text]]


class FactFile(Strict):
    """One entry of the facts' schema."""

    type: FACT_TYPES
    label: Text
    options: StrictStr | dict[str, Text] | None = None
    default: Constant | list[StrictStr] | None = None
    engine: StrictBool = False


class FactsFile(Strict):
    """`facts.toml`."""

    fact: dict[str, FactFile]


class SpanFile(Strict):
    """A number of exactly one unit."""

    hours: Length | None = None
    days: Length | None = None
    working_days: Length | None = None
    months: Length | None = None
    years: Length | None = None


def of_one_unit(span: SpanFile) -> SpanFile:
    """Accept a span of exactly one unit.

    Raises:
        ValueError: it has none, or several.
    """
    if len(units(span)) != 1:
        message = "exactly one unit"
        raise ValueError(message)
    return span


class NumberFile(SpanFile):
    """What a place sets for a period."""

    extension: Annotated[SpanFile, AfterValidator(of_one_unit)] | None = None
    remind: StrictInt | None = Field(default=None, ge=1)
    effect: Effect | None = None
    fires: StrictStr | None = None
    law: StrictStr | None = None


class TestFile(Strict):
    """A condition: one subject and one way of testing it."""

    SUBJECTS: ClassVar = ("fact", "field", "need")
    WAYS: ClassVar = ("is_", "not_", "in_", "min", "present", "absent")
    MAY_TEST_NOTHING: ClassVar = False

    fact: StrictStr | None = None
    field: StrictStr | None = None
    need: StrictStr | None = None
    is_: Constant | None = Field(default=None, alias="is")
    not_: Constant | None = Field(default=None, alias="not")
    in_: list[Constant] | None = Field(default=None, alias="in")
    min: StrictInt | None = None
    present: Yes | None = None
    absent: Yes | None = None

    @model_validator(mode="after")
    def tests_one_thing(self) -> Self:
        """Accept a test of one thing in one way.

        Raises:
            ValueError: it tests two things, or one in two ways.
        """
        if self.MAY_TEST_NOTHING and not self.given(*self.SUBJECTS, *self.WAYS):
            return self
        if len(self.given(*self.SUBJECTS)) != 1:
            message = f"exactly one of {', '.join(self.SUBJECTS)}"
            raise ValueError(message)
        if len(self.given(*self.WAYS)) > 1:
            message = "more than one way of testing"
            raise ValueError(message)
        return self


class BranchFile(TestFile):
    """A condition and where it leads; the last has no condition."""

    MAY_TEST_NOTHING: ClassVar = True

    to: StrictStr = ""


class NeedFile(TestFile):
    """A need: a fact, guard, period or side machine, and the blocker if it is not met."""

    guard: StrictStr | None = None
    period: StrictStr | None = None
    machine: StrictStr | None = None
    kinds: list[StrictStr] = []
    none_in: list[StrictStr] | None = None
    all_in: list[StrictStr] | None = None
    some_in: list[StrictStr] | None = None
    of: StrictStr | None = None
    sides: list[StrictStr] | None = None
    when: TestFile | None = None
    unless: StrictStr = ""
    blocker: Text
    law: StrictStr
    who: StrictStr = ""
    remedy: StrictStr = ""

    @model_validator(mode="after")
    def tests_one_thing(self) -> Self:
        """Accept a need over one thing; a guard has `machine`, `is` and `in` for arguments.

        Raises:
            ValueError: it is over two things, or tests one in two ways.
        """
        subjects = self.given("guard") or self.given(*self.SUBJECTS, "period", "machine")
        ways = () if self.guard else self.given(*self.WAYS, "none_in", "all_in", "some_in")
        stands = self.period is None or self.is_ in ("running", "over", "none")
        named = self.machine is None or self.guard or self.given("none_in", "all_in", "some_in")
        if len(subjects) != 1 or len(ways) > 1 or not (stands and named):
            message = "exactly one guard, fact, need, period or machine, tested in one way"
            raise ValueError(message)
        return self


class BodiesChoice(Strict):
    """Which bodies a field offers."""

    sorts: list[StrictStr] = []
    tiers: list[StrictStr] = []


class FieldFile(Strict):
    """One field of a form."""

    label: Text
    type: FIELD_TYPES
    required: StrictBool = True
    sets: StrictStr = ""
    by_party: StrictStr = ""
    sealed: StrictBool = False
    plain: StrictBool = False
    options: StrictStr | dict[str, Text] | None = None
    bodies: BodiesChoice = BodiesChoice()
    roles: list[StrictStr] = []
    sides: list[StrictStr] = []
    future: StrictBool = False
    not_before: StrictStr = ""
    must: StrictBool = False
    other_than: StrictStr = ""
    min: StrictInt | None = None
    max: StrictInt | None = None
    help: Text | None = None
    known: StrictBool = False
    online: StrictStr = ""


class EffectFile(Strict):
    """One effect with the keys that go with it."""

    KEYS: ClassVar = {
        "start": {"kind", "receiver", "sender", "each"},
        "extend": set[str](),
        "restart": set[str](),
        "end": set[str](),
        "custody": set[str](),
        "rise": set[str](),
        "reproject": set[str](),
        "move": {"event"},
    }

    start: StrictStr | None = None
    kind: StrictStr = ""
    receiver: StrictStr = ""
    sender: StrictStr = ""
    each: StrictStr = ""
    extend: StrictStr | None = None
    restart: StrictStr | None = None
    end: StrictStr | None = None
    custody: Literal["receiver", "sender"] | None = None
    rise: list[StrictStr] | None = None
    reproject: Yes | None = None
    move: StrictStr | None = None
    event: StrictStr = ""

    @model_validator(mode="after")
    def is_one_effect(self) -> Self:
        """Accept one effect.

        Raises:
            ValueError: there are two in one, or keys that belong to another.
        """
        named = self.given(*self.KEYS)
        if len(named) != 1 or not self.model_fields_set - {named[0]} <= self.KEYS[named[0]]:
            message = f"exactly one of {', '.join(self.KEYS)}, with its own keys"
            raise ValueError(message)
        return self


class EventFile(Strict):
    """An event of a stage, a placement or a side machine."""

    label: Text
    from_: list[StrictStr] = Field(default=[], alias="from")
    to: StrictStr = ""
    branches: list[BranchFile] = []
    by: list[StrictStr]
    on_behalf: list[StrictStr] = []
    on: StrictStr = ""
    on_kinds: list[StrictStr] = []
    kinds: list[StrictStr] = []
    needs: list[StrictStr] = []
    issues: list[StrictStr] = []
    numbers: dict[str, StrictStr] = {}
    set: dict[str, Constant | list[StrictStr]] = {}
    stamp: list[StrictStr] = []
    stamp_latest: dict[str, list[StrictStr]] = {}
    stamp_actor: list[StrictStr] = []
    count: list[StrictStr] = []
    clear: list[StrictStr] = []
    law: list[StrictStr]
    notify: list[StrictStr] = []
    effects: list[EffectFile] = []
    opens: StrictBool = False
    shortcut: Shortcut = ""
    form: dict[str, FieldFile] = {}

    @model_validator(mode="after")
    def leads_one_way(self) -> Self:
        """Accept a target or branches.

        Raises:
            ValueError: both are given.
        """
        if self.to and self.branches:
            message = "either to or branches"
            raise ValueError(message)
        return self


class StateFile(Strict):
    """A state of a stage or a side machine."""

    label: Text
    responsible: StrictStr = ""
    waits: StrictStr = ""
    closed: StrictBool = False
    end: StrictBool = False
    next: list[StrictStr] = []


class PeriodFile(Strict):
    """A period without its number, which stands in `periods/<place>.toml`."""

    label: Text
    starts: list[StrictStr] = []
    anchor: StrictStr = ""
    runs_in: list[StrictStr] = []
    suspended_in: list[StrictStr] = []
    when: TestFile | None = None
    until: StrictStr = ""
    effect: Effect
    fires: StrictStr = ""
    law: StrictStr
    kinds: list[StrictStr] = []
    told: Text | None = None


class ChartFile(Strict):
    """States, events, needs and periods: what stages, placements and machines share."""

    state: dict[str, StateFile] = {}
    event: dict[str, EventFile] = {}
    need: dict[str, NeedFile] = {}
    period: dict[str, PeriodFile] = {}


class StageHead(Strict):
    """What a stage says of itself."""

    label: Text
    exits: dict[str, Text] = {}
    law: list[StrictStr] = []


class ToldFile(Strict):
    """What the parties are told of a state: where their matter stands, and what comes next."""

    now: Text
    next: Text | None = None


class StageFile(ChartFile):
    """`stages/<stage>.toml`."""

    stage: StageHead
    told: dict[str, ToldFile] = {}


class MachineKindFile(Labelled):
    """A sort of side machine."""

    clock: ClockPolicy = "run"


class MachineFile(ChartFile):
    """A side machine."""

    machine: Labelled
    kind: dict[str, MachineKindFile]
    fact: dict[str, FactFile] = {}


class PlaceFile(ChartFile):
    """A stage placed, with what the kind adds to it there."""

    stage: StrictStr
    tier: StrictStr = ""
    exits: dict[str, StrictStr] = {}


class ClassFile(Labelled):
    """What a dispute is about."""

    statistic: StrictStr
    set: dict[str, Constant] = {}
    law: list[StrictStr] = []


class AddFile(Strict):
    """Needs and documents a kind adds to an event."""

    needs: list[StrictStr] = []
    issues: list[StrictStr] = []


class SetPeriodFile(Strict):
    """What a kind sets of a period."""

    effect: Effect | None = None
    fires: StrictStr | None = None
    law: StrictStr | None = None


class SetFile(Strict):
    """Keys of periods and labels of states a kind sets."""

    period: dict[str, SetPeriodFile] = {}
    label: dict[str, Text] = {}


class KindFile(Strict):
    """`<kind>.toml`."""

    kind: Labelled
    class_: Annotated[dict[str, ClassFile], Field(alias="class")]
    place: dict[str, PlaceFile]
    need: dict[str, NeedFile] = {}
    period: dict[str, PeriodFile] = {}
    add: dict[str, AddFile] = {}
    set: SetFile = SetFile()


def names_are_periods(numbers: dict[str, NumberFile]) -> dict[str, NumberFile]:
    """Accept the numbers of a place; a period without a unit only overrides what it does.

    Raises:
        ValueError: a period in two units.
    """
    for number in numbers.values():
        if len(units(number)) > 1:
            message = "more than one unit"
            raise ValueError(message)
    return numbers


PeriodsFile = Annotated[dict[str, NumberFile], AfterValidator(names_are_periods)]


def units(span: SpanFile) -> dict[str, int]:
    """Give the units a span names, with their numbers."""
    found = ((unit, getattr(span, unit)) for unit in SpanFile.model_fields)
    return {unit: value for unit, value in found if value is not None}
