"""Accounts managed: invited, closed, opened; by an administrator, or by the operator."""

from collections.abc import Iterator
from datetime import datetime

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.administration.journal import CLOSED, INVITED, OPENED
from mediation.operations.administration.managing import Manager
from mediation.operations.answers.words import Told
from mediation.operations.cases.requests import Asking
from mediation.operations.desk.accounts import INVITED_FOR, disable, invite
from mediation.operations.office import Office
from mediation.records.accounts import Account, all_accounts
from mediation.records.database import Tx
from mediation.records.people_changes import PeopleChange, note_changes

ROOT = "/"


def invite_officer(office: Office, tx: Tx, code: str, handle: str, asking: Asking) -> str:
    """Invite an officer of a body; the secret of the invitation, told this once.

    Raises:
        NotAdministered: the administrator does not manage that body, or nobody of that name
            sits there.
        OwnRights: it would be his own.
        BeyondReach: the officer also sits where this administrator manages nothing.
        InvitationRefused: the account is closed.
    """
    manager = Manager.of(office, tx, asking)
    body = manager.body(code)
    officer = manager.wholly_below(manager.sitting_in(body, handle))
    secret = invite(office, tx, officer, asking.now)
    manager.note(INVITED, officer, body.path, after=until_told(asking.now))
    return secret


def close_account(
    office: Office, tx: Tx, code: str, handle: str, asking: Asking, *, closed: bool
) -> None:
    """Close the account of an officer of a body, or open it again.

    Raises:
        NotAdministered: the administrator does not manage that body, or nobody of that name
            sits there.
        OwnRights: it would be his own.
        BeyondReach: the officer also sits where this administrator manages nothing.
    """
    manager = Manager.of(office, tx, asking)
    body = manager.body(code)
    officer = manager.wholly_below(manager.sitting_in(body, handle))
    disable(office, tx, officer, disabled=closed)
    manager.note(CLOSED if closed else OPENED, officer, body.path)


def invited_by_operator(office: Office, tx: Tx, handle: str, now: datetime) -> str:
    """Invite an officer from the machine itself; the secret of the invitation.

    Raises:
        OfficerUnknown: there is no such officer.
        InvitationRefused: the account is closed.
    """
    secret = invite(office, tx, handle, now)
    note_operator(office, tx, INVITED, handle, now, after=until_told(now))
    return secret


def closed_by_operator(
    office: Office, tx: Tx, handle: str, now: datetime, *, closed: bool
) -> None:
    """Close an account from the machine itself, or open it again.

    Raises:
        OfficerUnknown: there is no such officer.
    """
    disable(office, tx, handle, disabled=closed)
    note_operator(office, tx, CLOSED if closed else OPENED, handle, now)


def note_operator(
    office: Office,
    tx: Tx,
    what: str,
    handle: str,
    now: datetime,
    after: Told | None = None,
) -> None:
    """Write what the operator did into the journal, where the officer sits."""
    directory = office.staff(tx).directory
    seats = directory.seats_of(handle, shanghai_day(now))
    path = directory.body(seats[0].body).path if seats else ROOT
    note_changes(tx, [PeopleChange(now, None, None, what, handle, path, None, after)])


def until_told(now: datetime) -> Told:
    """Tell until when an invitation made now is good."""
    return {"invited_until": (now + INVITED_FOR).isoformat()}


def accounts_told(office: Office, tx: Tx, now: datetime) -> Iterator[Told]:
    """Tell the account of every officer."""
    directory, accounts = office.staff(tx).directory, all_accounts(tx)
    for handle, officer in sorted(directory.officers.items()):
        account = accounts.get(handle) or Account(handle)
        seats = directory.seats_of(handle, shanghai_day(now))
        bodies = [one.body for one in seats]
        yield {
            "handle": handle,
            "name": officer.name,
            "bodies": bodies,
            **account_told(account, now),
        }


def account_told(account: Account, now: datetime) -> Told:
    """Tell how an account stands: `none`, `invited`, `open`, `closed`; its second factor."""
    open_ = account.invited_until if account.invitation else None
    invited = open_ is not None and open_ >= now
    state = "closed" if account.disabled else "open" if account.password else "none"
    return {
        "state": "invited" if state == "none" and invited else state,
        "invited_until": open_.isoformat() if open_ and invited else None,
        "one_time_codes": account.totp is not None,
    }
