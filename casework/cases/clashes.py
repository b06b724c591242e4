"""Which steps to come cannot be taken because of who has which part: asked before a part is given, not after.

Nothing here decides. A part that would clash may still be given: whoever has two parts is refused at the step that
needs different people, by the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from casework.cases.assess import assess
from casework.cases.model import Case
from casework.cases.possible import blank_look
from casework.cases.request import Context
from casework.procedure.graph import ways
from casework.procedure.model import Policy, Requirement, Step
from casework.procedure.sentences import holds_when

ABOUT_PEOPLE: Final = frozenset({"different_people", "took_no_part_in", "no_conflict_declared"})
"""The kinds of requirement that ask whether the right people have the parts, whatever else is answered."""


@dataclass(frozen=True, slots=True)
class Clash:
    """What is the matter with the people as they are, and the steps to come that it bars.

    `says` is what is the matter and why it matters, `remedy` what to do; `waivable_by` are the roles that may allow it;
    `only_if` is the condition in words under which the steps ask for it, where an answer decides that: else empty.
    """

    cause: str
    steps: tuple[str, ...]
    says: str
    remedy: str
    cites: tuple[str, ...]
    waivable_by: tuple[str, ...]
    only_if: str = ""


def clashes(case: Case, policy: Policy, context: Context) -> list[Clash]:
    """Return what of the people would stand in the way of steps that can still come, the main strand first."""
    found: dict[tuple[str, tuple[str, ...], str], Clash] = {}
    for strand, step_id in _ahead(case, policy):
        look = blank_look(strand, step_id, case, policy, context)
        for requirement in look.step.requires:
            if requirement.rule.kind not in ABOUT_PEOPLE:
                continue
            only_if = _only_if(policy, look.step, requirement)
            asked = requirement.model_copy(update={"when": None}) if only_if else requirement
            judged = assess(asked, look)
            if judged.status != "breached":
                continue
            key = judged.says, judged.waivable_by, only_if
            before = found.get(key)
            steps = (*before.steps, step_id) if before else (step_id,)
            found[key] = Clash(
                judged.cause,
                tuple(dict.fromkeys(steps)),
                judged.says,
                judged.remedy,
                judged.cites,
                judged.waivable_by,
                only_if,
            )
    return list(found.values())


def _ahead(case: Case, policy: Policy) -> Iterator[tuple[str, str]]:
    """The steps to which a way leads from where the strands stand: the main strand first, in the order of the policy.

    A strand beside it of which nothing has happened yet is left out: it may never begin.
    """
    for name in sorted(policy.strands, key=lambda strand: strand != policy.main_strand):
        if name != policy.main_strand and all(record.strand != name for record in case.steps):
            continue
        strand = policy.strands[name]
        reached = ways(strand, case.states[name]).keys()
        yield from ((name, step_id) for step_id, step in strand.steps.items() if reached & set(step.from_))


def _only_if(policy: Policy, step: Step, requirement: Requirement) -> str:
    """The condition in words, if it is an answer of the step itself that decides whether it is asked for."""
    when = requirement.when
    return holds_when(policy, step, when) if when is not None and when.field is not None else ""
