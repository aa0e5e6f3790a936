"""The living specification, on both databases."""

import pytest
from pytest_bdd import scenarios

from tests.databases import DIALECTS


# Steps ask for their fixtures only when they run; what is to be run twice must be known before.
@pytest.fixture(params=DIALECTS, autouse=True)
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


scenarios(".")
