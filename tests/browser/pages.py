"""Every page there is and how somebody gets to see it: a table written by hand, held complete.

`tests/web/test_pages.py` holds the addresses against the routes, `test_access.py` the pages
that were looked at against the templates.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from playwright.sync_api import Locator, Page

from mediation.engine.legal_time.periods import shanghai_day
from mediation.operations.answers.words import Words
from mediation.operations.cases.attachments import Upload
from mediation.operations.cases.handling import do_event
from mediation.operations.cases.requests import Asking
from mediation.operations.cases.viewing import view_case
from mediation.operations.demo.scenes import ONLY_CASE, Scene, play, scenes_of_today
from mediation.operations.desk.accounts import invite
from mediation.operations.office import Office, Sitting
from mediation.operations.residents.applying import FIELDS, HandingIn, hand_in
from mediation.operations.residents.progress import case_code
from mediation.records.documents import issued_papers
from mediation.resources import resource_dir
from tests.photos import JPEG

WANG: Final = Sitting("wangguilan", "tx")
STORY: Final = (
    "yunxi",
    "yq",
    "tx",
    "顾阿婆",
    "13800090021",
    "楼上302的住户",
    "夜里漏水",
    "修好",
)


@dataclass(frozen=True)
class World:
    """What the pages are about, as it stands in their addresses.

    Args:
        new: a case just registered, with a photo.
        under_way: one in which much has happened; `paper` is one of its papers.
        handed_over: one that went to another body.
        code: what a party asks with how his case stands.
        application: what a resident sent.
        invitation: by which an officer sets his first password.
        verified: the code of a paper of the case under way, which was corrected since.
    """

    new: str
    under_way: str
    paper: str
    handed_over: str
    code: str
    application: str
    invitation: str
    verified: str


def settled_world(
    office: Office, now: datetime, say: Callable[[str], str] = lambda text: text
) -> World:
    """Play what the demo has for today, and add what residents and administrators do.

    Args:
        say: gives what people write instead of what the demo has them write.
    """
    new, _, under_way, handed_over = (
        played(office, scene, say) for scene in scenes_of(shanghai_day(now))
    )
    photo = (Upload("attachments", JPEG),)
    seen = {"sort": "site", "note": say("吊顶泡出水印，拍了照片。")}
    typed = {
        field: one if one.isascii() else say(one)
        for field, one in zip(FIELDS, STORY, strict=True)
    }
    with office.database.writing() as tx:
        do_event(office, tx, new, "note", seen, Asking(WANG, now, uploads=photo))
        hand_in(office, tx, HandingIn(typed, "key", agreed=True, address=""), now)
        row = view_case(office, tx, under_way, Asking(WANG, now)).row
        issued = [one.row for one in issued_papers(tx, row.id)]
        wrong = next(one for one in issued if one.document.name == "acceptance_form")
        put_right = {
            "paper": wrong.place.within,
            "wrong": say("吊顶"),
            "right": say("墙面"),
            "reason": say("听错"),
        }
        do_event(office, tx, under_way, "correct_paper", put_right, Asking(WANG, now))
        return World(
            new,
            under_way,
            "10.1",
            handed_over,
            case_code(view_case(office, tx, new, Asking(WANG, now))),
            "1",
            invite(office, tx, "zhaomin", now),
            wrong.document.code or "",
        )


def scenes_of(today: date) -> list[Scene]:
    """Give the scenes that the demo has for a day."""
    return scenes_of_today(resource_dir("demo") / "today.json", today)


def played(office: Office, scene: Scene, say: Callable[[str], str]) -> str:
    """Play a scene, in other words; gives the number of its case."""
    steps = tuple(
        {
            key: in_words(one, say) if key in {"open", "data"} else one
            for key, one in step.items()
        }
        for step in scene.steps
    )
    words = Words(office.catalogue.library, "zh")
    return play(office, replace(scene, steps=steps), words).numbers[ONLY_CASE]


def in_words(data: Any, say: Callable[[str], str]) -> Any:
    """Say anew what somebody wrote, and his telephone; choices, days and sums stay."""
    match data:
        case dict():
            return {key: in_words(one, say) for key, one in data.items()}
        case list():
            return [in_words(one, say) for one in data]
        case str() if not data.isascii() or data.startswith("138"):
            return say(data)
    return data


PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "/sign-in",
        "/about",
        "/progress",
        "/verify",
        "/verify/{verified}",
        "/apply",
        "/invitation/{invitation}",
        "/handbook",
        "/handbook/index",
        "/handbook/search?q=受理",
        "/handbook/intake/受理",
        "/handbook/coverage/neighbour",
        "/procedures",
        "/procedures/neighbour/national",
        "/procedures/neighbour/ningbo/referral",
        "/nowhere",
    ),
    "wangguilan@tx": (
        "/",
        "/register",
        "/register/neighbour",
        "/quick/neighbour",
        "/quick/neighbour/grid",
        "/cases",
        "/cases?open=yes",
        "/referrals",
        "/referrals?sent=true",
        "/calendar",
        "/statistics",
        "/statistics/report",
        "/statistics/report?month=2026",
        "/statistics/report/cases?measure=accepted",
        "/statistics/report/entered",
        "/statistics/register",
        "/cases/{under_way}/card",
        "/account",
        "/applications",
        "/applications/{application}",
        "/cases/{new}",
        "/cases/{under_way}",
        "/cases/{under_way}/log",
        "/cases/{under_way}/reveals",
        "/cases/{under_way}/code",
        "/cases/{under_way}/dossier",
        "/cases/{under_way}/documents/{paper}",
        "/cases/{under_way}/documents/{paper}/paper",
        "/cases/{new}/do/note",
        "/cases/{new}/do/interview",
        "/cases/{new}/do/agree_at_once",
        "/cases/{new}/do/decline",
        "/cases/{under_way}/do/sign",
    ),
    "zhoujianguo@lf": ("/cases/{handed_over}", "/referrals?sent=true"),
    "admin@yunxi": (
        "/administration",
        "/administration/journal",
        "/administration/holidays",
        "/administration/holidays/2026",
        "/administration/places",
        "/administration/bodies/tx",
        "/administration/bodies/tx/move",
        "/administration/bodies/tx/cutoff",
        "/administration/bodies/tx/new-seat",
        "/administration/bodies/tx/new-officer",
        "/administration/bodies/tx/new-body",
    ),
}
"""Seat -> the addresses looked at from it; nobody's seat first."""

NO_PAGES: Final = {
    "/attachments/{number}/{digest}": "a photo, to be kept as a file",
    "/cases/{number}/documents/{place}/paper.{form}": "a paper, to be kept as a file",
    "/healthz": "for the program that watches the desk",
    "/statistics/report/file": "a spreadsheet",
}
"""Addresses that answer no page; see `tests/web`."""


def addresses(seat: str, world: World) -> list[str]:
    """Give the addresses of a seat with what the world has in them."""
    named = {name: quote(value) for name, value in asdict(world).items()}
    return [address.format(**named) for address in PAGES[seat]]


def press(button: Locator) -> None:
    """Press a button that leads to another page."""
    with button.page.expect_navigation():
        button.click()


def unfold(page: Page) -> None:
    """Open what is folded; of very many folds the first stand for all."""
    page.evaluate(
        "[...document.querySelectorAll('main details')].slice(0, 12)"
        ".forEach(one => { one.open = true })"
    )


def applying(page: Page, _: World) -> Iterator[str]:
    """Apply as a resident who leaves out everything once."""
    page.goto("/apply")
    press(page.locator("main form button"))
    go = page.locator('main button[name="go"][value="next"]')
    while go.count():
        press(go)
        question = page.locator('input[name="at"]').input_value()
        yield f"apply: {question}"
        choice = page.locator('main input[type="radio"]')
        if choice.count():
            choice.first.check()
        for field in (
            page.locator("main form").locator("input:not([type]), [type=tel], textarea").all()
        ):
            field.fill(STORY[4])
        press(go)
    send = page.locator('button.go[name="go"][value="send"]')
    press(send)
    yield "apply: without consent"
    page.locator("#agreed").check()
    press(send)
    yield "apply: receipt"


def asking_with_a_code(page: Page, world: World) -> Iterator[str]:
    """Ask how a case stands, with a wrong code and with the right one."""
    page.goto("/progress")
    for code in ("0001-0000-0000", world.code):
        page.locator("#code").fill(code)
        press(page.locator("main button.go"))
        yield f"progress: {code}"


def looking_a_paper_up(page: Page, world: World) -> Iterator[str]:
    """Look a paper up, with a wrong code and with the right one."""
    page.goto("/verify")
    for code in ("0000-0000-0000", world.verified):
        page.locator("#code").fill(code)
        press(page.locator("main button.go"))
        yield f"verify: {code}"


def reading_an_application(page: Page, world: World) -> Iterator[str]:
    """Read what a resident wrote, and neither register nor decline it as it must be."""
    page.goto(f"/applications/{world.application}")
    for act in ("read", "register", "decline"):
        unfold(page)
        press(page.locator(f'form[action$="/{act}"] button'))
        yield f"application: {act}"


def looking_at_names(page: Page, world: World) -> Iterator[str]:
    """See the parties in full; a reason that is too short first."""
    page.goto(f"/cases/{quote(world.new)}")
    unfold(page)
    page.locator("#reason").fill("核对电话")
    press(page.locator("#parties button"))
    yield "names in full"


def narrowing(page: Page, _: World) -> Iterator[str]:
    """Keep what a list is narrowed by under no name, then under one; look for nobody."""
    page.goto("/cases?open=yes")
    keep = page.locator(".keep")
    unfold(page)
    page.locator("#f-name").fill(" ")
    press(keep.locator("button").first)
    yield "filter without a name"
    unfold(page)
    page.locator("#f-name").fill("在办")
    press(keep.locator("button").first)
    yield "filter kept"
    page.locator('[name="q"]').first.fill("查无此人")
    press(page.locator('form[role="search"] button.go'))
    yield "nothing found"


def sending_too_little(page: Page, world: World) -> Iterator[str]:
    """Send forms with nothing in them."""
    for address in (
        "/register/neighbour",
        "/quick/neighbour",
        f"/cases/{quote(world.new)}/do/agree_at_once",
    ):
        page.goto(address)
        press(page.locator("main form button.go").last)
        yield f"refused: {address}"


def inviting(page: Page, _: World) -> Iterator[str]:
    """Invite an officer, and add one without a name."""
    page.goto("/administration/bodies/tx")
    unfold(page)
    press(page.locator('form[action$="/invitations"] button').first)
    yield "invited"
    page.goto("/administration/bodies/tx/new-officer")
    press(page.locator("main form button.go"))
    yield "refused: an officer without a name"


Walk = Callable[[Page, World], Iterator[str]]
WALKS: Final[Mapping[str, tuple[Walk, ...]]] = {
    "": (applying, asking_with_a_code, looking_a_paper_up),
    "wangguilan@tx": (reading_an_application, looking_at_names, narrowing, sending_too_little),
    "admin@yunxi": (inviting,),
}
"""Seat -> the ways from it to pages that no address gives."""
