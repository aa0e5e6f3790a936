"""Reads the files under `workflows/`; all are refused if one says what is not understood."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mediation.engine.errors import DefinitionError, DefinitionsRefused, unknown
from mediation.engine.workflows import filing
from mediation.engine.workflows.files import (
    BodiesFile,
    DossierFile,
    FactsFile,
    KindFile,
    LawFile,
    ListsFile,
    MachineFile,
    NumberFile,
    PeriodsFile,
    StageFile,
)
from mediation.language import Message

SHARED = {
    "law": LawFile,
    "bodies": BodiesFile,
    "facts": FactsFile,
    "lists": ListsFile,
    "dossier": DossierFile,
}
NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that stands under `workflows/`, read and typed, not yet composed."""

    law: LawFile
    bodies: BodiesFile
    facts: FactsFile
    lists: ListsFile
    dossier: DossierFile
    stages: Mapping[str, StageFile]
    machines: Mapping[str, MachineFile]
    kinds: Mapping[str, KindFile]
    places: Mapping[str, Mapping[str, NumberFile]]


def read_library(folder: Path) -> Library:
    """Read all files of a `workflows/` folder.

    Raises:
        DefinitionsRefused: with every fault found in any of them.
    """
    reader = Reader(folder)
    shared = {name: reader.file(f"{name}.toml", shape) for name, shape in SHARED.items()}
    stages = reader.files("stages", StageFile)
    places = reader.files("periods", PeriodsFile)
    machines, kinds = {}, {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem in SHARED:
            continue
        tables = reader.tables(path.name)
        if "machine" in tables:
            machines[path.stem] = reader.typed(path.name, tables, MachineFile)
        elif tables:
            kinds[path.stem] = reader.typed(path.name, tables, KindFile)
    if NATIONAL not in places:
        reader.refuse("periods", f"{NATIONAL}.toml", Message("缺少全国通用的期限文件"))
    if not reader.errors:
        reader.errors += filing.faults(
            shared["dossier"], shared["bodies"], shared["lists"], stages, kinds
        )
    if reader.errors:
        raise DefinitionsRefused(reader.errors)
    return Library(**shared, stages=stages, machines=machines, kinds=kinds, places=places)


class Reader:
    """Reads files of one folder and gathers their faults."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[DefinitionError] = []

    def refuse(self, file: str, where: str, problem: Message) -> None:
        """Note a fault."""
        self.errors.append(DefinitionError(file, where, problem))

    def tables(self, name: str) -> dict[str, Any]:
        """Give the tables of a file; nothing once its fault is noted."""
        try:
            return tomllib.loads((self.folder / name).read_text("utf-8"))
        except FileNotFoundError:
            self.refuse(name, "", Message("缺少这个文件"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            self.refuse(name, "", Message("不是正确的 TOML 文件：{fault}", {"fault": fault}))
        return {}

    def file(self, name: str, shape: Any) -> Any:
        """Give one file in its shape."""
        return self.typed(name, self.tables(name), shape)

    def files(self, folder: str, shape: Any) -> dict[str, Any]:
        """Give every file of a folder below, by its stem."""
        paths = sorted((self.folder / folder).glob("*.toml"))
        return {path.stem: self.file(f"{folder}/{path.name}", shape) for path in paths}

    def typed(self, name: str, tables: Mapping[str, Any], shape: Any) -> Any:
        """Give tables in their shape; None once their faults are noted."""
        try:
            return TypeAdapter(shape).validate_python(tables)
        except ValidationError as fault:
            for detail in fault.errors(include_url=False):
                where = ".".join(str(part) for part in detail["loc"])
                self.refuse(name, where, problem(detail, shape))
            return None


def problem(detail: ErrorDetails, shape: Any) -> Message:
    """Say what is wrong at one place of a file."""
    match detail["type"]:
        case "extra_forbidden":
            return unknown(str(detail["loc"][-1]), known_keys(shape, detail["loc"][:-1]))
        case "missing":
            return Message("缺少这一项")
        case _:
            return Message(
                "这里写的是 {given}，不符合要求：{fault}",
                {"given": repr(detail["input"])[:60], "fault": detail["msg"]},
            )


def known_keys(shape: Any, path: tuple[int | str, ...]) -> list[str]:
    """List the keys that may stand in the table at a path, from the shape's own schema."""
    schema = TypeAdapter(shape).json_schema(by_alias=True)
    here = schema
    for part in path:
        here = resolved(here, schema)
        below = here.get("properties", {}).get(part) or here.get("additionalProperties")
        here = below or here.get("items") or {}
    return list(resolved(here, schema).get("properties", {}))


def resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside a JSON schema, and the one table among alternatives."""
    for choice in part.get("anyOf", ()):
        found = resolved(choice, schema)
        if "properties" in found or "additionalProperties" in found:
            return found
    reference = part.get("$ref")
    return schema["$defs"][reference.rsplit("/", 1)[1]] if reference else part
