"""What the whole suite shares."""

import os
import re
from importlib.util import find_spec

import pytest
from hypothesis import settings

from mediation.resources import resource_dir

pytest_plugins = [
    "tests.databases",
    "tests.offices",
    "tests.steps.time",
    "tests.steps.cases",
    "tests.steps.administration",
    "tests.steps.facts",
    "tests.steps.holidays",
    "tests.steps.obligations",
    "tests.steps.referrals",
    "tests.steps.attachments",
    "tests.steps.photos",
    "tests.steps.quick",
    "tests.steps.registrations",
    "tests.steps.reports",
    "tests.steps.residents",
    "tests.steps.papers",
    "tests.steps.dossier",
    "tests.steps.scenes",
    "tests.steps.statistics",
    "tests.coverage_of_transitions",
]

# The wheel carries no benches: where it is tested, what imports them cannot even be collected.
collect_ignore = [] if find_spec("bench") else ["test_people.py"]

# A busy machine is no fault of the code; and in CI a run must be the same run twice.
settings.register_profile("suite", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    # pytest-bdd makes a marker of every tag, and a marker must be known: the features are
    # where the tags are decided, so they are read there.
    for feature in sorted(resource_dir("features").rglob("*.feature")):
        lines = feature.read_text("utf-8").splitlines()
        tags = re.findall(
            r"@(\S+)", " ".join(li for li in lines if li.lstrip().startswith("@"))
        )
        for tag in dict.fromkeys(tags):
            config.addinivalue_line("markers", f"{tag}: a tag in features/")
