"""Side machines (referral, obligation, confirmation) as rows, so that inboxes can be asked."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from mediation.records.database import Tx
from mediation.records.statements import Params, Statement, upsert
from mediation.records.tables import machines
from mediation.records.values import canonical, parsed


class Machine(NamedTuple):
    """A side machine of a case: a projection of the case's snapshot.

    Args:
        key: its address in the case, `referral/2`.
        open: whether it still waits for somebody.
        body: whatever else the snapshot holds of it.
    """

    key: str
    sort: str
    kind: str
    state: str
    open: bool
    sender: str | None
    sender_path: str | None
    receiver: str | None
    receiver_path: str | None
    body: Any


MACHINE_UPSERT: Final = upsert(machines, "machine_upsert")
_OF_CASE: Final = Statement(
    "machines",
    select(*machines.columns)
    .where(machines.c.case_id == bindparam("case_id"))
    .order_by(machines.c.key),
)


def case_machines(tx: Tx, case_id: int) -> list[Machine]:
    """Give all side machines of a case, by key."""
    return [machine_of(row) for row in tx.all(_OF_CASE, {"case_id": case_id})]


def machine_of(row: Sequence[Any]) -> Machine:
    """Read a machine from all its columns; the case's id, the first of them, is left out."""
    _, key, sort, kind, state, is_open, sender, sender_path, receiver, receiver_path, body = row
    return Machine(
        key, sort, kind, state, bool(is_open), sender, sender_path, receiver, receiver_path,
        parsed(body),
    )  # fmt: skip


def machine_row(case_id: int, machine: Machine) -> Params:
    """Write a machine's columns."""
    return {
        "case_id": case_id,
        "key": machine.key,
        "sort": machine.sort,
        "kind": machine.kind,
        "state": machine.state,
        "open": machine.open,
        "sender": machine.sender,
        "sender_path": machine.sender_path,
        "receiver": machine.receiver,
        "receiver_path": machine.receiver_path,
        "body": canonical(machine.body),
    }
