"""The shipped JSON Schemas are what the models say, and they know the flat form of requirements."""

from __future__ import annotations

import json

import pytest

from casework.base.resources import workflows_dir
from casework.cases.paper import SCHEMA_FILE
from casework.procedure.requirements import KINDS
from casework.procedure.schema import schema_files, schema_of

RENEW = "Renew them with: python -m casework.procedure.schema"


SHIPPED = {path.name: path for path in sorted((workflows_dir() / "schema").iterdir())}


@pytest.fixture(scope="module")
def schemas() -> dict[str, str]:
    """The schemas as the models have them: each is made once."""
    return schema_files()


def test_the_shipped_schemas_are_those_of_the_models(schemas: dict[str, str]) -> None:
    shipped = {name: path.read_text(encoding="utf-8") for name, path in SHIPPED.items()}
    assert shipped.keys() == {*schemas, SCHEMA_FILE}, RENEW
    for name, text in schemas.items():
        assert shipped[name] == text, f"{name} is out of date. {RENEW}"


def test_every_shipped_file_names_its_schema() -> None:
    shipped = [path for path in workflows_dir().rglob("*.yaml")]
    assert shipped
    for path in shipped:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert schema.is_file(), f"{path.name}: the first line names its schema for editors"


def test_each_requirement_kind_has_its_two_flat_shapes() -> None:
    shapes = schema_of("strand")["$defs"]["Requirement"]["oneOf"]
    names = [
        (word, shape["properties"][word]["const"])
        for shape in shapes
        for word in ("must", "should")
        if word in shape["properties"]
    ]
    assert names == [(word, kind) for kind in sorted(KINDS) for word in ("must", "should")]
    notice = next(shape for shape in shapes if shape["properties"].get("should", {}).get("const") == "notice")
    assert notice["required"] == ["should", "cites", "waivable_by", "letter", "until", "clear_working_days"]
    assert notice["additionalProperties"] is False


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != SCHEMA_FILE])
def test_no_schema_admits_what_no_file_may_say(name: str, schemas: dict[str, str]) -> None:
    text = schemas[name]
    assert '"null"' not in text, "an empty value is refused in every file"
    assert json.loads(text)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(text)["additionalProperties"] is False
