"""Moving a case to another policy that the school has adopted: by whom, and what stands in the way.

From the move on the case is folded, and its steps are judged, under the new policy. What came before is not judged
again: each event stays under the policy that was in force for it. Deadlines that run keep their dates; those that the
new policy does not have end with the move, openly.

A case moves only to a policy that still knows everything its record names: where its strands stand, the steps that were
taken and what they are in law, what was answered, who has which part. Otherwise it stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casework.base.errors import Refused
from casework.cases.fields import FieldInvalid, clean
from casework.cases.look import inline, listed
from casework.cases.model import Case, StepRecord
from casework.cases.request import Context, Decision
from casework.procedure.model import Policy, Step, StepField
from casework.procedure.paused import PAUSED


class CannotMove(Refused):
    """The case cannot move to this policy, or nobody who may has approved it; `hindrances` says what is in the way."""

    code = "cannot-move"


def move_policy(
    case: Case,
    policy: Policy,
    new: Policy,
    *,
    to: str,
    approved_by: str,
    reason: str,
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Move a case from `policy`, which it follows, to `new`.

    Args:
        to: the digest of `new`.
        approved_by: the party who approved it: somebody who decides what becomes of a report (`approvers`).
        reason: why, in words; they go into the sealed body.

    Raises:
        CannotMove: it follows that policy already, the record names what the new policy does not have, or whoever
            approved it may not. FieldInvalid: there is no reason.
    """
    fits(case, policy, new, to)
    role = _approves(case, policy, approved_by)
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("Moving a case to another policy needs a reason.")
    stands = new.strands[new.main_strand].states[case.states[new.main_strand]]
    facts: dict[str, Any] = {
        "kind": "policy_moved",
        "policy": case.policy,
        "to": to,
        "calendar": context.calendar_digest,
        "occurred": context.occurred_today.to_facts(),
        "approved_by": {"party": approved_by, "role": role},
        "recorded_by": dict(recorder),
        "states": begun(case, new),
        "final": stands.final,
    }
    if stands.stage is not None:
        facts["stage"] = stands.stage
    ended = sorted(policy.deadlines.keys() - new.deadlines.keys())
    if ended:  # all, running or not: a later correction of an earlier event may yet find that one ran
        facts["stopped"] = sorted([*ended, *(PAUSED + name for name in ended)])
    return Decision(facts, {"reason": because})


def fits(case: Case, policy: Policy, new: Policy, to: str) -> None:
    """See that a case can move to `new`, whose digest is `to`.

    Raises:
        CannotMove: it follows that policy already, or its record names what the new policy does not have.
    """
    if to == case.policy:
        raise CannotMove(
            f"The case follows {new.label}, in exactly this form, already.", remedy="Nothing is to be moved."
        )
    found = hindrances(case, policy, new)
    if found:
        raise CannotMove(
            f"The case cannot move to {new.label}. {' '.join(found)}",
            remedy="It stays on the policy that it follows now. Or adopt a policy that has these, and move it there.",
            hindrances=found,
        )


def approvers(case: Case, policy: Policy) -> tuple[str, ...]:
    """The roles that may approve a move: those that take the step with which the main strand begins.

    That step decides what becomes of a report, so whoever takes it answers for how the case is run. In a case about the
    head nobody acts as head (SSR-HT).
    """
    strand = policy.strands[policy.main_strand]
    begins = [name for name, step in strand.steps.items() if strand.initial in step.from_]
    first = strand.ordinary_path[0] if strand.ordinary_path else begins[0]
    head = bool(case.employee and case.employee.head)
    return tuple(role for role in strand.steps[first].by if not (head and policy.roles[role].not_about))


def begun(case: Case, new: Policy) -> dict[str, str]:
    """The strands that begin with the move, each in its first state."""
    return {name: strand.initial for name, strand in new.strands.items() if name not in case.states}


def hindrances(case: Case, policy: Policy, new: Policy) -> list[str]:
    """Return what the record of the case names and `new` does not have, one sentence for each; empty if it can move."""
    found = [*_places(case, policy, new), *_parts(case, policy, new), *_answers_of_triage(case, new)]
    for record in case.steps:
        found += _step(record, policy, new)
    return list(dict.fromkeys(found))


def _approves(case: Case, policy: Policy, party: str) -> str:
    """The role in which a party approves a move."""
    may = approvers(case, policy)
    held = case.parties[party].roles if party in case.parties else ()
    role = next((role for role in may if role in held), None)
    if role is None or "employee" in held:
        titles = listed([inline(policy.roles[name].title) for name in may], "or")
        raise CannotMove(
            f"A case is moved when this person has approved it: {titles}.",
            remedy="Ask them, and name them with --approved-by. They need that part in the case.",
        )
    return role


def _places(case: Case, policy: Policy, new: Policy) -> Iterator[str]:
    if policy.main_strand != new.main_strand:
        yield "Its main strand is another."
    for name, state in case.states.items():
        ours, theirs = policy.strands.get(name), new.strands.get(name)
        title = ours.title if ours is not None else name
        if theirs is None:
            yield f"It has no “{title}” beside the procedure."
        elif state not in theirs.states:
            stands = ours.states[state].title if ours is not None and state in ours.states else state
            yield f"“{title}” stands at “{stands}”, which it does not have."


def _parts(case: Case, policy: Policy, new: Policy) -> Iterator[str]:
    held = dict.fromkeys(
        [item.role for item in case.tenures] + [record.role for record in case.steps if record.role]
    )
    for role in held:
        if role not in new.roles:
            yield f"Somebody is or was {inline(policy.roles[role].title)}, a part that it does not have."


def _answers_of_triage(case: Case, new: Policy) -> Iterator[str]:
    questions = new.triage.questions if new.triage is not None else {}
    for name, item in case.triage.items():
        if name in questions and item.answer not in questions[name].answers:
            yield f"“{questions[name].text}” was answered in a way that it does not have."


def _step(record: StepRecord, policy: Policy, new: Policy) -> Iterator[str]:
    if record.step not in policy.steps:
        yield f"Event {record.n} is a step that neither policy has."
        return
    (strand, ours), found = policy.steps[record.step], new.steps.get(record.step)
    what = f"“{ours.title}” (event {record.n})"
    if found is None or found[0] != strand:
        yield f"{what} was done, a step that it does not have."
        return
    if _in_law(found[1]) != _in_law(ours):
        yield f"{what} was done, and means something else there."
    for name in dict.fromkeys([*record.values, *record.given]):
        if not _same(ours.fields.get(name), found[1].fields.get(name)):
            yield f"“{ours.fields[name].label}” of {what} was answered, and is not asked there in that form."
            continue
        says = _answer(record, name, found[1].fields[name], new)
        if says:
            yield f"“{ours.fields[name].label}” of {what} has an answer that it does not have: {says}."
    imposed = ours.imposes or ""
    if imposed and ":" not in imposed and imposed not in new.sanctions:
        yield f"{what} gave a sanction that it does not have."


def _in_law(step: Step) -> tuple[str | None, ...]:
    return step.act, step.imposes, step.appeal_outcome


def _same(ours: StepField | None, theirs: StepField | None) -> bool:
    if ours is None or theirs is None:
        return False
    parts = ("type", "each", "checklist", "assigns")
    return all(getattr(ours, part) == getattr(theirs, part) for part in parts)


def _answer(record: StepRecord, name: str, field: StepField, new: Policy) -> str:
    """The answer, or the question that was answered, that a field does not have any more; empty if it has them all."""
    value = record.values.get(name)
    if value is None:
        return ""
    if field.checklist is not None:
        asked = new.checklists[field.checklist].questions
        given = value if isinstance(value, Mapping) else {}
        return next(
            (key for key, item in given.items() if key not in asked or item not in asked[key].answers), ""
        )
    known = field.options if field.type == "enum" else new.sanctions if field.type == "sanction" else None
    said = list(value.values()) if isinstance(value, Mapping) else [value]
    return "" if known is None else next((str(item) for item in said if item not in known), "")
