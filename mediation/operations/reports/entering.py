"""The form of what a body enters for a month, as it stands."""

from collections.abc import Mapping

from mediation.operations.answers.words import Told, Words
from mediation.operations.reports.forms import report_forms
from mediation.operations.reports.reading import Reading
from mediation.operations.reports.submitting import ENTERS, may, own_entry


def entry_told(reading: Reading, typed: Mapping[str, str], words: Words) -> Told:
    """Tell the fields with what was entered last, or what was just typed."""
    entry = own_entry(reading)
    kept = {name: str(value) for name, value in entry.figures.items()} if entry else {}
    values = {**kept, **typed}
    return {
        "body": {"code": reading.body.code, "name": reading.body.name},
        "month": reading.period.written,
        "from_on": reading.period.from_on.isoformat(),
        "until_on": reading.period.until_on.isoformat(),
        "parts": {
            part: [
                {
                    "name": name,
                    "label": words.to(one.label.both),
                    "unit": words.to(one.unit.both),
                    "value": values.get(name, ""),
                }
                for name, one in fields.items()
            ]
            for part, fields in report_forms().entered.items()
        },
        "entered": {
            "officer": reading.people.names.get(entry.officer, entry.officer),
            "at": entry.at.isoformat(),
        }
        if entry
        else None,
        "may_enter": may(reading, ENTERS) and reading.period.is_month,
    }
