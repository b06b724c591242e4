"""Rehearsing a move to another policy: what it would change for one case, and what stands in its way.

Nothing here decides. What the record shows is held against the new policy only to say what differs: a step that was
lawful when it was taken stays lawful, and is never judged again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from casework.base.errors import CaseworkError
from casework.base.time import parse_instant
from casework.cases.again import as_requested, context_again
from casework.cases.clocks import due_date
from casework.cases.decide import assess_step, look_at
from casework.cases.followed import in_force
from casework.cases.model import Case
from casework.cases.moving import approvers, begun, hindrances
from casework.cases.possible import possible_steps
from casework.cases.replay import Recorded, facts_of, replay, replay_before
from casework.cases.request import Assessment, Context
from casework.procedure.calendar import Calendar
from casework.procedure.compare import SECTIONS, Change, compare
from casework.procedure.graph import ways
from casework.procedure.model import Policy
from casework.procedure.paused import PAUSED


@dataclass(frozen=True, slots=True)
class LostStep:
    """A step that could be taken now and could not be taken after the move, and why."""

    step: str
    title: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotMet:
    """Something that the new policy asks of a step that was taken, and that the record does not meet."""

    event: int
    title: str
    says: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A deadline that runs: it keeps its date (`due`), or ends with the move; `new` is the new policy's date for it."""

    clock: str
    title: str
    due: date
    ends: bool
    new: date | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a move would change. While `hindrances` is not empty the case cannot move, and steps are not compared.

    `changes` are those of steps that may yet be taken (who takes them, what they ask for), settings and sanctions.
    """

    approvers: tuple[str, ...]
    hindrances: tuple[str, ...]
    begins: tuple[str, ...]
    lost: tuple[LostStep, ...]
    not_met: tuple[NotMet, ...]
    clocks: tuple[RunningClock, ...]
    changes: tuple[Change, ...]


_OF_STEPS: Final = ("from", "to", "by", "recorders", "")
"""What is compared of a step beside its requirements and the answers that it asks for."""


_ABOUT: Final = ("cites", "because", "cites, because")
"""What says why a requirement is there, and changes nothing of it."""


def rehearse(
    history: Sequence[Recorded],
    policies: Mapping[str, Policy],
    new: Policy,
    calendars: Mapping[str, Calendar],
    context: Context,
) -> Rehearsal:
    """Return what moving a case to `new` would change.

    Args:
        history: the events of the case, from 1.
        policies: by digest, each policy that it has followed.
        calendars: by digest, those that it relied on.
        context: what a decision relies on now.

    Raises:
        FactsMissing: the history has a gap.
    """
    case = replay(history)
    policy = policies[case.policy]
    found = hindrances(case, policy, new)
    moved = _moved(case, new)
    return Rehearsal(
        approvers=approvers(case, policy),
        hindrances=tuple(found),
        begins=tuple(new.strands[name].title for name in begun(case, new)),
        lost=() if found else tuple(_lost(case, policy, moved, new, context)),
        not_met=() if found else tuple(_not_met(history, policies, new, calendars)),
        clocks=tuple(_clocks(case, policy, new, context)),
        changes=tuple(_changes(moved, policy, new, blocked=bool(found))),
    )


def _moved(case: Case, new: Policy) -> Case:
    """The case as it would stand, or would have stood, under the new policy."""
    return case.with_(states={**case.states, **begun(case, new)})


def _lost(case: Case, policy: Policy, moved: Case, new: Policy, context: Context) -> Iterator[LostStep]:
    then = {item.step_id: item for item in possible_steps(moved, new, context)}
    for now in possible_steps(case, policy, context):
        after = then.get(now.step_id)
        if not now.ready or (after is not None and after.ready):
            continue
        why = ("It does not start from where the case stands.",)
        yield LostStep(
            now.step_id, now.step.title, why if after is None else tuple(item.says for item in after.blocks)
        )


def _not_met(
    history: Sequence[Recorded],
    policies: Mapping[str, Policy],
    new: Policy,
    calendars: Mapping[str, Calendar],
) -> Iterator[NotMet]:
    for record in replay(history).steps:
        if record.on_paper:
            continue  # it was not judged by any policy
        facts, before = facts_of(history, record.n), replay_before(history, record.n)
        policy, calendar = policies[in_force(history, record.n)], calendars.get(facts["calendar"])
        title = policy.steps[record.step][1].title
        if calendar is None:
            yield NotMet(
                record.n, title, "The calendar that it relied on is not there, so it was not compared."
            )
            continue
        context = context_again(
            Context(parse_instant(history[record.n - 1].recorded), calendar, facts["calendar"]), facts
        )
        try:
            was = {item.requirement for item in _unmet(facts, before, policy, context)}
            for item in _unmet(facts, _moved(before, new), new, context):
                if item.requirement not in was:
                    yield NotMet(record.n, title, item.says, item.cites)
        except CaseworkError as problem:
            yield NotMet(record.n, title, problem.message)


def _unmet(facts: Mapping[str, Any], before: Case, policy: Policy, context: Context) -> list[Assessment]:
    request = as_requested(facts, policy, before)
    waived = {waiver.requirement for waiver in request.waivers}
    known = {item.id for item in policy.steps[request.step][1].requires}
    request = replace(request, waivers=tuple(item for item in request.waivers if item.requirement in known))
    look = look_at(before, policy, request, context)
    return [item for item in assess_step(look, request) if item.unmet and item.requirement not in waived]


def _changes(moved: Case, policy: Policy, new: Policy, *, blocked: bool) -> Iterator[Change]:
    """What differs of what still is to come; another title of a part is no difference."""
    ahead = set() if blocked else set(_ahead(moved, new))
    same_titles = new.model_copy(update={"roles": {**new.roles, **policy.roles}})
    for change in compare(policy, same_titles):
        if change.after in {f"{change.before} ({parts} changed)" for parts in _ABOUT}:
            continue
        if change.section.startswith("Steps of "):
            if change.entry in ahead and (change.part in _OF_STEPS or change.part.startswith("requires.")):
                yield change
            elif change.entry in ahead and change.part.count(".") == 1 and change.part.startswith("fields."):
                yield change  # an answer that is asked for now, or no longer
        elif change.section == SECTIONS["sanctions"]:
            if change.part != "cites":
                yield change
        elif change.section == SECTIONS["settings"] and change.part in ("", "value"):
            yield change


def _ahead(moved: Case, new: Policy) -> Iterator[str]:
    """The steps of `new` that may yet be taken: those to which a way leads from where its strands stand."""
    for name, strand in new.strands.items():
        reached = ways(strand, moved.states[name]).keys()
        yield from (step_id for step_id, step in strand.steps.items() if reached & set(step.from_))


def _clocks(case: Case, policy: Policy, new: Policy, context: Context) -> Iterator[RunningClock]:
    for clock in case.running():
        name, title = clock.id.removeprefix(PAUSED), policy.deadline_of(clock.id).title
        if name not in new.deadlines:
            yield RunningClock(clock.id, title, clock.due, True, None)
        elif name == clock.id:
            ours, theirs = (
                due_date(item.deadlines[name], clock.counted_from, item, context.calendar).result
                for item in (policy, new)
            )
            if ours != theirs:
                yield RunningClock(clock.id, title, clock.due, False, theirs)
