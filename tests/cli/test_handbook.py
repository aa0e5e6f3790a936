import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from mediation.operations.catalogue import Catalogue
from mediation.resources import resource_dir
from tests.cli.conftest import READ, Run

LINK = re.compile(r'(?:href|src)="([^"#]+)')


@pytest.fixture
def one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind, one place of its own: each further one takes a second to prove."""
    folder = resource_dir("workflows")
    whole = Catalogue.read(folder)
    library = replace(
        whole.library,
        kinds={"neighbour": whole.library.kinds["neighbour"]},
        places={name: whole.library.places[name] for name in ("national", "ningbo")},
    )
    monkeypatch.setitem(READ, folder, Catalogue(library, whole.calendar))


@pytest.mark.usefixtures("one_kind")
@pytest.mark.parametrize(
    ("language", "said"), [("zh", "调解手册"), ("en", "Mediation handbook")]
)
def test_the_handbook_opens_from_disk(
    run: Run, tmp_path: Path, language: str, said: str
) -> None:
    folder = tmp_path / "handbook"
    told = run("handbook", "-o", str(folder), "--lang", language, "--json").told
    assert {"index.html", "procedures/neighbour/ningbo.html"} <= set(told["pages"])
    assert f"<h1>{said}</h1>" in (folder / "index.html").read_text("utf-8")
    for name in told["pages"]:
        page = folder / name
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert "<form" not in text
        for link in LINK.findall(text):
            assert not link.startswith(("/", "http")), (name, link)
            assert (page.parent / unquote(link)).exists(), (name, link)


def test_a_folder_that_cannot_be_written_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    refused = run("handbook", "-o", str(tmp_path / "file"), "--json")
    assert (refused.code, refused.error["code"]) == (2, "misuse")
