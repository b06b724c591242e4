"""Asking again: the request that led to recorded facts, so that it can be judged again; sealed words count as given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from casework.base.time import Occurred
from casework.cases.acts import UnknownItem
from casework.cases.dated import truths_relied_on
from casework.cases.fields import entries_with_words
from casework.cases.model import Case, LiveWarning
from casework.cases.replay import Recorded
from casework.cases.request import Compared, Context, StepRequest, WaiverRequest
from casework.procedure.model import Policy, StepField

SEALED = "(sealed)"
"""What stands for words that are sealed."""


def as_requested(facts: Mapping[str, Any], policy: Policy, case: Case) -> StepRequest:
    """The request that led to a step's facts on the case as it stood before."""
    step = policy.steps[facts["step"]][1]
    values: dict[str, Any] = dict(facts["values"])
    for name in facts.get("given", ()):
        entries = worded_entries(facts, name, step.fields[name], case, policy)
        values[name] = _answer(step.fields[name], values.get(name, {}), entries)
    return StepRequest(
        step=facts["step"],
        occurred=Occurred.from_facts(facts["occurred"]),
        taken_by=facts["taken_by"]["party"],
        recorded_by=facts["recorded_by"]["party"],
        recorder_role=facts["recorded_by"]["role"],
        basis=facts["taken_by"]["basis"],
        values=values,
        waivers=tuple(WaiverRequest(w["requirement"], w["by"], SEALED) for w in facts.get("waived", ())),
        irregular=SEALED if facts["kind"] == "step_irregular" else None,
    )


def as_corrected(
    facts: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], policy: Policy, case: Case
) -> dict[str, Any]:
    """The values that led to a correction of a step.

    Args:
        facts: the correction's.
        before: the step's facts without it.
        after: the step's facts with it.
        case: as it stood before the step.
    """
    fields = policy.steps[before["step"]][1].fields
    values: dict[str, Any] = {}
    for name, new in facts["replaces"].get("values", {}).items():
        old = before["values"].get(name)
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            new = {key: value for key, value in new.items() if old.get(key) != value}
        values[name] = new
    for name in facts.get("given", ()):
        entries = worded_entries(after, name, fields[name], case, policy)
        answers = after["values"].get(name, {})
        if fields[name].checklist is not None:
            answers = {**values.get(name, {}), **{entry: answers[entry] for entry in entries}}
        values[name] = _answer(fields[name], answers, entries)
    return values


def worded_entries(
    facts: Mapping[str, Any], name: str, field: StepField, case: Case, policy: Policy
) -> list[str]:
    """The entries of a field of words that were given words."""
    if field.checklist is None and field.each is None:
        return []
    needed = entries_with_words(field, facts["values"].get(name, {}), case, policy)
    return list(facts.get("worded", {}).get(name, needed))


def relied_on(facts: Mapping[str, Any]) -> tuple[LiveWarning, ...]:
    """The warnings that a step's facts say it relied on."""
    return tuple(
        LiveWarning(item["sanction"], date.fromisoformat(item["from"]), date.fromisoformat(item["until"]))
        for item in facts.get("relied", {}).get("live_warnings", ())
    )


def context_again(context: Context, facts: Mapping[str, Any]) -> Context:
    """The context in which recorded facts were decided: with the warnings, dated settings, delegations and comparable
    decisions that they relied on.
    """
    now, calendar, digest = context.now, context.calendar, context.calendar_digest
    if "relied" not in facts:
        return Context(now, calendar, digest)
    shown = facts["relied"].get("compared")
    compared = Compared(shown["shown"], shown["digest"]) if shown is not None else None
    return Context(now, calendar, digest, relied_on(facts), truths_relied_on(facts), compared)


def _answer(field: StepField, answers: Mapping[str, str], entries: Iterable[str]) -> Any:
    """What was given for a field of words, the words themselves sealed."""
    words = dict.fromkeys(entries, SEALED)
    if field.checklist is not None:
        return {q: {"answer": answer, "reason": words.get(q, "")} for q, answer in answers.items()}
    return words if field.each is not None else SEALED


def event_numbered(history: Sequence[Recorded], event: int) -> Recorded:
    """Return event `event` of a case, counted from 1.

    Raises: UnknownItem when there is none of that number.
    """
    if not 1 <= event <= len(history):
        raise UnknownItem(
            f"There is no event {event} in this case; it has {len(history)}.",
            remedy="`casework case timeline` lists the events with their numbers.",
        )
    return history[event - 1]
