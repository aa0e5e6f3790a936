"""Every page of the desk is among those that `tests/browser` looks at."""

from fastapi.routing import APIRoute

from mediation.web.app import ROUTES
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
