"""Every fact that a shipped letter wants worked out is worked out: no letter asks for a name that nobody knows."""

from __future__ import annotations

import pytest

from casework.correspondence.library import shipped
from casework.procedure.load import load_policy, shipped_policies
from casework.procedure.model import Policy
from casework.services.letter_derived import Derived

POLICY: Policy = load_policy(shipped_policies()["england-maintained"])
SOURCES = sorted(
    {
        source
        for letter in shipped().letters.values()
        for field in letter.fields.values()
        for spec in (field, *field.columns.values())
        for source in spec.sources
    }
)


def test_there_are_sources() -> None:
    assert len(SOURCES) > 50


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_is_known(source: str) -> None:
    where, _, name = source.partition(".")
    if where == "case":
        assert hasattr(Derived, f"_case_{name}")
    elif where == "clock":
        assert hasattr(Derived, f"_clock_{name}") or name in POLICY.deadlines
    elif where == "step":
        step, _, field = name.partition(".")
        assert field in (*POLICY.steps[step][1].fields, "occurred", "taken_by")
    elif where == "party":
        assert name in (*POLICY.roles, "hearing_panel", "appeal_panel")
    elif where == "setting":
        assert name in POLICY.settings
    elif where == "subject":
        assert name in ("teacher", "head", "union_rep")
    else:
        assert source == "asked"
