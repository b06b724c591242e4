"""The history of a case, to be read by whoever may read its facts; words stand in it only where they may be read."""

from __future__ import annotations

from starlette.responses import Response

from casework.services.guard import verdict
from casework.services.history import read_history
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()


@PAGES.page("/cases/{reference}/history", access="case")
def history(here: Here) -> Response:
    """Show every entry of a case with its place in the record, who decided, and what was waived, broken or mended."""
    found = read_history(here.workspace, here.school, here.case)
    return here.page(
        "history.html.j2",
        history=found,
        state=_state(here),
        prints={one.event: one for one in found.fingerprints},
        reviews={one.event: one for one in found.reviews},
        words=verdict(here.workspace, here.case, "read_words").allowed,
        exports=verdict(here.workspace, here.case, "export").allowed,
    )


def _state(here: Here) -> str:
    """Where the procedure of the case stands."""
    policy = here.case.policy
    return policy.strands[policy.main_strand].states[here.case.case.states[policy.main_strand]].title
