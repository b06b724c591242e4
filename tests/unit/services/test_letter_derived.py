"""How a letter names the decision appealed against: never as a dismissal by a school that is not the employer."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from casework.cases.dated import DatedTruths
from casework.procedure.load import load_policy, shipped_policies
from casework.services import letter_derived
from casework.services.letter_derived import Derived

POLICY = load_policy(shipped_policies()["england-maintained"])


def _appealed(monkeypatch: pytest.MonkeyPatch, sanction: str, employer: str) -> Any:
    monkeypatch.setattr(letter_derived, "sanction_imposed", lambda case, policy: (sanction, None))
    monkeypatch.setattr(letter_derived.warnings, "extension_standing", lambda case, policy: None)
    settings = {"employer_type": SimpleNamespace(value=employer)}
    loaded = SimpleNamespace(case=None, policy=SimpleNamespace(sanctions=POLICY.sanctions, settings=settings))
    nothing, context = cast("Any", None), SimpleNamespace(school=DatedTruths())
    return Derived(
        nothing, cast("Any", loaded), cast("Any", context), "appeal-acknowledged", date(2026, 5, 1), "hand"
    ).case("appealed_decision")


@pytest.mark.parametrize(
    ("sanction", "employer", "words"),
    [
        ("final_written_warning", "M-LA", "the final written warning"),
        ("dismissal_with_notice", "M-LA", "the decision that you should no longer work at the school"),
        ("summary_dismissal", "M-LA", "the decision that you should no longer work at the school"),
        ("summary_dismissal", "M-GB", "the decision to dismiss you"),
    ],
)
def test_the_decision_appealed_against_is_named_as_a_letter_says_it(
    monkeypatch: pytest.MonkeyPatch, sanction: str, employer: str, words: str
) -> None:
    """Rules SSR-20a and ACAS-22a: where the local authority employs, the school does not dismiss."""
    assert _appealed(monkeypatch, sanction, employer) == words
