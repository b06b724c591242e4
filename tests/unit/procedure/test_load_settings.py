"""A school's own values, and the resolved form of a policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.canonical import NotCanonical, canonical_bytes, sha256_hex
from casework.procedure.load import (
    PolicyInvalid,
    catalogue_from_resolved,
    digest,
    from_resolved,
    load_catalogue,
    load_policy,
    to_resolved,
    with_settings,
)
from casework.procedure.model import Policy
from casework.procedure.resolve import NotAPolicy
from tests.unit.procedure.small_policy import HERE, copy_small, load_small


@pytest.fixture
def small() -> Policy:
    return load_small()


def test_a_school_sets_its_own_values_and_thereby_confirms_them(small: Policy) -> None:
    ours = with_settings(small, {"notice_days": 7, "employer": "council"}, {"hearing": "6.2"})
    assert ours.settings["notice_days"].value == 7
    assert ours.days("notice_days") == 7
    assert not ours.settings["notice_days"].unconfirmed
    assert not ours.settings["employer"].unconfirmed
    assert ours.settings["warning_months"].unconfirmed
    assert ours.clauses == {"hearing": "6.2"}
    assert small.settings["notice_days"].value == 10, "the shipped policy stays as it is"


REFUSED: dict[str, tuple[str, Any, str, str]] = {
    "unknown": ("notise_days", 7, "There is no such setting.", "notice_days"),
    "too little": ("notice_days", 4, "4 is below the minimum of 5.", "Choose a number from 5 to 20."),
    "too much": ("notice_days", 21, "21 is above the maximum of 20.", "Choose a number from 5 to 20."),
    "below the law": (
        "floor_days",
        4,
        "4 is below the minimum of 5. The law sets this limit.",
        "from 5 to 5",
    ),
    "against the law": (
        "full_pay",
        False,
        "The law fixes this value; a school cannot change it.",
        "Leave it as it is.",
    ),
    "text for a number": (
        "notice_days",
        "10",
        "'10' is not a whole number.",
        "Choose a number from 5 to 20.",
    ),
    "truth for a number": (
        "notice_days",
        True,
        "True is not a whole number.",
        "Choose a number from 5 to 20.",
    ),
    "number for text": ("service_before", 17, "17 is not text.", "Give another value."),
    "no option": (
        "employer",
        "nobody",
        "'nobody' is not one of its options.",
        "Choose one of: council, school.",
    ),
    "number for an option": (
        "employer",
        1,
        "1 is not one of its options.",
        "Choose one of: council, school.",
    ),
}


@pytest.mark.parametrize(("name", "value", "reason", "remedy"), REFUSED.values(), ids=REFUSED.keys())
def test_a_value_that_does_not_fit_is_refused(
    small: Policy, name: str, value: Any, reason: str, remedy: str
) -> None:
    with pytest.raises(PolicyInvalid) as problem:
        with_settings(small, {name: value})
    [error] = problem.value.errors
    assert (error.file, error.path, error.reason) == ("settings", name, reason)
    assert remedy in error.remedy


def test_all_values_that_do_not_fit_are_named_at_once(small: Policy) -> None:
    with pytest.raises(PolicyInvalid) as problem:
        with_settings(small, {"notice_days": 1, "full_pay": False, "x": 1}, {"lunch": "1"})
    assert [error.path for error in problem.value.errors] == ["lunch", "full_pay", "notice_days", "x"]


def test_a_value_fixed_by_law_may_be_confirmed(small: Policy) -> None:
    assert not with_settings(small, {"full_pay": True}).settings["full_pay"].unconfirmed


def test_the_resolved_form_reads_back_as_the_same_policy(small: Policy) -> None:
    data = to_resolved(small)
    assert from_resolved(data) == small
    assert to_resolved(from_resolved(data)) == data
    assert digest(small) == sha256_hex(data)


@given(
    days=st.integers(5, 20),
    months=st.integers(-(2**53) + 1, 2**53 - 1),
    employer=st.sampled_from(["council", "school"]),
)
def test_any_settings_survive_resolution(days: int, months: int, employer: str) -> None:
    policy = load_small()
    values: dict[str, bool | int | str] = {
        "notice_days": days,
        "warning_months": months,
        "employer": employer,
    }
    ours = with_settings(policy, values)
    assert from_resolved(to_resolved(ours)) == ours
    same = all(policy.settings[name].value == value for name, value in values.items())
    assert same or digest(ours) != digest(policy)


def test_what_says_nothing_is_not_in_the_resolved_form(small: Policy) -> None:
    value = json.loads(to_resolved(small))
    empty = [path for path, part in parts(value) if part in (None, "", [], {})]
    assert empty == ["clauses.in_order.0.1"], "a school's missing clause number is an entry, not a property"


def parts(value: Any, path: str = "") -> list[tuple[str, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, item in inside:
        where = f"{path}.{key}".removeprefix(".")
        found += [(where, item), *parts(item, where)]
    return found


def test_the_order_of_the_author_is_kept(small: Policy) -> None:
    again = from_resolved(to_resolved(small))
    assert list(again.strands["procedure"].steps) == list(small.strands["procedure"].steps)
    assert list(again.strands["procedure"].steps["report"].fields) == ["harm", "urgent", "why_urgent"]
    assert list(again.roles) == ["employee", "head", "investigator", "chair", "appeal_chair", "governors"]


def test_comments_and_layout_do_not_change_the_digest_but_order_does(small: Policy, tmp_path: Path) -> None:
    roles = copy_small(tmp_path) / "policy" / "roles.yaml"
    first, *rest = roles.read_text(encoding="utf-8").splitlines()
    roles.write_text("# Who is who\n\n" + "\n\n".join([first, *rest]) + "\n", encoding="utf-8")
    assert digest(load_policy(roles.parent)) == digest(small)
    roles.write_text("\n".join([first, *reversed(rest)]) + "\n", encoding="utf-8")
    assert digest(load_policy(roles.parent)) != digest(small)


def test_bytes_that_are_no_policy_are_refused(small: Policy) -> None:
    with pytest.raises(NotCanonical):
        from_resolved(to_resolved(small) + b" ")
    with pytest.raises(NotAPolicy, match="stored policy is not of this language"):
        from_resolved(canonical_bytes({"language": 1}))
    with pytest.raises(NotAPolicy, match="holds no list of pairs"):
        from_resolved(canonical_bytes({"language": 1, "roles": {"in_order": [1]}}))
    tomorrow = {**json.loads(to_resolved(small)), "language": 2}
    with pytest.raises(NotAPolicy) as problem:
        from_resolved(canonical_bytes(tomorrow))
    assert "newer release" in problem.value.remedy


def test_a_catalogue_resolves_as_well() -> None:
    catalogue = load_catalogue(HERE / "small" / "conduct")
    assert catalogue_from_resolved(to_resolved(catalogue)) == catalogue
    assert len(digest(catalogue)) == 64
