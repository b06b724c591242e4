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
from casework.services.steps import forecast_case, next_steps
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    pass

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


@PAGES.page("/cases/{reference}", access="case")
def case(here: Here) -> Response:
    """Show where a case stands, what is next, and what is on it."""
    view = opened(here.workspace, here.school, here.case)
    possible = next_steps(here.workspace, here.school, here.case)
    loaded, policy = here.case, here.case.policy
    main = policy.strands[policy.main_strand].states[loaded.case.states[policy.main_strand]]
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
        ready=[item for item in possible if item.ready and not item.begins and not item.on_request],
        arises=[item for item in possible if item.ready and item.begins and item.step.to],
        waiting=[item for item in possible if item.held_up_by],
        letters=letters_due(loaded, here.today),
        letter_titles={
            name: letter.title for name, letter in library_of(here.workspace, here.school).letters.items()
        },
        who_may=who_may,
        in_plain_words=in_plain_words,
    )


@PAGES.page("/cases/{reference}/timeline", access="case")
def case_timeline(here: Here) -> Response:
    """Show what happened, in order."""
    entries = timeline(here.workspace, here.school, here.case)
    return here.page("timeline.html.j2", entries=entries)


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
