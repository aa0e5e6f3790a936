"""Messages go with their event, are claimed by one sender, and tried until they are sent."""

from datetime import timedelta

from mediation.records.health import oldest_unsent
from mediation.records.outbox import MessageWrite, add_message, claim_messages, mark_tried
from tests.records.world import NOON, World

MESSAGE = MessageWrite("chair@c1", "event", {"number": "1"})


def test_a_message_is_sent_once_and_retried_under_one_id(world: World) -> None:
    case = world.open_case()
    world.do(case, messages=[MESSAGE, MESSAGE])
    later = NOON + timedelta(days=1)
    with world.database.writing() as tx:
        one, two = claim_messages(tx, later)
        assert (one.id, two.id) == (f"{case.id}/2/1", f"{case.id}/2/2")
        assert (one.recipient, one.body) == ("chair@c1", {"number": "1"})
        mark_tried(tx, one, sent_at=later, next_try_at=later)
        mark_tried(tx, two, sent_at=None, next_try_at=later + timedelta(hours=1))
    with world.database.writing() as tx:
        assert claim_messages(tx, later) == []
        (again,) = claim_messages(tx, later + timedelta(hours=1))
        assert (again.id, again.attempts) == (two.id, 1)


def test_a_message_tried_in_vain_waits_as_long_as_ever(world: World) -> None:
    with world.database.writing() as tx:
        assert oldest_unsent(tx) is None
        add_message(tx, MESSAGE, "reminder/2026-11-02/zhang", NOON)
        (found,) = claim_messages(tx, NOON)
        mark_tried(tx, found, sent_at=None, next_try_at=NOON + timedelta(days=1))
        assert oldest_unsent(tx) == NOON


def test_a_reminder_is_added_once(world: World) -> None:
    with world.database.writing() as tx:
        for _ in range(2):
            add_message(tx, MESSAGE, "reminder/2026-11-02/zhang", NOON)
        (found,) = claim_messages(tx, NOON)
        assert (found.id, found.case_id) == ("reminder/2026-11-02/zhang", None)
