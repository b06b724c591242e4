"""Evidence: what there is and who has had it; adding files, posts and photographs; what becomes of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput, Refused
from casework.base.ids import SeededDice, new_id
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
from casework.services.evidence import Post, Provenance, add_evidence
from casework.services.evidence_files import FILE_LIMIT, IncomingFile, file_remarks, incoming
from casework.services.evidence_listing import item_told
from casework.services.loading import body_of
from casework.web.acts import Act, act_on, once, where
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
            return here.go(here.of_case("evidence"), _add_files(here))
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
            return here.go(here.of_case("evidence"), _add_post(here))
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


def _add_files(here: Here) -> str:
    """Add what was sent, each file as an item; what was sent before is not added again."""
    files = _files(here, "file")
    title = here.text("title")
    if not files and not title:
        raise BadInput("Choose a file, or say what it is.")
    origin = Provenance(
        here.text("supplied") or "school",
        here.text("supplier"),
        method=here.text("method"),
        basis=here.text("basis"),
        visibility=here.text("visibility"),
    )
    command = here.text("command")
    for place, file in enumerate(files or [None]):
        named = title if len(files) < 2 else f"{title}: {file.name if file else ''}".removeprefix(": ")
        _add(
            here,
            _command(command, place),
            title=named or (file.name if file else ""),
            type_=here.text("type") or "document",
            file=file,
            provenance=origin,
        )
    return (
        "Added, and sealed as it came."
        if len(files) < 2
        else f"{len(files)} files added, each sealed as it came."
    )


def _add_post(here: Here) -> str:
    """Add a post, from its capture form; what is needed later is asked for now."""
    wanted = {
        "title": "what the post is",
        "address": "the address at which it stood",
        "account": "under which account it was",
        "authorship": "whose words they are",
        "live": "whether it can still be seen",
        "visibility": "who could see it",
        "captured_by": "who captured it",
        "method": "how the school came by it",
    }
    missing = [words for name, words in wanted.items() if not here.text(name)]
    if missing:
        raise BadInput(f"Please say {'; '.join(missing)}.")
    post = Post(
        here.text("authorship"),
        here.text("live"),
        here.text("address"),
        here.text("account"),
        here.text("audience"),
    )
    files = _files(here, "file")
    _add(
        here,
        here.text("command"),
        title=here.text("title"),
        type_="screenshot",
        file=files[0] if files else None,
        provenance=Provenance(
            captured=_when(here),
            captured_by=here.text("captured_by"),
            method=here.text("method"),
            basis=here.text("basis"),
            visibility=here.text("visibility"),
            post=post,
        ),
    )
    return "The post is kept, sealed as it came."


def _add(
    here: Here, command: str, *, title: str, type_: str, file: IncomingFile | None, provenance: Provenance
) -> None:
    once(
        here,
        lambda chosen: add_evidence(
            *where(here),
            title=title,
            type_=type_,
            points=here.text("points") or "neutral",
            supports=_about(here),
            source=here.text("source"),
            description=here.text("description"),
            file=file,
            provenance=provenance,
            command=chosen,
        ),
        command,
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
    file = _one_file(here)
    once(here, lambda command: services.redact(*where(here), number, file=file, log=log, command=command))
    return "The redacted copy stands beside the original. A pack holds the copy, and never the original."


def _checked(here: Here, number: int) -> str:
    if here.text("outcome") not in CHECKED:
        raise BadInput("Say what they said of it.")
    files = _files(here, "file")
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
    file = _one_file(here)
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
            about=_about(here),
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


def _command(command: str, place: int) -> str:
    """The id under which the file at a place is added: sent twice, each of several files is added once."""
    return new_id(SeededDice(f"{command} {place}".encode())) if command and place else command


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


def _about(here: Here) -> list[int]:
    return [int(number) for number in here.texts("supports") if number.isdigit()]


def _files(here: Here, name: str) -> list[IncomingFile]:
    """The files that were sent, each within its limits.

    Raises:
        BadInput: one is empty or too large.
    """
    found = []
    for sent in here.form.getlist(name):
        if isinstance(sent, UploadFile) and sent.filename:
            data = sent.file.read(FILE_LIMIT + 1)
            if not data:
                raise BadInput(f"The file {sent.filename} is empty, so nothing was added.")
            if len(data) > FILE_LIMIT:
                raise BadInput(
                    f"The file {sent.filename} is too large: at most {FILE_LIMIT // 1024 // 1024} MB."
                )
            found.append(incoming(sent.filename, data))
    return found


def _one_file(here: Here) -> IncomingFile:
    files = _files(here, "file")
    if not files:
        raise BadInput("Choose the file.")
    return files[0]


def _on(here: Here) -> Occurred | None:
    return parse_occurred(day) if (day := here.text("on")) else None


def _when(here: Here) -> Occurred | None:
    day, time = here.text("captured.day"), here.text("captured.time")
    if not day:
        return None
    return parse_occurred(f"{day}T{time}" if time else day)
