"""A body moved under another with all below it; its cases go with it."""

from collections.abc import Iterator
from dataclasses import replace

from mediation.errors import Fault, InputRefused
from mediation.language import Message
from mediation.operations.administration.bodies import names, overseers
from mediation.operations.administration.journal import BODY_LEFT, BODY_MOVED, body_kept
from mediation.operations.administration.managing import Manager, OwnRights
from mediation.operations.administration.reading import Asked, Data, Filled, Schema
from mediation.operations.answers.words import Words
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Office
from mediation.records.database import Tx
from mediation.records.moving import answering_under, move_paths
from mediation.records.people import Body, Directory, TreeBroken, save_people


def move_form(office: Office, tx: Tx, code: str, asking: Asking, words: Words) -> Schema:
    """Give the form that moves a body.

    Raises:
        NotAdministered: the officer does not manage it.
    """
    manager = Manager.of(office, tx, asking)
    body, asked = manager.body(code), Asked(words)
    return asked.form(
        ("parent",),
        parent=asked.one(
            Message("新的上级单位"),
            names(parents(manager, body)),
            Message("下级单位和案件一起移过去"),
        ),
        supervised_by=asked.preset(
            asked.one(
                Message("督办单位"),
                names(overseers(manager)),
                Message("它的督办范围要包括新的上级单位"),
            ),
            body.supervised_by,
        ),
    )


def parents(manager: Manager, body: Body) -> list[Body]:
    """Give the bodies a body may be moved under: not itself and none below, for no ring."""
    at = above(body.path)
    found = (one for one in manager.bodies if one.until_on is None and one.path != at)
    return [one for one in found if not one.path.startswith(body.path)]


def move_body(office: Office, tx: Tx, code: str, data: Data, asking: Asking) -> None:
    """Move a body under another, with all below it and every case.

    1. Nobody moves his own rights: neither where he sits, nor cases into his own sight.
    2. Whoever oversees something of it must oversee it where it comes to stand.
    3. Every path is rewritten; those who oversaw the body and others below it are replaced.
    4. The journal says so at the old place and at the new one.

    Args:
        tx: one that has no other beside it (`Database.writing(alone=True)`).

    Raises:
        NotAdministered: the officer does not manage it.
        OwnRights: he would move himself, or cases into his own sight.
        InputRefused: with every fault.
    """
    manager, filled = Manager.of(office, tx, asking), Filled(data)
    body = manager.body(code)
    if body.path == manager.root.path:
        raise OwnRights
    parent = filled.one("parent", [one.code for one in parents(manager, body)])
    overseer = filled.one_or_none("supervised_by", [one.code for one in overseers(manager)])
    filled.faults.refuse_any()
    move = Move(manager, body, f"{manager.body(parent).path}{code}/", overseer)
    move.refuse_own()
    move.refuse_unseen()
    move_paths(tx, body.path, move.path)
    save_people(tx, bodies=move.moved)
    before, after = body_kept(body), body_kept(move.moved[0])
    manager.note(BODY_LEFT, code, body.path, before=before, after=after)
    manager.note(BODY_MOVED, code, move.path, before=before, after=after)


class Move:
    """A body on its way.

    Args:
        path: where it comes to stand.
        overseer: the code of the body that oversees it there.
    """

    def __init__(self, manager: Manager, body: Body, path: str, overseer: str | None) -> None:
        self.manager, self.body, self.path = manager, body, path
        self.old = manager.directory.bodies_under(body.path)
        self.moved = [self.placed(one, overseer) for one in self.old]

    def placed(self, one: Body, overseer: str | None) -> Body:
        """Give a body of those that move as it comes to stand."""
        overseen = one.supervised_by is not None and (
            one.supervised_by == self.body.supervised_by
        )
        return replace(
            one,
            path=self.there(one.path),
            scope_path=self.there(one.scope_path),
            supervised_by=overseer if overseen or one == self.body else one.supervised_by,
        )

    def there(self, path: str) -> str:
        """Give a path as it reads afterwards."""
        behind = path.removeprefix(self.body.path)
        return f"{self.path}{behind}" if path.startswith(self.body.path) else path

    def refuse_own(self) -> None:
        """Let a move pass that changes nothing for the administrator himself.

        Raises:
            OwnRights: he sits in what moves, or would oversee it only afterwards.
        """
        directory = self.manager.directory
        for seat in self.manager.seats(self.manager.asking.sitting.officer):
            sits = directory.body(seat.body)
            gained = sees(sits, self.path) and not sees(sits, self.body.path)
            if gained or sits.path.startswith(self.body.path):
                raise OwnRights

    def refuse_unseen(self) -> None:
        """Let a move pass after which everybody still oversees what he answers for.

        Raises:
            InputRefused: with every fault.
        """
        faults = [*self.rings(), *self.lost(), *self.risen()]
        if faults:
            raise InputRefused(tuple(faults))

    def rings(self) -> Iterator[Fault]:
        """Note bodies that would oversee each other."""
        others = [one for one in self.manager.directory.bodies.values() if one not in self.old]
        try:
            Directory([*others, *self.moved], (), ())
        except TreeBroken as error:
            yield Fault("supervised_by", error.message)

    def lost(self) -> Iterator[Fault]:
        """Note who would oversee, or hold a scope, out of his sight."""
        bodies = self.manager.directory.bodies
        for was, now in zip(self.old, self.moved, strict=True):
            overseer = bodies.get(now.supervised_by or "")
            if now.code == self.body.code and overseer and not self.still(overseer, now):
                yield Fault("supervised_by", Message("它的督办范围不包括新的上级单位"))
            elif overseer and sees(overseer, was.path) and not self.still(overseer, now):
                values = {"name": now.name, "above": overseer.name}
                said = Message("“{name}”由“{above}”督办，移走以后不在它的督办范围内", values)
                yield Fault("supervised_by", said)
            if was.path.startswith(was.scope_path) and not now.path.startswith(now.scope_path):
                said = Message("“{name}”督办的范围不在新的上级单位之上", {"name": now.name})
                yield Fault("parent", said)

    def risen(self) -> Iterator[Fault]:
        """Note open cases whose clocks have risen to somebody who would not see them."""
        bodies = self.manager.directory.bodies
        for code, count in answering_under(self.manager.tx, self.body.path).items():
            answering = bodies[code]
            if sees(answering, self.body.path) and not self.still(answering, self.moved[0]):
                said = Message(
                    "还有 {count} 件案件的期限已升到“{name}”督办，它看不到新的地方，请先处理",
                    {"count": count, "name": answering.name},
                )
                yield Fault("parent", said)

    def still(self, overseer: Body, moved: Body) -> bool:
        """Tell whether a body sees another after the move; it may itself be moved along."""
        return moved.path.startswith(
            (self.there(overseer.scope_path), self.there(overseer.path))
        )


def sees(body: Body, path: str) -> bool:
    """Tell whether a path lies in what a body has in its custody or oversees."""
    return path.startswith((body.path, body.scope_path))


def above(path: str) -> str:
    """Give the path above another."""
    return path[: path.rstrip("/").rfind("/") + 1]
