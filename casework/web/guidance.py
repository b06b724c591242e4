"""What a head teacher must do today, must not do, and may say if asked, for the stage of a case."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import Field

from casework.cases.model import Case
from casework.procedure.language import Model
from casework.procedure.model import Policy, Stage

FILE: Final = Path(__file__).parent / "guidance.yaml"


class Advice(Model):
    """One sentence of advice, and the rules that it follows from."""

    do: str
    cites: tuple[str, ...] = Field(min_length=1)


class Today(Model):
    """What somebody must do, must not do, and may say if asked."""

    must: tuple[Advice, ...] = ()
    must_not: tuple[Advice, ...] = ()
    say: tuple[Advice, ...] = ()


class Beside(Today):
    """The same for what goes on beside the main strand: while a strand stands at one of some states."""

    strand: str
    states: tuple[str, ...]


class Guidance(Model):
    """All the advice: for each stage, for states that need other words, and for what may go on beside it."""

    stages: dict[Stage, Today]
    states: dict[str, Today] = Field(default_factory=dict)
    beside: tuple[Beside, ...] = ()


@lru_cache(maxsize=1)
def guidance() -> Guidance:
    """Return the advice that ships with the pages, read once."""
    return Guidance.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def today_of(case: Case, policy: Policy) -> Today:
    """Return the advice for a case as it stands; nothing where its main strand has come to its end."""
    state = case.states[policy.main_strand]
    main = policy.strands[policy.main_strand].states[state]
    if main.final or main.stage is None:
        return Today()
    found = [guidance().states.get(state, guidance().stages[main.stage])]
    found += [item for item in guidance().beside if case.states.get(item.strand) in item.states]
    return Today(
        must=tuple(advice for item in found for advice in item.must),
        must_not=tuple(advice for item in found for advice in item.must_not),
        say=tuple(advice for item in found for advice in item.say),
    )
