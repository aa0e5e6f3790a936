"""Pages out of `templates/pages/`: strict, escaping, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

from mediation.clock import SHANGHAI
from mediation.engine.legal_time.periods import shanghai_day
from mediation.language import Language, Message
from mediation.operations.attachments.kinds import CHOSEN
from mediation.resources import resource_dir
from mediation.web.desk import Officer, Visitor

STATIC: Final = Path(__file__).with_name("static")
WEEKDAYS: Final = (
    Message("周一"),
    Message("周二"),
    Message("周三"),
    Message("周四"),
    Message("周五"),
    Message("周六"),
    Message("周日"),
)


class Pages(Environment):
    """The pages in one language.

    A sentence without values is put in its place when its page is compiled: a list has some
    sixty, the same each time. Dicts, which pages are given, are looked into by key first: the
    library tries an attribute, which fails for nearly every value of a page.
    """

    def __init__(self, language: Language, **options: Any) -> None:
        super().__init__(**options)
        self.language = language

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        Said(self.language).visit(parsed)
        return parsed

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Give a part of a value by its name."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


class Said(NodeTransformer):
    """Puts what sentences say in the place of their calls."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - named by the library
        """Say a sentence that stands in a template and has no values."""
        self.generic_visit(call)
        if not (isinstance(call.node, nodes.Name) and call.node.name == "_") or call.kwargs:
            return call
        said = written(call.args[0].as_const()).to(self.language)
        return nodes.Const(said, lineno=call.lineno)


@cache
def environment(language: Language) -> Environment:
    """Give the environment of all pages in a language, once a process."""
    made = Pages(
        language,
        loader=FileSystemLoader(resource_dir("templates") / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=static, link=link, chosen_files=CHOSEN)
    return made


@cache
def static(name: str) -> str:
    """Give the address of a static file; it changes with the file, so it may be kept."""
    content = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{content}"


def link(*parts: object, **query: object) -> str:
    """Write an address of this site out of parts that may hold anything."""
    path = "/" + "/".join(quote(str(part), safe=":") for part in parts)
    asked = "&".join(
        f"{quote(name)}={quote(str(value), safe='')}"
        for name, value in query.items()
        if value not in (None, "")
    )
    return f"{path}?{asked}" if asked else path


# Sentences that stand in templates; a test reads them there.
written: Final = Message


class Speech:
    """How a page says sentences, days and moments in one language."""

    def __init__(self, language: Language, now: datetime) -> None:
        self.language, self.now = language, now

    def say(self, text: str, **values: object) -> str:
        """Say a sentence that stands in a template."""
        return written(text, values).to(self.language)

    def day(self, value: date | str | None) -> str:
        """Write a day: 2026年10月9日（周五）."""
        if not value:
            return ""
        day = date.fromisoformat(value) if isinstance(value, str) else value
        weekday = WEEKDAYS[day.weekday()].to(self.language)
        return Message("{day}（{weekday}）", {"day": day, "weekday": weekday}).to(self.language)

    def moment(self, value: datetime | str | None) -> str:
        """Write a moment in China's time: 2026年10月9日 14:05."""
        if not value:
            return ""
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        local = at.astimezone(SHANGHAI)
        told = {"day": local.date(), "time": f"{local:%H:%M}"}
        return Message("{day} {time}", told).to(self.language)

    def left(self, value: date | str | None) -> str:
        """Say how far a day is away: 剩 18 天, 今天到期, 已过 3 天."""
        if not value:
            return ""
        day = date.fromisoformat(value) if isinstance(value, str) else value
        days = (day - shanghai_day(self.now)).days
        if days < 0:
            return Message("已过 {days} 天", {"days": -days}).to(self.language)
        if days == 0:
            return Message("今天到期").to(self.language)
        return Message("剩 {days} 天", {"days": days}).to(self.language)


def page(
    name: str,
    visitor: Visitor,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """Render a page for a visitor."""
    speech = Speech(visitor.language, visitor.now)
    given = {
        "_": speech.say,
        "day": speech.day,
        "moment": speech.moment,
        "left": speech.left,
        "visitor": visitor,
        "today_on": shanghai_day(visitor.now).isoformat(),
        "officer": visitor if isinstance(visitor, Officer) else None,
        "seat_names": seat_names(visitor),
        **(context or {}),
    }
    html = environment(visitor.language).get_template(f"{name}.html.j2").render(given)
    return HTMLResponse(html, status)


def seat_names(visitor: Visitor) -> dict[str, str]:
    """Name the bodies somebody may act from."""
    if not isinstance(visitor, Officer) or visitor.office.people is None:
        return {}
    bodies = visitor.office.people.directory.bodies
    return {seat.body: bodies[seat.body].name for seat in visitor.seats}


def see_other(address: str) -> RedirectResponse:
    """Send a browser on after a form was accepted."""
    return RedirectResponse(address, 303)
