"""One-time codes (RFC 6238): set up, switched off, each used once."""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pyotp

from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.desk.brakes import failed, of_session, refuse_held
from mediation.operations.office import Office
from mediation.records.accounts import Account, Session, find_account, save_account
from mediation.records.database import Tx

STEP: Final = 30
"""Seconds a one-time code is good for; one step before and after is let pass."""
SECRET_BYTES: Final = 20
ISSUER: Final = Message("调解台")
WRONG_CODE: Final = Fault("code", Message("动态码不对，请看手机上最新的一个"))


@dataclass(frozen=True, slots=True)
class Offered:
    """What is typed or read into an app to make codes.

    Args:
        secret: in base 32.
        address: the same as an `otpauth:` address.
    """

    secret: str
    address: str


def offered(office: Office, tx: Tx, session: Session) -> Offered:
    """Give the secret that codes could be made from.

    It is derived and not kept: the page may be loaded again while it is being typed, and
    nothing is stored, nor taken from a form, before a code has shown that it works.
    """
    account = find_account(tx, session.officer) or Account(session.officer)
    told = f"totp\0{session.token}\0{account.totp_step}".encode()
    made = hmac.digest(office.keys.index.secret, told, "sha256")[:SECRET_BYTES]
    secret = b32encode(made).decode()
    address = pyotp.TOTP(secret).provisioning_uri(
        name=session.officer, issuer_name=ISSUER.to("zh")
    )
    return Offered(secret, address)


def set_up(office: Office, session: Session, code: str, now: datetime) -> None:
    """Ask for one-time codes from now on, once one was shown to work.

    Raises:
        SignInHeld: too many wrong codes.
        InputRefused: the code is not one of the secret offered.
    """
    refuse_held(office, of_session(session.officer), now)
    with office.database.writing() as tx:
        secret = offered(office, tx, session).secret
        account = find_account(tx, session.officer, lock=True) or Account(session.officer)
        step = good_step(secret, code, now)
        if step > account.totp_step and account.totp is None:
            sealed = office.keys.seal_own("accounts", session.officer, secret)
            save_account(tx, replace(account, totp=sealed, totp_step=step))
            return
    failed(office, of_session(session.officer), now)
    raise InputRefused((WRONG_CODE,))


def switch_off(office: Office, session: Session, code: str, now: datetime) -> None:
    """Ask for no more one-time codes.

    Raises:
        SignInHeld: too many wrong codes.
        InputRefused: the code is not one of the secret in use, or was used before.
    """
    refuse_held(office, of_session(session.officer), now)
    with office.database.writing() as tx:
        account = find_account(tx, session.officer, lock=True)
        if account is not None and (step := used_step(office, account, code, now)):
            save_account(tx, replace(account, totp=None, totp_step=step))
            return
    failed(office, of_session(session.officer), now)
    raise InputRefused((WRONG_CODE,))


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
    typed = "".join(code.split()).encode(errors="surrogatepass")
    current = int(now.timestamp()) // STEP
    for step in near(current):
        if secrets.compare_digest(made.at(step * STEP).encode(), typed):
            return step
    return 0


def near(step: int) -> Iterator[int]:
    """Give a time step and its neighbours."""
    yield from (step, step - 1, step + 1)
