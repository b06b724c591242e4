"""Mending a mistake: corrections and annulments. Old and new both stand, with who, when and why (principle e).

A correction is judged again on the case as it is known to have stood: if the true values show that something the step
needed did not hold, the correction says so (`breached`), of later steps too (`rejudged`), and the steps stay on record
as they happened. Words that are sealed count as given. What somebody waived stays waived.

An annulment takes away what never was. It is refused while something later rests on it: that would have to be annulled
first, and recorded as it really happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from casework.base.time import Occurred
from casework.cases.acts import not_in_future
from casework.cases.again import as_requested, context_again, event_numbered, worded_entries
from casework.cases.assess_built_in import in_order_with
from casework.cases.clocks import clock_facts
from casework.cases.decide import look_at, words_of
from casework.cases.fields import FieldInvalid, FieldValues, clean, read_fields
from casework.cases.followed import in_force
from casework.cases.instead import instead_of_annulling, instead_of_correcting
from casework.cases.look import Look
from casework.cases.model import Case
from casework.cases.moving import hindrances
from casework.cases.replay import Recorded, facts_of, replay, replay_before
from casework.cases.request import Context, Decision, StepRequest
from casework.cases.resting import (
    CannotAmend as CannotAmend,
)
from casework.cases.resting import (
    require_last_of_its_strand,
    require_no_letter_of_it,
    require_nothing_names_it,
    require_nothing_rests_on_it,
    rests,
    steps_after,
    unmet,
    unmet_again,
)
from casework.procedure.model import Policy, Step

_LASTING = frozenset(
    (
        *("case_opened", "annulled", "party_added", "policy_moved"),
        *("let_in", "let_out", "link_made", "link_revoked"),
    )
)
"""Kinds of event that cannot be annulled; `instead_of_annulling` says what can be done."""

_STEP_KINDS = ("step_taken", "step_irregular")
_DATED_KINDS = (
    *_STEP_KINDS,
    *("evidence_added", "evidence_disclosed", "evidence_withheld"),
    *("evidence_revised", "evidence_checked", "evidence_redacted"),
    *("note_added", "triage_answered", "case_opened"),
)


def correct(
    history: Sequence[Recorded],
    *,
    event: int,
    values: Mapping[str, Any],
    occurred: Occurred | None,
    reason: str,
    policies: Mapping[str, Policy],
    recorder: Mapping[str, str],
    context: Context,
) -> Decision:
    """Correct the values, words or date of event `event`.

    An answer for each allegation or question is replaced entry by entry: entries that are not named stay.

    Args:
        policies: by digest, each policy that the case has followed; every event is judged by its own.

    Raises: UnknownItem, FieldInvalid without a reason, with a wrong value or where nothing changes, CannotAmend for an
    event that cannot be corrected.
    """
    target = event_numbered(history, event)
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("A correction needs a reason.")
    if not values and occurred is None:
        raise FieldInvalid("Say what is corrected: a field, or the date.")
    case = replay(history)
    if event in case.annulled:
        raise CannotAmend(
            f"Event {event} has been annulled, so there is nothing to correct.",
            remedy="If it happened after all, record it anew.",
        )
    kind = target.facts["kind"]
    if kind not in _DATED_KINDS or (values and kind not in _STEP_KINDS):
        raise CannotAmend(
            f"Event {event} cannot be corrected in this way.",
            remedy=instead_of_correcting(kind),
        )
    if occurred is not None:
        not_in_future(occurred, context, "The correction")
    policy = policies[in_force(history, event)]
    if kind in _STEP_KINDS:
        replaces, texts = _correct_step(history, case, event, values, occurred, policy, context)
    else:
        replaces, texts = _correct_day(facts_of(history, event), occurred, policy, context), {}
    if not {"values", "occurred"} & set(replaces) and not texts:
        raise FieldInvalid(f"Event {event} stands so already; there is nothing to correct.")
    facts = {
        "kind": "corrected",
        "event": event,
        "calendar": context.calendar_digest,
        "replaces": replaces,
        "recorded_by": dict(recorder),
    }
    if texts:
        facts["given"] = sorted(texts)
    _still_fits(history, case, facts, event, policies)
    rejudged = _rejudged(history, case, facts, event, policies, context)
    if rejudged:
        facts["rejudged"] = rejudged
    return Decision(facts, {"reason": because, **({"texts": texts} if texts else {})})


def _still_fits(
    history: Sequence[Recorded],
    case: Case,
    facts: Mapping[str, Any],
    event: int,
    policies: Mapping[str, Policy],
) -> None:
    """A case that moved to another policy since fits that policy as mended too: it has what the record then names."""
    then = in_force(history, event)
    if then == case.policy:
        return
    after = replay([*history, Recorded(len(history) + 1, history[-1].recorded, facts)])
    found = hindrances(after, policies[then], policies[case.policy])
    if found:
        label = policies[case.policy].label
        raise CannotAmend(
            f"Event {event} cannot be mended like this since the case has moved to {label}. {' '.join(found)}",
            remedy="Say it in a note on the case: casework case note",
        )


def _correct_day(
    facts: Mapping[str, Any], occurred: Occurred | None, policy: Policy, context: Context
) -> dict[str, Any]:
    """The new day of an event that is no step and, of a case's first event, the clocks that count from it."""
    if occurred is None or occurred.to_facts() == facts.get("occurred"):
        return {}
    replaces: dict[str, Any] = {"occurred": occurred.to_facts()}
    if facts["kind"] == "case_opened":
        if occurred.date is None:
            raise FieldInvalid("A case needs the date on which the matter was reported.")
        if facts.get("taken_over"):
            return replaces
        empty = Case(states=facts["states"])
        clocks = clock_facts(
            "case_opened", case=empty, policy=policy, calendar=context.calendar, on=occurred.date, values={}
        )
        _replace_if_new(replaces, facts, "clocks", clocks.get("clocks", []))
    return replaces


def _correct_step(
    history: Sequence[Recorded],
    case: Case,
    event: int,
    values: Mapping[str, Any],
    occurred: Occurred | None,
    policy: Policy,
    context: Context,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a step's correction replaces: values, day, parts, clocks and verdict; and the new words."""
    before, facts = replay_before(history, event), facts_of(history, event)
    step = policy.steps[facts["step"]][1]
    new = read_fields(step, values, before, policy)
    for name in values:
        if not new.has(name):
            raise FieldInvalid(
                f"{step.fields[name].label}: a correction cannot take an answer away; give the right one."
            )
    new = _checklists(facts, step, new, policy, before)
    request = _asked_again(facts, policy, before, new)
    if occurred is not None:
        request = replace(request, occurred=occurred)
    look = look_at(before, policy, request, context_again(context, facts))
    if occurred is not None and look.occurred != occurred:
        field = next(name for name, field in step.fields.items() if field.occurrence).replace("_", "-")
        raise FieldInvalid(f"“{step.title}” happened when its field says. Correct its field --{field}.")
    replaces: dict[str, Any] = {}
    plain = look.plain_values()
    changed = {name: plain[name] for name in new.values if plain[name] != facts["values"].get(name)}
    if changed:
        replaces["values"] = changed
    clocks = clock_facts(
        f"step:{facts['step']}",
        case=before,
        policy=look.policy,
        calendar=context.calendar,
        on=look.on,
        values=look.fields.values,
    )
    _replace_if_new(replaces, facts, "occurred", look.occurred.to_facts())
    _replace_if_new(
        replaces, facts, "assigned", {party: list(roles) for party, roles in look.assigned.items()}
    )
    _replace_if_new(replaces, facts, "worded", words_of(look))
    _replace_if_new(replaces, facts, "clocks", clocks.get("clocks", []))
    _replace_if_new(replaces, facts, "stopped", clocks.get("stopped", []))
    replaces["breached"] = _breached(case, event, look, request)
    return replaces, new.texts


def _checklists(
    facts: Mapping[str, Any], step: Step, new: FieldValues, policy: Policy, before: Case
) -> FieldValues:
    """The new answers to questions and their reasons; an answer that was given before keeps the reason it had.

    Raises: FieldInvalid when another answer needs a reason and has none.
    """
    values, texts = dict(new.values), dict(new.texts)
    for name, answers in new.values.items():
        field = step.fields[name]
        if field.checklist is None:
            continue
        questions = policy.checklists[field.checklist].questions
        old, reasons = facts["values"].get(name, {}), dict(new.texts.get(name, {}))
        changed = {q: answer for q, answer in answers.items() if q in reasons or old.get(q) != answer}
        for question, answer in changed.items():
            if question not in reasons and answer in questions[question].reasons:
                raise FieldInvalid(f"{field.label}: “{questions[question].text}” needs a reason.")
            if question not in reasons and question in worded_entries(facts, name, field, before, policy):
                reasons[question] = ""  # the reason of another answer
        values[name] = changed
        texts[name] = reasons
    return FieldValues(values, {name: said for name, said in texts.items() if said})


def _replace_if_new(replaces: dict[str, Any], facts: Mapping[str, Any], name: str, value: Any) -> None:
    if value != facts.get(name, type(value)()):
        replaces[name] = value


def _asked_again(facts: Mapping[str, Any], policy: Policy, before: Case, new: FieldValues) -> StepRequest:
    """The step's request with the new answers in it; answers with entries are replaced entry by entry."""
    request = as_requested(facts, policy, before)
    step = policy.steps[facts["step"]][1]
    values = dict(request.values)
    for name in {*new.values, *new.texts}:
        said: Any = new.texts.get(name) if step.fields[name].type == "text" else new.values[name]
        if step.fields[name].checklist is not None:
            reasons = new.texts.get(name, {})
            said = {q: {"answer": answer, "reason": reasons.get(q, "")} for q, answer in said.items()}
        values[name] = {**values.get(name, {}), **said} if isinstance(said, Mapping) else said
    return replace(request, values=values)


def _breached(case: Case, event: int, look: Look, request: StepRequest) -> list[str]:
    """What was unmet about the step as corrected; its day counts as unmet if a later step lies before it."""
    missing = [item.requirement for item in unmet(look, request)]
    later = any(
        record.strand == look.strand
        and record.n > event
        and record.occurred.date is not None
        and look.on is not None
        and record.occurred.date < look.on
        and in_order_with(look, record)
        for record in case.steps
    )
    return [*(["occurred"] if later and "occurred" not in missing else []), *missing]


def _rejudged(
    history: Sequence[Recorded],
    case: Case,
    facts: Mapping[str, Any],
    event: int,
    policies: Mapping[str, Policy],
    context: Context,
) -> list[dict[str, Any]]:
    """Later steps to which the correction gives or takes something that they needed, each with what is unmet now."""
    after = [*history, Recorded(len(history) + 1, history[-1].recorded, facts)]
    found, later = [], steps_after(case, event)
    for record, held, holds in zip(
        later,
        unmet_again(history, later, policies, context),
        unmet_again(after, later, policies, context),
        strict=True,
    ):
        was, now = {item.requirement for item in held}, [item.requirement for item in holds]
        if was != set(now):
            kept = [item for item in record.breached if item not in was or item in now]
            breached = [*kept, *(item for item in now if item not in was and item not in kept)]
            found.append({"event": record.n, "breached": breached})
    return found


def annul(
    history: Sequence[Recorded],
    *,
    event: int,
    reason: str,
    recorder: Mapping[str, str],
    policies: Mapping[str, Policy],
    context: Context,
) -> Decision:
    """Annul an event that should never have been recorded; it stays visible, and counts no more.

    Raises: UnknownItem; FieldInvalid without a reason; CannotAmend when something later rests on it.
    """
    target = event_numbered(history, event)
    because = clean("The reason", reason)
    if not because:
        raise FieldInvalid("An annulment needs a reason.")
    case = replay(history)
    if event in case.annulled:
        raise CannotAmend(f"Event {event} has been annulled already.", remedy="Nothing more is to be done.")
    kind = target.facts["kind"]
    if kind in _LASTING:
        raise CannotAmend(
            f"Event {event} cannot be annulled: the rest of the case rests on it.",
            remedy=instead_of_annulling(kind),
        )
    if kind in _STEP_KINDS:
        require_last_of_its_strand(case, event)
        policy = policies[in_force(history, event)]
        require_no_letter_of_it(case, event, policy.steps[target.facts["step"]][1])
    facts = {
        "kind": "annulled",
        "event": event,
        "calendar": context.calendar_digest,
        "recorded_by": dict(recorder),
    }
    after = [*history, Recorded(len(history) + 1, target.recorded, facts)]
    require_nothing_names_it(history, target, case)
    try:
        replay(after)
    except KeyError:
        raise rests(event) from None
    _still_fits(history, case, facts, event, policies)
    require_nothing_rests_on_it(history, after, event, policies, context)
    return Decision(facts, {"reason": because})
