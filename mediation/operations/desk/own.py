"""One's own account told: password, one-time codes, sessions."""

from datetime import datetime

from mediation.operations.answers.words import Told
from mediation.operations.desk.accounts import live_sessions
from mediation.operations.desk.second_factor import offered
from mediation.operations.office import Office
from mediation.records.accounts import Account, Session, find_account
from mediation.records.database import Tx

GROUP = 4
"""A secret is typed in groups of so many characters."""


def account_of_session(office: Office, tx: Tx, session: Session, now: datetime) -> Told:
    """Tell the account of somebody signed in; without one-time codes, what they could be."""
    account = find_account(tx, session.officer) or Account(session.officer)
    bodies = office.staff(tx).directory.bodies
    told: Told = {
        "officer": session.officer,
        "has_password": account.password is not None,
        "one_time_codes": account.totp is not None,
        "sessions": [
            {
                "since": one.created_at.isoformat(),
                "seen_at": one.seen_at.isoformat(),
                "body_name": bodies[one.body].name,
                "this": one.token == session.token,
            }
            for one in live_sessions(tx, session, now)
        ],
    }
    if account.totp is None:
        secret = offered(office, tx, session)
        groups = range(0, len(secret.secret), GROUP)
        told["offered"] = {
            "groups": [secret.secret[at : at + GROUP] for at in groups],
            "address": secret.address,
        }
    return told
