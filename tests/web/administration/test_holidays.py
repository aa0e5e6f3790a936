"""A year's holiday notice entered on a page."""

from typing import Any

from mediation.operations.office import Office
from mediation.records.people_changes import changes_under
from tests.operations.administration.test_holidays import NOTICE, calendar_of
from tests.web.conftest import Site, guard

ADMIN = "admin@yunxi"
PATH = "/administration/holidays/2026"


def sent(**more: Any) -> dict[str, Any]:
    """Give the fields of the form as a browser sends them."""
    fields: dict[str, Any] = {}
    for name, value in {**NOTICE, "compared": "true", **more}.items():
        parts = value if isinstance(value, dict) else {"": value}
        fields |= {f"{name}.{part}".rstrip("."): one for part, one in parts.items()}
    return fields


def test_a_notice_is_corrected_from_what_stands(site: Site, office: Office) -> None:
    client = site.client(ADMIN)
    page = client.get(PATH).text
    assert 'value="国办发明电〔2025〕7号"' in page
    assert 'name="spring.from_on" value="2026-02-15"' in page
    given = {**sent(), "guard": guard(client)}
    assert client.post(PATH, data=given).status_code == 303
    page = client.get("/administration/holidays").text
    assert "国办发明电〔2026〕1号" in page
    assert "系统管理员 于 2026年3月2日 09:00 录入" in page
    journal = client.get("/administration/journal").text
    assert "录入放假通知：2026" in journal
    assert "春节 2026-02-15 — 2026-02-24，2026-02-28 上班" in journal


def test_a_fault_stands_at_its_field_and_nothing_is_half_written(
    site: Site, office: Office
) -> None:
    client, before = site.client(ADMIN), calendar_of(office).version
    wrong = sent(spring={"from_on": "2026-02-15", "to_on": "2026-02-31"}, document="")
    refused = client.post(PATH, data={**wrong, "guard": guard(client)})
    assert refused.status_code == 422
    assert 'id="f-spring-to_on-fault"' in refused.text
    assert 'id="f-document-fault"' in refused.text
    assert 'value="2026-02-15"' in refused.text
    assert calendar_of(office).version == before
    with office.database.reading() as tx:
        assert changes_under(tx, "/yunxi/", 9) == []


def test_only_the_top_enters_and_only_this_year_or_the_next(site: Site, office: Office) -> None:
    client = site.client(ADMIN)
    assert client.get("/administration/holidays/2025").status_code == 404
    assert client.get("/administration/holidays/2028").status_code == 404
    assert site.client("wangguilan@tx").get(PATH).status_code == 404
