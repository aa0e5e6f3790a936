"""The State Council's yearly holiday notices, read strictly from data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from mediation.engine.errors import DefinitionError, unknown
from mediation.language import Label, Message

SATURDAY: Final = 5

# The first year of the republic, and the last whose New Year's Eve has a day after it.
YEARS: Final = range(1949, 9999)

# The longest run of days off so far was ten (2020); a longer one is a mistyped month.
LONGEST_HOLIDAY: Final = timedelta(days=16)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One holiday of a notice: its name, its days off, and the weekend days worked for it."""

    name: Label
    first: date
    last: date
    work: tuple[date, ...] = ()

    def days(self) -> Iterator[date]:
        """Give its days off, first to last."""
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(ordinal)

    def as_data(self) -> dict[str, object]:
        """Give it in the shape of the file, with days as ISO text."""
        told: dict[str, object] = {
            "name": {"zh": self.name.zh, "en": self.name.en},
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
        }
        if self.work:
            told["work"] = [day.isoformat() for day in self.work]
        return told


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice for one year; `document` is its number, or several joined by 、."""

    year: int
    document: str
    published: date | None
    holidays: tuple[Holiday, ...]

    def as_data(self) -> dict[str, object]:
        """Give it in the shape of the file, with days as ISO text."""
        told: dict[str, object] = {"year": self.year, "document": self.document}
        if self.published is not None:
            told["published"] = self.published.isoformat()
        told["holiday"] = [holiday.as_data() for holiday in self.holidays]
        return told


def read_notice(raw: Mapping[str, object], file: str) -> Notice:
    """Read one notice, refusing whatever is not understood.

    Args:
        raw: the keys of a `workflows/holidays/<year>.toml`; days are dates or ISO text.
        file: what an error shall name as the place of the mistake.

    Raises:
        DefinitionError: a key is unknown, missing or of the wrong kind, or a day cannot be.
    """
    table = _Table(raw, file, "")
    table.allow(required=("year", "document", "holiday"), optional=("published",))
    year = table.year("year")
    notice = Notice(
        year=year,
        document=table.text("document"),
        published=table.day("published") if "published" in raw else None,
        holidays=tuple(_read_holiday(entry, year) for entry in table.tables("holiday")),
    )
    _refuse_clashes(notice, file)
    return notice


def _read_holiday(table: "_Table", year: int) -> Holiday:
    table.allow(required=("name", "from", "to"), optional=("work",))
    first, last = table.day("from"), table.day("to")
    if not first <= last < first + LONGEST_HOLIDAY:
        problem = Message("从{first}到{last}不是一段假期", {"first": first, "last": last})
        raise table.mistake("to", problem)
    holiday = Holiday(table.label("name"), first, last, table.days("work"))
    for day in (first, last, *holiday.work):
        # A notice reaches back into December for New Year's Day, never further.
        if not date(year - 1, 12, 1) <= day <= date(year, 12, 31):
            problem = Message("{day}不属于{year}年的安排", {"day": day, "year": year})
            raise table.mistake("from" if day in (first, last) else "work", problem)
    for day in holiday.work:
        if day.weekday() < SATURDAY:
            raise table.mistake("work", Message("{day}本来就是工作日", {"day": day}))
    return holiday


def _refuse_clashes(notice: Notice, file: str) -> None:
    seen: set[date] = set()
    for position, holiday in enumerate(notice.holidays, start=1):
        for day in (*holiday.days(), *holiday.work):
            if day in seen:
                where = f"holiday[{position}]"
                raise DefinitionError(file, where, Message("{day}出现了两次", {"day": day}))
            seen.add(day)


class _Table:
    """One table of a file under reading, which knows where it stands."""

    def __init__(self, raw: Mapping[str, object], file: str, path: str) -> None:
        self.raw, self.file, self.path = raw, file, path

    def mistake(self, key: str, problem: Message) -> DefinitionError:
        return DefinitionError(self.file, f"{self.path}.{key}".lstrip("."), problem)

    def allow(self, required: Iterable[str], optional: Iterable[str] = ()) -> None:
        required, known = tuple(required), (*required, *optional)
        for key in self.raw:
            if key not in known:
                raise self.mistake(key, unknown(key, known))
        for key in required:
            if key not in self.raw:
                raise self.mistake(key, Message("缺少这一项"))

    def year(self, key: str) -> int:
        value = self.raw[key]
        if isinstance(value, bool) or not isinstance(value, int) or value not in YEARS:
            raise self.mistake(key, Message("应为年份，如2026"))
        return value

    def text(self, key: str) -> str:
        value = self.raw[key]
        if not isinstance(value, str) or not value.strip():
            raise self.mistake(key, Message("应为文字，且不得为空"))
        return value

    def day(self, key: str) -> date:
        return self._as_day(key, self.raw[key])

    def days(self, key: str) -> tuple[date, ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            raise self.mistake(key, Message("应为日期的列表，如[2026-10-10]"))
        return tuple(self._as_day(key, day) for day in value)

    def label(self, key: str) -> Label:
        value = self.raw[key]
        if not isinstance(value, Mapping):
            raise self.mistake(key, Message("应为中英文名称"))
        names = _Table(value, self.file, f"{self.path}.{key}".lstrip("."))
        names.allow(required=("zh", "en"))
        return Label(names.text("zh"), names.text("en"))

    def tables(self, key: str) -> Iterator["_Table"]:
        """Give the entries of a list of tables, counted from 1 in their paths.

        Raises:
            DefinitionError: there is none, or one is no table.
        """
        value = self.raw[key]
        if not isinstance(value, list) or not value:
            raise self.mistake(key, Message("应至少有一段假期"))
        for position, entry in enumerate(value, start=1):
            path = f"{key}[{position}]"
            if not isinstance(entry, Mapping):
                raise DefinitionError(self.file, path, Message("应为一段假期"))
            yield _Table(entry, self.file, path)

    def _as_day(self, key: str, value: object) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            problem = Message("应为日期，如2026-10-01，而不是{value}", {"value": value})
            raise self.mistake(key, problem) from None
