"""My case: where it is, what happens next and by when, who is in it, what is on it, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from casework.procedure.model import STAGES
from casework.procedure.sentences import who_may
from casework.services.case_view import opened
from casework.services.history import timeline
from casework.services.letter_due import letters_due
from casework.services.loading import running
from casework.services.own_letters import library_of
from casework.services.parts import wanted_parts
from casework.services.steps import forecast_case, next_steps
from casework.services.triage import routed_now
from casework.web.failures import in_plain_words
from casework.web.guidance import today_of
from casework.web.pages.cures import CURES
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.cases.possible import Possible

PAGES = Pages()

STAGE_NAMES: Final = {
    "reported": "Reported",
    "triaged": "First look",
    "investigated": "Investigation",
    "hearing": "Hearing",
    "outcome": "Outcome",
    "appeal": "Appeal",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the six stages as it is drawn: its name, and whether the case has been there, is there, or will be."""

    name: str
    standing: str


@dataclass(frozen=True, slots=True)
class FirstLook:
    """How far the first look is: the questions that were answered, of how many, and the step that it leads to."""

    done: int
    of: int
    step: str | None


@PAGES.page("/cases/{reference}", access="case")
def case(here: Here) -> Response:
    """Show where a case stands, what is next, and what is on it."""
    view = opened(here.workspace, here.school, here.case)
    possible = next_steps(here.workspace, here.school, here.case)
    loaded, policy = here.case, here.case.policy
    main = policy.strands[policy.main_strand].states[loaded.case.states[policy.main_strand]]
    first, ordinary = _first_look(here), policy.strands[policy.main_strand].ordinary_path
    return here.page(
        "case.html.j2",
        view=view,
        policy=policy,
        state=main,
        stages=_stages(here),
        due=[
            (policy.deadline_of(c.id), c.due, who_may(policy, policy.deadline_of(c.id).act_by))
            for c in running(loaded, here.today)
        ],
        onward=sorted(
            (item for item in possible if item.ready and _leads_on(item, first)),
            key=lambda item: item.step_id not in ordinary,
        ),
        ordinary=ordinary,
        ready=[item for item in possible if _beside(item)],
        arises=[item for item in possible if item.ready and item.begins and item.step.to],
        waiting=[item for item in possible if item.held_up_by],
        wanted=wanted_parts(here.workspace, here.school, loaded),
        first=first,
        advice=today_of(loaded.case, policy),
        forecast=forecast_case(here.workspace, here.school, loaded),
        letters=letters_due(loaded, here.today),
        letter_titles={
            name: letter.title for name, letter in library_of(here.workspace, here.school).letters.items()
        },
        cures=CURES,
        who_may=who_may,
        in_plain_words=in_plain_words,
    )


def _leads_on(item: Possible, first: FirstLook | None) -> bool:
    """Whether a step is one by which the case goes on from here: while the first look lasts, the one that it leads to.

    What can come from many states, such as a resignation, is not what somebody is waiting for.
    """
    if first is not None and item.step_id != first.step:
        return False
    return item.leads_on and len(item.step.from_) == 1


def _beside(item: Possible) -> bool:
    """Whether a step may be taken beside those by which the case goes on: a meeting, a note, a resignation."""
    leads = item.leads_on and len(item.step.from_) == 1
    return item.ready and not leads and not item.begins and not item.on_request


def _first_look(here: Here) -> FirstLook | None:
    """How far the first look is while the case stands at its beginning; None after that, or where there is none."""
    policy = here.case.policy
    strand = policy.strands[policy.main_strand]
    if policy.triage is None or here.case.case.states[policy.main_strand] != strand.initial:
        return None
    routed, questions = routed_now(here.case), policy.triage.questions
    decided = policy.triage.routes[routed.decided] if routed.decided else None
    return FirstLook(len(questions) - len(routed.open), len(questions), decided.step if decided else None)


@PAGES.page("/cases/{reference}/timeline", access="case")
def case_timeline(here: Here) -> Response:
    """Show what happened, in order: all of it, or what somebody did or recorded."""
    entries = timeline(here.workspace, here.school, here.case)
    who, newest = here.query.get("who", ""), here.query.get("order") == "newest"
    by = [{item.who.shown for item in (entry.taken_by, entry.recorded_by) if item} for entry in entries]
    shown = [entry for entry, names in zip(entries, by, strict=True) if not who or who in names]
    return here.page(
        "timeline.html.j2",
        entries=shown[::-1] if newest else shown,
        names=sorted(set().union(*by)),
        who=who,
        newest=newest,
    )


@PAGES.page("/cases/{reference}/dates", access="case")
def case_dates(here: Here) -> Response:
    """Show the earliest lawful day of each step to come, and how it is counted."""
    return here.page("dates.html.j2", forecast=forecast_case(here.workspace, here.school, here.case))


def _stages(here: Here) -> list[Stage]:
    policy, case = here.case.policy, here.case.case
    main = policy.strands[policy.main_strand]
    now = main.states[case.states[policy.main_strand]]
    been = {main.states[record.to].stage for record in case.steps if record.strand == policy.main_strand}
    return [
        Stage(
            STAGE_NAMES[stage],
            "now"
            if stage == now.stage
            else "been"
            if stage in been or STAGES.index(stage) == 0
            else "to come",
        )
        for stage in STAGES
    ]
