"""An invented case for every letter: to see one without a case, to test, and to write one's own from.

`letters/example.yaml` holds what all letters have; `letters/<id>/example.yaml` adds to it, or says otherwise. The
school, its people and everything they do are invented.
"""

from __future__ import annotations

from typing import Any

from casework.correspondence.findings import Finding, raise_if_any
from casework.correspondence.library import Library, shipped


def example(letter_id: str, library: Library | None = None) -> dict[str, Any]:
    """Return invented facts for this letter, in the shape of `LetterData`.

    Raises:
        UnknownLetter: there is no such letter.
        LettersWrong: an example cannot be read.
    """
    library = library or shipped()
    letter = library.letter(letter_id)
    common, own = _read(library, "example.yaml"), _read(library, f"{letter_id}/example.yaml")
    fields = {name: value for name, value in common.pop("fields", {}).items() if name in letter.fields}
    fields |= own.pop("fields", {})
    if letter.for_the_file:
        common.pop("delivery", None)  # a note goes to nobody
    merged = {**common}
    for part, value in own.items():
        merged[part] = {**merged[part], **value} if isinstance(merged.get(part), dict) else value
    return {**merged, "fields": fields}


def _read(library: Library, name: str) -> dict[str, Any]:
    """Return what an example file says."""
    source = library.source(name)
    raise_if_any(Finding(name, error.line, error.reason, error.remedy) for error in source.errors)
    return dict(_listed(source.value))


def _listed(value: Any) -> Any:
    """Return plain data with lists that can be changed, as a caller of letters hands them in."""
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, tuple) else value
