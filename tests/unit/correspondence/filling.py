"""Facts for any letter and any values of its deciding fields, made from what the letter declares."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from casework.correspondence.catalogue import FieldSpec, Letter
from casework.correspondence.conditions import assignments
from casework.correspondence.examples import example

PERSON = {"name": "Ann Other", "title": "Governor", "phone": "01632 960 000", "email": "a@ashleigh.example"}


def all_values(letter: Letter) -> Iterator[dict[str, bool | str]]:
    """Yield enough combinations of values that each value of each field meets each value of any other field.

    All combinations of two fields, the others at their first value: a letter's conditions are rarely deeper, and the
    check has proved the passages on all of them.
    """
    names = sorted(letter.deciding)
    seen: set[tuple[tuple[str, bool | str], ...]] = set()
    for first in names:
        for second in names:
            for values in assignments([first, second], letter.deciding):
                filled = _completed(letter, values)
                key = tuple(sorted(filled.items()))
                if key not in seen:
                    seen.add(key)
                    yield filled


def facts(letter: Letter, values: Mapping[str, bool | str]) -> dict[str, Any]:
    """Return facts in which the deciding fields have `values`, and every other field says its own name."""
    data = example(letter.id)
    data["sender"]["authority"] = "under minute 2025/31"
    numbers = [allegation["number"] for allegation in data["allegations"]]
    data["fields"] = {
        name: values[name] if spec.decides else _value(name, spec, numbers)
        for name, spec in letter.fields.items()
        if spec.when is None or spec.when.holds(values)
    }
    return data


def _completed(letter: Letter, values: Mapping[str, bool | str]) -> dict[str, bool | str]:
    """Return `values` with the first value of each deciding field that is needed beside them."""
    done = dict(values)
    for name, spec in sorted(letter.deciding.items(), key=lambda item: item[1].when is not None):
        if name not in done and (spec.when is None or spec.when.holds(done)):
            done[name] = spec.values[0]
    return done


def _value(name: str, spec: FieldSpec, numbers: list[int]) -> Any:
    """Return a value of the field's type that can be found again in the letter."""
    if spec.type == "rows":
        rows = [{"allegation": number} for number in numbers] if spec.each else [{}]
        columns = {column: _column(name, column, part) for column, part in spec.columns.items()}
        return [{**row, **columns} for row in rows]
    simple: dict[str, Any] = {
        "text": f"words of {name}",
        "initials": "A.B.",
        "date": dt.date(2026, 4, 17),
        "datetime": dt.datetime(2026, 4, 17, 10, 0),
        "moment": dt.date(2026, 4, 17),
        "integer": 90,
        "party": PERSON,
        "parties": [PERSON],
        "list": [f"item of {name}"],
    }
    return simple[spec.type]


def _column(name: str, column: str, spec: FieldSpec) -> Any:
    """Return a value for a column of a row."""
    return spec.values[0] if spec.decides else _value(f"{name} {column}", spec, [])
