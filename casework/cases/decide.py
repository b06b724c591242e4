"""May this step be taken now? `decide` answers with what to record, or refuses and names everything that is missing.

Pure: no clock, no database, no dice. The same request on the same case gives the same answer, which is what
lets an
auditor replay a history and confirm that each step was lawful when it was taken.

A `must` refuses. A `should`, and a `must` whose rule itself allows it, can be waived by the person whom the
policy
names, with a reason. A fact that happened although something was unmet is recorded as irregular: each unmet
requirement stands as breached, and no waiver is taken for it (procedure.md, principle a).
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from casework.base.errors import BadInput
from casework.base.time import LONDON, Occurred, parse_occurred
from casework.base.words import did_you_mean
from casework.cases.assess import assess
from casework.cases.assess_built_in import authority, dates, missing, recorder, state
from casework.cases.assess_people import relied_delegations
from casework.cases.clocks import LIVE_UNTIL, clock_facts
from casework.cases.dated import policy_on, relied_values
from casework.cases.fields import FieldInvalid, FieldValues, clean, entries_with_words, read_fields
from casework.cases.look import Look
from casework.cases.machine import machines_of
from casework.cases.model import Case
from casework.cases.request import (
    Assessment,
    Context,
    Decision,
    NoSuchStep,
    StepRefused,
    StepRequest,
    WaiverRequest,
)
from casework.cases.warnings import standing_warning
from casework.procedure.model import Policy, Step


def decide(case: Case, policy: Policy, request: StepRequest, context: Context) -> Decision:
    """Decide a step.

    Returns: the facts and body to record, with every assessment.
    Raises: NoSuchStep; FieldInvalid for a value of the wrong form; StepRefused with everything that is unmet; BadInput
    for an irregular record of what is in order.
    """
    look = look_at(case, policy, request, context)
    if request.irregular is not None:
        _irregular(request)
    assessments = assess_step(look, request)
    unmet = tuple(item for item in assessments if item.unmet)
    if request.irregular is None and unmet:
        raise StepRefused(look.step.title, request.step, _to_be_said(unmet))
    if request.irregular is not None and not unmet:
        raise BadInput(
            f"Nothing about “{look.step.title}” is irregular: it is in order as given.",
            remedy="Record it as an ordinary step.",
        )
    facts = _facts(look, request, assessments)
    return Decision(facts, _body(look, request, assessments), assessments)


def _to_be_said(unmet: tuple[Assessment, ...]) -> tuple[Assessment, ...]:
    """Everything that is missing; of a step that the case has not come to, or has left behind, that alone.

    What such a step would need can change before its time comes, and drowns the one thing that has to be known.
    """
    out_of_place = tuple(item for item in unmet if item.requirement == "state")
    return out_of_place or unmet


def _irregular(request: StepRequest) -> None:
    if not clean("The reason", request.irregular):
        raise FieldInvalid("An irregular fact needs a reason.")
    if request.waivers:
        raise FieldInvalid(
            "An irregular fact takes no waiver: what was unmet is recorded as breached.",
            remedy="Leave the waiver out, or record an ordinary step.",
        )


def look_at(case: Case, policy: Policy, request: StepRequest, context: Context) -> Look:
    """Read a request against the policy: the step, its fields, when it happened, in which role it is taken.

    Raises: NoSuchStep, FieldInvalid.
    """
    strand, step = _step(policy, request.step)
    fields = read_fields(step, request.values, case, policy)
    occurred = _occurred(step, fields, request.occurred, context)
    return Look(
        case=case,
        policy=policy_on(policy, context.school, occurred.date),
        context=context,
        strand=strand,
        step_id=request.step,
        step=step,
        fields=fields,
        occurred=occurred,
        taken_by=request.taken_by,
        role=_role(case, policy, step, request.taken_by),
        assigned=_assigned(step, fields),
    )


def check_answer(step: Step, name: str, value: Any, *, case: Case, policy: Policy, context: Context) -> None:
    """See that the answer to one field of a step can be, whatever the other answers are; people as party ids.

    Raises: FieldInvalid when it is of the wrong form or says nothing, or dates in the future what has happened.
    """
    fields = read_fields(step, {name: value}, case, policy)
    if not fields.has(name):
        raise FieldInvalid(f"{step.fields[name].label}: this needs an answer.")
    _occurred(step, fields, None, context)


def assess_step(look: Look, request: StepRequest) -> tuple[Assessment, ...]:
    """Every assessment of a step: those that hold for all steps, then the policy's own, waivers applied.

    Raises: FieldInvalid when a waiver names no requirement of the step, or gives no reason.
    """
    asked = {requirement.id: assess(requirement, look) for requirement in look.step.requires}
    for waiver in request.waivers:
        if waiver.requirement not in asked:
            known = ", ".join(item for item, found in asked.items() if found.waivable_by) or "none"
            raise FieldInvalid(
                f"“{look.step.title}” has no requirement {waiver.requirement!r} to waive. Waivable: {known}."
            )
        if not clean("The reason", waiver.reason):
            raise FieldInvalid(f"A waiver of “{waiver.requirement}” needs a reason.")
        if [other.requirement for other in request.waivers].count(waiver.requirement) > 1:
            raise FieldInvalid(f"“{waiver.requirement}” is waived twice; name one person who waives it.")
        asked[waiver.requirement] = _waive(asked[waiver.requirement], waiver, look)
    unanswered = missing(look)
    absent = {item.requirement.removeprefix("field:") for item in unanswered}
    judged = [_unless_unanswered(item, look, absent) for item in asked.values()]
    return (state(look), authority(look), recorder(look, request), *dates(look), *unanswered, *judged)


def _unless_unanswered(item: Assessment, look: Look, absent: set[str]) -> Assessment:
    """Leave out what only a missing answer can decide: that it is missing is said once already."""
    if not item.unmet or not absent:
        return item
    rule = next(requirement.rule for requirement in look.step.requires if requirement.id == item.requirement)
    if (
        rule.kind == "notice" and item.status == "breached"
    ):  # no notice runs from a letter that was not served
        return item
    named = {getattr(rule, part, None) for part in ("field", "until", "sanction")}
    if rule.kind == "delegated" and rule.power is None and rule.sanction is None:
        named.add((look.step.imposes or "").removeprefix("field:"))
    if named & absent:
        return item._replace(status="not_reached", says="This cannot be judged before the answer is given.")
    return item


def _waive(item: Assessment, waiver: WaiverRequest, look: Look) -> Assessment:
    if not item.unmet:
        return item
    if not item.waivable_by:
        return item._replace(says=f"{item.says} This cannot be waived by anybody.")
    if not any(waiver.by in look.holds(role) and not look.barred(role) for role in item.waivable_by):
        return item._replace(says=f"{item.says} Only the {look.titles(item.waivable_by)} may waive this.")
    lacking = [look.step.fields[name].label for name in item.waiver_needs if not look.fields.has(name)]
    if lacking:
        named = " and ".join(f"“{label}”" for label in lacking)
        return item._replace(says=f"{item.says} A waiver of this says also: {named}.")
    return item._replace(status="waived")


def _step(policy: Policy, name: str) -> tuple[str, Step]:
    found = policy.steps.get(name)
    if found is not None:
        return found
    near = get_close_matches(name, policy.steps, n=3)
    raise NoSuchStep(
        f"There is no step {name!r} in this policy. {did_you_mean(near)}".rstrip(),
        remedy="`casework case next REF` lists what may be done.",
    )


def _occurred(step: Step, fields: FieldValues, given: Occurred | None, context: Context) -> Occurred:
    """When it happened: the step's own occurrence field, else what was given, else today."""
    name = next((name for name, field in step.fields.items() if field.occurrence), None)
    if name is not None and name in fields.values:
        occurred = parse_occurred(fields.values[name])
    else:
        occurred = given or context.occurred_today
    if occurred.date is not None:
        now = context.now.astimezone(LONDON)
        later_today = occurred.date == now.date() and occurred.time is not None and occurred.time > now.time()
        if occurred.date > now.date() or later_today:
            raise FieldInvalid(
                f"“{step.title}” is dated in the future; only what has happened can be recorded.",
                remedy="Record it when it has happened.",
            )
    return occurred


def _role(case: Case, policy: Policy, step: Step, party: str) -> str:
    """The first of the step's roles that the person holds and may act in, else any role they hold."""
    if party not in case.parties:
        raise FieldInvalid(
            "The person who took this step is not part of the case yet.",
            remedy="Give them a part: `casework case assign`.",
        )
    roles = case.parties[party].roles
    head = bool(case.employee and case.employee.head)
    able = [role for role in step.by if role in roles and not (head and policy.roles[role].not_about)]
    return next(iter(able), next((role for role in step.by if role in roles), roles[0] if roles else ""))


def _assigned(step: Step, fields: FieldValues) -> dict[str, tuple[str, ...]]:
    assigned: dict[str, tuple[str, ...]] = {}
    for name, field in step.fields.items():
        if field.assigns is None or name not in fields.values:
            continue
        value = fields.values[name]
        for party in value if isinstance(value, list | tuple) else (value,):
            assigned[party] = (*assigned.get(party, ()), field.assigns)
    return assigned


def _facts(look: Look, request: StepRequest, assessments: tuple[Assessment, ...]) -> dict[str, Any]:
    strand = look.policy.strands[look.strand]
    before = look.case.states[look.strand]
    after = machines_of(look.policy).move(look.strand, before, look.step_id, nothing_unmet=True) or before
    facts: dict[str, Any] = {
        "kind": "step_taken" if request.irregular is None else "step_irregular",
        "strand": look.strand,
        "step": look.step_id,
        "from": before,
        "to": after,
        "final": strand.states[after].final,
        "policy": look.case.policy,
        "calendar": look.context.calendar_digest,
        "occurred": look.occurred.to_facts(),
        "taken_by": {"party": look.taken_by, "role": look.role, "basis": request.basis},
        "recorded_by": {"party": request.recorded_by, "role": request.recorder_role},
        "values": look.plain_values(),
    }
    if strand.states[after].stage is not None:
        facts["stage"] = strand.states[after].stage
    optional: dict[str, Any] = {
        "given": sorted(look.fields.texts),
        "worded": words_of(look),
        "assigned": {party: list(roles) for party, roles in look.assigned.items()},
        "waived": _waived(look, request, assessments),
        "breached": [item.requirement for item in assessments if item.unmet],
        "relied": _relied(look),
    }
    facts.update({name: value for name, value in optional.items() if value})
    facts.update(
        clock_facts(
            f"step:{look.step_id}",
            case=look.case,
            policy=look.policy,
            calendar=look.context.calendar,
            on=look.on,
            values={**look.fields.values, **_warning_told(look)},
        )
    )
    return facts


def _warning_told(look: Look) -> dict[str, str]:
    """The last day of the warning that a letter written elsewhere gives; nothing of any other step."""
    told = look.fields.date_of("letter_date") if look.step.act == "outcome_letter" else None
    warning = standing_warning(look.case, look.policy, told) if told is not None else None
    return {LIVE_UNTIL: warning.live_until.isoformat()} if warning is not None else {}


def words_of(look: Look) -> dict[str, list[str]]:
    """Which entries of a field have words, by field, where those are not exactly the ones that need them."""
    found = {}
    for name, said in look.fields.texts.items():
        if isinstance(said, Mapping):
            answers = look.fields.values.get(name, {})
            if set(said) != set(entries_with_words(look.step.fields[name], answers, look.case, look.policy)):
                found[name] = sorted(said)
    return found


def _waived(look: Look, request: StepRequest, assessments: tuple[Assessment, ...]) -> list[dict[str, str]]:
    waived = {item.requirement: item for item in assessments if item.status == "waived"}
    return [
        {
            "requirement": waiver.requirement,
            "by": waiver.by,
            "role": next(
                r
                for r in waived[waiver.requirement].waivable_by
                if waiver.by in look.holds(r) and not look.barred(r)
            ),
        }
        for waiver in request.waivers
        if waiver.requirement in waived
    ]


def _relied(look: Look) -> dict[str, Any]:
    imposes, compared = look.step.imposes is not None, look.context.compared
    warnings = look.context.live_warnings if imposes else ()
    relied = {
        "live_warnings": [
            {"sanction": w.sanction, "from": w.live_from.isoformat(), "until": w.live_until.isoformat()}
            for w in warnings
        ],
        "settings": relied_values(look.policy, look.context.school, look.on),
        "delegations": [item.to_facts() for item in relied_delegations(look)],
        "compared": compared.to_facts() if imposes and compared is not None else None,
    }
    return {name: held for name, held in relied.items() if held}


def _body(look: Look, request: StepRequest, assessments: tuple[Assessment, ...]) -> dict[str, Any]:
    waived = {item.requirement for item in assessments if item.status == "waived"}
    parts: dict[str, Any] = {
        "texts": dict(look.fields.texts),
        "authority": clean("What proves the authority", request.authority),
        "waivers": {item.requirement: _words(item) for item in request.waivers if item.requirement in waived},
        "reason": clean("The reason", request.irregular or ""),
    }
    return {name: value for name, value in parts.items() if value}


def _words(waiver: WaiverRequest) -> dict[str, str]:
    advice = clean("The advice", waiver.advice)
    return {"reason": clean("The reason", waiver.reason), **({"advice": advice} if advice else {})}
