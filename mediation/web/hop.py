"""Who looks at a page is found out where the page is made: one journey to a thread, not two."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Final, get_type_hints

from fastapi import Request
from fastapi.routing import APIRoute

from mediation.web.desk import AnOfficer, AVisitor, Visitor, signed_in, visiting
from mediation.web.submitted import Submitted

Endpoint = Callable[..., Any]
LET_IN: Final[Mapping[Any, Callable[[Visitor], Visitor]]] = {
    AVisitor: lambda visitor: visitor,
    AnOfficer: signed_in,
}


class OneHop(APIRoute):
    """A route whose page is made in the thread that has asked the database who looks.

    It is also read in that transaction. The framework sends a dependency that waits for the
    database to a thread and back before it sends the page to one (docs/performance.md). Where a
    form is sent its order stands: nothing of it is read before it is known whose it is.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, within(endpoint), **options)


def within(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint find its visitor itself, if it takes one and no form."""
    hints = get_type_hints(endpoint, include_extras=True)
    asked = {name: LET_IN[hint] for name, hint in hints.items() if hint in LET_IN}
    if not asked or Submitted in hints.values():
        return endpoint
    own = next((name for name, hint in hints.items() if hint is Request), None)
    by = own or "asked_by"

    @wraps(endpoint)
    def made(**given: Any) -> Any:
        with visiting(given[by] if own else given.pop(by)) as visitor:
            who = {name: let_in(visitor) for name, let_in in asked.items()}
            return endpoint(**who, **given)

    whole = signature(endpoint, eval_str=True)
    given = [one for name, one in whole.parameters.items() if name not in asked]
    if not own:
        given.append(Parameter(by, Parameter.KEYWORD_ONLY, annotation=Request))
    named = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in given]
    made.__signature__ = whole.replace(parameters=named)  # type: ignore[attr-defined]
    made.__annotations__ = {one.name: one.annotation for one in named}
    return made
