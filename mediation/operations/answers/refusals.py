"""Refusals and findings told."""

from collections.abc import Iterable

from mediation.engine.errors import DefinitionsRefused, EventRefused
from mediation.errors import InputRefused, MediationError
from mediation.language import Language
from mediation.operations.answers.moves import blocker_told
from mediation.operations.answers.words import Told, Words
from mediation.records.verification import Finding


def error_told(error: MediationError, words: Words | None, language: Language) -> Told:
    """Tell a refusal: its code and sentence, with blockers, faults or the present version."""
    told: Told = {"code": error.code, "message": error.message.to(language), "blockers": []}
    if isinstance(error, EventRefused) and words:
        told["blockers"] = [blocker_told(one, words) for one in error.blockers]
    if isinstance(error, InputRefused):
        told["faults"] = [
            {"field": fault.field, "message": fault.message.to(language)}
            for fault in error.faults
        ]
    if isinstance(error, DefinitionsRefused):
        told["errors"] = [
            {"file": one.file, "where": one.where, "problem": one.problem.to(language)}
            for one in error.errors
        ]
    version = getattr(error, "version", None)
    if version is not None:
        told["version"] = version
    return {"error": told}


def findings_told(findings: Iterable[Finding], language: Language) -> list[Told]:
    """Tell what is not as it was recorded."""
    return [
        {
            "code": one.code,
            "number": one.number,
            "seq": one.seq,
            "grave": one.grave,
            "message": one.message.to(language),
        }
        for one in findings
    ]
