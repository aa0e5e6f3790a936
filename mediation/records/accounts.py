"""Accounts, their sessions, and the brakes on guessing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from mediation.records.database import Tx, write
from mediation.records.desk_tables import accounts, sessions, throttles
from mediation.records.people import VERSION, version_read
from mediation.records.statements import Statement, insert, upsert
from mediation.records.values import micros, micros_or_none, moment, moment_or_none


@dataclass(frozen=True, slots=True)
class Account:
    """How an officer proves who he is.

    Args:
        password: the argon2 hash; None until an invitation was taken up.
        invitation: the digest of the invitation that may set a password once.
        totp: the sealed secret of the one-time codes; None without a second factor.
        totp_step: the last time step whose code was used; none is used twice.
    """

    officer: str
    password: str | None = None
    invitation: str | None = None
    invited_until: datetime | None = None
    totp: bytes | None = None
    totp_step: int = 0
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, in one of his seats.

    Args:
        token: the digest of what his browser holds; that itself is nowhere.
    """

    token: str
    officer: str
    body: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Throttle:
    """How often one source has failed, and until when it has to wait."""

    failures: int
    held_until: datetime


_OF_OFFICER: Final = select(accounts).where(accounts.c.officer == bindparam("officer"))
_ACCOUNT: Final = Statement("account", _OF_OFFICER)
_ACCOUNT_LOCK: Final = Statement("account_lock", _OF_OFFICER.with_for_update())
_ACCOUNTS: Final = Statement("accounts", select(accounts).order_by(accounts.c.officer))
_BY_INVITATION: Final = select(accounts).where(accounts.c.invitation == bindparam("invitation"))
_INVITED: Final = Statement("account_invited", _BY_INVITATION)
_INVITED_LOCK: Final = Statement("account_invited_lock", _BY_INVITATION.with_for_update())
_SAVE: Final = upsert(accounts, "account_save")
_CLOSED: Final = (
    select(accounts.c.officer)
    .where(accounts.c.officer == sessions.c.officer, accounts.c.disabled)
    .exists()
)
_SESSION: Final = Statement(
    "session",
    select(sessions, VERSION.scalar_subquery()).where(
        sessions.c.token == bindparam("token"), ~_CLOSED
    ),
)
_SESSIONS: Final = Statement(
    "sessions",
    select(sessions)
    .where(sessions.c.officer == bindparam("officer"))
    .order_by(sessions.c.created_at),
)
_SESSION_NEW: Final = insert(sessions, "session_insert")
_SEEN: Final = Statement(
    "session_seen",
    update(sessions)
    .where(sessions.c.token == bindparam("token_"))
    .values(seen_at=bindparam("seen_at"), body=bindparam("body")),
)
_SESSION_END: Final = Statement(
    "session_end", delete(sessions).where(sessions.c.token == bindparam("token"))
)
_THROTTLE: Final = Statement(
    "throttle", select(throttles).where(throttles.c.source == bindparam("source"))
)
_THROTTLE_SAVE: Final = upsert(throttles, "throttle_save")
_THROTTLES_OLD: Final = Statement(
    "throttles_expire", delete(throttles).where(throttles.c.held_until < bindparam("before"))
)


def find_account(tx: Tx, officer: str, *, lock: bool = False) -> Account | None:
    """Give the account of an officer.

    Args:
        lock: keep others from writing it until the transaction, open for writing, ends.
    """
    row = tx.one(_ACCOUNT_LOCK if lock else _ACCOUNT, {"officer": officer})
    return None if row is None else _account(*row)


def all_accounts(tx: Tx) -> dict[str, Account]:
    """Give every account by its officer."""
    return {row[0]: _account(*row) for row in tx.all(_ACCOUNTS, {})}


def invited_account(tx: Tx, invitation: str, *, lock: bool = False) -> Account | None:
    """Give the account an invitation was made for.

    Args:
        lock: as for `find_account`.
    """
    row = tx.one(_INVITED_LOCK if lock else _INVITED, {"invitation": invitation})
    return None if row is None else _account(*row)


def save_account(tx: Tx, account: Account) -> None:
    """Write an account."""
    row = {
        "officer": account.officer,
        "password": account.password,
        "invitation": account.invitation,
        "invited_until": micros_or_none(account.invited_until),
        "totp": account.totp,
        "totp_step": account.totp_step,
        "disabled": account.disabled,
    }
    write(tx, [(_SAVE, row)])


def find_session(tx: Tx, token: str) -> Session | None:
    """Give a session by the digest of its token, unless the account is closed.

    The version of the directory is asked along, for every page of an officer reads both.
    """
    row = tx.one(_SESSION, {"token": token})
    if row is None:
        return None
    *session, version = row
    version_read(tx, version)
    return _session(*session)


def sessions_of(tx: Tx, officer: str) -> list[Session]:
    """Give the sessions of an officer, the oldest first."""
    return [_session(*row) for row in tx.all(_SESSIONS, {"officer": officer})]


def begin_session(tx: Tx, session: Session) -> None:
    """Write a new session."""
    row = {
        "token": session.token,
        "officer": session.officer,
        "body": session.body,
        "created_at": micros(session.created_at),
        "seen_at": micros(session.seen_at),
    }
    write(tx, [(_SESSION_NEW, row)])


def keep_session(tx: Tx, session: Session) -> None:
    """Write when a session was last seen, and in which seat."""
    row = {"token_": session.token, "seen_at": micros(session.seen_at), "body": session.body}
    write(tx, [(_SEEN, row)])


def end_sessions(tx: Tx, tokens: Iterable[str]) -> None:
    """Take sessions away."""
    rows = [{"token": token} for token in tokens]
    if rows:
        write(tx, [(_SESSION_END, rows)])


def find_throttle(tx: Tx, source: str) -> Throttle | None:
    """Give the brake on a source."""
    row = tx.one(_THROTTLE, {"source": source})
    return None if row is None else Throttle(row[1], moment(row[2]))


def save_throttle(tx: Tx, source: str, throttle: Throttle) -> None:
    """Write the brake on a source."""
    row = {
        "source": source,
        "failures": throttle.failures,
        "held_until": micros(throttle.held_until),
    }
    write(tx, [(_THROTTLE_SAVE, row)])


def expire_throttles(tx: Tx, before: datetime) -> None:
    """Take the brakes away whose hold has ended before a moment."""
    write(tx, [(_THROTTLES_OLD, {"before": micros(before)})])


def _account(*row: Any) -> Account:
    officer, password, invitation, invited_until, totp, totp_step, disabled = row
    return Account(
        officer,
        password,
        invitation,
        moment_or_none(invited_until),
        totp,
        totp_step,
        bool(disabled),
    )


def _session(token: str, officer: str, body: str, created_at: int, seen_at: int) -> Session:
    return Session(token, officer, body, moment(created_at), moment(seen_at))
