"""Where everything stands in the drawing of a procedure: lanes of boxes, and the ways between.

Boxes stand one under the other, so that a chart is as wide as a phone. A way to the next box
is an arrow down. All others run beside the boxes: the main ones on the right, where those that
lead to one box share a track, and the rest on the left, where those out of one box share it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

WIDTH: Final = 380
MARGIN: Final = 16
TRACK: Final = 9
TITLE: Final = 40
BOX: Final = 56
GAP: Final = 24
AFTER: Final = 26
CORNER: Final = 5
CHARACTER: Final = 8.6
"""How wide half a Chinese character is in a box."""


@dataclass(frozen=True, slots=True)
class State:
    """A box to be drawn.

    Args:
        look: how it is drawn, a class of the style sheet.
        sign: what stands in its corner, so that colour is not all that tells.
    """

    name: str
    label: str
    look: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """States drawn together, under a title."""

    title: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """From a state to another."""

    source: str
    target: str
    main: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A state with its place."""

    state: State
    lines: tuple[str, ...]
    y: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A lane with its place."""

    title: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A way with its path and its class of the style sheet."""

    path: str
    look: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with every place in it."""

    width: int
    height: int
    left: int
    box_width: int
    frames: tuple[Frame, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Ways that share a track, each from a row to a row."""

    ways: tuple[tuple[int, int], ...]

    @property
    def rows(self) -> tuple[int, int]:
        """From which row to which its track runs."""
        every = [row for way in self.ways for row in way]
        return min(every), max(every)


def drawn(lanes: Sequence[Lane], ways: Iterable[Way]) -> Drawing:
    """Give every box, frame and line its place."""
    row = {
        state.name: no
        for no, state in enumerate(state for lane in lanes for state in lane.states)
    }
    last = {row[lane.states[-1].name] for lane in lanes}
    straight: list[Way] = []
    main: list[Way] = []
    rest: list[Way] = []
    for way in ways:
        if row[way.target] == row[way.source] + 1 and row[way.source] not in last:
            straight.append(way)
        else:
            (main if way.main else rest).append(way)
    right = tracks(bundles(main, row, by=1))
    left = tracks(bundles(rest, row, by=0))
    margin = MARGIN + TRACK * len(left)
    box_width = WIDTH - margin - MARGIN - TRACK * len(right)
    frames, boxes, height = placed(lanes, box_width)
    tops = [box.y for box in boxes]
    lines = [
        Line(
            f"M{WIDTH // 2} {tops[row[way.source]] + BOX}V{tops[row[way.target]] - 3}",
            "" if way.main else "aside",
        )
        for way in straight
    ]
    lines += beside(right, tops, edge=margin + box_width, outward=1)
    lines += beside(left, tops, edge=margin, outward=-1, look="aside")
    return Drawing(WIDTH, height, margin, box_width, frames, boxes, tuple(lines))


def placed(
    lanes: Sequence[Lane], box_width: int
) -> tuple[tuple[Frame, ...], tuple[Box, ...], int]:
    """Put lanes and boxes one under the other; give the height of all."""
    frames, boxes, y = [], [], 4
    for lane in lanes:
        top = y
        y += TITLE
        for state in lane.states:
            boxes.append(Box(state, wrapped(state.label, int(box_width / CHARACTER) - 3), y))
            y += BOX + GAP
        y += AFTER - GAP
        frames.append(Frame(lane.title, top, y - top - AFTER // 2))
    return tuple(frames), tuple(boxes), y


def bundles(ways: Iterable[Way], row: Mapping[str, int], *, by: int) -> list[Bundle]:
    """Gather ways by the box they come from, 0, or lead to, 1."""
    found: dict[int, list[tuple[int, int]]] = {}
    for way in ways:
        ends = row[way.source], row[way.target]
        found.setdefault(ends[by], []).append(ends)
    return [Bundle(tuple(ends)) for ends in found.values()]


def tracks(bundled: Iterable[Bundle]) -> list[list[Bundle]]:
    """Put bundles on as few tracks as do, the short ones next to the boxes."""
    found: list[list[Bundle]] = []
    for bundle in sorted(bundled, key=lambda one: one.rows[1] - one.rows[0]):
        first, last = bundle.rows
        free = (
            track
            for track in found
            if all(last < one.rows[0] or one.rows[1] < first for one in track)
        )
        track = next(free, None)
        if track is None:
            found.append([bundle])
        else:
            track.append(bundle)
    return found


def beside(
    found: Sequence[Sequence[Bundle]],
    tops: Sequence[int],
    *,
    edge: int,
    outward: int,
    look: str = "",
) -> list[Line]:
    """Draw tracks beside the boxes: ways leave a box low and reach it high."""
    lines = []
    for no, track in enumerate(found, 1):
        x = edge + outward * (TRACK * no + 2)
        for bundle in track:
            for source, target in bundle.ways:
                leave = tops[source] + 2 * BOX // 3
                enter = tops[target] + BOX // 3
                lines.append(Line(turned(edge, x, leave, enter, outward), look))
    return lines


def turned(edge: int, x: int, leave: int, enter: int, outward: int) -> str:
    """Give the path of a way out of a box, along a track, and into another; corners round."""
    side, down = CORNER * outward, CORNER if enter > leave else -CORNER
    return (
        f"M{edge} {leave}H{x - side}Q{x} {leave} {x} {leave + down}"
        f"V{enter - down}Q{x} {enter} {x - side} {enter}H{edge + 3 * outward}"
    )


def wrapped(text: str, cells: int) -> tuple[str, ...]:
    """Break a label into at most two lines, a Latin one between words."""
    if width(text) <= cells:
        return (text,)
    words = text.split(" ") if text.isascii() else list(text)
    between = " " if text.isascii() else ""
    lines = [words[0]]
    for word in words[1:]:
        joined = f"{lines[-1]}{between}{word}"
        if len(lines) == 1 and width(joined) > cells:
            lines.append(word)
        else:
            lines[-1] = joined
    return tuple(lines)


def width(text: str) -> int:
    """Count the cells a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)
