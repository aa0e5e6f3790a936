"""Progress by code: where a matter stands, for whoever holds its code, and nothing personal."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from mediation.engine.cases import Case, Clock
from mediation.engine.legal_time.periods import day_ended, shanghai_day
from mediation.engine.workflows.files import PeriodFile, ToldFile
from mediation.engine.workflows.reading import Library
from mediation.errors import MediationError
from mediation.language import Label, Message
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.viewing import View
from mediation.operations.office import Office
from mediation.operations.residents.limits import looked_up, of_guesser
from mediation.records.applications import Application, find_application
from mediation.records.cases import CaseNotFound, CaseRow, read_case
from mediation.records.codes import code_of, row_of_code
from mediation.records.database import Tx
from mediation.records.sealing import row_of

CASES: Final = "cases"
APPLICATIONS: Final = "applications"


class CodeUnknown(MediationError):
    """No case or application has this code."""

    code = "code_unknown"

    def __init__(self) -> None:
        super().__init__(Message("没有查到这个号码，请对照纸上的再输一遍"))


def case_code(view: View) -> str:
    """Give the code of a case, to be handed to its parties."""
    return code_of(view.office.keys.index, CASES, view.row.id)


def look_up(office: Office, typed: str, address: str, now: datetime, words: Words) -> Told:
    """Tell how the matter stands that a code was given for.

    Args:
        typed: the code, however sloppily.
        address: where it is typed.

    Raises:
        SignInHeld: too many wrong codes come from there.
        CodeUnknown: there is no such code.
    """

    def find(tx: Tx) -> Told | None:
        return matter_told(office, tx, typed, now, words)

    return looked_up(office, of_guesser(address), now, find, CodeUnknown)


def matter_told(office: Office, tx: Tx, typed: str, now: datetime, words: Words) -> Told | None:
    """Tell of the case or the application that a code is for; None if it is for neither."""
    case_id = row_of_code(office.keys.index, CASES, typed)
    if case_id is not None:
        try:
            return progress_told(office, tx, read_case(tx, case_id), now, words)
        except CaseNotFound:
            return None
    application_id = row_of_code(office.keys.index, APPLICATIONS, typed)
    application = None if application_id is None else find_application(tx, application_id)
    return None if application is None else application_told(office, tx, application)


def progress_told(office: Office, tx: Tx, row: CaseRow, now: datetime, words: Words) -> Told:
    """Tell the progress of a case: state, what comes next, days, and whom to ask."""
    library = words.library
    procedure = office.catalogue.procedure(tx, row.workflow)
    told = state_told(library, row.state)
    here = told.now if told else procedure.case.plan.states[row.state].label
    today = shanghai_day(now).isoformat()
    ahead = sorted(
        (one for one in dues(library, row, words) if one["on"] >= today),
        key=lambda one: str(one["on"]),
    )
    return {
        "sort": "case",
        "state": words.to(Label(here.zh, here.en)),
        "next": words.to(Label(told.next.zh, told.next.en)) if told and told.next else "",
        "opened_on": row.opened_on.isoformat(),
        "due": ahead[0] if ahead else None,
        "body_name": office.staff(tx).directory.body(row.owner).name,
    }


def state_told(library: Library, path: str) -> ToldFile | None:
    """Find what the parties are told of a state, in whichever kind it stands."""
    placement, _, name = path.rpartition("/")
    for kind in library.kinds.values():
        place = kind.place.get(placement)
        stage = library.stages.get(place.stage) if place else None
        if stage and name in stage.told:
            return stage.told[name]
    return None


def dues(library: Library, row: CaseRow, words: Words) -> Iterator[dict[str, Any]]:
    """Give the days of the running periods that the parties are told of."""
    for clock in Case.from_json(row.snapshot).clocks:
        told = period_told(library, clock)
        if told and told.told and clock.due_at:
            label = Label(told.told.zh, told.told.en)
            yield {"label": words.to(label), "on": day_ended(clock.due_at).isoformat()}


def period_told(library: Library, clock: Clock) -> PeriodFile | None:
    """Find where the period of a clock is written."""
    sort = clock.machine.partition("/")[0]
    charts: list[Mapping[str, PeriodFile]] = (
        [library.machines[sort].period]
        if sort in library.machines
        else [stage.period for stage in library.stages.values()]
    )
    return next((chart[clock.period] for chart in charts if clock.period in chart), None)


def application_told(office: Office, tx: Tx, application: Application) -> Told:
    """Tell how an application stands."""
    told = {
        "sort": "waiting" if application.waiting else "registered",
        "received_at": application.received_at.isoformat(),
        "body_name": office.staff(tx).directory.body(application.body).name,
    }
    if application.declined is None:
        return told
    row = row_of(application.key, "declined")
    return {
        **told,
        "sort": "declined",
        **office.keys.open_own("applications", row, application.declined),
    }
