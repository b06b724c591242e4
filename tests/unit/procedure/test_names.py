"""What is said about a name that leads nowhere: the one that was probably meant, or what there is."""

from __future__ import annotations

import pytest

from casework.procedure.names import unknown

ROLES = ("appeal_chair", "chair", "clerk_to_governors", "employee")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("employe", "Did you mean employee?"),
        ("clerk", "Did you mean clerk_to_governors?"),
        ("chair_of_governors", "Did you mean chair?"),
        ("witness", "There are: appeal_chair, chair, clerk_to_governors, employee."),
    ],
)
def test_the_name_that_was_meant_is_offered(name: str, remedy: str) -> None:
    assert unknown("role", name, ROLES, "roles.yaml: roles").remedy == remedy


def test_a_long_list_of_names_says_how_many_more_there_are() -> None:
    remedy = unknown("rule", "LAW", [f"RULE-{number:02}" for number in range(20)], "x").remedy
    assert remedy.endswith("RULE-10, RULE-11 and 8 more.")


def test_where_there_is_nothing_that_is_said() -> None:
    assert unknown("clock", "appeal", (), "x").remedy == "There are: none."
