"""What every step needs, whatever the policy asks beside it: its state, its people, its dates, its fields."""

from __future__ import annotations

from functools import lru_cache

from casework.base.time import describe_date
from casework.cases.fields import missing_fields
from casework.cases.look import Look, inline, listed
from casework.cases.model import Status, StepRecord
from casework.cases.path import lies_ahead, next_of_path, steps_before, steps_from_here
from casework.cases.request import Assessment, StepRequest

_FEW = 2
"""How many steps or states of several one sentence names."""


@lru_cache(maxsize=256)
def _built_in(
    requirement: str,
    kind: str,
    problem: str,
    remedy: str = "",
    *,
    cites: tuple[str, ...] = (),
    not_shown: bool = False,
    events: tuple[int, ...] = (),
) -> Assessment:
    status: Status = "met" if not problem else "not_shown" if not_shown else "breached"
    return Assessment(requirement, kind, "must", status, problem or "In order.", remedy, cites, events=events)


def state(look: Look) -> Assessment:
    """The strand stands in a state from which the step starts."""
    if look.case.states[look.strand] in look.step.from_:
        return _built_in("state", "state", "")
    return _built_in("state", "state", _out_of_place(look), _next(look), cites=look.step.cites)


def _out_of_place(look: Look) -> str:
    """Why a step cannot be taken from where the strand stands: it comes later, was taken, or the case is past it."""
    strand, step = look.policy.strands[look.strand], look.step
    stands = f"“{strand.states[look.case.states[look.strand]].title}”"
    what = "the case" if look.strand == look.policy.main_strand else inline(strand.title)
    if lies_ahead(strand, look.case.states[look.strand], step):
        before = [f"“{strand.steps[name].title}”" for name in steps_before(strand, step)[:_FEW]]
        after = listed(before, "or") or listed(
            [f"“{strand.states[name].title}”" for name in step.from_], "or"
        )
        who = look.titles(step.by)
        return f"This step comes after {after}, and the {who} takes it. Now {what} stands at {stands}."
    taken = look.case.last_step(look.step_id)
    if taken is not None:
        return f"This step has been recorded already (event {taken.n}). Now {what} stands at {stands}."
    starts = listed([f"“{strand.states[name].title}”" for name in step.from_[:_FEW]], "or")
    return f"This step is taken from {starts}. Now {what} stands at {stands}, and no way leads back."


def _next(look: Look) -> str:
    """What can be done instead from where the strand stands, and who may do it."""
    strand, here = look.policy.strands[look.strand], look.case.states[look.strand]
    usual = next_of_path(strand, here)
    steps = [usual] if usual is not None else steps_from_here(look.strand, look.case, look.policy)
    if not steps:
        return "Nothing more can be done here."
    titles = listed(
        [f"“{strand.steps[name].title}” ({look.titles(strand.steps[name].by)})" for name in steps], "or"
    )
    return f"Next is {titles}."


def authority(look: Look) -> Assessment:
    """The person who takes the step holds a role that has the power (taken_by)."""
    if look.barred(look.role):
        rest = [role for role in look.step.by if not look.barred(role)]
        return _built_in(
            "taken_by",
            "role",
            f"In this case nobody acts as {look.title(look.role)}: it is about the head teacher, "
            "and the governing body runs it.",
            f"Have the {look.titles(rest)} take it, and say so with --taken-by.",
            cites=("SSR-HT",),
        )
    if look.role in look.step.by:
        return _built_in("taken_by", "role", "")
    who = f"The {look.title(look.role)}" if look.role else "This person"
    return _built_in(
        "taken_by",
        "role",
        f"{who} may not take this step; the {look.titles(look.step.by)} may.",
        f"Have the {look.titles(look.step.by)} take it, and say so with --taken-by.",
        cites=look.step.cites,
    )


def nobody_may(look: Look) -> Assessment:
    """Nobody in the case holds a role that may take the step."""
    who = look.titles(look.step.by)
    return _built_in(
        "taken_by",
        "role",
        f"Nobody in the case is {who}.",
        "Name the person: `casework case assign`.",
        cites=look.step.cites,
    )


def recorder(look: Look, request: StepRequest) -> Assessment:
    """Whoever types it has the part in which they type it, and may record it in that part (recorded_by)."""
    party = look.case.parties.get(request.recorded_by)
    if party is None or request.recorder_role not in party.roles:
        return _built_in(
            "recorded_by",
            "role",
            f"Whoever records this is not the {look.title(request.recorder_role)} in this case.",
            "Record it in a part that you have in the case.",
        )
    if request.recorder_role in look.step.recorders:
        return _built_in("recorded_by", "role", "")
    who = look.titles(look.step.recorders)
    return _built_in(
        "recorded_by",
        "role",
        f"The {look.title(request.recorder_role)} may not record this step; the {who} may.",
        f"Ask the {who} to record it.",
    )


def dates(look: Look) -> list[Assessment]:
    """The step is not dated before what came before it, and its date fields lie where they must."""
    found = [_chronology(look)]
    for name, field in look.step.fields.items():
        value = look.fields.date_of(name) if field.must_be else None
        if value is None or look.on is None:
            continue
        if field.must_be == "after" and value <= look.on:
            problem = f"{field.label}: {describe_date(value)} is not after {describe_date(look.on)}."
            found.append(_built_in(f"field:{name}", "field", problem, "Choose a later date."))
        elif field.must_be == "on_or_before" and value > look.on:
            problem = f"{field.label}: {describe_date(value)} is after {describe_date(look.on)}."
            found.append(_built_in(f"field:{name}", "field", problem, "Check the date."))
    return found


def _chronology(look: Look) -> Assessment:
    on = look.on
    if on is None:
        return _built_in(
            "occurred",
            "date",
            "It is not known when this happened.",
            "Give the date with --on.",
            not_shown=True,
        )
    if look.case.opened is not None and on < look.case.opened:
        problem = f"{describe_date(on)} is before the case was reported ({describe_date(look.case.opened)})."
        return _built_in("occurred", "date", problem, "Check the date.", events=(1,))
    earlier = next(
        (
            record
            for record in reversed(look.case.steps)
            if record.strand == look.strand
            and record.occurred.date is not None
            and record.occurred.date > on
            and in_order_with(look, record)
        ),
        None,
    )
    if earlier is None or earlier.occurred.date is None:
        return _built_in("occurred", "date", "")
    title = look.policy.steps[earlier.step][1].title
    return _built_in(
        "occurred",
        "date",
        f"{describe_date(on)} is before “{title}” of {describe_date(earlier.occurred.date)}.",
        "Check the date; if the earlier entry is wrong, correct that one.",
        events=(earlier.n,),
    )


def in_order_with(look: Look, record: StepRecord) -> bool:
    """Whether the step and a recorded one have an order: one of them at least leads the strand to another state.

    What happens while a strand stays where it is may be entered in any order: a letter that was sent can be told late.
    """
    return look.step.to is not None or record.from_ != record.to


def missing(look: Look) -> list[Assessment]:
    """Every field that the step needs and that was not given; all of them at once."""
    return [
        _built_in(
            f"field:{name}",
            "field",
            f"{field.label}: missing."
            if field.each is None
            else f"{field.label}: an answer for each allegation is missing.",
            f"Give --{name.replace('_', '-')}.",
            cites=field.cites,
            not_shown=True,
        )
        for name, field in missing_fields(look.step, look.fields, look.case, look.policy)
    ]
