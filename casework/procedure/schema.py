"""JSON Schema for each kind of policy file, generated from the models, so that an editor can help to write one.

The schemas are shipped in `workflows/schema/`; `python -m casework.procedure.schema` renews them. They say what
`casework.procedure.load` says, but for what compares two places: that is the loader's and the check's.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from casework.base.resources import workflows_dir
from casework.procedure.files import KINDS_OF_FILE, FileKind
from casework.procedure.requirements import KINDS
from casework.procedure.shared import KEPT

_OVERLAID: Final[tuple[FileKind, ...]] = tuple(
    kind for kind in KINDS_OF_FILE if kind not in ("policy", "base", "rules", "catalogue")
)
"""The kinds of file of which a policy that extends another may give only what differs."""

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_KEY: Final = {"pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"}


class _Generate(GenerateJsonSchema):
    """Leaves out what says nothing to an author: titles made from names, and defaults that are null."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No field gets a title: its name says the same."""
        return False


def schema_of(kind: FileKind) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file."""
    model = KINDS_OF_FILE[kind]
    schema = model.model_json_schema(schema_generator=_Generate)
    definitions = schema.get("$defs", {})
    if "Requirement" in definitions:
        definitions["Requirement"] = _requirement(definitions)
    if "Condition" in definitions:
        definitions["Condition"] = _condition(definitions["Condition"])
    if "Step" in definitions:
        _let_use(definitions)
    if kind == "strand":
        schema["oneOf"] = [{"required": [part]} for part in ("steps", "parts")]
    return tidied(schema, f"casework/policy/1/{kind}.schema.json")


def plain_schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    """Return the JSON Schema, called `name`, of another kind of file that the strict YAML reader reads."""
    return tidied(model.model_json_schema(schema_generator=_Generate), name)


def tidied(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a schema called `name` as it is shipped."""
    found: dict[str, Any] = _tidy(schema)
    return {"$schema": _DIALECT, "$id": name, **found}


def schema_files() -> dict[str, str]:
    """Return every shipped schema file: its name and its text."""
    schemas = {f"{kind}.schema.json": schema_of(kind) for kind in KINDS_OF_FILE}
    schemas |= {f"overlay-{kind}.schema.json": overlay_schema_of(kind) for kind in _OVERLAID}
    return {name: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schemas.items()}


def overlay_schema_of(kind: FileKind) -> dict[str, Any]:
    """Return the JSON Schema of a file that says only what differs: nothing in it has to be given."""
    loosened: dict[str, Any] = _loosened(schema_of(kind))
    return {**loosened, "$id": f"casework/policy/1/overlay-{kind}.schema.json"}


def _loosened(value: Any) -> Any:
    """A schema without anything that must be there; what then fits several shapes may fit any of them."""
    if isinstance(value, list):
        return [_loosened(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: item for key, item in value.items() if not (key == "required" and isinstance(item, list))}
    shapes = [shape for shape in kept.pop("oneOf", []) if set(shape) != {"required"}]
    found = {key: _loosened(item) for key, item in kept.items()}
    return {**found, "anyOf": _loosened(shapes)} if shapes else found


def write_schemas(folder: Path) -> None:
    """Write every schema file into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _requirement(definitions: dict[str, Any]) -> dict[str, Any]:
    """A requirement as files write it: `must` or `should` with the kind, and that kind's parameters beside it."""
    folded = definitions["Requirement"]
    own = {
        name: folded["properties"][name]
        for name in ("id", "cites", "waivable_by", "waiver_needs", "when", "because")
    }
    shapes: list[dict[str, Any]] = []
    for kind, rule in sorted(KINDS.items()):
        about = definitions[rule.__name__]
        parameters = {name: part for name, part in about["properties"].items() if name != "kind"}
        needed = [name for name in about.get("required", []) if name != "kind"]
        for strength in ("must", "should"):
            shapes.append(
                {
                    "description": about["description"],
                    "type": "object",
                    "properties": {strength: {"const": kind}, **parameters, **own},
                    "required": [
                        strength,
                        "cites",
                        *(["waivable_by"] if strength == "should" else []),
                        *needed,
                    ],
                    "additionalProperties": False,
                }
            )
    for rule in KINDS.values():
        definitions.pop(rule.__name__, None)
    return {"description": folded["description"], "oneOf": shapes}


def _let_use(definitions: dict[str, Any]) -> None:
    """Where a step has a field or requirement, it may take one of `shared.yaml` and change some of its properties."""
    step = definitions["Step"]["properties"]
    fields = definitions["StepField"]["properties"]
    definitions["FieldUse"] = _use("field", {name: [fields[name]] for name in fields})
    step["fields"]["additionalProperties"] = _or_use("Field", step["fields"]["additionalProperties"])
    parameters: dict[str, list[Any]] = {}
    for shape in definitions["Requirement"]["oneOf"]:
        for name, about in shape["properties"].items():
            if about not in parameters.setdefault(name, []):
                parameters[name].append(about)
    definitions["RequirementUse"] = _use("requirement", parameters)
    step["requires"]["items"] = _or_use("Requirement", step["requires"]["items"])


def _or_use(what: str, written: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/$defs/{what}Use"}, written]}


def _use(what: str, properties: dict[str, list[Any]]) -> dict[str, Any]:
    """A use as files write it: a name, with any of the properties that a use may change."""
    own = {
        name: shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        for name, shapes in properties.items()
        if name not in KEPT
    }
    return {
        "description": f"A {what} of shared.yaml, by its name. Properties beside it take the place of the shared ones.",
        "type": "object",
        "properties": {"use": {"type": "string"}, **own},
        "required": ["use"],
        "additionalProperties": False,
    }


def _condition(condition: dict[str, Any]) -> dict[str, Any]:
    """A condition may give one value instead of a list."""
    several = condition["properties"]["is"]
    one = {
        **condition,
        "properties": {**condition["properties"], "is": {"anyOf": [several["items"], several]}},
    }
    return {**one, "oneOf": [{"required": [part]} for part in ("field", "earlier", "setting", "subject")]}


def _tidy(value: Any) -> Any:
    """Take out what no file may say (null) and hold keys to the names that files may use."""
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("description"), str):
        value = {**value, "description": " ".join(value["description"].split())}
    if "anyOf" in value:
        options = [item for item in value["anyOf"] if item != {"type": "null"}]
        if len(options) == 1:
            rest = {key: item for key, item in value.items() if key not in ("anyOf", "default")}
            return _tidy({**options[0], **rest})
        value = {**value, "anyOf": options}
    tidied = {
        key: _tidy(item)
        for key, item in value.items()
        if not (key == "default" and item in (None, [], {}, ""))
    }
    if tidied.get("type") == "object" and isinstance(tidied.get("additionalProperties"), dict):
        tidied["propertyNames"] = _KEY
    return tidied


if __name__ == "__main__":
    write_schemas(workflows_dir() / "schema")
