"""Officers told, in their seats."""

from datetime import date

from mediation.operations.answers.words import Told
from mediation.records.people import Directory


def officers_told(directory: Directory, day: date) -> list[Told]:
    """Tell every seat held on a day: who sits where, in which roles."""
    return [
        {
            "handle": seat.officer,
            "name": directory.officers[seat.officer].name,
            "body": seat.body,
            "body_name": directory.body(seat.body).name,
            "roles": sorted(seat.roles),
        }
        for seat in sorted(directory.seats, key=lambda one: (one.officer, one.body))
        if seat.held_on(day)
    ]
