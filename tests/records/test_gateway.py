"""Nobody sees, by any door, a case to which he stands in no relation that gives him a right.

The expectation is a table written by hand, not computed from the one under test.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from mediation.records import gateway
from mediation.records.cases import CaseNotFound, CaseRow
from mediation.records.duplicates import likely_duplicates
from mediation.records.gateway import (
    ContentWithheld,
    Viewer,
    find_case,
    inbox,
    see_case,
    viewer_of,
)
from mediation.records.lists import CaseFilter, list_cases
from mediation.records.machines import Machine
from mediation.records.parties import Identity, seal_party
from mediation.records.people import SeatUnknown, load_directory
from tests.records.world import BODIES, DAY, NOON, PATHS, World

SCOPES = {one.code: one.scope_path for one in BODIES}
ROLES = [
    "registrar",
    "mediator",
    "chair",
    "liaison",
    "legal_adviser",
    "supervisor",
    "auditor",
    "administrator",
    "nobody",
]

# From where, in relation to a case in custody of c1, registered at g1's desk and offered by an
# open referral to the court, an ended one to s10: what each role may do. W reveal, R read,
# P progress, - nothing at all; T and C are R and W that also see who has revealed.
#             registrar mediator chair liaison adviser supervisor auditor administrator nobody
EXPECTED = {
    "c1": "    W        W        C     R       R       T          T       -             -",
    "s1": "    W        W        C     R       R       T          T       -             -",
    "jo": "    -        -        -     -       -       T          T       -             -",
    "d": "     W        W        C     R       R       T          T       -             -",
    "c2": "    -        -        -     -       -       -          -       -             -",
    "c3": "    -        -        -     -       -       -          -       -             -",
    "g1": "    P        P        P     P       -       -          -       -             -",
    "court": " R        R        R     W       -       R          -       -             -",
    "s10": "   P        P        P     P       -       P          -       -             -",
}
DEGREES = {
    "-": frozenset[str](),
    "P": frozenset({"progress"}),
    "R": frozenset({"progress", "read"}),
    "W": frozenset({"progress", "read", "reveal"}),
    "T": frozenset({"progress", "read", "trace"}),
    "C": frozenset({"progress", "read", "reveal", "trace"}),
}
TABLE = [
    (code, role, DEGREES[degree])
    for code, row in EXPECTED.items()
    for role, degree in zip(ROLES, row.split(), strict=True)
]
SAME = [Identity("张三", "11010519491231002X", "13812345678")]


def viewer(code: str, *roles: str) -> Viewer:
    return Viewer("li", code, PATHS[code], SCOPES[code], frozenset(roles))


def referral(key: str, receiver: str, *, is_open: bool) -> Machine:
    return Machine(
        key, "referral", "to_court", "sent", is_open, "c1", PATHS["c1"], receiver,
        PATHS[receiver], {},
    )  # fmt: skip


@pytest.fixture
def case(world: World) -> CaseRow:
    made = world.open_case("g1")
    key = world.keys.case_key(made.number, made.wrapped_key)
    party = seal_party(key, world.keys.index, made.id, "a1", {"name": "张三"}, SAME[0])
    machines = [
        referral("referral/1", "s10", is_open=False),
        referral("referral/2", "court", is_open=True),
    ]
    done = world.do(
        made, "accept", owner="c1", owner_path=PATHS["c1"], machines=machines, parties=[party]
    )
    return done.case


def test_every_role_in_every_relation_sees_what_the_table_says(
    world: World, case: CaseRow
) -> None:
    assert {code for code, _, _ in TABLE} == set(PATHS)
    with world.database.reading() as tx:
        for code, role, actions in TABLE:
            who = viewer(code, role)
            listed = list_cases(tx, who, CaseFilter())
            alike = likely_duplicates(tx, who, world.keys.index, SAME, kind="neighbour")
            assert [one.number for one in listed] == [case.number] * bool(actions), (code, role)
            assert alike == [case.number] * bool(actions), (code, role)
            if not actions:
                with pytest.raises(CaseNotFound):
                    see_case(tx, who, case.number)
                continue
            assert see_case(tx, who, case.number).actions == actions, (code, role)
            readable = "read" in actions
            assert listed[0].readable == readable
            assert (listed[0].title is not None) == readable
            assert (listed[0].wrapped_key is not None) == readable


def test_the_table_catches_a_right_given_by_mistake(
    world: World, case: CaseRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The control: one right too many must be seen by the test above.
    slip = {**gateway.RIGHTS, "auditor": {"desk": frozenset({"progress"})}}
    monkeypatch.setattr(gateway, "RIGHTS", slip)
    with pytest.raises(AssertionError):
        test_every_role_in_every_relation_sees_what_the_table_says(world, case)


def test_a_foreign_case_and_an_unknown_number_get_the_same_answer(
    world: World, case: CaseRow
) -> None:
    with world.database.reading() as tx:
        with pytest.raises(CaseNotFound) as foreign:
            find_case(tx, viewer("c2", "chair"), case.number)
        with pytest.raises(CaseNotFound) as unknown:
            find_case(tx, viewer("c2", "chair"), "（2026）无人调字第1号")
    said = foreign.value.message.to("zh").replace(case.number, "N")
    assert said == unknown.value.message.to("zh").replace("（2026）无人调字第1号", "N")
    assert foreign.value.code == unknown.value.code


def test_who_may_follow_progress_is_not_shown_content(world: World, case: CaseRow) -> None:
    with world.database.reading() as tx:
        desk = viewer("g1", "registrar")
        assert find_case(tx, desk, case.number, "progress") == case
        with pytest.raises(ContentWithheld, match=case.number):
            find_case(tx, desk, case.number)


def test_roles_add_up_and_a_body_with_like_letters_is_another(
    world: World, case: CaseRow
) -> None:
    with world.database.reading() as tx:
        seen = see_case(tx, viewer("jo", "administrator", "supervisor"), case.number)
        assert seen.relations == {"above"}
        # /d/s10/ begins like /d/s1.
        other = world.open_case("c3")
    with world.database.reading() as tx, pytest.raises(CaseNotFound):
        find_case(tx, viewer("s1", "chair"), other.number)


def test_rights_end_when_custody_and_referral_end(world: World, case: CaseRow) -> None:
    world.do(
        case,
        owner="court",
        owner_path=PATHS["court"],
        machines=[referral("referral/2", "court", is_open=False)],
    )
    with world.database.reading() as tx:
        assert see_case(tx, viewer("court", "mediator"), case.number).relations >= {"owner"}
        seen = see_case(tx, viewer("c1", "mediator"), case.number)
        assert seen.actions == {"progress"}
        with pytest.raises(CaseNotFound):
            see_case(tx, viewer("jo", "supervisor"), case.number)


def test_an_inbox_holds_what_is_open_and_addressed_here(world: World, case: CaseRow) -> None:
    with world.database.reading() as tx:
        ((number, machine),) = inbox(tx, viewer("court", "liaison"))
        assert (number, machine.key) == (case.number, "referral/2")
        assert inbox(tx, viewer("s10", "liaison")) == []
        assert inbox(tx, viewer("court", "administrator")) == []


def test_a_locked_case_is_read_as_it_is(world: World, case: CaseRow) -> None:
    with world.database.writing() as tx:
        assert find_case(tx, viewer("c1", "chair"), case.number, lock=True) == case


def test_a_seat_makes_a_viewer_only_while_it_is_held(world: World) -> None:
    with world.database.reading() as tx:
        directory = load_directory(tx)
    who = viewer_of(directory, "zhang", "c1", DAY)
    assert who.path == "/d/s1/c1/"
    assert who.roles == {"mediator"}
    with pytest.raises(SeatUnknown):
        viewer_of(directory, "zhang", "c1", date(2019, 12, 31))


def test_duplicates_need_the_same_person_and_kind_and_no_void_state(
    world: World, case: CaseRow
) -> None:
    chair = viewer("c1", "chair")

    def alike(who: Identity, **other: str | list[str]) -> list[str]:
        asked = {"kind": "neighbour", **other}
        with world.database.reading() as tx:
            return likely_duplicates(tx, chair, world.keys.index, [who], **asked)  # type: ignore[arg-type]

    assert alike(Identity(phone="138-1234-5678")) == [case.number]
    assert alike(Identity(name="张 三")) == [case.number]
    assert alike(Identity(name="李四", id_number="11010519491231002x")) == [case.number]
    assert alike(Identity(name="李四")) == []
    assert alike(Identity()) == []
    assert alike(SAME[0], kind="property") == []
    assert alike(SAME[0], place="ningbo") == []
    assert alike(SAME[0], except_states=[case.state]) == []


def test_pages_follow_each_other_without_gap_or_repeat(world: World) -> None:
    made = [world.open_case("c1", opened_on=DAY - timedelta(days=n % 3)) for n in range(10)]
    newest_first = sorted(made, key=lambda one: (one.opened_on, one.id), reverse=True)
    wanted, pages = CaseFilter(limit=3), []
    with world.database.reading() as tx:
        while page := list_cases(tx, viewer("s1", "chair"), wanted):
            pages.append([one.id for one in page])
            wanted = replace(wanted, after=page[-1].key)
    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert [one for page in pages for one in page] == [one.id for one in newest_first]


def test_a_list_is_narrowed_by_each_filter(world: World) -> None:
    due = NOON + timedelta(days=3)
    one = world.do(world.open_case("c1"), state="community/mediating", next_due_at=due).case
    two = world.open_case("c2", kind="property")
    three = world.do(world.open_case("c1"), state="closing/archived", closed=True).case

    def found(**narrowed: object) -> set[int]:
        with world.database.reading() as tx:
            wanted = CaseFilter(**narrowed)  # type: ignore[arg-type]
            return {row.id for row in list_cases(tx, viewer("d", "chair"), wanted)}

    assert found() == {one.id, two.id, three.id}
    assert found(state="community/mediating") == {one.id}
    assert found(body="c2") == {two.id}
    assert found(kind="neighbour", closed=False) == {one.id}
    assert found(closed=True) == {three.id}
    assert found(due_before=due) == {one.id}
    assert found(due_before=due - timedelta(microseconds=1)) == set()
    assert found(tier="street") == set()
    assert found(tier="community", limit=2) == {two.id, three.id}
