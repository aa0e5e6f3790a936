"""Names of files: as they came, and as they are given out again."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from mediation.text import visible

LONGEST: Final = 60
"""In characters: with an ending it fits the 255 bytes of a file system, rare ones as well."""
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")
_SIGNS: Final = re.compile(r'[<>:"|?*/\\]')
_RESERVED: Final = re.compile(
    r"(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(?:\..*)?", re.IGNORECASE
)


def name_of(called: str) -> str:
    """Give what a file is called by its name as it came: no path, no ending, nothing unseen."""
    last = re.split(r"[/\\]", called)[-1]
    seen = visible(unicodedata.normalize("NFC", last))
    return _ENDING.sub("", " ".join(seen.split()))[:LONGEST].strip(" .")


def file_name(name: str, ending: str) -> str:
    """Give the name of a file that every system takes, with the ending of what it is."""
    stem = _SIGNS.sub("_", visible(name))[:LONGEST].strip(" .") or "_"
    return f"{'_' * bool(_RESERVED.fullmatch(stem))}{stem}.{ending}"


def disposition(name: str, plain: str) -> str:
    """Write how a browser is to keep a file (RFC 6266); old ones read the plain name."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
