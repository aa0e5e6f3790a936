"""What is sealed opens only where it was sealed, with the key it was sealed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.records import sealing
from mediation.records.database import write
from mediation.records.documents import (
    DocumentRow,
    Heading,
    Place,
    case_documents,
    freeze,
    open_document,
)
from mediation.records.parties import (
    PARTY_UPSERT,
    Identity,
    case_parties,
    open_party,
    party_row,
    seal_party,
)
from mediation.records.sealing import (
    Indexer,
    Key,
    SealBroken,
    open_bytes,
    open_sealed,
    row_of,
    seal,
    seal_bytes,
)
from tests.records.world import World

KEY = Key.of(b"k" * 32)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(-(2**63), 2**63 - 1), st.lists, max_leaves=5
    )
)
def test_what_was_sealed_is_opened(payload: object) -> None:
    blob = seal(KEY, "parties", "1/a1", payload)
    assert open_sealed(KEY, "parties", "1/a1", blob) == payload


def test_nothing_of_the_content_shows_and_no_two_seals_are_alike() -> None:
    one, two = (seal_bytes(KEY, "parties", "1/a1", "张三".encode()) for _ in range(2))
    assert one != two
    assert "张三".encode() not in one


@pytest.mark.parametrize(
    ("key", "table", "row"),
    [(KEY, "parties", "1/b1"), (KEY, "events", "1/a1"), (Key.of(b"o" * 32), "parties", "1/a1")],
    ids=["another row", "another table", "another key"],
)
def test_a_blob_does_not_open_elsewhere(key: Key, table: str, row: str) -> None:
    blob = seal(KEY, "parties", "1/a1", {"name": "张三"})
    with pytest.raises(SealBroken, match=f"{table} {row}"):
        open_sealed(key, table, row, blob)


@pytest.mark.parametrize("place", [0, 3, 12, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    blob = bytearray(seal_bytes(KEY, "parties", "1/a1", b"content"))
    blob[place] ^= 1
    with pytest.raises(SealBroken):
        open_bytes(KEY, "parties", "1/a1", bytes(blob))


@pytest.mark.parametrize("blob", [b"", b"\x01", b"\x01" + KEY.id])
def test_what_was_never_sealed_does_not_open(blob: bytes) -> None:
    with pytest.raises(SealBroken):
        open_bytes(KEY, "parties", "1/a1", blob)


def test_a_key_does_not_print_itself() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


def test_two_parties_exchanged_in_the_database_are_refused(world: World) -> None:
    case = world.open_case()
    key = world.keys.case_key(case.number, case.wrapped_key)
    people = [
        seal_party(key, world.keys.index, case.id, ref, {"name": name}, Identity(name))
        for ref, name in (("a1", "张三"), ("b1", "李四"))
    ]
    world.do(case, parties=people)
    with world.database.reading() as tx:
        names = [open_party(key, case.id, one)["name"] for one in case_parties(tx, case.id)]
    assert names == ["张三", "李四"]
    with world.database.writing() as tx:
        one, two = case_parties(tx, case.id)
        swapped = [one._replace(sealed=two.sealed), two._replace(sealed=one.sealed)]
        write(tx, [(PARTY_UPSERT, [party_row(case.id, party) for party in swapped])])
        for party in case_parties(tx, case.id):
            with pytest.raises(SealBroken):
                open_party(key, case.id, party)


def test_a_paper_is_read_back_as_issued_or_not_at_all(world: World) -> None:
    case = world.open_case()
    key = world.keys.case_key(case.number, case.wrapped_key)
    place = Place(case.id, case.version + 1, 1)
    paper = freeze(key, place, "<p>协议</p>", Heading("agreement", "1", "t"))
    world.do(case, documents=[paper])
    with world.database.reading() as tx:
        (row,) = case_documents(tx, case.id)
    assert row == DocumentRow(place, paper)
    assert open_document(key, row) == "<p>协议</p>"
    other = freeze(key, place, "<p>别的</p>", Heading("agreement", "1", "t"))
    with pytest.raises(SealBroken):
        open_document(key, DocumentRow(Place(case.id, case.version + 1, 2), paper))
    forged = DocumentRow(
        place, type(paper)(1, "agreement", "1", paper.digest, "t", other.sealed)
    )
    with pytest.raises(SealBroken):
        open_document(key, forged)


def test_the_test_of_moved_blobs_catches_a_seal_that_is_bound_to_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The control: without authenticated table and row a blob opens anywhere.
    monkeypatch.setattr(sealing, "_bound", lambda *_: b"")
    blob = seal(KEY, "parties", "1/a1", {"name": "张三"})
    assert open_sealed(KEY, "events", "7/1", blob) == {"name": "张三"}


INDEX = Indexer(b"i" * 32)


def test_the_same_person_typed_differently_has_one_index() -> None:
    assert INDEX.of_id("11010519491231002x") == INDEX.of_id(" 11010519491231002Ｘ ")
    assert INDEX.of_phone("138 1234 5678") == INDEX.of_phone("+86-13812345678")
    assert INDEX.of_name("欧阳 修") == INDEX.of_name("欧阳修")


def test_indexes_differ_by_value_by_sort_and_by_key() -> None:
    assert INDEX.of_name("张三") != INDEX.of_name("张山")
    assert INDEX.of_id("13812345678") != INDEX.of_phone("13812345678")
    assert INDEX.of_name("张三") != Indexer(b"j" * 32).of_name("张三")


def test_the_identity_of_a_row_is_its_key() -> None:
    assert row_of(7, "a1") == "7/a1"
