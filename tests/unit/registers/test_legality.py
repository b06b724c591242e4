"""What stands in a register follows from its definition, or is named."""

from __future__ import annotations

from typing import Any

import pytest

from casework.registers import entries
from casework.registers.legality import wrong_entries
from casework.registers.model import RegisterEvent
from tests.support.policies import shipped
from tests.support.registers import BREACH, DECISION, Writing

POLICIES = {"policy": shipped()}


def whole() -> list[RegisterEvent]:
    register = Writing("data-breaches")
    register.take(entries.add(register.sitting, entry="e1", given=BREACH, case="case-1"))
    register.take(entries.update(register.sitting, register.book.entry(1), DECISION))
    given = {"aware_at": "2026-11-20T14:00", "what": "Another list"}
    register.take(entries.correct(register.sitting, register.book.entry(1), given, "The e-mail"))
    register.take(entries.add(register.sitting, entry="e2", given=BREACH))
    register.take(entries.annul(register.sitting, register.book.entry(2), "Twice"))
    return register.history


def test_what_was_recorded_by_the_rules_is_found_so() -> None:
    assert wrong_entries(whole(), POLICIES) == []


@pytest.mark.parametrize(
    ("n", "facts", "says"),
    [
        (
            1,
            {"values": {"children": True, "special": False}},
            "not complete. Missing: When the school became aware",
        ),
        (1, {"given": ["what"]}, "not complete"),
        (1, {"register": "consents"}, "It does not follow from the register"),
        (1, {"policy": "another"}, "The policy that it names is not there"),
        (1, {"register": "no-such"}, "its facts are not of the form"),
        (2, {"values": {"decision": "later"}}, "choose one of"),
        (2, {"entry": "e9"}, "its facts are not of the form"),
        (3, {"event": 2}, "What was recorded does not follow from the register: event."),
        (4, {"entry": "e1"}, "its facts are not of the form"),
        (5, {"extra": 1}, "What was recorded does not follow from the register: extra."),
    ],
)
def test_what_no_release_would_have_recorded_is_named(n: int, facts: dict[str, Any], says: str) -> None:
    history = whole()
    history[n - 1] = history[n - 1]._replace(facts={**history[n - 1].facts, **facts})
    found = wrong_entries(history[:n], POLICIES)
    assert [item.n for item in found] == [n]
    assert says in found[0].says
