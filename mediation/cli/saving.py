"""What a command writes into a file."""

from pathlib import Path

from mediation.cli.doors import Misuse
from mediation.language import Message


def save(file: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        Misuse: it cannot be written.
    """
    try:
        file.write_bytes(content)
    except OSError as error:
        values = {"file": file, "problem": error.strerror or type(error).__name__}
        raise Misuse(Message("不能写到 {file}：{problem}", values)) from error
