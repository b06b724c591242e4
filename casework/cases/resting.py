"""What rests on an event: while something does, the event cannot be annulled. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casework.base.errors import CaseworkError, Refused
from casework.cases.again import as_requested, context_again
from casework.cases.amendments import corrected_facts
from casework.cases.decide import assess_step, look_at
from casework.cases.followed import in_force
from casework.cases.look import Look
from casework.cases.model import Case, StepRecord
from casework.cases.replay import Recorded, cases_before, replay
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
    later = steps_after(replay(history), event)
    lost_by, held_by = (
        unmet_again(after, later, policies, context),
        unmet_again(history, later, policies, context),
    )
    for record in later:
        try:
            lost, held = next(lost_by), {item.requirement for item in next(held_by)}
        except (CaseworkError, KeyError):
            raise rests(event) from None
        missing = [item.says for item in lost if item.requirement not in held]
        if missing:
            title = policies[in_force(history, record.n)].steps[record.step][1].title
            raise CannotAmend(
                f"Event {event} cannot be annulled: “{title}” (event {record.n}) rests on it. {' '.join(missing)}",
                remedy="Annul what rests on it first, newest first, and record that as it happened.",
            )


def steps_after(case: Case, event: int) -> list[StepRecord]:
    """Return the steps that were recorded after an event, without those that happened on paper."""
    return [record for record in case.steps if record.n > event and not record.on_paper]


def unmet_again(
    history: Sequence[Recorded],
    steps: Sequence[StepRecord],
    policies: Mapping[str, Policy],
    context: Context,
) -> Iterator[list[Assessment]]:
    """Yield what is unmet about each of these steps, by its own policy, on the case as `history` has it now."""
    told = corrected_facts(history)
    numbers = [record.n for record in steps]
    for n, before in zip(numbers, cases_before(history, numbers), strict=True):
        facts, policy = told.get(n, history[n - 1].facts), policies[before.policy]
        request = as_requested(facts, policy, before)
        yield unmet(look_at(before, policy, request, context_again(context, facts)), request)


def unmet(look: Look, request: StepRequest) -> list[Assessment]:
    """Return which requirements of a step are not met."""
    return [item for item in assess_step(look, request) if item.unmet]
