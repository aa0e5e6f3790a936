"""The application: routes, limits, and what a refusal looks like."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import unquote, urlsplit

import structlog
from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.types import Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from mediation.errors import MediationError
from mediation.language import Message
from mediation.operations.answers.refusals import error_told
from mediation.web.desk import Desk, SignInNeeded, Visitor, visitor_of
from mediation.web.pages import STATIC, link, page, see_other
from mediation.web.routes import (
    account,
    administration,
    applications,
    attachments,
    calendar,
    cases,
    documents,
    dossier,
    events,
    grid,
    handbook,
    health,
    holidays,
    papers,
    procedures,
    registering,
    reports,
    residents,
    signing,
    statistics,
    today,
)
from mediation.web.security import Guarded

THREADS: Final = 2
"""Of the forty that are usual most would only wait for each other (docs/performance.md)."""
LARGEST: Final = 1_000_000
"""So large a request may be; a route that takes files says that it takes more."""
STATUS: Final = {
    "sign_in_refused": 403,
    "sign_in_held": 429,
    "invitation_refused": 404,
    "case_not_found": 404,
    "document_not_found": 404,
    "unprintable": 409,
    "application_not_found": 404,
    "applied_too_often": 429,
    "application_decided": 409,
    "attachment_not_found": 404,
    "content_withheld": 403,
    "report_not_found": 404,
    "not_reporting": 403,
    "not_yet_over": 409,
    "not_administered": 404,
    "own_rights": 403,
    "beyond_reach": 403,
    "not_at_the_top": 403,
    "still_needed": 409,
    "stale_version": 409,
    "key_reused": 409,
    "form_refused": 403,
    "event_refused": 409,
    "input_refused": 422,
    "database_unavailable": 503,
}

ROUTES: Final = (
    cases, today, signing, account, events, registering, grid, documents, dossier,
    attachments, calendar, statistics, reports, handbook, procedures, residents, papers,
    applications, administration, holidays, health,
)  # fmt: skip

log = structlog.get_logger()


class Kept(StaticFiles):
    """Static files, whose addresses change with their content."""

    def file_response(
        self, full_path: object, stat_result: object, scope: Scope, status_code: int = 200
    ) -> Response:
        """Give a file that a browser may keep."""
        response = super().file_response(full_path, stat_result, scope, status_code)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(desk: Desk) -> FastAPI:
    """Make the application for an installation."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    app = FastAPI(
        title="mediation",
        lifespan=living,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=LARGEST,
    )
    app.state.desk = desk
    for routes in ROUTES:
        app.include_router(routes.router)
    app.mount("/static", Kept(directory=STATIC), name="static")
    app.add_exception_handler(MediationError, refused)
    app.add_exception_handler(HTTPException, not_there)
    app.add_exception_handler(RequestValidationError, not_understood)
    app.add_exception_handler(Exception, failed)
    app.add_middleware(Guarded, desk=desk)
    if desk.settings.trusted_proxy:
        # Outside of all else, so that everything behind it sees who really asks.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[desk.settings.trusted_proxy])
    return app


def refused(request: Request, error: Exception) -> Response:
    """Say why something is refused, in the visitor's language."""
    visitor = visitor_of(request)
    if isinstance(error, SignInNeeded):
        return see_other(link("sign-in", back=came_from(request)))
    assert isinstance(error, MediationError)  # noqa: S101 - the handler is registered for it
    told = error_told(error, visitor.words, visitor.language)["error"]
    return error_page(visitor, told, STATUS.get(error.code, 400))


def came_from(request: Request) -> str:
    """Give the address to come back to: the page itself, or the one whose form was sent."""
    sender = urlsplit(request.headers.get("referer", ""))
    if request.method == "GET":
        return request.url.path
    return unquote(sender.path) if sender.hostname == request.url.hostname else "/"


def not_there(request: Request, error: Exception) -> Response:
    """Say that an address leads nowhere."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    visitor = visitor_of(request)
    sentences = {
        404: Message("没有这个页面"),
        405: Message("不能这样打开这个页面"),
        413: Message("提交的内容过大"),
    }
    said = sentences.get(status, Message("请求无法处理"))
    return error_page(visitor, {"message": visitor.say(said)}, status)


def not_understood(request: Request, _: Exception) -> Response:
    """Say that an address carries what it may not."""
    visitor = visitor_of(request)
    return error_page(visitor, {"message": visitor.say(Message("请求无法处理"))}, 400)


def failed(request: Request, error: Exception) -> Response:
    """Say that the program itself is at fault; what it failed on may name people and stays."""
    log.error("page_failed", path=request.url.path, fault=type(error).__name__)
    visitor = visitor_of(request)
    said = visitor.say(Message("程序出错，未能办理；没有写入任何内容，请稍后再试"))
    return error_page(visitor, {"message": said}, 500)


def error_page(visitor: Visitor, told: dict[str, object], status: int) -> HTMLResponse:
    """Render a refusal."""
    return page(
        "refusal", visitor, {"error": {"blockers": [], "faults": [], **told}}, status=status
    )
