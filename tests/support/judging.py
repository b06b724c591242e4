"""Judging one requirement of one step, on a case that a test has told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.cases.decide import assess_step, look_at
from casework.cases.request import Assessment
from casework.procedure.model import Policy
from tests.support.core import Core
from tests.support.policies import probing


class Judge:
    """A policy whose step `probe` has one requirement, called `it`; taken by `diane`, the head, unless said."""

    def __init__(
        self, requirement: Mapping[str, Any], fields: Mapping[str, Any] | None = None, **step: Any
    ) -> None:
        strength = "should" if "waivable_by" in requirement else "must"
        kind = requirement["kind"]
        rest = {name: value for name, value in requirement.items() if name != "kind"}
        asked = {"id": "it", "cites": ["ACAS-1"], strength: kind, **rest}
        self.policy: Policy = probing([asked], fields, **step)

    def __call__(self, core: Core, by: str = "diane", **asked: Any) -> Assessment:
        """How the requirement stands for a probe of `core` as it stands now."""
        request = core.request("probe", by, **asked)
        look = look_at(core.case, self.policy, request, core.context)
        return next(item for item in assess_step(look, request) if item.requirement == "it")


PEOPLE = {
    "jordan": ["employee"],
    "sam": ["reporter"],
    "diane": ["head"],
    "rachel": ["investigator"],
    "felix": ["chair"],
    "moira": ["member"],
    "wendy": ["clerk"],
    "priya": ["governors"],
}
"""Who has which part where a test says nothing else."""


def told(**people: list[str]) -> Core:
    """A case with the usual people; `people` adds to them or replaces their parts."""
    return Core(people={**PEOPLE, **people})
