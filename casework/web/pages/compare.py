"""Beside a case: earlier decisions that are like it, and how fairly it was run so far."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from casework.cases.review import CODES, counted
from casework.services.comparable import comparable_cases
from casework.services.comparable_words import KNOWN, LEFT_OUT, headline, overview, told
from casework.services.guard import require
from casework.services.review import review_live
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

PAGES = Pages()

HEADINGS: Final = {
    "breached": "Broken",
    "not_shown": "Not shown: questions to answer",
    "waived": "Waived",
    "met": "Met",
    "not_reached": "Not reached yet",
}
"""What the review says of a rule, as a page says it, in the order in which it is shown."""


@PAGES.page("/cases/{reference}/compare", access="case")
def compare(here: Here) -> Response:
    """Show earlier decisions that are like this case, without names, so that like cases are treated alike."""
    require(here.workspace, here.case, "read_words")
    found = comparable_cases(here.workspace, here.school, here.case)
    return here.page(
        "compare.html.j2",
        overview=overview(found),
        decisions=[(headline(item), told(item)) for item in found.shown],
        known=KNOWN,
        left_out=LEFT_OUT,
    )


@PAGES.page("/cases/{reference}/review", access="case")
def review(here: Here) -> Response:
    """Show which rules were kept, which were not, and what the record does not show."""
    require(here.workspace, here.case, "read_facts")
    findings = review_live(here.workspace, here.case)
    return here.page(
        "review.html.j2",
        findings={status: [one for one in findings if one.status == status] for status in HEADINGS},
        headings=HEADINGS,
        counts=counted(findings),
        codes=CODES,
        in_plain_words=in_plain_words,
    )
