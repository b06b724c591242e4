"""Whole cases at random, judged twice: what the engine permits and refuses, an independent oracle says, too.

Cases begin at some stage with people and dates as usual, and go on with random people and dates. Seeded faults prove
that the oracle would notice: a policy with one requirement taken out, or changed, has to be found out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from casework.cases.decide import assess_step, look_at
from casework.cases.model import LiveWarning
from casework.cases.request import Decision, StepRefused, StepRequest
from casework.procedure.model import Policy, Step
from tests.support import telling
from tests.support.core import Core
from tests.support.driver import Walk
from tests.support.oracle import RULES, Asked, Notebook
from tests.support.policies import shipped

STAGES: dict[str, Callable[[Core], Core]] = {
    "opened": lambda core: core,
    "suspended": telling.suspended,
    "to answer": lambda core: telling.to_answer(telling.investigated(telling.triaged(core))),
    "invited": lambda core: telling.invited(STAGES["to answer"](core)),
    "heard": lambda core: telling.heard(STAGES["invited"](core)),
    "head among the governors": lambda core: _with_roles(
        telling.suspended(core), diane=["headteacher", "case_manager", "governing_body"]
    ),
    "investigator on the panel": lambda core: _with_roles(
        STAGES["invited"](core), rachel=["investigating_officer", "hearing_panel_member"]
    ),
    "one governor left": lambda core: _with_roles(STAGES["heard"](core), alan=[], moira=[]),
    "appealed": lambda core: telling.appealed(telling.warned(STAGES["heard"](core))),
    "appeal heard": lambda core: telling.appeal_heard(STAGES["appealed"](core)),
    "dismissed": lambda core: telling.appealed(telling.dismissed(STAGES["heard"](core))),
}
"""Where a case begins."""


def _with_roles(core: Core, **people: list[str]) -> Core:
    """The case after somebody gave people other parts."""
    for party, roles in people.items():
        core.roles(party, *roles)
    return core


class Judged:
    """A case that goes on at random, with the oracle beside it. `disagreements` says where they differ, in words."""

    def __init__(self, policy: Policy, stage: str, warnings: tuple[LiveWarning, ...] = ()) -> None:
        core = STAGES[stage](telling.opened(policy))
        core.warnings = warnings
        self.walk = Walk(self._decided, self._refused, core=core, mends=False, careless=0.25)
        self.disagreements: list[tuple[str, str]] = []
        self.agreed: Counter[tuple[str, bool]] = Counter()
        self._notebook = Notebook()

    def _decided(self, core: Core, request: StepRequest, decision: Decision) -> None:
        waived = {item["requirement"] for item in decision.facts.get("waived", ())}
        self._compare(core, request, waived | set(decision.facts.get("breached", ())))

    def _refused(self, core: Core, request: StepRequest, refusal: StepRefused) -> None:
        """A step out of place is refused for that alone, so the oracle is held against everything that was assessed."""
        assessed = assess_step(look_at(core.case, core.policy, request, core.context), request)
        unmet = {item.requirement for item in assessed if item.unmet}
        assert {item.requirement for item in refusal.unmet} in ({"state"}, unmet)
        waived = {item.requirement for item in assessed if item.status == "waived"}
        self._compare(core, request, waived | unmet)

    def _compare(self, core: Core, request: StepRequest, objections: set[str]) -> None:
        self._notebook.read(core.history)
        asked = _asked(core, request)
        for name, covered in RULES.items():
            forbids = covered.rule(self._notebook, asked) if request.step in covered.steps else None
            if forbids is None:
                continue
            objected = bool(covered.said_as & objections)
            if forbids == objected:
                self.agreed[name, forbids] += 1
            else:
                says = (
                    "is against it, the engine is not"
                    if forbids
                    else "has nothing against it, the engine has"
                )
                self.disagreements.append(
                    (name, f"{request.step} of {asked.on}: the oracle {says}; {asked.values}")
                )


def _asked(core: Core, request: StepRequest) -> Asked:
    on = request.occurred.date if request.occurred and request.occurred.date else core.context.today
    held = request.values.get("held_at")
    return Asked(
        request.step,
        request.values,
        request.taken_by,
        date.fromisoformat(held[:10]) if isinstance(held, str) else on,
        tuple((item.sanction, item.live_from, item.live_until) for item in core.warnings),
    )


def file_of(random: Random) -> tuple[LiveWarning, ...]:
    """Earlier warnings of the employee, some of which end while the case goes on."""
    found = []
    for sanction in ("first_written_warning", "final_written_warning"):
        if random.random() < 0.5:
            last = date(2026, 3, 1) + timedelta(days=random.randint(-5, 60))
            found.append(LiveWarning(sanction, last - timedelta(days=364), last))
    return tuple(found)


def played(policy: Policy, cases: int, stages: tuple[str, ...] = tuple(STAGES)) -> Iterator[Judged]:
    """Cases played at random, the same ones each time."""
    for number in range(cases):
        random = Random(number)
        judged = Judged(policy, stages[number % len(stages)], file_of(random))
        for _ in range(30):
            judged.walk.act(random.randrange(2**32))
        yield judged


class CaseAtRandom(RuleBasedStateMachine):
    """A case that anybody does anything to; Hypothesis shortens whatever the two disagree on."""

    judged: Judged

    @initialize(stage=st.sampled_from(list(STAGES)), seed=st.integers(0, 2**16))
    def begin(self, stage: str, seed: int) -> None:
        """The case stands at some stage."""
        self.judged = Judged(shipped(), stage, file_of(Random(seed)))

    @rule(seed=st.integers(0, 2**32 - 1))
    def take_a_step(self, seed: int) -> None:
        """Somebody takes, or tries to take, a step."""
        self.judged.walk.do("step", Random(seed))

    @rule(
        kind=st.sampled_from(["letter", "serve", "roles", "evidence", "allegation"]),
        seed=st.integers(0, 2**32 - 1),
    )
    def do_something_else(self, kind: str, seed: int) -> None:
        """Letters go out, people get other parts, evidence and allegations come and go."""
        self.judged.walk.do(kind, Random(seed))

    @rule(days=st.integers(1, 12))
    def wait(self, days: int) -> None:
        """Days pass."""
        self.judged.walk.wait(days)

    @invariant()
    def the_oracle_agrees(self) -> None:
        """Of each step that it covers."""
        assert not getattr(self, "judged", None) or self.judged.disagreements == []


TestCaseAtRandom = CaseAtRandom.TestCase
TestCaseAtRandom.settings = settings(max_examples=40, stateful_step_count=30)


def test_the_oracle_agrees_with_many_permits_and_refusals_of_each_rule() -> None:
    agreed: Counter[tuple[str, bool]] = Counter()
    begun = (*played(shipped(), 55), *played(shipped(), 40, ("heard",)))
    for judged in (
        *begun,
        *played(shipped(), 39, ("head among the governors", "appeal heard", "one governor left")),
    ):
        assert judged.disagreements == []
        agreed += judged.agreed
    assert agreed.keys() == {(name, forbids) for name in RULES for forbids in (True, False)}
    assert agreed.total() > 1000


# --- Seeded faults ---


def changed(policy: Policy, change: Callable[[str, Step], Step]) -> Policy:
    """The policy with other steps."""
    strands = {
        name: strand.model_copy(
            update={"steps": {key: change(key, step) for key, step in strand.steps.items()}}
        )
        for name, strand in policy.strands.items()
    }
    whole = {name: getattr(policy, name) for name in Policy.model_fields}
    return Policy(**{**whole, "strands": strands})


def without(*ids: str, steps: tuple[str, ...] = ()) -> Policy:
    """The shipped policy without these requirements."""

    def change(key: str, step: Step) -> Step:
        kept = tuple(item for item in step.requires if item.id not in ids or (steps and key not in steps))
        return step.model_copy(update={"requires": kept})

    return changed(shipped(), change)


def with_rule(requirement: str, **parameters: Any) -> Policy:
    """The shipped policy with other parameters of one requirement."""

    def change(key: str, step: Step) -> Step:
        requires = tuple(
            item.model_copy(update={"rule": item.rule.model_copy(update=parameters)})
            if item.id == requirement
            else item
            for item in step.requires
        )
        return step.model_copy(update={"requires": requires})

    return changed(shipped(), change)


def lifted_by(*roles: str) -> Policy:
    """The shipped policy with others who may end a suspension."""
    return changed(
        shipped(),
        lambda key, step: step.model_copy(update={"by": roles}) if key == "lift_suspension" else step,
    )


def sanctions(**levels: int) -> Policy:
    """The shipped policy with another ladder."""
    policy = shipped()
    found = {
        name: one.model_copy(update={"level": levels.get(name, one.level)})
        for name, one in policy.sanctions.items()
    }
    return policy.model_copy(update={"sanctions": found})


def followed_by(sanction: str, *earlier: str) -> Policy:
    """The shipped policy with a sanction that another warning comes before."""
    policy = shipped()
    found = policy.sanctions[sanction].model_copy(update={"follows": earlier})
    return policy.model_copy(update={"sanctions": {**policy.sanctions, sanction: found}})


FAULTS: dict[str, tuple[str, Callable[[], Policy], tuple[str, ...]]] = {
    "no notice asked for": (
        "notice of the hearing",
        lambda: without("notice", "letter_served"),
        ("invited",),
    ),
    "notice too long": (
        "notice of the hearing",
        lambda: shipped(notice_of_hearing_days=12),
        ("to answer", "opened"),
    ),
    "floor too low": ("notice of the hearing", lambda: with_rule("notice", never_below=3), ("to answer",)),
    "no notice of the appeal": (
        "notice of the appeal",
        lambda: without("notice", "letter_served", steps=("hold_appeal_hearing", "resume_appeal")),
        ("appealed",),
    ),
    "sanction on an irregular hearing": (
        "a hearing first",
        lambda: with_rule("hearing_in_order", in_order=False),
        ("invited",),
    ),
    "investigator in the chair": (
        "the investigator does not judge",
        lambda: without("investigator_does_not_decide"),
        ("to answer",),
    ),
    "investigator on the panel": (
        "the investigator does not judge",
        lambda: with_rule("investigator_does_not_decide", apart_from=("hearing_chair",)),
        ("investigator on the panel",),
    ),
    "appeal by the panel of the hearing": (
        "the appeal is impartial",
        lambda: with_rule(
            "appeal_panel_had_no_part", apart_from=("employee", "hearing_chair", "headteacher")
        ),
        ("appealed",),
    ),
    "dismissal by the head": ("no head dismisses alone", lambda: without("delegated_dismissal"), ("heard",)),
    "dismissal by one governor": (
        "a panel dismisses",
        lambda: without("quorum", "full_panel"),
        ("one governor left",),
    ),
    "proved by nothing": (
        "what is proved rests on evidence",
        lambda: without("findings_rest_on_evidence"),
        ("heard",),
    ),
    "sanction for nothing": ("something is proved", lambda: without("findings_complete"), ("heard",)),
    "appeal that increases": (
        "an appeal never increases",
        lambda: without("sanction_not_increased"),
        ("appealed",),
    ),
    "ladder out of order": ("an appeal never increases", lambda: sanctions(other_sanction=15), ("appealed",)),
    "head lifts": (
        "the governing body lifts",
        lambda: lifted_by("governing_body", "headteacher"),
        ("suspended",),
    ),
    "head on the governing body": (
        "no head lifts",
        lambda: without("head_does_not_act_for_the_governing_body"),
        ("head among the governors",),
    ),
    "no live warning asked for": (
        "a warning is live until its end",
        lambda: without("live_warning"),
        ("heard",),
    ),
    "rung left out": (
        "a warning is live until its end",
        lambda: followed_by("dismissal_with_notice", "first_written_warning"),
        ("heard",),
    ),
}
"""What is wrong with a policy, which rule has to notice, and from where."""


@pytest.mark.parametrize("fault", FAULTS)
def test_the_oracle_finds_a_seeded_fault(fault: str) -> None:
    rule_name, policy, stages = FAULTS[fault]
    cases = played(policy(), 150, stages)
    assert any(rule_name in {name for name, _ in judged.disagreements} for judged in cases)


def test_each_rule_of_the_oracle_has_a_seeded_fault() -> None:
    assert {rule_name for rule_name, _, _ in FAULTS.values()} == RULES.keys()
