"""Provable legality: replay facts through the policy of their digest and confirm that each step was lawful then.

What is confirmed: each step started from where the case stood, was taken and recorded by people with those roles, and
met, waived or openly breached exactly what the record says; states, clocks and dates of service follow from the policy
and the calendar, in a case's beginning, its letters and its corrections too. What is not confirmed here: that the facts
are unaltered (that is `casework.ledger.verify`) or that they are true.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from casework.base.errors import MALFORMED, BadInput, CaseworkError
from casework.base.time import Occurred, parse_instant
from casework.cases import acts, amend, deadline_acts, letter_acts
from casework.cases.again import SEALED, as_corrected, context_again
from casework.cases.again import as_requested as as_requested
from casework.cases.decide import decide
from casework.cases.followed import LEADING, followed, in_force
from casework.cases.letter_approval import approve_letter
from casework.cases.letter_delivery import undelivered_letter
from casework.cases.model import Case
from casework.cases.moving import move_policy
from casework.cases.on_paper import past_step
from casework.cases.replay import CaseFold, Recorded, facts_of, replay_before
from casework.cases.request import Context, Decision, StepRefused
from casework.cases.triage import answer_triage, triage_request
from casework.procedure.calendar import Calendar
from casework.procedure.model import Policy

_WHILE_PRINTED = timedelta(minutes=5)
"""How long after it was dated a letter may be recorded: printing takes time, and a clock may be set a little back."""

NOT_THERE = "The policy or calendar that it names is not there."
"""What is said of an event that cannot be judged because a document that it cites is gone."""


@dataclass(frozen=True, slots=True)
class Unlawful:
    """An event whose record does not follow from the policy: the case's event number and what is wrong."""

    n: int
    says: str


def unlawful_steps(
    history: Sequence[Recorded],
    policies: Mapping[str, Policy],
    calendars: Mapping[str, Calendar],
    *,
    since: int = 1,
) -> list[Unlawful]:
    """Judge every step of one case again, each on the case as it stood before it; empty when all were lawful.

    Beside steps, everything is judged that the lawfulness of steps rests on: the case's beginning, letters issued and
    served, corrections and annulments.

    Args:
        history: the case's events in order, from 1.
        policies: policies by digest.
        calendars: calendars by digest.
        since: the first event to be judged, for a history whose beginning was judged before.
    """
    found, so_far = [], _SoFar()
    for event in history:
        again = _AGAIN.get(event.facts["kind"]) if event.n >= since else None
        if again is not None:
            says = _judge(again, history[: event.n - 1], event, policies, calendars, so_far)
            if says:
                found.append(Unlawful(event.n, says))
        so_far.take(event)
    return found


class _SoFar:
    """A case as its events so far make it, folded once, and the policies that it has followed."""

    def __init__(self) -> None:
        self.followed: set[str] = set()
        self._fold = CaseFold()
        self._broken: Exception | None = None

    def take(self, event: Recorded) -> None:
        """Fold the next event; after one that cannot be folded, nothing can be judged any more."""
        if event.facts["kind"] in LEADING:
            self.followed.update(digest for _, digest in followed([event]))
        if self._broken is None:
            try:
                self._fold.take(event)
            except (CaseworkError, *MALFORMED) as problem:
                self._broken = problem

    def case(self) -> Case:
        """Return the case; raises what folding raised."""
        if self._broken is not None:
            raise self._broken
        return self._fold.case()


@dataclass(frozen=True, slots=True)
class _Asked:
    """An event that is to be decided again: its facts, and everything that its decision rested on.

    `policy` is the one in force for it, `policies` holds that and every other that is known, by digest.
    """

    facts: Mapping[str, Any]
    before: Sequence[Recorded]
    case: Case
    policy: Policy
    policies: Mapping[str, Policy]
    context: Context


def _judge(
    again: Callable[[_Asked], Decision],
    before: Sequence[Recorded],
    event: Recorded,
    policies: Mapping[str, Policy],
    calendars: Mapping[str, Calendar],
    so_far: _SoFar,
) -> str:
    facts = event.facts
    try:
        case = so_far.case()
        named = facts.get("policy", case.policy)
        policy, calendar = policies.get(named), calendars.get(facts["calendar"])
        if policy is None or calendar is None or not so_far.followed <= policies.keys():
            return NOT_THERE
        if before and case.policy != named:
            return "It names another policy than its case."
        context = Context(parse_instant(event.recorded), calendar, facts["calendar"])
        asked = _Asked(facts, before, case, policy, policies, context_again(context, facts))
        decided = dict(again(asked).facts)
    except StepRefused as refused:
        return "It was not allowed: " + " ".join(item.says for item in refused.unmet)
    except CaseworkError as error:
        return f"It cannot be judged: {error.message}"
    except MALFORMED:
        return "It cannot be judged: its facts are not of the form that they must have."
    if decided == facts:
        return ""
    different = sorted(key for key in {*decided, *facts} if decided.get(key) != facts.get(key))
    return f"What was recorded does not follow from the policy: {', '.join(different)}." if different else ""


def _step(asked: _Asked) -> Decision:
    request = as_requested(asked.facts, asked.policy, asked.case)
    return decide(asked.case, asked.policy, request, asked.context)


def _opened(asked: _Asked) -> Decision:
    facts = asked.facts
    return acts.open_case(
        policy=asked.policy,
        policy_digest=facts["policy"],
        catalogues=facts["catalogues"],
        reference=facts["reference"],
        reported=Occurred.from_facts(facts["occurred"]),
        summary=SEALED,
        recorder=facts["recorded_by"],
        context=asked.context,
        standing={strand: facts["states"][strand] for strand in facts.get("taken_over", ())},
        readers={name: facts[name] for name in ("readers", "shut_out") if name in facts},
    )


def _policy_moved(asked: _Asked) -> Decision:
    facts, context = asked.facts, asked.context
    new = asked.policies.get(facts["to"])
    if new is None:
        raise BadInput("The policy that it moves to is not there.")
    before = replace(context, now=context.now - _WHILE_PRINTED)
    if facts["occurred"].get("date") == before.today.isoformat():
        context = before  # decided before midnight, recorded after it
    return move_policy(
        asked.case,
        asked.policy,
        new,
        to=facts["to"],
        approved_by=facts["approved_by"]["party"],
        reason=SEALED,
        recorder=facts["recorded_by"],
        context=context,
    )


def _letter_issued(asked: _Asked) -> Decision:
    facts, context = asked.facts, asked.context
    before = replace(context, now=context.now - _WHILE_PRINTED)
    if facts["occurred"].get("date") == before.today.isoformat():
        context = before  # printed before midnight, recorded after it
    return letter_acts.issue_letter(
        asked.case,
        letter=facts["letter"],
        policy=asked.policy,
        file=facts["file"],
        checkpoint_size=facts["checkpoint_size"],
        words={},
        supersedes=facts.get("supersedes"),
        sender=facts["sender"],
        recorder=facts["recorded_by"],
        context=context,
    )


def _letter_served(asked: _Asked) -> Decision:
    facts = asked.facts
    return letter_acts.serve_letter(
        asked.case,
        letter=facts["letter"],
        policy=asked.policy,
        method=facts["method"],
        proof=SEALED,
        occurred=Occurred.from_facts(facts["occurred"]),
        recorder=facts["recorded_by"],
        context=asked.context,
    )


def _letter_approved(asked: _Asked) -> Decision:
    facts = asked.facts
    return approve_letter(
        asked.case,
        letter=facts["letter"],
        approved_by=facts["approved_by"],
        evidence=SEALED,
        occurred=Occurred.from_facts(facts["occurred"]),
        recorder=facts["recorded_by"],
        context=asked.context,
    )


def _letter_undelivered(asked: _Asked) -> Decision:
    facts = asked.facts
    return undelivered_letter(
        asked.case,
        letter=facts["letter"],
        service=facts["service"],
        failure=facts["failure"],
        policy=asked.policy,
        words=SEALED,
        occurred=Occurred.from_facts(facts["occurred"]),
        recorder=facts["recorded_by"],
        context=asked.context,
    )


def _triage_answered(asked: _Asked) -> Decision:
    return answer_triage(asked.case, asked.policy, triage_request(asked.facts, SEALED), asked.context)


def _step_on_paper(asked: _Asked) -> Decision:
    facts = asked.facts
    return past_step(
        asked.case,
        asked.policy,
        step=facts["step"],
        number=facts["number"],
        occurred=Occurred.from_facts(facts["occurred"]),
        taken_by=[facts["taken_by"]["party"], *facts["with"]],
        broke=facts["broke"],
        recorder=facts["recorded_by"],
        context=asked.context,
    )


def _corrected(asked: _Asked) -> Decision:
    facts, event = asked.facts, asked.facts["event"]
    values: dict[str, Any] = {}
    occurred = facts["replaces"].get("occurred")
    before = facts_of(asked.before, event)
    if "step" in before:
        this = Recorded(len(asked.before) + 1, asked.before[-1].recorded, facts)
        after, case = facts_of([*asked.before, this], event), replay_before(asked.before, event)
        policy = asked.policies[in_force(asked.before, event)]
        values = as_corrected(facts, before, after, policy, case)
        fields = policy.steps[before["step"]][1].fields
        if any(field.occurrence for field in fields.values()):
            occurred = None  # the field tells when it happened
    return amend.correct(
        asked.before,
        event=event,
        values=values,
        occurred=Occurred.from_facts(occurred) if occurred is not None else None,
        reason=SEALED,
        policies=asked.policies,
        recorder=facts["recorded_by"],
        context=asked.context,
    )


def _annulled(asked: _Asked) -> Decision:
    return amend.annul(
        asked.before,
        event=asked.facts["event"],
        reason=SEALED,
        recorder=asked.facts["recorded_by"],
        policies=asked.policies,
        context=asked.context,
    )


def _deadline_extended(asked: _Asked) -> Decision:
    until = date.fromisoformat(asked.facts["clocks"][0]["due"])
    return deadline_acts.extend_deadline(asked.case, asked.policy, _move(asked), until=until)


def _deadline_paused(asked: _Asked) -> Decision:
    look_again = date.fromisoformat(asked.facts["clocks"][0]["due"])
    return deadline_acts.pause_deadline(asked.case, asked.policy, _move(asked), look_again=look_again)


def _deadline_resumed(asked: _Asked) -> Decision:
    return deadline_acts.resume_deadline(asked.case, asked.policy, _move(asked))


def _move(asked: _Asked) -> deadline_acts.Move:
    return deadline_acts.Move(
        clock=asked.facts["deadline"],
        reason=SEALED,
        occurred=Occurred.from_facts(asked.facts["occurred"]),
        taken_by=asked.facts["taken_by"]["party"],
        recorder=asked.facts["recorded_by"],
        context=asked.context,
    )


_AGAIN: Mapping[str, Callable[[_Asked], Decision]] = {
    "case_opened": _opened,
    "policy_moved": _policy_moved,
    "step_taken": _step,
    "step_irregular": _step,
    "step_on_paper": _step_on_paper,
    "letter_issued": _letter_issued,
    "letter_approved": _letter_approved,
    "letter_served": _letter_served,
    "letter_undelivered": _letter_undelivered,
    "triage_answered": _triage_answered,
    "corrected": _corrected,
    "annulled": _annulled,
    "deadline_extended": _deadline_extended,
    "deadline_paused": _deadline_paused,
    "deadline_resumed": _deadline_resumed,
}
"""Events that are decided again, by kind."""
