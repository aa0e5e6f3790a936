"""What an installation decides for itself: everything comes from `MEDIATION_*` variables."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from mediation.clock import parse_moment
from mediation.errors import Faults, InputRefused
from mediation.language import LANGUAGES, Language, Message

T = TypeVar("T")

PREFIX: Final = "MEDIATION_"
LOCAL_URL: Final = "http://127.0.0.1:8000"
KNOWN: Final = {
    "HOME", "DATABASE_URL", "KEY_FILE", "LANGUAGE", "ADDRESS", "PUBLIC_ADDRESS", "FONT_DIR",
    "TRUSTED_PROXY", "REHEARSAL", "NOW",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process.

    Args:
        home: the folder for data; relative to the working folder.
        database_url: SQLAlchemy address of SQLite or of PostgreSQL through psycopg; it may hold
            a password, so it is never shown.
        key_file: the key that seals personal data.
        language: what people are answered in when they ask for nothing else.
        url: where people reach the pages; the only host name that is answered but for the next.
        public_url: where residents reach the pages; papers name it to be looked up at. Empty
            where they reach none.
        font_dir: a folder with the office's own fonts for papers; None where there is none.
        trusted_proxy: the IP address of the proxy that alone is believed when it says who asks;
            empty where there is none.
        rehearsal: whether the clock may be told what time it is.
        now: the moment a rehearsal takes place at, in UTC; None is the real clock.
    """

    home: Path
    database_url: str = field(repr=False)
    key_file: Path
    language: Language = "zh"
    url: str = LOCAL_URL
    font_dir: Path | None = None
    public_url: str = ""
    trusted_proxy: str = ""
    rehearsal: bool = False
    now: datetime | None = None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables; an empty one counts as absent.

    Raises:
        InputRefused: with every variable that is unknown, or that cannot be understood.
    """
    given = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }
    faults = Faults()

    def read(name: str, rule: Callable[[str], T], default: T) -> T:
        if name not in given:
            return default
        value = faults.take(PREFIX + name, rule, given[name])
        return default if value is None else value

    home = read("HOME", Path, Path("var"))
    settings = Settings(
        home=home,
        database_url=read("DATABASE_URL", _database, f"sqlite:///{home / 'mediation.db'}"),
        key_file=read("KEY_FILE", Path, home / "mediation.key"),
        language=read("LANGUAGE", _language, "zh"),
        url=read("ADDRESS", _address, LOCAL_URL),
        font_dir=read("FONT_DIR", _folder, None),
        public_url=read("PUBLIC_ADDRESS", _address, ""),
        trusted_proxy=read("TRUSTED_PROXY", _proxy, ""),
        rehearsal=read("REHEARSAL", _switch, default=False),
        now=read("NOW", parse_moment, None),
    )
    for name in sorted(given.keys() - KNOWN):
        faults.add(PREFIX + name, _unknown(name))
    if "NOW" in given and not settings.rehearsal:
        faults.add(PREFIX + "NOW", Message("只有 MEDIATION_REHEARSAL=1 时才能指定时间"))
    faults.refuse_any()
    return settings


def _unknown(name: str) -> Message:
    nearest = difflib.get_close_matches(name, sorted(KNOWN), n=1, cutoff=0)
    return Message("没有这个设置，最接近的是 {nearest}", {"nearest": PREFIX + nearest[0]})


def _database(text: str) -> str:
    # "postgres://" is what many hosts hand out; without "+psycopg" SQLAlchemy would look for
    # another driver than the one installed.
    scheme, separator, rest = text.partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite":
        return text
    raise InputRefused(Message("数据库地址应以 sqlite:/// 或 postgresql:// 开头"))


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if text == language:
            return language
    raise InputRefused(Message("语言应为 {known} 之一", {"known": list(LANGUAGES)}))


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise InputRefused(Message("网址应写成 https://名称，后面不带路径"))
    return text.rstrip("/")


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise InputRefused(Message("没有文件夹 {folder}", {"folder": text}))
    return folder


def _proxy(text: str) -> str:
    # One address and no range: whoever is in it may pass himself off as anybody.
    try:
        return str(ip_address(text))
    except ValueError:
        raise InputRefused(Message("代理应写成一个 IP 地址，如 10.0.0.5")) from None


def _switch(text: str) -> bool:
    if text in {"0", "1"}:
        return text == "1"
    raise InputRefused(Message("开关应为 1 或 0"))
