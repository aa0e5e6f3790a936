"""In a tree of any shape nobody gets a byte of a case that lies neither with him nor below."""

import random
import re
import secrets
from datetime import date
from urllib.parse import quote

import pytest

from mediation.operations.cases.handling import open_case
from mediation.operations.cases.requests import Asking
from mediation.operations.office import Sitting
from mediation.records.people import Body, Officer, Seat, save_people
from tests.web.conftest import Site

SINCE = date(2020, 1, 1)
ADDRESSES = ("/", "/cases", "/cases?open=yes", "/referrals", "/calendar", "/statistics")


def grown(site: Site, chance: random.Random) -> dict[str, str]:
    """Grow a tree of committees, each with one officer; gives code -> path."""
    paths: dict[str, str] = {}
    for no in range(chance.randint(6, 12)):
        above = chance.choice([*paths, ""]) if paths else ""
        paths[f"b{no}"] = f"{paths.get(above, '/')}b{no}/"
    bodies = [
        Body(
            code=code, name=f"第{code}人民调解委员会", word=f"字{code}", sort="committee",
            tier="community", path=path, scope_path=path, supervised_by=None,
            place="national", competence=None, from_on=SINCE, until_on=None,
        )
        for code, path in paths.items()
    ]  # fmt: skip
    roles = frozenset(["registrar", "mediator", "chair"])
    with site.desk.office.database.writing() as tx:
        save_people(
            tx,
            bodies=bodies,
            officers=[Officer(f"o-{code}", f"工作人员{code}") for code in paths],
            seats=[Seat(f"o-{code}", code, roles, SINCE, None) for code in paths],
        )
    return paths


@pytest.mark.parametrize("seed", range(3))
def test_nobody_gets_a_byte_of_a_case_elsewhere(site: Site, seed: int) -> None:
    chance = random.Random(seed)
    paths, office = grown(site, chance), site.desk.office
    canaries, numbers = {}, {}
    for code in paths:
        canaries[code] = f"某{secrets.token_hex(8)}"
        form = {
            "people": [{"name": canaries[code], "address": canaries[code]}],
            "class": "noise",
            "sentence": canaries[code],
            "sender_number": canaries[code],
        }
        asking = Asking(Sitting(f"o-{code}", code), site.clock())
        with office.database.writing() as tx:
            numbers[code] = open_case(office, tx, "neighbour", form, asking).number
    seen = 0
    for code, path in paths.items():
        browser = site.officer(f"o-{code}@{code}")
        below = {other for other, there in paths.items() if there.startswith(path)}
        said = [browser.get(address).text for address in ADDRESSES]
        for other, number in numbers.items():
            page = browser.get(f"/cases/{quote(number)}")
            found = browser.post("/cases", {"q": canaries[other]})
            shown = browser.post(f"/cases/{quote(number)}/reveal", {"reason": "核对"})
            assert (page.status_code == 200) == (other in below), (code, other)
            # The words one searched for stand in the search field again.
            said += [page.text, re.sub(r'<input name="q"[^>]*>', "", found.text), shown.text]
            seen += canaries[other] in shown.text
        text = "".join(said)
        assert not [
            other for other in canaries if other not in below and canaries[other] in text
        ]
        assert not [
            other for other in numbers if other not in below and f">{numbers[other]}<" in text
        ]
    assert seen >= len(paths)
