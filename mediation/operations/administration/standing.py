"""How bodies stand: the tree with its officers, and one body with everything about it."""

from collections.abc import Iterator

from mediation.operations.administration.accounts import account_told
from mediation.operations.administration.journal import competence_told
from mediation.operations.administration.managing import Manager
from mediation.operations.administration.officers import named_in_open_cases
from mediation.operations.answers.places import place_named
from mediation.operations.answers.words import Told, Words
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.records.accounts import Account, all_accounts
from mediation.records.database import Tx
from mediation.records.people import Body, Seat


def tree_told(office: Office, tx: Tx, asking: Asking, words: Words) -> list[Told]:
    """Tell the bodies an administrator manages in the order of the tree, with who sits there.

    Raises:
        NotAdministered: the seat is no administrator's.
    """
    manager = Manager.of(office, tx, asking)
    top = manager.root.path.count("/")
    return [
        {
            "code": body.code,
            "name": body.name,
            "depth": body.path.count("/") - top,
            "sort_label": words.named(words.library.bodies.sort, body.sort),
            "ends_on": body.until_on and body.until_on.isoformat(),
            "seats": [seat_told(manager, seat, words) for seat in seats_in(manager, body)],
        }
        for body in manager.bodies
    ]


def body_told(office: Office, tx: Tx, code: str, asking: Asking, words: Words) -> Told:
    """Tell one body: what it is, who sits there with what account, and who is still named.

    Raises:
        NotAdministered: the officer does not manage it.
    """
    manager = Manager.of(office, tx, asking)
    body, directory = manager.body(code), manager.directory
    shelves = words.library.bodies
    scope = directory.body_at(body.scope_path)
    above = directory.bodies.get(body.supervised_by or "")
    return {
        "code": body.code,
        "name": body.name,
        "word": body.word,
        "own": body.path == manager.root.path,
        "sort_label": words.named(shelves.sort, body.sort),
        "tier_label": words.tier(body.tier),
        "place_label": place_named(words, body.place),
        "above_name": above.name if above else "",
        "scope_name": scope.name if scope and scope.code != body.code else "",
        "competence": competence_told(body.competence, words),
        "from_on": body.from_on.isoformat(),
        "until_on": body.until_on and body.until_on.isoformat(),
        **people_told(manager, body, words),
    }


def people_told(manager: Manager, body: Body, words: Words) -> Told:
    """Tell who sits in a body, and who has left it but is still named in its open cases."""
    named = named_in_open_cases(manager.office, manager.tx, body.code)
    accounts, officers = all_accounts(manager.tx), manager.directory.officers
    seats = list(seats_in(manager, body))
    here = list(dict.fromkeys(seat.officer for seat in seats))
    return {
        "officers": [
            {
                "handle": handle,
                "name": officers[handle].name,
                "self": handle == manager.asking.sitting.officer,
                "named_in": named[handle],
                "account": account_told(
                    accounts.get(handle) or Account(handle), manager.asking.now
                ),
                "seats": [
                    seat_told(manager, seat, words) for seat in seats if seat.officer == handle
                ],
            }
            for handle in here
        ],
        "gone": [
            {"name": officers[handle].name, "named_in": count}
            for handle, count in sorted(named.items())
            if handle in officers and handle not in here
        ],
    }


def seats_in(manager: Manager, body: Body) -> Iterator[Seat]:
    """Give the seats of a body that are held or will be, by officer and day."""
    found = (one for one in manager.directory.seats if one.body == body.code)
    living = (one for one in found if manager.lives(one))
    yield from sorted(living, key=lambda one: (one.officer, one.from_on))


def seat_told(manager: Manager, seat: Seat, words: Words) -> Told:
    """Tell one seat."""
    return {
        "name": manager.directory.officers[seat.officer].name,
        "roles": "、".join(words.role(role) for role in sorted(seat.roles)),
        "from_on": seat.from_on.isoformat(),
        "until_on": seat.until_on and seat.until_on.isoformat(),
        "begins_later": seat.from_on > manager.day,
    }
