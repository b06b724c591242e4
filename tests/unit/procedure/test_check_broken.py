"""Broken policies, found by folder: `broken/NAME/edit.yaml` breaks the small policy, `expected.txt` is what is said.

Errors of form come from the loader (file, line, path), errors of meaning from the check (code, place, counterexample).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.procedure.small_policy import HERE, copy_small, edit, edits_of, findings

CASES = sorted(path.parent for path in (HERE / "broken").glob("*/edit.yaml"))

CODES = {
    *("appeal-can-increase", "appeal-never-decided", "appeal-not-impartial", "broken-path"),
    *("cannot-end", "charge-without-band"),
    *("clock-leads-nowhere", "clock-left-running", "clock-never-starts", "clock-never-stops"),
    *("code-twice", "dismissal-without-authority", "final-goes-on", "impossible-value"),
    *("investigator-decides", "late-blocks-its-cure"),
    *("letter-comes-too-late", "letter-fails", "letter-lacks-fact", "letter-of-no-step"),
    *("never-asked", "no-appeal", "no-end", "no-floor", "no-sanction", "no-stage", "one-role"),
    *("number-twice", "sanction-nobody-may-give", "sanction-on-vague-allegations"),
    *("sanction-without-authority", "sanction-without-evidence", "sanction-without-hearing"),
    *("sanction-without-letter", "sanction-without-notice", "step-never-possible", "step-twice"),
    *("strand-state-impossible", "strands-block-each-other", "summary-dismissal-unannounced"),
    *("two-occurrences", "unknown-clause", "unknown-clock", "unknown-contact", "unknown-field"),
    *("unknown-handler", "unknown-hole", "unknown-letter", "unknown-matter", "unknown-power"),
    *("unknown-question", "unknown-register", "unknown-role", "unknown-route", "unknown-rule"),
    *("unknown-setting", "unknown-state", "unknown-step", "unknown-tag", "unknown-task", "unknown-trigger"),
    *("unreachable-state", "waits-for-ever", "wrong-name", "wrong-source", "wrong-type"),
    "step-not-known",
    "no-retention-class",
}
"""Every finding of the check that a broken policy here shows."""


def test_the_small_policy_itself_is_whole(tmp_path: Path) -> None:
    assert findings(copy_small(tmp_path)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_policy_is_reported_exactly(case: Path, tmp_path: Path) -> None:
    folder = copy_small(tmp_path)
    edit(folder, edits_of(case))
    assert findings(folder) == (case / "expected.txt").read_text(encoding="utf-8").splitlines()


def test_every_property_has_a_policy_that_breaks_it() -> None:
    lines = [
        line for case in CASES for line in (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    ]
    assert {line.partition(":")[0] for line in lines if ".yaml:" not in line.partition(" ")[0]} >= CODES
    assert len(CASES) >= 80
