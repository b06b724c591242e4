"""Paper cases: a chronology as a YAML file, read strictly, with every error at once and on its line.

The JSON Schema for editors is shipped as `workflows/schema/paper-case.schema.json`; `python -m casework.cases.paper`
renews it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Final

from pydantic import BaseModel

from casework.base.resources import workflows_dir
from casework.cases.chronology import Chronology
from casework.cases.chronology_steps import STEP_KINDS
from casework.cases.chronology_values import Part
from casework.procedure.errors import PolicyError, PolicyInvalid
from casework.procedure.schema import plain_schema
from casework.procedure.source import Source, read_source, read_text
from casework.procedure.validate import validated

SCHEMA_FILE: Final = "paper-case.schema.json"
"""The name of the shipped schema."""

_NO_SUCH: Final = re.compile(r"There is no property `(?P<name>[^`]+)` here\.")


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
        raise PaperCaseInvalid(f"The paper case {source.file}", [_hinted(error) for error in source.errors])
    return found


def _hinted(error: PolicyError) -> PolicyError:
    """An unknown property gets the nearest one of the vocabulary as its remedy."""
    named = _NO_SUCH.match(error.reason)
    close = get_close_matches(named["name"], sorted(_names()), n=1, cutoff=0.75) if named else []
    return replace(error, remedy=f"Did you mean `{close[0]}`?") if close else error


def _names() -> set[str]:
    kinds: list[type[BaseModel]] = [*STEP_KINDS.values(), *Part.__subclasses__()]
    return {info.alias or name for kind in kinds for name, info in kind.model_fields.items()}


def schema_text() -> str:
    """Return the shipped schema file's text."""
    schema: dict[str, Any] = plain_schema(Chronology, f"casework/paper-case/1/{SCHEMA_FILE}")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(str(workflows_dir() / "schema" / SCHEMA_FILE)).write_text(schema_text(), encoding="utf-8")
