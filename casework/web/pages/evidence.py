"""Evidence: what there is and who has had it; adding files, posts and photographs; what becomes of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from casework.base.errors import BadInput, Refused
from casework.base.time import Occurred, parse_occurred
from casework.cases.evidence_acts import EVIDENCE_TYPES, SPOKEN_TYPES
from casework.cases.replay import facts_of
from casework.records.provenance import AUTHORSHIPS, BASES, LIVE, SUPPLIED, VISIBILITIES
from casework.records.telling_evidence import evidence_kind
from casework.records.words import POINTS
from casework.services import evidence as services
from casework.services.access import note_access
from casework.services.cases import evidence_id
from casework.services.errors import NoAccess
from casework.services.evidence_files import file_remarks
from casework.services.evidence_listing import item_told
from casework.services.loading import body_of
from casework.web.acts import Act, act_on, once, where
from casework.web.evidence_sent import about, add_files, add_post, files_sent, one_file
from casework.web.failures import told
from casework.web.pages.letter_writing import download
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.cases.model import Evidence

PAGES = Pages()

HAS_IT: Final = {
    "disclosed": "The employee has it",
    "withheld": "Held back",
    "supplied": "It came from the employee",
    "open": "Not given to the employee yet",
}
"""Whether the employee has an item, for a reader."""

CHECKED: Final = {
    "agreed": "They agree that it is right",
    "corrected": "They agree, with corrections",
    "disputed": "They say that it is not right",
    "no_answer": "They were asked and did not answer",
}
"""What somebody said of their own words, for a reader."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item of evidence in the list: what it is, whether the employee has it, since when, and why not."""

    item: Evidence
    title: str
    kind: str
    has_it: str
    on: str
    reason: str
    about: tuple[int, ...]


@PAGES.page("/cases/{reference}/evidence", access="case", methods=("GET", "POST"))
def case_evidence(here: Here) -> Response:
    """Show the evidence of a case, and take more: one file or several at once."""
    problem = ""
    if here.sent:
        try:
            return here.go(here.of_case("evidence"), add_files(here))
        except (BadInput, Refused) as wrong:
            problem = told(wrong)
    note_access(here.workspace, here.school, "evidence", here.case.stream)
    return here.page(
        "evidence.html.j2",
        422 if problem else 200,
        rows=[_row(here, item) for item in here.case.case.evidence.values()],
        kinds={name: evidence_kind(name) for name in EVIDENCE_TYPES},
        allegations=_allegations(here),
        points=POINTS,
        bases=BASES,
        visibilities=VISIBILITIES,
        supplied=SUPPLIED,
        problem=problem,
    )


@PAGES.page("/cases/{reference}/evidence/post", access="case", methods=("GET", "POST"))
def capture_post(here: Here) -> Response:
    """Take a post on social media with everything that is asked about it later."""
    problem = ""
    if here.sent:
        try:
            return here.go(here.of_case("evidence"), add_post(here))
        except (BadInput, Refused) as wrong:
            problem = told(wrong)
    return here.page(
        "evidence_post.html.j2",
        422 if problem else 200,
        allegations=_allegations(here),
        authorships=AUTHORSHIPS,
        live=LIVE,
        bases=BASES,
        visibilities=VISIBILITIES,
        points=POINTS,
        problem=problem,
    )


@PAGES.page("/cases/{reference}/evidence/given", access="case", methods=("POST",))
def give_evidence(here: Here) -> Response:
    """Record that the employee was given the items that are ticked."""
    numbers = [int(number) for number in here.texts("item") if number.isdigit()]
    if not numbers:
        return here.go(here.of_case("evidence"), "Tick the items that the employee was given.")
    once(
        here,
        lambda command: services.disclose(*where(here), numbers=numbers, occurred=_on(here), command=command),
    )
    return here.go(here.of_case("evidence"), "Recorded: the employee was given what you ticked.")


@PAGES.page("/cases/{reference}/evidence/{number:int}", access="case")
def evidence_item(here: Here) -> Response:
    """Show an item of evidence: where it comes from, its files, and what became of it."""
    return _item(here)


def _item(here: Here, problem: str = "") -> Response:
    item = here.case.case.evidence[evidence_id(here.case, here.part["number"])]
    note_access(here.workspace, here.school, "evidence", here.case.stream)
    told = item_told(here.workspace, here.case, item)
    return here.page(
        "evidence_item.html.j2",
        422 if problem else 200,
        row=_row(here, item),
        item=item,
        told=told,
        remarks={file.event: file_remarks(file.words) for file in told.files},
        description=str(body_of(here.workspace, here.case, item.n).get("description", "")),
        spoken=item.type in SPOKEN_TYPES,
        checked=CHECKED,
        allegations=_allegations(here),
        points=POINTS,
        problem=problem,
    )


@PAGES.page("/cases/{reference}/evidence/{number:int}/files/{event:int}", access="case")
def evidence_file(here: Here) -> Response:
    """Return a file of an item as it came; a browser takes it as a file, and never runs what is in it."""
    item = here.case.case.evidence[evidence_id(here.case, here.part["number"])]
    told = item_told(here.workspace, here.case, item)
    if here.part["event"] not in {file.event for file in told.files}:
        raise NoAccess("There is nothing here, or it is not for you.")
    note_access(here.workspace, here.school, "evidence", here.case.stream)
    name, data = services.file_of(here.workspace, here.case, here.part["event"])
    return download(data, name, "application/octet-stream")


@PAGES.page("/cases/{reference}/evidence/{number:int}/{act}", access="case", methods=("POST",))
def act_on_evidence(here: Here) -> Response:
    """Give an item or hold it back; put a redacted copy or a newer version beside it; say what it is about."""
    return act_on(here, _ACTS, "evidence", _item)


def _given(here: Here, number: int) -> str:
    once(
        here,
        lambda command: services.disclose(
            *where(here), numbers=[number], occurred=_on(here), command=command
        ),
    )
    return "Recorded: the employee has it."


def _withheld(here: Here, number: int) -> str:
    once(
        here,
        lambda command: services.disclose(
            *where(here), numbers=[number], how="withheld", reason=here.text("reason"), command=command
        ),
    )
    return "Recorded: it is held back. Nobody who decides is shown it either."


def _redacted(here: Here, number: int) -> str:
    log = [
        {part: here.text(f"{part}.{place}") for part in ("where", "what", "why")}
        for place in range(1, 31)
        if any(here.text(f"{part}.{place}") for part in ("where", "what", "why"))
    ]
    if any(not word for line in log for word in line.values()) or not log:
        raise BadInput("Say for each place where it is, what was taken out, and why.")
    file = one_file(here)
    once(here, lambda command: services.redact(*where(here), number, file=file, log=log, command=command))
    return "The redacted copy stands beside the original. A pack holds the copy, and never the original."


def _checked(here: Here, number: int) -> str:
    if here.text("outcome") not in CHECKED:
        raise BadInput("Say what they said of it.")
    files = files_sent(here, "file")
    once(
        here,
        lambda command: services.check(
            *where(here),
            number,
            outcome=here.text("outcome"),
            by=here.text("by"),
            corrections=here.text("corrections"),
            file=files[0] if files else None,
            command=command,
        ),
    )
    return "Recorded, and locked. What they correct later stands beside it."


def _revised(here: Here, number: int) -> str:
    file = one_file(here)
    once(
        here,
        lambda command: services.revise(
            *where(here), number, file=file, reason=here.text("reason"), command=command
        ),
    )
    return "The newer version is kept beside the earlier one."


def _linked(here: Here, number: int) -> str:
    once(
        here,
        lambda command: services.link(
            *where(here),
            number,
            about=about(here),
            points=here.text("points"),
            reason=here.text("reason"),
            command=command,
        ),
    )
    return "Recorded."


_ACTS: Final[dict[str, Act]] = {
    "given": _given,
    "withheld": _withheld,
    "redacted": _redacted,
    "checked": _checked,
    "revised": _revised,
    "linked": _linked,
}


def _row(here: Here, item: Evidence) -> Row:
    event = item.disclosed or item.withheld
    reason = body_of(here.workspace, here.case, event).get("reason", "") if event else ""
    return Row(
        item,
        str(body_of(here.workspace, here.case, item.n).get("title", "")),
        evidence_kind(item.type),
        HAS_IT[item.standing],
        str(facts_of(here.case.history, event)["occurred"].get("date", "")) if event else "",
        str(reason),
        tuple(here.case.case.allegations[id_].number for id_ in item.supports),
    )


def _allegations(here: Here) -> dict[int, str]:
    return {
        item.number: str(body_of(here.workspace, here.case, item.n).get("text", ""))
        for item in here.case.case.standing_allegations
    }


def _on(here: Here) -> Occurred | None:
    return parse_occurred(day) if (day := here.text("on")) else None
