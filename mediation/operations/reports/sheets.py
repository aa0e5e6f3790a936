"""The reports as spreadsheets: both tables, the cases behind each figure, the definitions."""

from collections.abc import Iterator, Sequence
from typing import Final

from mediation.language import Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.reports.figures import SUMS, in_ten_thousands
from mediation.operations.reports.forms import report_forms
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.submitting import rows_of
from mediation.operations.reports.table import report_told
from mediation.operations.reports.wording import CLASS_UNKNOWN, LABELS
from mediation.rendering.spreadsheets import Cell, Figure, Sheets

ITEM, UNIT, NOW = Message("项目"), Message("单位"), Message("本期")
COMPARED: Final = (
    ("previous", Message("上期")),
    ("monthly", Message("环比")),
    ("year_ago", Message("去年同期")),
    ("yearly", Message("同比")),
    ("submitted", Message("已报送")),
)
Row = Sequence[Cell]


def workbook(reading: Reading, words: Words) -> bytes:
    """Give the report as a workbook."""
    told, book = report_told(reading, words), Sheets()
    say = words.say
    title = f"{told['body']['name']} {told['month']}"
    cases, organisation = cases_rows(told, title, words), organisation_rows(told, title, words)
    book.sheet(say(Message("案件情况")), cases, (34, *[12] * 8), heads=2)
    book.sheet(say(Message("组织队伍经费")), organisation, (34, *[12] * 7), heads=2)
    book.sheet(say(Message("数字所计案件")), behind_rows(reading, words), (28, 22, 22, 32, 12))
    book.sheet(say(Message("口径")), meaning_rows(told, words), (28, 90))
    return book.done()


def cases_rows(told: Told, title: str, words: Words) -> Iterator[Row]:
    """Lay the table of cases out: in all, by source, by class, entered."""
    span = f"{told['from_on']} — {told['until_on']}"
    yield [words.say(Message("人民调解案件情况统计表")), title, span]
    yield heading(words)
    yield from map(line, [*told["lines"], *told["entered"]])
    for name, key in ((Message("按案件来源"), "sources"), (Message("按纠纷类别"), "classes")):
        yield [""]
        yield [words.say(name), *told["columns"]]
        for one in told[key]:
            label = "　" * one.get("depth", 0) + one["label"]
            yield [label, *(Figure(value["value"]) for value in one["values"])]


def organisation_rows(told: Told, title: str, words: Words) -> Iterator[Row]:
    """Lay the table of organisation, staff and funds out."""
    yield [words.say(Message("人民调解组织队伍经费保障情况统计表")), title]
    yield heading(words)
    yield from map(line, told["organisation"])


def heading(words: Words) -> Row:
    """Give the heading of a table of lines."""
    return [words.say(one) for one in (ITEM, UNIT, NOW, *(label for _, label in COMPARED))]


def line(one: Told) -> Row:
    """Lay one line out."""
    others = (Figure(one.get(name) or "") for name, _ in COMPARED)
    return [one["label"], one["unit"], Figure(one["value"]), *others]


def behind_rows(reading: Reading, words: Words) -> Iterator[Row]:
    """List each case under each figure that counts it: filtered, it is that figure's list."""
    heads = (ITEM, Message("纠纷类别"), Message("案件来源"), Message("案号"), Message("计入"))
    yield [words.say(one) for one in heads]
    classes = words.library.lists.list["statistical_classes"]
    sources = report_forms().source
    for rows in rows_of(reading).values():
        for one in rows:
            label = classes.get(one.class_)
            class_ = getattr(label, words.language) if label else words.say(CLASS_UNKNOWN)
            source = words.to(sources[one.source].label.both)
            for measure, value in one.values.items():
                if value:
                    told = in_ten_thousands(value) if measure in SUMS else str(value)
                    yield [words.say(LABELS[measure]), class_, source, one.number, Figure(told)]


def meaning_rows(told: Told, words: Words) -> Iterator[Row]:
    """List what each figure means."""
    yield [words.say(ITEM), words.say(Message("怎样计算"))]
    yield from ([one["label"], one["text"]] for one in told["definitions"])


def listing(name: str, rows: Sequence[Row]) -> bytes:
    """Give a list of cases as a workbook."""
    book = Sheets()
    book.sheet(name, rows, [24] * len(rows[0]))
    return book.done()
