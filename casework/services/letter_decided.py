"""A letter that tells of a decision says what was decided: nobody adds a finding on the way to the printer (LX-13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from casework.correspondence.catalogue import FieldSpec
from casework.correspondence.errors import WrongFact


class NotAsDecided(WrongFact):
    """A letter would say something else than the decision that it tells of. Details: `wrong`, `event`."""

    code = "not-as-decided"


def as_decided(spec: FieldSpec, given: Any, known: Any, event: int) -> Any:
    """Return what a letter says in a field that was given, although the record answers it.

    A field that may be asked, or that is a setting, is the writer's. Any other says what is on record; of rows the
    record may hold a part, and whoever writes the letter gives the rest.

    Args:
        event: the number of the decision, for the message.

    Raises:
        NotAsDecided: something else was given than is on record.
    """
    if spec.type != "rows" and not _recorded(spec):
        return given
    if spec.type != "rows":
        if not _same(given, known):
            _refuse(spec.label, event)
        return known
    return _rows(spec, given, known, event)


def _recorded(spec: FieldSpec) -> bool:
    """Whether a field says what was done in the case, and is nothing that may be asked."""
    kinds = {source.partition(".")[0] for source in spec.sources}
    return "asked" not in kinds and bool(kinds & {"step", "case", "clock"})


def _rows(spec: FieldSpec, given: Any, known: list[Mapping[str, Any]], event: int) -> Any:
    """The rows on record, with the columns that it does not hold as they were given."""
    if not isinstance(given, list | tuple) or not all(isinstance(row, Mapping) for row in given):
        return given  # it is no rows at all, and the letter says so
    if not any(row.get(name) is not None for row in known for name in spec.columns):
        return given
    if len(given) != len(known):
        _refuse(spec.label, event)
    rows = []
    for row, recorded in zip(given, known, strict=True):
        said = {name: value for name, value in recorded.items() if value is not None}
        for name, value in said.items():
            if name in row and not _same(row[name], value):
                column = spec.columns.get(name)
                _refuse(column.label if column else spec.label, event)
        rows.append({**row, **said})
    return rows


def _same(one: Any, other: Any) -> bool:
    """Whether two answers say the same: words without the space around them, lists in the same order."""
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()) == " ".join(other.split())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def _refuse(label: str, event: int) -> NoReturn:
    reason = f"The letter tells of a decision, and “{label}” is on record with it (event {event})."
    raise NotAsDecided(
        f"{reason} It cannot say anything else.",
        remedy="Leave that field out. If the record is wrong, correct it first: `casework case correct`.",
        wrong=[{"name": label, "reason": reason}],
        event=event,
    )
