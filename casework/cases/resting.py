"""What rests on an event: while something does, the event cannot be annulled. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.base.errors import CaseworkError, Refused
from casework.cases.again import as_requested, context_again
from casework.cases.decide import assess_step, look_at
from casework.cases.followed import in_force
from casework.cases.look import Look
from casework.cases.model import Case
from casework.cases.replay import Recorded, facts_of, replay, replay_before
from casework.cases.request import Assessment, Context, StepRequest
from casework.procedure.model import Policy, Step


class CannotAmend(Refused):
    """This event cannot be corrected or annulled."""

    code = "cannot-amend"


def require_last_of_its_strand(case: Case, event: int) -> None:
    """Refuse a step after which others of its strand were taken.

    Raises: CannotAmend.
    """
    step = next(record for record in case.steps if record.n == event)
    later = [record for record in case.steps if record.strand == step.strand and record.n > event]
    if later:
        raise CannotAmend(
            f"Event {event} cannot be annulled while later steps stand (event {later[-1].n}).",
            remedy="Annul the later steps first, newest first.",
        )


def require_no_letter_of_it(case: Case, event: int, step: Step) -> None:
    """Refuse a step of which a letter tells that was issued afterwards and stands.

    Raises: CannotAmend.
    """
    for letter in case.letters.values():
        told = {letter.template, *letter.covers} & set(step.letters)
        if told and letter.stands and letter.issued is not None and letter.issued > event:
            name = letter.template.replace("-", " ")
            raise CannotAmend(
                f"Event {event} cannot be annulled: The letter “{name}” tells of it.",
                remedy="Withdraw the letter first.",
            )


_NAMED = {"allegation_added": "allegation", "letter_proposed": "letter", "letter_issued": "letter"}
"""Kinds of event that begin something, and the part of facts by which later events name it."""


def require_nothing_names_it(history: Sequence[Recorded], target: Recorded, case: Case) -> None:
    """No later event that stands names what the event began."""
    name = _NAMED.get(target.facts["kind"])
    if name is None:
        return
    known = target.facts[name]
    for later in history[target.n :]:
        names = later.facts.get(name) == known or known in later.facts.get("supports", ())
        if names and later.n not in case.annulled:
            raise rests(target.n)


def rests(event: int) -> CannotAmend:
    """Return the refusal that names nothing more than that something rests on the event."""
    return CannotAmend(
        f"Event {event} cannot be annulled: something recorded later rests on it.",
        remedy="Correct what is wrong in it: `casework case correct`. Or annul what rests on it first, newest first: "
        "`casework case timeline` lists the events.",
    )


def require_nothing_rests_on_it(
    history: Sequence[Recorded],
    after: Sequence[Recorded],
    event: int,
    policies: Mapping[str, Policy],
    context: Context,
) -> None:
    """No later step loses by the annulment what it needed."""
    for record in replay(history).steps:
        if record.n <= event or record.on_paper:
            continue
        try:
            lost = unmet_again(after, record.n, policies, context)
            held = {item.requirement for item in unmet_again(history, record.n, policies, context)}
        except (CaseworkError, KeyError):
            raise rests(event) from None
        missing = [item.says for item in lost if item.requirement not in held]
        if missing:
            title = policies[in_force(history, record.n)].steps[record.step][1].title
            raise CannotAmend(
                f"Event {event} cannot be annulled: “{title}” (event {record.n}) rests on it. {' '.join(missing)}",
                remedy="Annul what rests on it first, newest first, and record that as it happened.",
            )


def unmet_again(
    history: Sequence[Recorded], n: int, policies: Mapping[str, Policy], context: Context
) -> list[Assessment]:
    """What is unmet about step `n`, by its own policy, on the case as `history` has it now."""
    facts, before = facts_of(history, n), replay_before(history, n)
    policy = policies[before.policy]
    request = as_requested(facts, policy, before)
    return unmet(look_at(before, policy, request, context_again(context, facts)), request)


def unmet(look: Look, request: StepRequest) -> list[Assessment]:
    """Return which requirements of a step are not met."""
    return [item for item in assess_step(look, request) if item.unmet]
