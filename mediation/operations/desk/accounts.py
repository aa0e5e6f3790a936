"""Who signs in: invitations, passwords, one-time codes, sessions, brakes on guessing."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mediation.engine.legal_time.periods import shanghai_day
from mediation.errors import Fault, InputRefused, MediationError
from mediation.language import Message
from mediation.operations.office import Office, Sitting
from mediation.records.accounts import (
    Account,
    Session,
    Throttle,
    begin_session,
    end_sessions,
    find_account,
    find_session,
    find_throttle,
    invited_account,
    keep_session,
    save_account,
    save_throttle,
    sessions_of,
)
from mediation.records.database import Tx
from mediation.records.people import Seat
from mediation.records.values import digest

INVITED_FOR: Final = timedelta(days=7)
IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
MOST_SESSIONS: Final = 3
SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly it is known when a session was last seen; a page need not write."""
SHORTEST, LONGEST = 10, 200
FREE_FAILURES: Final = 5
FIRST_HOLD, LONGEST_HOLD = timedelta(seconds=30), timedelta(minutes=15)
STEP: Final = 30
"""Seconds a one-time code is good for (RFC 6238); one step before and after is let pass."""

# Hashing takes a quarter of a second and 64 MiB: a flood of guesses must not take the rest.
_hasher: Final = PasswordHasher()
_at_once: Final = threading.BoundedSemaphore(2)
_NOBODYS: Final = _hasher.hash(secrets.token_urlsafe(32))


class SignInRefused(MediationError):
    """Name, password or code do not fit; which one is not told."""

    code = "sign_in_refused"


class SignInHeld(MediationError):
    """Too many failures; one has to wait."""

    code = "sign_in_held"


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
        SignInRefused: there is no such officer.
    """
    if officer not in office.staff(tx).directory.officers:
        raise SignInRefused(Message("没有工作人员 {officer}", {"officer": officer}))
    secret = secrets.token_urlsafe(24)
    account = find_account(tx, officer) or Account(officer)
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
        account = good_invitation(tx, secret, now)
        save_account(
            tx,
            replace(account, password=hashed, invitation=None, invited_until=None, totp=None),
        )
        end_sessions(tx, (one.token for one in sessions_of(tx, account.officer)))
    return account.officer


def good_invitation(tx: Tx, secret: str, now: datetime) -> Account:
    """Find the account an invitation is good for.

    Raises:
        InvitationRefused: unknown, used or too old.
    """
    account = invited_account(tx, digest(secret))
    if account is None or account.invited_until is None or account.invited_until < now:
        raise InvitationRefused(Message("邀请无效或者已过期，请管理员重新发出"))
    return account


def new_password(password: str, officer: str) -> str:
    """Accept a new password: long, and not the name; no rule of what it is made of.

    Source: OWASP ASVS 5.0, 6.2.

    Raises:
        InputRefused: it is too short, too long, or the name itself.
    """
    plain = len(set(password)) < FREE_FAILURES or officer.lower() in password.lower()
    if not SHORTEST <= len(password) <= LONGEST or plain:
        limits = {"least": SHORTEST, "most": LONGEST}
        told = Message("口令应有 {least} 至 {most} 个字符，不含登录名，不能太简单", limits)
        raise InputRefused((Fault("password", told),))
    return password


def change_password(office: Office, session: Session, old: str, new: str) -> None:
    """Change the password of somebody signed in; all other sessions end.

    Raises:
        SignInRefused: the old password does not fit.
        InputRefused: the new one is too short, too long or too plain.
    """
    with office.database.reading() as tx:
        account = find_account(tx, session.officer)
    if account is None or not fits(account.password, old):
        raise SignInRefused(Message("原口令不对"))
    hashed = hash_of(new_password(new, session.officer))
    with office.database.writing() as tx:
        save_account(tx, replace(account, password=hashed))
        others = (one.token for one in sessions_of(tx, session.officer))
        end_sessions(tx, (token for token in others if token != session.token))


def sign_in(office: Office, given: SigningIn, now: datetime) -> tuple[str, Session]:
    """Sign an officer in: the token for his browser, and the session behind it.

    Raises:
        SignInHeld: too many failures, of this account or from this source.
        SignInRefused: name, password or code do not fit, or the officer has no seat today.
    """
    sources = (f"officer {given.officer}", f"from {digest(given.source)}")
    with office.database.reading() as tx:
        account = find_account(tx, given.officer)
        step = used_step(office, account, given.code, now)
        # Whoever has the second factor in his hand is not locked out by somebody's guessing.
        held = sources[1:] if step else sources
        waiting = [brake for one in held if (brake := find_throttle(tx, one))]
    if any(brake.held_until > now for brake in waiting):
        raise SignInHeld(Message("输错次数过多，请稍后再试"))
    good = fits(account.password if account else None, given.password)
    with office.database.writing() as tx:
        account = find_account(tx, given.officer)
        open_ = good and account is not None and not account.disabled
        if account is None or not open_ or (account.totp is not None and not step):
            note_failures(tx, sources, now)
            session = None
        else:
            for source in sources:
                save_throttle(tx, source, Throttle(0, now))
            save_account(tx, replace(account, totp_step=max(step, account.totp_step)))
            session = begun(office, tx, given.officer, now)
    if session is None:
        raise SignInRefused(Message("登录名、口令或者动态码不对"))
    return session


def note_failures(tx: Tx, sources: tuple[str, ...], now: datetime) -> None:
    """Count a failure; from the sixth on each one doubles the wait."""
    for source in sources:
        failures = (brake.failures if (brake := find_throttle(tx, source)) else 0) + 1
        over = failures - FREE_FAILURES
        hold = min(FIRST_HOLD * 2 ** min(over, 10), LONGEST_HOLD) if over >= 0 else timedelta()
        save_throttle(tx, source, Throttle(failures, now + hold))


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


def session_of(office: Office, tx: Tx, token: str, now: datetime) -> Session | None:
    """Give the session of a token, if it is still good and its seat still held."""
    session = find_session(tx, digest(token))
    if session is None or now - session.seen_at > IDLE or now - session.created_at > ABSOLUTE:
        return None
    account = find_account(tx, session.officer)
    if account is not None and account.disabled:
        return None
    held = [seat.body for seat in seats_of(office, tx, session, now)]
    if not held:
        return None
    return session if session.body in held else replace(session, body=held[0])


def seen(office: Office, session: Session, now: datetime) -> None:
    """Note that a session was used, at most once a minute."""
    if now - session.seen_at >= SEEN_EVERY:
        with office.database.writing() as tx:
            keep_session(tx, replace(session, seen_at=now))


def seats_of(office: Office, tx: Tx, session: Session, now: datetime) -> list[Seat]:
    """Give the seats an officer may act from today."""
    return office.staff(tx).directory.seats_of(session.officer, shanghai_day(now))


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


def disable(tx: Tx, officer: str, *, disabled: bool) -> None:
    """Close an account, at once in all its sessions, or open it again.

    Raises:
        SignInRefused: there is no such account.
    """
    account = find_account(tx, officer)
    if account is None:
        raise SignInRefused(Message("没有工作人员 {officer}", {"officer": officer}))
    save_account(tx, replace(account, disabled=disabled))
    if disabled:
        end_sessions(tx, (one.token for one in sessions_of(tx, officer)))


def new_totp() -> str:
    """Make the secret of one-time codes, to be typed or scanned into an app."""
    return pyotp.random_base32()


def set_totp(
    office: Office, session: Session, secret: str | None, code: str, now: datetime
) -> None:
    """Ask for one-time codes from now on, once one was shown to work; or no more.

    Raises:
        InputRefused: the code is not one of this secret now, or of the one in use.
    """
    with office.database.writing() as tx:
        account = find_account(tx, session.officer) or Account(session.officer)
        step = (
            good_step(secret, code, now)
            if secret is not None
            else used_step(office, account, code, now)
        )
        if not step:
            raise InputRefused((Fault("code", Message("动态码不对，请看手机上最新的一个")),))
        sealed = secret and office.keys.seal_own("accounts", session.officer, secret)
        save_account(tx, replace(account, totp=sealed or None, totp_step=step))


def used_step(office: Office, account: Account | None, code: str, now: datetime) -> int:
    """Give the time step a code is good for, if it is newer than the last one used; else 0."""
    if account is None or account.totp is None or not code:
        return 0
    secret = office.keys.open_own("accounts", account.officer, account.totp)
    step = good_step(secret, code, now)
    return step if step > account.totp_step else 0


def good_step(secret: str, code: str, now: datetime) -> int:
    """Give the time step a code belongs to; 0 if it is none of these moments."""
    made = pyotp.TOTP(secret, interval=STEP)
    current = int(now.timestamp()) // STEP
    for step in near(current):
        if secrets.compare_digest(made.at(step * STEP).encode(), code.strip().encode()):
            return step
    return 0


def near(step: int) -> Iterator[int]:
    """Give a time step and its neighbours."""
    yield from (step, step - 1, step + 1)


def hash_of(password: str) -> str:
    """Give the argon2 hash of a password."""
    with _at_once:
        return _hasher.hash(_bytes(password))


def fits(hashed: str | None, password: str) -> bool:
    """Tell whether a password fits; it takes as long where there is no account."""
    with _at_once:
        try:
            _hasher.verify(hashed or _NOBODYS, _bytes(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


def _bytes(password: str) -> bytes:
    # A password may be any characters at all, halves of some included.
    return password.encode(errors="surrogatepass")
