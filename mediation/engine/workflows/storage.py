"""A compiled workflow as canonical JSON under its hash: what a case is pinned to."""

import json
from hashlib import sha256
from typing import Any, cast

from pydantic import TypeAdapter

from mediation.engine.errors import DefinitionError
from mediation.engine.workflows.definitions import FORMAT, Workflow
from mediation.language import Message

ADAPTER: TypeAdapter[Workflow] = TypeAdapter(Workflow)


def workflow_text(workflow: Workflow) -> str:
    """Give the canonical JSON of a workflow: equal workflows give equal text."""
    plain = ADAPTER.dump_python(workflow, mode="json")
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def workflow_hash(text: str) -> str:
    """Give the hash a case is pinned to."""
    return sha256(text.encode()).hexdigest()


def workflow_of(text: str) -> Workflow:
    """Read a stored workflow.

    Raises:
        DefinitionError: it was stored in a format this program does not read.
    """
    plain = cast("dict[str, Any]", json.loads(text))
    if plain.get("format") != FORMAT:
        problem = Message("不是本程序能读的流程格式 {format}", {"format": plain.get("format")})
        raise DefinitionError("workflows", str(plain.get("kind")), problem)
    return ADAPTER.validate_python(plain)
