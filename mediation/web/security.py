"""What every answer carries and every request must pass: host, origin, limits, headers."""

import re
import secrets
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mediation.web.desk import Desk

CONTENT: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
# A paper as issued stands by itself: it brings its own style, runs nothing and fetches nothing.
PAPER: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox"
)
# An attachment is a file to be kept; should a browser open it after all, it can do nothing.
ATTACHMENT: Final = (
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
)
HEADERS: Final = {
    "content-security-policy": CONTENT,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE: Final = frozenset({"GET", "HEAD"})
LONGEST_ADDRESS: Final = 2000
CONTROLS: Final = re.compile("[\x00-\x1f\x7f]")


class Guarded:
    """Puts the guard before the whole application.

    An unknown host gets 400 and a foreign origin 403, before anything is read; every answer
    carries the headers; whoever comes without a cookie is given one to bind his forms to.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.app, self.desk = app, desk
        urls = filter(None, (desk.settings.url, desk.settings.public_url))
        hosts = {urlsplit(url).hostname or "" for url in urls}
        self.hosts = frozenset(hosts | LOCAL if hosts & LOCAL else hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        visit = cookies.get(self.desk.visit_cookie)
        fresh = None if visit else secrets.token_urlsafe(24)
        scope.setdefault("state", {})["visit"] = visit or fresh

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.finish(MutableHeaders(raw=message["headers"]), fresh)
            await send(message)

        refused = self.refusal(scope, headers)
        await (refused or self.app)(scope, receive, answer)

    def refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        """Give the answer to what may not come in; None to let it in."""
        host = urlsplit(f"//{headers.get('host', '')}").hostname
        if host not in self.hosts:
            return PlainTextResponse("unknown host", 400)
        raw = scope.get("raw_path", b"") + b"?" + scope["query_string"]
        if len(raw) > LONGEST_ADDRESS:
            return PlainTextResponse("address too long", 414)
        if not sound(raw):
            return PlainTextResponse("not an address", 400)
        if scope["method"] in SAFE:
            return None
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        foreign = site not in {None, "same-origin"} or (
            origin is not None and urlsplit(origin).hostname != host
        )
        return PlainTextResponse("foreign origin", 403) if foreign else None

    def finish(self, headers: MutableHeaders, fresh: str | None) -> None:
        """Add what every answer carries, unless the route has said otherwise."""
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if self.desk.secure:
            headers.setdefault("strict-transport-security", "max-age=31536000")
        if fresh and "set-cookie" not in headers:
            headers.append("set-cookie", self.cookie(self.desk.visit_cookie, fresh))

    def cookie(self, name: str, value: str) -> str:
        """Write a cookie."""
        secure = "; Secure" if self.desk.secure else ""
        return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"


def sound(address: bytes) -> bool:
    """Tell whether an address is text that can be kept: UTF-8, without controls."""
    try:
        return not CONTROLS.search(unquote_to_bytes(address).decode())
    except UnicodeDecodeError:
        return False
