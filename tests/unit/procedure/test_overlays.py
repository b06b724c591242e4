"""A policy that extends another holds only what differs, and is the same as one that is written out.

`overlay/` extends the small policy in parts. `broken_overlays/NAME/edit.yaml` breaks one of the two, and `expected.txt`
is what is said, with the real file and line, as for `broken/` (test_check_broken).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from casework.procedure.load import (
    NoPolicy,
    PolicyInvalid,
    digest,
    load_policy,
    read_policy,
    shipped_policies,
)
from casework.procedure.model import Policy
from casework.procedure.requirements import Notice
from casework.procedure.source import read_shared_source
from casework.procedure.weakening import weakened
from casework.procedure.written import write_out
from tests.unit.procedure.small_policy import HERE, copy_in_parts, copy_overlay, edit, edits_of, findings

CASES = sorted(path.parent for path in (HERE / "broken_overlays").glob("*/edit.yaml"))


@pytest.fixture
def both(tmp_path: Path) -> Path:
    return copy_overlay(tmp_path)


def test_it_says_only_what_differs(both: Path) -> None:
    ours, theirs = load_policy(both / "ours"), load_policy(both / "policy")
    assert findings(both, "ours") == []
    assert (ours.label, ours.main_strand) == ("ours@2026.2", theirs.main_strand)
    assert ours.clauses == {"hearing": "", "appeal": "9"}
    assert ours.settings["notice_days"] == theirs.settings["notice_days"].model_copy(update={"value": 12})
    assert list(ours.settings) == [*theirs.settings, "support_days"]
    states = ours.strands["procedure"].states
    assert (states["arranged"].title, states["arranged"].plain) == ("Arranged", "You have been invited.")
    assert ours.sanctions == theirs.sanctions
    assert ours.strands["suspension"] == theirs.strands["suspension"]


def test_a_step_keeps_what_is_not_changed(both: Path) -> None:
    ours, theirs = (load_policy(both / name).strands["procedure"].steps for name in ("ours", "policy"))
    assert list(ours) == [*theirs, "offer_support"]
    held = ours["hold"]
    assert (held.by, held.recorders, held.act) == (("chair",), ("head", "chair"), "hearing")
    assert held.fields["held_on"].label == "Day of the hearing"
    assert held.fields["held_on"].occurrence
    assert list(held.fields) == ["held_on", "support"]
    assert [item.id for item in held.requires] == ["notice", "support_offered"]
    rule = held.requires[0].rule
    assert isinstance(rule, Notice)
    assert (rule.clear_working_days, rule.letter, rule.never_below) == (15, "invitation", "floor_days")


def test_what_is_changed_in_shared_is_changed_in_every_step_that_uses_it(both: Path) -> None:
    ours = load_policy(both / "ours").strands["procedure"].steps
    apart = [ours[step].requires[-1].because for step in ("invite", "hear_appeal")]
    assert apart == ["Whoever collects does not judge."] * 2


def test_a_should_can_become_a_must(both: Path) -> None:
    change = "steps:\n  dismiss:\n    requires:\n      - {must: live_warning}\n"
    edit(both, [{"file": "ours/strands/procedure.yaml", "find": "steps:\n", "put": change}])
    [warned] = [
        item for item in load_policy(both / "ours").steps["dismiss"][1].requires if item.id == "live_warning"
    ]
    assert (warned.strength, warned.cites) == ("must", ("LAW-3",))


def test_written_out_it_is_the_same_policy(both: Path) -> None:
    policy, places = read_policy(both / "ours")
    again = Policy.model_validate(yaml.safe_load(write_out(policy, places)))
    assert again == policy
    assert digest(again) == digest(policy)


def test_written_out_each_entry_says_where_it_stands(both: Path) -> None:
    text = write_out(*read_policy(both / "ours"))
    for entry in (
        "  # policy/settings.yaml:7, ours/settings.yaml:2\n  notice_days:",
        "  # ours/settings.yaml:3\n  support_days:",
        "  # policy/roles.yaml:2\n  employee:",
        "      # ours/strands/procedure.yaml:16\n      offer_support:",
        "      # policy/strands/procedure/hearing.yaml:41, ours/strands/procedure.yaml:4\n      hold:",
        "          # policy/strands/procedure/hearing.yaml:49, ours/strands/procedure.yaml:7, policy/shared.yaml:2\n"
        "          held_on:",
        "          # policy/strands/procedure/hearing.yaml:51, ours/strands/procedure.yaml:10\n"
        "          - must: notice",
    ):
        assert entry in text, entry


@pytest.mark.parametrize("name", sorted(shipped_policies()))
def test_each_shipped_policy_is_the_same_written_out(name: str) -> None:
    policy, places = read_policy(shipped_policies()[name])
    assert Policy.model_validate(yaml.safe_load(write_out(policy, places))) == policy


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_overlay_is_reported_exactly(case: Path, both: Path) -> None:
    edit(both, edits_of(case))
    assert findings(both, "ours") == (case / "expected.txt").read_text(encoding="utf-8").splitlines()


def test_stricter_is_no_weaker(both: Path) -> None:
    assert findings(both, "ours") == []
    stricter = """steps:
  invite:
    requires:
      - {id: different_people, waivable_by: []}
      - {id: notice_forecast, clear_working_days: 12}
  reject:
    by: [appeal_chair]
  dismiss:
    requires:
      - {must: live_warning}
"""
    edit(both, [{"file": "ours/strands/procedure.yaml", "find": "steps:\n", "put": stricter}])
    assert findings(both, "ours") == []


def test_every_shipped_policy_may_be_extended_as_it_stands(tmp_path: Path) -> None:
    for name, folder in shipped_policies().items():
        policy = load_policy(folder)
        assert weakened(policy, policy) == [], name


def test_a_base_is_no_policy_by_itself(tmp_path: Path) -> None:
    folder = copy_in_parts(tmp_path) / "policy"
    (folder / "policy.yaml").unlink()
    (folder / "base.yaml").write_text("language: 1\ntitle: In common\n", encoding="utf-8")
    with pytest.raises(NoPolicy, match="is no policy by itself"):
        load_policy(folder)


def test_a_link_is_not_extended(both: Path) -> None:
    (both / "policy").rename(both.parent / "elsewhere")
    (both / "policy").mkdir()
    (both / "policy" / "policy.yaml").symlink_to(both.parent / "elsewhere" / "policy.yaml")
    with pytest.raises(PolicyInvalid) as problem:
        load_policy(both / "ours")
    assert [error.path for error in problem.value.errors] == ["extends"]


def test_what_policies_share_is_read_once_and_changed_by_none_of_them() -> None:
    folders = list(shipped_policies().values())
    first = {folder: digest(load_policy(folder)) for folder in folders}
    again = {folder: digest(load_policy(folder)) for folder in reversed(folders)}
    assert again == first
    shared = folders[0].parent / "england" / "roles.yaml"
    one, two = read_shared_source(shared, "roles.yaml"), read_shared_source(shared, "../england/roles.yaml")
    assert one.value is two.value
    one.add(("roles",), "Something is wrong here.")
    assert (two.file, two.errors) == ("../england/roles.yaml", [])
