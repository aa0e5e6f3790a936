"""Finding cases: by a number however written, by a name, by where they stand, page by page."""

from datetime import datetime, timedelta

import pytest

from mediation.clock import SHANGHAI
from mediation.operations.answers.words import Told
from mediation.operations.desk import finding
from mediation.operations.desk.finding import Wanted, choices_told, found_told
from mediation.operations.office import Office
from tests.operations.desk.quarrels import asking, opened, settled, words

WANG, ZHOU, BUREAU = "wangguilan@tx", "zhoujianguo@lf", "hanbing@yx-sfj"
NOW = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)


def found(office: Office, seat: str, **wanted: str) -> Told:
    with office.database.reading() as tx:
        asked = asking(seat, NOW)
        return found_told(office, tx, Wanted(**wanted), asked, words(office))


def numbers(told: Told) -> list[str]:
    return [one["number"] for one in told["cases"]]


def test_a_number_is_found_however_it_is_written(office: Office) -> None:
    number = opened(office, WANG, NOW)
    sloppy = number.replace("（", " [").replace("）", "] ").replace("第1号", "第１号")
    assert numbers(found(office, WANG, q=sloppy)) == [number]
    assert numbers(found(office, ZHOU, q=sloppy)) == [], "a foreign case is not there"


def test_a_name_of_two_characters_is_found_whole(office: Office) -> None:
    number = opened(office, WANG, NOW, "王芳", "李建国")
    opened(office, WANG, NOW, "王芳菲", "赵一")
    told = found(office, WANG, q="王芳")
    assert numbers(told) == [number]
    assert not told["part"]


def test_a_part_of_a_name_is_found_among_the_newest(office: Office) -> None:
    number = opened(office, WANG, NOW, "阿卜杜·热合曼", "李建国")
    told = found(office, WANG, q="热合曼")
    assert numbers(told) == [number]
    assert told["part"]
    assert numbers(found(office, WANG, q="热合曼", state="intake/merged")) == []


def test_a_list_is_narrowed_by_body_state_month_and_due_day(office: Office) -> None:
    mine, other = opened(office, WANG, NOW), opened(office, ZHOU, NOW, "孙三", "周四")
    done = opened(office, WANG, NOW, "吴五", "郑六")
    settled(office, done, WANG, NOW)
    assert numbers(found(office, BUREAU, body="lf")) == [other]
    assert numbers(found(office, BUREAU, body="yq")) == [done, other, mine]
    assert numbers(found(office, BUREAU, body="nowhere")) == []
    assert numbers(found(office, WANG, body="lf")) == []
    assert numbers(found(office, WANG, open="yes")) == [mine]
    state = found(office, WANG, open="no")["cases"][0]["state_label"]
    with office.database.reading() as tx:
        given = choices_told(office, tx, Wanted(), asking(WANG, NOW), words(office))
    (named,) = [name for name, label in given["states"].items() if label == state]
    assert numbers(found(office, WANG, state=named)) == [done]
    assert numbers(found(office, WANG, first="2026-03", last="2026-03")) == [done, mine]
    assert numbers(found(office, WANG, first="2026-04")) == []
    assert numbers(found(office, WANG, due="0")) == []
    assert numbers(found(office, WANG, due="30")) == [mine]


def test_pages_follow_one_another_without_gap_or_repetition(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    made = [
        opened(office, WANG, NOW + timedelta(days=no // 3), f"甲{no}", f"乙{no}")
        for no in range(5)
    ]
    seen, after = [], ""
    for _ in range(4):
        told = found(office, BUREAU, after=after)
        seen += numbers(told)
        if not (after := told["next"]):
            break
    assert seen == made[::-1]


def test_states_of_one_name_are_told_apart_by_their_tier(office: Office) -> None:
    with office.database.reading() as tx:
        given = choices_told(office, tx, Wanted(), asking(BUREAU, NOW), words(office))
    labels = list(given["states"].values())
    assert len(labels) == len(set(labels))
    assert "yq" in given["bodies"]
