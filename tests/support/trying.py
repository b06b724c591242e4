"""Trying a step twice: as a requirement forbids it, and as it allows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from casework.cases.request import StepRefused
from tests.support.core import Core


class Tried(NamedTuple):
    """One attempt: the case in which it is made, who takes the step, and the answers given."""

    core: Callable[[], Core]
    by: str
    answers: Mapping[str, Any] = MappingProxyType({})


class Row(NamedTuple):
    """A step that is tried twice: once as the requirement forbids it, once as it allows it."""

    step: str
    wrong: Tried
    right: Tried


def answered(
    step: str, core: Callable[[], Core], by: str, wrong: dict[str, Any], right: dict[str, Any]
) -> Row:
    """A row whose two attempts differ by an answer only."""
    return Row(step, Tried(core, by, wrong), Tried(core, by, right))


def unmet(step: str, tried: Tried) -> set[str]:
    """What stands in the way of a step as it is tried; of one out of place, also what its refusal leaves out."""
    core = tried.core()
    try:
        core.decide(step, tried.by, **tried.answers)
    except StepRefused as refused:
        if not refused.out_of_place:
            return {item.requirement for item in refused.unmet}
        recorded = core.decide(step, tried.by, irregular="It happened all the same.", **tried.answers)
        return {item.requirement for item in recorded.assessments if item.unmet}
    return set()
