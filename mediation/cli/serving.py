"""The desk: pages, heartbeat and outbox in one process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import typer
import uvicorn

from mediation.cli.doors import Answer, Commands, Door, Misuse
from mediation.cli.output import Page
from mediation.language import Message
from mediation.operations.demo.playing import (
    clear,
    demo_settings,
    is_played,
    play_today,
    played_anew,
)
from mediation.operations.start import settle
from mediation.resources import resource_dir
from mediation.scheduler import Beats, Heartbeat, stopped_by_signals, survived
from mediation.settings import LOCAL_URL, Settings
from mediation.web.app import create_app
from mediation.web.desk import Desk
from mediation.web.security import LOCAL

LONGEST_HEADERS = 16_384
STOPS_WITHIN = 20


def add_serving(top: Commands) -> None:
    """Put `serve` among the commands of the top."""
    top.command("serve", "开设工作台（网页） / the desk as web pages")(serve)


def serve(
    door: Door,
    host: Annotated[str, typer.Option("--host", help="监听地址 / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="端口 / port", min=1, max=65535)] = 8000,
    demo: Annotated[bool, typer.Option("--demo", help="用演示数据 / the demo's world")] = False,
) -> Answer:
    """Serve the pages, keep time and send messages until SIGTERM or SIGINT.

    Raises:
        Misuse: it would be open to others: the demo, or without an address they reach it under.
    """
    if demo and host not in LOCAL:
        raise Misuse(Message("演示没有口令，只能在本机打开"))
    settings = prepared(door) if demo else door.settings
    if settings.url == LOCAL_URL:
        if host not in LOCAL:
            raise Misuse(
                Message("对外开放时，请用 MEDIATION_ADDRESS 写明大家打开的网址，如 https://…")
            )
        settings = replace(settings, url=f"http://{host}:{port}")
    door.settings = settings
    with door.office() as (office, _):
        heart = Heartbeat.of(settings, office)
        app = create_app(Desk(settings, office, demo=demo, told=heart.now))
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # The application believes the one proxy that is named.
            h11_max_incomplete_event_size=LONGEST_HEADERS,
            timeout_graceful_shutdown=STOPS_WITHIN,
        )
        greet(Page(door.language), settings, demo=demo)
        settle()
        # Once it has stopped, uvicorn raises the signal anew; that must not end what is behind.
        with stopped_by_signals(threading.Event()), beating(heart):
            uvicorn.Server(config).run()
    return Answer({"stopped": True}, lambda page: page.line(Message("已停止")))


def prepared(door: Door) -> Settings:
    """Make the demo's world if it is not there yet; give its settings, on the real clock."""
    settings, folder = demo_settings(door.settings), resource_dir("demo")
    if not is_played(settings, folder):
        Page(door.language).line(Message("正在准备演示数据，请稍候……"))
        clear(settings)
        for _ in played_anew(settings, folder, door.named):
            pass
    play_today(settings, folder, door.named, door.now)
    return settings


def greet(page: Page, settings: Settings, *, demo: bool) -> None:
    """Say where the desk is and how to sign in."""
    page.line(Message("工作台已开：{url}", {"url": settings.url}))
    if demo:
        page.line(
            Message(
                "这是演示：打开网页，选一位工作人员即可登录；数据在 {home}",
                {"home": settings.home},
            )
        )
    else:
        page.line(Message("首次登录的人员由管理员发出邀请：mediation account invite 登录名"))


@contextmanager
def beating(heart: Heartbeat) -> Iterator[None]:
    """Keep time beside the pages."""
    beats = Beats(heart)
    beats.scheduler.start()
    try:
        yield
    finally:
        beats.scheduler.shutdown(wait=True)
        survived(heart.witness)()
