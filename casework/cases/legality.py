"""Provable legality: replay facts through the policy of their digest and confirm that each step was lawful
then.

What is confirmed: each step started from where the case stood, was taken and recorded by people with those
roles, and
met, waived or openly breached exactly what the record says; its states and clocks follow from the policy.
What is not
confirmed here: that the facts are unaltered (that is `casework.ledger.verify`) or that they are true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework.base.errors import CaseworkError
from casework.base.time import Occurred, parse_instant
from casework.cases.decide import decide
from casework.cases.fields import entries_with_words
from casework.cases.model import Case, LiveWarning
from casework.cases.replay import Recorded, replay
from casework.cases.request import Context, StepRefused, StepRequest, WaiverRequest
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy

_SEALED = "(sealed)"


@dataclass(frozen=True, slots=True)
class Unlawful:
    """A step whose record does not follow from the policy: the case's event number and what is wrong."""

    n: int
    says: str


def unlawful_steps(
    history: Sequence[Recorded], policies: Mapping[str, Policy], calendars: Mapping[str, Calendar]
) -> list[Unlawful]:
    """Judge every step of one case again, each on the case as it stood before it; empty when all were lawful.

    Args:
        history: the case's events in order, from 1.
        policies: policies by digest.
        calendars: calendars by digest.
    """
    found = []
    for event in history:
        if event.facts["kind"] in ("step_taken", "step_irregular"):
            says = _judge(history[: event.n - 1], event, policies, calendars)
            if says:
                found.append(Unlawful(event.n, says))
    return found


def _judge(
    before: Sequence[Recorded],
    event: Recorded,
    policies: Mapping[str, Policy],
    calendars: Mapping[str, Calendar],
) -> str:
    facts = event.facts
    policy, calendar = policies.get(facts["policy"]), calendars.get(facts["calendar"])
    if policy is None or calendar is None:
        return "The policy or calendar that it names is not there."
    try:
        case = replay(before)
        if case.policy != facts["policy"]:
            return "It names another policy than its case."
        context = Context(parse_instant(event.recorded), calendar, facts["calendar"], relied_on(facts))
        decided = dict(decide(case, policy, as_requested(facts, policy, case), context).facts)
    except StepRefused as refused:
        return "It was not allowed: " + " ".join(item.says for item in refused.unmet)
    except (CaseworkError, KeyError) as error:
        return f"It cannot be judged: {error}."
    different = sorted(key for key in {*decided, *facts} if decided.get(key) != facts.get(key))
    return f"What was recorded does not follow from the policy: {', '.join(different)}." if different else ""


def as_requested(facts: Mapping[str, Any], policy: Policy, case: Case) -> StepRequest:
    """The request that led to a step's facts; words that are sealed stand as a placeholder."""
    step = policy.steps[facts["step"]][1]
    values: dict[str, Any] = dict(facts["values"])
    for name in facts.get("given", ()):
        field = step.fields[name]
        if field.checklist is None and field.each is None:
            values[name] = _SEALED
            continue
        answers = values.get(name, {})
        worded = facts.get("worded", {}).get(name) or entries_with_words(field, answers, case, policy)
        if field.checklist is None:
            values[name] = dict.fromkeys(worded, _SEALED)
        else:
            reasons = dict.fromkeys(worded, _SEALED)
            values[name] = {q: {"answer": a, "reason": reasons.get(q, "")} for q, a in answers.items()}
    return StepRequest(
        step=facts["step"],
        occurred=Occurred.from_facts(facts["occurred"]),
        taken_by=facts["taken_by"]["party"],
        recorded_by=facts["recorded_by"]["party"],
        recorder_role=facts["recorded_by"]["role"],
        basis=facts["taken_by"]["basis"],
        values=values,
        waivers=tuple(WaiverRequest(w["requirement"], w["by"], _SEALED) for w in facts.get("waived", ())),
        irregular=_SEALED if facts["kind"] == "step_irregular" else None,
    )


def relied_on(facts: Mapping[str, Any]) -> tuple[LiveWarning, ...]:
    """The warnings that a step's facts say it relied on."""
    return tuple(
        LiveWarning(item["sanction"], date.fromisoformat(item["from"]), date.fromisoformat(item["until"]))
        for item in facts.get("relied", {}).get("live_warnings", ())
    )
