"""Who signs in: invitations, passwords, sessions."""

import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.desk.brakes import (
    SignInHeld,
    failed,
    holds,
    note_failures,
    of_computer,
    of_officer,
    of_session,
    refuse_held,
    release,
)
from mediation.operations.desk.passwords import fits, hash_of, new_password
from mediation.operations.desk.second_factor import used_step
from mediation.operations.office import Office, Sitting
from mediation.records.accounts import (
    Account,
    Session,
    begin_session,
    end_sessions,
    find_account,
    find_session,
    invited_account,
    keep_session,
    save_account,
    sessions_of,
)
from mediation.records.database import Tx
from mediation.records.people import Seat
from mediation.records.values import digest

INVITED_FOR: Final = timedelta(days=7)
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
MOST_SESSIONS: Final = 3
HANDLE: Final = re.compile(r"[a-z0-9_.-]{1,40}")
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a session was last seen; a page need not write."""


class SignInRefused(MediationError):
    """Name, password or code do not fit; which one is not told."""

    code = "sign_in_refused"


class OfficerUnknown(MediationError):
    """No officer has this handle."""

    code = "officer_unknown"


class InvitationRefused(MediationError):
    """The invitation is unknown, used or too old."""

    code = "invitation_refused"


@dataclass(frozen=True, slots=True)
class SigningIn:
    """What somebody typed to sign in, and from where.

    Args:
        source: tells one computer from another; only its digest is kept.
        code: the one-time code, if the account has a second factor.
    """

    officer: str
    password: str
    source: str
    code: str = ""


def invite(office: Office, tx: Tx, officer: str, now: datetime) -> str:
    """Make the invitation with which an officer sets a password once; an earlier one ends.

    Raises:
        OfficerUnknown: there is no such officer.
        InvitationRefused: the account is closed.
    """
    known_officer(office, tx, officer)
    secret = secrets.token_urlsafe(24)
    account = find_account(tx, officer, lock=True) or Account(officer)
    if account.disabled:
        raise InvitationRefused(Message("账户已关闭，请先重新开启"))
    save_account(
        tx, replace(account, invitation=digest(secret), invited_until=now + INVITED_FOR)
    )
    return secret


def take_up(office: Office, secret: str, password: str, now: datetime) -> str:
    """Set the password an invitation allows, once; gives the officer.

    Raises:
        InvitationRefused: unknown, used or too old.
        InputRefused: the password is too short, too long or too plain.
    """
    with office.database.reading() as tx:
        account = good_invitation(tx, secret, now)
    hashed = hash_of(new_password(password, account.officer))
    with office.database.writing() as tx:
        account = good_invitation(tx, secret, now, lock=True)
        save_account(
            tx,
            replace(account, password=hashed, invitation=None, invited_until=None, totp=None),
        )
        end_sessions(tx, (one.token for one in sessions_of(tx, account.officer)))
    return account.officer


def good_invitation(tx: Tx, secret: str, now: datetime, *, lock: bool = False) -> Account:
    """Find the account an invitation is good for.

    Args:
        lock: let nobody else take it up until the transaction, open for writing, ends.

    Raises:
        InvitationRefused: unknown, used or too old.
    """
    account = invited_account(tx, digest(secret), lock=lock)
    if account is None or account.invited_until is None or account.invited_until < now:
        raise InvitationRefused(Message("邀请无效或者已过期，请管理员重新发出"))
    return account


def change_password(
    office: Office, session: Session, old: str, new: str, now: datetime
) -> None:
    """Change the password of somebody signed in; all other sessions end.

    Raises:
        SignInHeld: too many wrong passwords.
        SignInRefused: the old password does not fit.
        InputRefused: the new one is too short, too long or too plain.
    """
    refuse_held(office, of_session(session.officer), now)
    with office.database.reading() as tx:
        account = find_account(tx, session.officer)
    if account is None or not fits(account.password, old):
        failed(office, of_session(session.officer), now)
        raise SignInRefused(Message("原口令不对"))
    hashed = hash_of(new_password(new, session.officer))
    with office.database.writing() as tx:
        account = find_account(tx, session.officer, lock=True) or account
        save_account(tx, replace(account, password=hashed))
        release(tx, [of_session(session.officer)], now)
        end_others(tx, session)


def sign_in(office: Office, given: SigningIn, now: datetime) -> tuple[str, Session]:
    """Sign an officer in: the token for his browser, and the session behind it.

    Raises:
        SignInHeld: too many failures, of this account or from this source.
        SignInRefused: name, password or code do not fit, or the officer has no seat today.
    """
    sources = (of_officer(given.officer), of_computer(given.source))
    with office.database.reading() as tx:
        account = account_of(tx, given.officer)
        step = used_step(office, account, given.code, now)
        # Whoever has the second factor in his hand is not locked out by somebody's guessing.
        if holds(tx, sources[1:] if step else sources, now):
            raise SignInHeld
    good = fits(account.password if account else None, given.password)
    with office.database.writing() as tx:
        account = account_of(tx, given.officer, lock=True)
        open_ = good and account is not None and not account.disabled
        # Asked again: the same code may have been used since it was looked at.
        if account is None or not open_ or (account.totp and step <= account.totp_step):
            note_failures(tx, sources, now)
            session = None
        else:
            release(tx, sources, now)
            save_account(tx, replace(account, totp_step=max(step, account.totp_step)))
            session = begun(office, tx, given.officer, now)
    if session is None:
        raise SignInRefused(Message("登录名、口令或者动态码不对"))
    return session


def account_of(tx: Tx, typed: str, *, lock: bool = False) -> Account | None:
    """Give the account of a name as typed; what is no handle never gets to the database."""
    return find_account(tx, typed, lock=lock) if HANDLE.fullmatch(typed) else None


def known_officer(office: Office, tx: Tx, officer: str) -> None:
    """Let the handle of an officer pass.

    Raises:
        OfficerUnknown: there is no such officer.
    """
    if officer not in office.staff(tx).directory.officers:
        raise OfficerUnknown(Message("没有工作人员 {officer}", {"officer": officer}))


def begun(office: Office, tx: Tx, officer: str, now: datetime) -> tuple[str, Session] | None:
    """Begin a session in the officer's first seat; the oldest of more than three ends."""
    seats = office.staff(tx).directory.seats_of(officer, shanghai_day(now))
    if not seats:
        return None
    token = secrets.token_urlsafe(32)
    session = Session(digest(token), officer, seats[0].body, now, now)
    before = sessions_of(tx, officer)
    end_sessions(tx, (one.token for one in before[: len(before) - MOST_SESSIONS + 1]))
    begin_session(tx, session)
    return token, session


def sign_in_for_show(office: Office, officer: str, now: datetime) -> tuple[str, Session]:
    """Sign an officer of the demo in; the door makes sure that this is the demo.

    Raises:
        SignInRefused: no such officer, or without a seat today.
    """
    with office.database.writing() as tx:
        session = begun(office, tx, officer, now)
    if session is None:
        raise SignInRefused(Message("没有工作人员 {officer}", {"officer": officer}))
    return session


def session_of(
    office: Office, tx: Tx, token: str, now: datetime
) -> tuple[Session, tuple[Seat, ...]] | None:
    """Give the session of a token and the seats its officer may act from today.

    Nothing if the session is no longer good, or he has no seat; if he has lost the one he sat
    in, the session goes on in his first.
    """
    session = find_session(tx, digest(token))
    if session is None or not is_live(session, now):
        return None
    seats = office.staff(tx).directory.seats_of(session.officer, shanghai_day(now))
    if not seats:
        return None
    held = any(seat.body == session.body for seat in seats)
    return session if held else replace(session, body=seats[0].body), tuple(seats)


def is_live(session: Session, now: datetime) -> bool:
    """Tell whether a session was used lately enough and is not too old."""
    return now - session.seen_at <= IDLE and now - session.created_at <= ABSOLUTE


def seen(office: Office, session: Session, now: datetime) -> None:
    """Note that a session was used, at most once a minute."""
    if now - session.seen_at >= SEEN_EVERY:
        with office.database.writing() as tx:
            keep_session(tx, replace(session, seen_at=now))


def change_seat(office: Office, session: Session, body: str, now: datetime) -> Sitting:
    """Go on from another seat of the same officer.

    Raises:
        SeatUnknown: he has none there today.
    """
    with office.database.writing() as tx:
        office.staff(tx).directory.seat(session.officer, body, shanghai_day(now))
        keep_session(tx, replace(session, body=body, seen_at=now))
    return Sitting(session.officer, body)


def sign_out(office: Office, session: Session, *, everywhere: bool = False) -> None:
    """End a session, or all of its officer."""
    with office.database.writing() as tx:
        found = sessions_of(tx, session.officer) if everywhere else [session]
        end_sessions(tx, (one.token for one in found))


def end_others(tx: Tx, session: Session) -> None:
    """End all sessions of an officer but this one."""
    others = (one.token for one in sessions_of(tx, session.officer))
    end_sessions(tx, (token for token in others if token != session.token))


def live_sessions(tx: Tx, session: Session, now: datetime) -> list[Session]:
    """Give the sessions of the same officer that are still good, the newest first."""
    return [one for one in reversed(sessions_of(tx, session.officer)) if is_live(one, now)]


def disable(office: Office, tx: Tx, officer: str, *, disabled: bool) -> None:
    """Close an account, at once in all its sessions, or open it again.

    An invitation that is still open ends as well.

    Raises:
        OfficerUnknown: there is no such officer.
    """
    known_officer(office, tx, officer)
    account = find_account(tx, officer, lock=True) or Account(officer)
    save_account(tx, replace(account, disabled=disabled, invitation=None, invited_until=None))
    if disabled:
        end_sessions(tx, (one.token for one in sessions_of(tx, officer)))
