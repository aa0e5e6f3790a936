import pytest

from mediation.rendering.charts import Lane, State, Way, drawn, wrapped

STATES = [State(name, name) for name in "abcd"]
LANES = [Lane("one", tuple(STATES[:2])), Lane("two", tuple(STATES[2:]))]


def test_boxes_stand_under_each_other_and_within_their_lane() -> None:
    drawing = drawn(LANES, [])
    tops = [box.y for box in drawing.boxes]
    assert tops == sorted(tops)
    assert len(set(tops)) == 4
    one, two = drawing.frames
    assert one.y + one.height <= two.y
    assert one.y < tops[0] < tops[1] < one.y + one.height


def test_a_way_to_the_next_box_runs_down() -> None:
    (line,) = drawn(LANES, [Way("a", "b", main=True)]).lines
    assert "H" not in line.path


def test_other_ways_share_a_track_and_make_room_beside_the_boxes() -> None:
    bare = drawn(LANES, [])
    shared = drawn(LANES, [Way("a", "d", main=True), Way("b", "d", main=True)])
    assert shared.box_width == bare.box_width - 9
    two = drawn(LANES, [Way("a", "d", main=True), Way("b", "c", main=True)])
    assert two.box_width == bare.box_width - 18
    aside = drawn(LANES, [Way("d", "a", main=False)])
    assert (aside.left, aside.lines[0].look) == (bare.left + 9, "aside")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("已受理", ("已受理",)),
        ("已受理，待确定调解员", ("已受理，待", "确定调解员")),
        ("Accepted, to be settled", ("Accepted,", "to be settled")),
    ],
)
def test_a_label_is_broken_into_two_lines(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 11) == lines
