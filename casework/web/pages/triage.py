"""The first look at a report: what every report is asked, one question at a time, and what follows from the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from casework.base.errors import BadInput
from casework.cases.triage import triage_of
from casework.services.access import note_access
from casework.services.triage import known_now, registers_say, routed_now, triage, worth_showing
from casework.web.failures import in_plain_words
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.procedure.triage import TriageQuestion

PAGES = Pages()


@PAGES.page("/cases/{reference}/first-look", access="case", methods=("GET", "POST"))
def first_look(here: Here) -> Response:
    """Ask the next question that has no answer, record its answer, and show what follows when all have one."""
    problem = ""
    if here.sent:
        try:
            _record(here)
        except BadInput as wrong:
            problem = f"{wrong.message} {in_plain_words(wrong.remedy)}"
        else:
            return here.go(here.of_case("first-look"))
    note_access(here.workspace, here.school, "case", here.case.stream)
    says = registers_say(here.workspace, here.school, here.case)
    chosen = triage_of(here.case.policy)
    routed = routed_now(here.case)
    open_ = [(n, q) for n, q in chosen.questions.items() if n in routed.open]
    singly = next(((n, q) for n, q in open_ if q.singly), None)
    rest = [(n, q) for n, q in open_ if q.rest is not None]
    decision = next(((n, q) for n, q in open_ if n == chosen.decision), None)
    asked: tuple[str, TriageQuestion] | None = None
    if not routed.stop:
        asked = singly or (None if rest else decision or next(iter(open_), None))
    return here.page(
        "first_look.html.j2",
        422 if problem else 200,
        asked=asked,
        rest=rest if not routed.stop and asked is None else [],
        routed=routed,
        done=len(chosen.questions) - len(open_),
        of=len(chosen.questions),
        known=known_now(here.workspace, here.school, here.case, says),
        shown=worth_showing(here.case, says),
        decided=chosen.routes[routed.decided] if routed.decided else None,
        problem=problem,
    )


def _record(here: Here) -> None:
    name, answer, why, rest = (here.text(part) for part in ("question", "answer", "why", "rest"))
    if not rest and not answer:
        raise BadInput("Choose an answer.")
    triage(
        here.workspace,
        here.school,
        here.case,
        answers={name: answer} if answer else {},
        reasons={name: why} if why else {},
        rest=rest,
        command=here.text("command"),
    )
