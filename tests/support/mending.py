"""Cases on which mending is tried: told up to a hearing and a decision under the small policy."""

from __future__ import annotations

from typing import Any

from casework.cases.model import Clock, StepRecord
from tests.support.core import Core
from tests.support.judging import told


def invited() -> Core:
    """Two allegations, an investigator, an invitation served on 31 March."""
    core = told(ian=[])
    core.allege("first")
    core.allege("second")
    core.take("look", "diane", why="reported", investigator="rachel")
    core.on("2026-03-31").letter(served="2026-03-31")
    return core


def heard() -> Core:
    core = invited().on("2026-04-20")
    core.take("hear", "felix", held_at="2026-04-17T10:00", answers={"1": "nothing", "2": "nothing"})
    return core


def decided(**asked: Any) -> Core:
    core = heard()
    core.take(
        "decide",
        "felix",
        **{
            "sanction": "first",
            "findings": {"1": "proved", "2": "not_proved"},
            "reasons": {"1": "admitted", "2": "no evidence"},
            **asked,
        },
    )
    return core


def step(core: Core, name: str) -> StepRecord:
    record = core.case.last_step(name)
    assert record is not None
    return record


def clock(core: Core, name: str) -> Clock:
    return [item for item in core.case.clocks if item.id == name][-1]


def newest(core: Core) -> dict[str, Any]:
    facts: dict[str, Any] = dict(core.history[-1].facts["replaces"])
    return facts
