"""Paper cases: a chronology as a YAML file, read strictly, with every error at once and on its line.

The JSON Schema for editors is shipped as `workflows/schema/paper-case.schema.json`; `python -m casework.cases.paper`
renews it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import BaseModel

from casework.base.resources import workflows_dir
from casework.cases.chronology import (
    Allegation,
    Chronology,
    Conflict,
    Employee,
    EvidenceItem,
    Organisation,
    Person,
)
from casework.cases.chronology_steps import STEP_KINDS, Belief, Comparator, Mitigation
from casework.cases.chronology_words import property_meant, value_meant
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.schema import plain_schema
from casework.procedure.source import Source, read_source, read_text
from casework.procedure.validate import validated

SCHEMA_FILE: Final = "paper-case.schema.json"
"""The name of the shipped schema."""

_NO_SUCH: Final = re.compile(r"There is no property `(?P<name>[^`]+)` here\.")
_NO_VALUE: Final = re.compile(r"['\"](?P<value>.+)['\"] is not possible here\.")
_QUOTED: Final = re.compile(r"'([^']+)'")
_PLACE: Final = re.compile(r"[^.\[\]]+")

_OUTER: Final[dict[str, type[BaseModel]]] = {
    "organisation": Organisation,
    "employee": Employee,
    "people": Person,
    "allegations": Allegation,
    "evidence": EvidenceItem,
}
_INNER: Final[dict[str, type[BaseModel]]] = {
    "conflicts": Conflict,
    "mitigation": Mitigation,
    "comparators": Comparator,
    "belief": Belief,
}


class PaperCaseInvalid(PolicyInvalid):
    """A paper case cannot be read as it stands; `errors` lists everything that is wrong."""

    code: ClassVar[str] = "paper-case-invalid"


def read_paper_case(path: Path) -> Chronology:
    """Read the paper case in the file at `path`.

    Raises: PaperCaseInvalid: the file cannot be read, or says something that a paper case cannot say.
    """
    return _checked(read_source(path, path.name))


def parse_paper_case(text: str, file: str = "paper case") -> Chronology:
    """Read a paper case from YAML text.

    Raises: PaperCaseInvalid.
    """
    source = Source(file)
    read_text(text, source)
    return _checked(source)


def _checked(source: Source) -> Chronology:
    found = validated(source, Chronology)
    if found is None:
        errors = [_hinted(error, source.value) for error in source.errors]
        raise PaperCaseInvalid(f"The paper case {source.file}", errors)
    return found


def _hinted(error: PolicyError, value: Any) -> PolicyError:
    """An unknown property or value gets the one that was probably meant in its place, or all that are possible."""
    if named := _NO_SUCH.match(error.reason):
        names = _names_at(error.path, value)
        meant = property_meant(named["name"], names)
        remedy = f"Did you mean `{meant}`?" if meant else f"Possible here: {', '.join(sorted(names))}."
        return replace(error, remedy=remedy)
    if impossible := _NO_VALUE.match(error.reason):
        values = _QUOTED.findall(error.remedy)
        meant = value_meant(impossible["value"], values)
        return replace(error, remedy=f"Did you mean {meant!r}? {error.remedy}") if meant else error
    return error


def _names_at(path: str, value: Any) -> set[str]:
    """The properties that are possible where the path ends."""
    places = _PLACE.findall(path)[:-1]
    model: type[BaseModel] = Chronology
    if places:
        inner = [_INNER[place] for place in places[1:] if place in _INNER]
        model = inner[-1] if inner else _OUTER.get(places[0], Chronology)
    if places and places[0] == "steps" and not inner:
        model = STEP_KINDS[value["steps"][int(places[1])]["what"]]
    return {info.alias or name for name, info in model.model_fields.items()}


def schema_text() -> str:
    """Return the shipped schema file's text."""
    schema: dict[str, Any] = plain_schema(Chronology, f"casework/paper-case/1/{SCHEMA_FILE}")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(str(workflows_dir() / "schema" / SCHEMA_FILE)).write_text(schema_text(), encoding="utf-8")
