"""What may be done now: every step that starts from where the case stands, what it asks for and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass

from casework.cases.assess import assess
from casework.cases.assess_built_in import nobody_may
from casework.cases.dated import policy_on
from casework.cases.fields import FieldValues, missing_fields
from casework.cases.look import Look
from casework.cases.model import Case
from casework.cases.path import steps_from_here
from casework.cases.request import Assessment, Context
from casework.procedure.model import Policy, Step


@dataclass(frozen=True, slots=True)
class Possible:
    """One step that starts from here.

    `asks` are the fields it needs, by name; `blocks` is what stands in its way today, leaving aside what only
    its fields can answer; `open` is what those fields will decide (a date, for example). `begins` marks a step that
    would begin a strand beside the main one, of which nothing has happened yet; `leads_on` one of the main strand that
    brings the case to another state; `on_request` one of a strand with one state only: it leads nowhere and nothing
    waits for it, so that it is taken when somebody asks for it.
    """

    step_id: str
    step: Step
    strand: str
    asks: tuple[str, ...]
    blocks: tuple[Assessment, ...]
    open: tuple[Assessment, ...]
    begins: bool = False
    leads_on: bool = False
    on_request: bool = False

    @property
    def ready(self) -> bool:
        """True when nothing stands in the way but answers."""
        return not self.blocks

    @property
    def held_up_by(self) -> Assessment | None:
        """What has to be cured first before the case can go on by this step; None if it can, or would not go on by it.

        What nobody can waive comes before what somebody can.
        """
        if not self.leads_on:
            return None
        return min(self.blocks, key=lambda block: bool(block.waivable_by), default=None)


def possible_steps(case: Case, policy: Policy, context: Context) -> list[Possible]:
    """Every step that starts from the present states, the main strand first, in the order of the policy.

    A step that only follows on something that did not happen, such as taking back a letter that nobody wrote, is none.
    """
    strands = sorted(policy.strands, key=lambda name: name != policy.main_strand)
    return [
        _possible(strand, step_id, case, policy, context)
        for strand in strands
        for step_id in steps_from_here(strand, case, policy)
    ]


def _possible(strand: str, step_id: str, case: Case, policy: Policy, context: Context) -> Possible:
    step = policy.strands[strand].steps[step_id]
    look = blank_look(strand, step_id, case, policy, context)
    policy = look.policy
    judged = [assess(requirement, look) for requirement in step.requires]
    if not look.taken_by:
        judged.insert(0, nobody_may(look))
    unmet = [item for item in judged if item.unmet]
    asked_fields = set(step.fields)
    later = [item for item in unmet if _rests_on(item, look, asked_fields)]
    return Possible(
        step_id,
        step,
        strand,
        tuple(name for name, _ in missing_fields(step, look.fields, case, policy)),
        tuple(item for item in unmet if item not in later),
        tuple(later),
        strand != policy.main_strand and all(record.strand != strand for record in case.steps),
        strand == policy.main_strand and step.to not in (None, case.states[strand]),
        len(policy.strands[strand].states) == 1,
    )


def blank_look(strand: str, step_id: str, case: Case, policy: Policy, context: Context) -> Look:
    """A look at a step with no answers yet, taken today by whoever may take it."""
    step = policy.strands[strand].steps[step_id]
    holder = next(((party.id, role) for role in step.by for party in case.holders(role)), ("", ""))
    return Look(
        case=case,
        policy=policy_on(policy, context.school, context.today),
        context=context,
        strand=strand,
        step_id=step_id,
        step=step,
        fields=FieldValues({}, {}),
        occurred=context.occurred_today,
        taken_by=holder[0],
        role=holder[1] or step.by[0],
        assigned={},
    )


def _rests_on(item: Assessment, look: Look, fields: set[str]) -> bool:
    """Whether the step's own answers decide this requirement, so that it cannot be judged before they are given."""
    rule = next((req.rule for req in look.step.requires if req.id == item.requirement), None)
    if rule is None:
        return False
    if rule.kind in ("party_assigned", "quorate", "panel_no_smaller"):
        assigned = {look.step.fields[name].assigns for name in fields}
        return bool(assigned & set(getattr(rule, "roles", ())))
    if rule.kind == "notice":
        return item.status == "not_shown"
    if (
        rule.kind == "in_time"
    ):  # it came on the day that a field tells, not on the day on which it is recorded
        return any(look.step.fields[name].occurrence for name in fields)
    named = {getattr(rule, part, None) for part in ("field", "until", "sanction")}
    return bool(named & fields) or (
        rule.kind in ("sanction_authority", "delegated") and item.status == "not_shown"
    )
