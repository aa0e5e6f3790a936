"""Every page of the desk is among those `tests/browser` looks at, and says its sentences."""

from datetime import datetime

import pytest
from fastapi.routing import APIRoute

from mediation.clock import SHANGHAI
from mediation.language import Language
from mediation.web.app import ROUTES
from mediation.web.pages import Speech, environment
from tests.browser.pages import NO_PAGES, PAGES

GETS = [
    route
    for part in ROUTES
    for route in part.router.routes
    if isinstance(route, APIRoute) and "GET" in (route.methods or ())
]
NOWHERE = "/nowhere"


def route_of(address: str) -> str:
    """Give the route that answers an address; the address itself if none does."""
    path = address.partition("?")[0]
    return next((one.path for one in GETS if one.path_regex.match(path)), path)


def test_every_route_that_answers_a_page_is_looked_at() -> None:
    looked = {route_of(one) for listed in PAGES.values() for one in listed}
    assert sorted(looked) == sorted({one.path for one in GETS} - set(NO_PAGES) | {NOWHERE})


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "案件 删去“&lt;b&gt;”"), ("en", "Cases Delete “&lt;b&gt;”")]
)
def test_a_sentence_is_said_in_the_language_of_its_page(language: Language, said: str) -> None:
    page = environment(language).from_string(
        "{{ _('案件') }} {{ _('删去“{name}”', name=label) }}"
    )
    say = Speech(language, datetime(2026, 3, 2, tzinfo=SHANGHAI)).say
    assert page.render(_=say, label="<b>") == said
