"""Where the data folders are: in a wheel, an editable install and a bare checkout."""

from pathlib import Path


def resource_dir(name: str) -> Path:
    """Find `workflows`, `templates`, `features` or `demo`.

    A wheel carries them inside the package; a checkout keeps them beside it, at the top, where
    readers look for them.

    Raises:
        FileNotFoundError: the installation lacks the folder.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"this installation has no folder {name!r}; looked in {package}")
