from __future__ import annotations

import pytest

from casework.correspondence.catalogue import FieldSpec
from casework.correspondence.conditions import (
    UNKNOWN,
    AllOf,
    Condition,
    Fixed,
    IsOneOf,
    Not,
    any_of,
    assignments,
)

YES, NO = Fixed(True), Fixed(False)


@pytest.mark.parametrize(
    ("parts", "all_hold", "one_holds"),
    [
        ((), True, False),
        ((YES, YES), True, True),
        ((YES, NO), False, True),
        ((NO, NO), False, False),
        ((YES, UNKNOWN), None, True),
        ((NO, UNKNOWN), False, None),
        ((UNKNOWN,), None, None),
    ],
)
def test_truth_of_several(
    parts: tuple[Condition, ...], all_hold: bool | None, one_holds: bool | None
) -> None:
    assert AllOf(parts).truth({}) is all_hold
    assert any_of(parts).truth({}) is one_holds


def test_the_contrary_of_the_unknown_is_unknown() -> None:
    assert Not(UNKNOWN).truth({}) is None
    assert Not(NO).truth({}) is True


def test_a_field_that_is_not_given_has_no_value() -> None:
    condition = IsOneOf("kind", frozenset({"a"}))
    assert [condition.truth(values) for values in ({"kind": "a"}, {"kind": "b"}, {})] == [True, False, False]
    assert Not(AllOf((condition, Fixed(True)))).fields() == {"kind"}


def _fields(**fields: dict[str, object]) -> dict[str, FieldSpec]:
    return {name: FieldSpec.model_validate({"label": "A field", **spec}) for name, spec in fields.items()}


def test_every_combination_of_values_once() -> None:
    deciding = _fields(b={"type": "boolean"}, e={"type": "enum", "options": {"x": "X", "y": "Y"}})
    assert list(assignments([], deciding)) == [{}]
    assert len(list(assignments(["b", "e"], deciding))) == 4
    assert {"b": False, "e": "y"} in list(assignments(["e", "b"], deciding))


def test_a_field_is_left_out_where_it_is_not_given() -> None:
    deciding = _fields(
        a={"type": "boolean", "when": {"field": "z", "is": True}},
        z={"type": "boolean"},
    )
    assert list(assignments(["a"], deciding)) == [
        {"z": True, "a": True},
        {"z": True, "a": False},
        {"z": False},
    ]
