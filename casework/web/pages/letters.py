"""The letters of a case: what can be said, and the life of each: approved, issued, delivered, replaced, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.responses import Response

from casework.base.errors import BadInput, CaseworkError, Refused
from casework.base.time import LONDON, Occurred, describe_date, parse_occurred
from casework.cases.letter_approval import needs_approval
from casework.cases.letter_delivery import LETTER_FILES
from casework.correspondence.compose import to_pdf
from casework.correspondence.facts import Rewording
from casework.procedure.service import FAILURES
from casework.records.words import METHODS
from casework.rendering.pictures import page_picture
from casework.services import letters
from casework.services.errors import NoAccess
from casework.services.letter_delivery import SCAN_LIMIT
from casework.services.letter_email import mail
from casework.services.letter_possible import possible_letters
from casework.services.letter_writing import letter_number
from casework.services.loading import body_of, people_of
from casework.services.own_letters import library_of
from casework.services.steps import next_steps
from casework.web.acts import Act, act_on, once, where
from casework.web.failures import in_plain_words, told
from casework.web.letter_look import Pages as Held
from casework.web.letter_look import held, hold
from casework.web.pages.letter_writing import download
from casework.web.routing import Pages
from casework.web.site import Here

if TYPE_CHECKING:
    from casework.services.letters import LetterRow

PAGES = Pages()

STANDING: Final = {
    "proposed": "Not sent yet",
    "issued": "Issued, and not delivered yet",
    "served": "Delivered",
    "superseded": "Another letter took its place",
    "withdrawn": "Taken back",
}
"""Where a letter is in its life, for a reader."""

FAILED: Final = dict(
    zip(
        FAILURES,
        ("They would not take it", "It came back", "Nobody was there to take it"),
        strict=True,
    )
)
"""How a delivery failed, for a reader."""

SCANS: Final = dict(
    zip(
        LETTER_FILES,
        ("The signed copy", "A receipt", "Proof of posting", "Their answer", "Something else"),
        strict=True,
    )
)
"""Kinds of scans, for a reader."""


@PAGES.page("/cases/{reference}/letters", access="case")
def case_letters(here: Here) -> Response:
    """Show the letters of a case, and what can be said next."""
    written = letters.listing(here.workspace, here.school, here.case)
    choices = possible_letters(here.workspace, here.school, here.case)
    waiting = [item for item in choices if item.standing == "not_yet"]
    steps = next_steps(here.workspace, here.school, here.case)
    return here.page(
        "letters.html.j2",
        written=[(row, _standing(here, row)) for row in written],
        needed=[item for item in choices if item.standing == "needed"],
        possible=[item for item in choices if item.standing == "possible" and not item.sent],
        again=[item for item in choices if item.standing == "possible" and item.sent],
        soon=[item for item in waiting if item.earliest],
        others=[item for item in waiting if not item.earliest],
        ready={item.step_id for item in steps if item.ready},
        held={item.step_id: item.blocks[0] for item in steps if item.blocks},
        in_plain_words=in_plain_words,
        title_of=lambda step: here.case.policy.steps[step][1].title,
    )


def _standing(here: Here, row: LetterRow) -> str:
    """Where a letter is in its life, in a few words."""
    if row.status == "proposed":
        letter = letter_number(here.case, row.number)
        if letter.approved is not None:
            return "Approved, and not sent yet"
        return (
            "Waits for approval" if needs_approval(here.case.policy, row.template) else STANDING["proposed"]
        )
    if row.status == "issued" and row.recipient == "The file":
        return "Kept on the file"
    if row.status == "issued" and any(row.failures):
        return "Did not arrive: deliver it again"
    if row.status == "served" and row.effective:
        past = row.effective <= here.today
        return (
            f"Delivered: {'counts' if past else 'will count'} as received on {describe_date(row.effective)}"
        )
    return STANDING[row.status]


@PAGES.page("/cases/{reference}/letters/{number:int}", access="case")
def case_letter(here: Here) -> Response:
    """Show one letter, where it is in its life, and what can be done with it."""
    return _life(here)


def _life(here: Here, problem: str = "") -> Response:
    number = here.part["number"]
    row = letters.shown(here.workspace, here.school, here.case, number)
    letter = letter_number(here.case, number)
    pages, trouble = _pages(here, row)
    people = people_of(here.workspace, here.case)
    writer, reader = letter.written_by, letter.recipient
    body = body_of(here.workspace, here.case, letter.version)
    return here.page(
        "letter_life.html.j2",
        422 if problem else 200,
        row=row,
        letter=letter,
        standing=_standing(here, row),
        pages=pages,
        trouble=trouble,
        problem=problem,
        versions=[
            (_local(item.recorded), item.by, _changed(here, row, item.changed)) for item in row.versions
        ],
        reworded=[Rewording.model_validate(change) for change in body.get("input", {}).get("reworded", ())],
        wants=needs_approval(here.case.policy, row.template),
        approvers=sorted(
            str(words["name"]) for party, words in people.items() if party not in (writer, reader)
        ),
        methods=METHODS,
        failed=FAILED,
        scans=SCANS,
        address=str(people.get(reader, {}).get("email", "")),
        for_file=row.recipient == "The file",
        standing_letters=_standing_letters(here, row),
        named=lambda names: {name: name for name in names},
    )


def _standing_letters(here: Here, row: LetterRow) -> dict[str, str]:
    """The issued letters that stand and that this one could take the place of: number and words."""
    return {
        str(number): f"Letter {number} of {describe_date(item.issued_on)}"
        for number, item in enumerate(here.case.case.letters.values(), start=1)
        if item.stands and item.issued_on and item.template == row.template and number != row.number
    }


def _pages(here: Here, row: LetterRow) -> tuple[Held | None, str]:
    """The pages of a letter as they are or would be; or why they cannot be shown."""
    of = (*where(here), row.number)
    try:
        if row.fingerprint:
            return hold(here, row.number, letters.get(*of)[1]), ""
        if row.status == "proposed":
            shown = letters.preview(*of, noted=True)
            if shown.missing:
                return None, "Something that it needs is missing by now. Change it, and it will ask for it."
            return hold(here, row.number, to_pdf(shown.html)), ""
    except NoAccess:
        raise
    except CaseworkError as problem:
        return None, told(problem)
    return None, ""


def _local(recorded: str) -> datetime:
    return datetime.fromisoformat(recorded).astimezone(LONDON).replace(microsecond=0)


def _changed(here: Here, row: LetterRow, names: tuple[str, ...]) -> list[str]:
    """What a version changed, in the words in which it is asked for."""
    known = library_of(here.workspace, here.school).letters.get(row.template)
    words = {"own_words": "paragraphs of your own", "delivery": "how it is delivered"}
    fields = known.fields if known is not None else {}
    return [
        words.get(name) or (fields[name].label if name in fields else name.replace("_", " "))
        for name in names
    ]


@PAGES.page("/cases/{reference}/letters/looked-at/{letter}/{page:int}.png", access="case")
def looked_at_page(here: Here) -> Response:
    """Return a page of a letter that is being looked at, as a picture."""
    pdf = held(here, here.part["letter"])
    picture = page_picture(pdf, here.part["page"]) if pdf else None
    if picture is None:
        raise NoAccess("This page is not held any more. Show the letter again.")
    return Response(picture, media_type="image/png", headers={"Cache-Control": "no-store"})


@PAGES.page("/cases/{reference}/letters/looked-at/{letter}.pdf", access="case")
def looked_at(here: Here) -> Response:
    """Return a letter that is being looked at, as a PDF."""
    pdf = held(here, here.part["letter"])
    if pdf is None:
        return here.go(here.of_case("letters"), "Show the letter again first.")
    name = f"{here.case.case.reference}-{here.part['letter']}.pdf"
    return download(pdf, name, "application/pdf", inline=True)


@PAGES.page("/cases/{reference}/letters/{number:int}.pdf", access="case")
def letter_pdf(here: Here) -> Response:
    """Return a letter as it was issued."""
    name, data = letters.get(here.workspace, here.school, here.case, here.part["number"])
    return download(data, name, "application/pdf", inline=True)


@PAGES.page("/cases/{reference}/letters/{number:int}/scans/{scan:int}", access="case")
def letter_scan(here: Here) -> Response:
    """Return a scan that is kept with a letter."""
    name, data = letters.scan(here.workspace, here.school, here.case, here.part["number"], here.part["scan"])
    return download(data, name, "application/octet-stream")


@PAGES.page("/cases/{reference}/letters/{number:int}.eml", access="case", methods=("POST",))
def letter_email(here: Here) -> Response:
    """Return an issued letter as an e-mail that is ready to send."""
    number = here.part["number"]
    try:
        made = mail(here.workspace, here.school, here.case, number, to=here.text("to"))
    except (BadInput, Refused) as problem:
        return _life(here, f"{problem.message} Write the address that they agreed to.")
    return download(made.data, f"{here.case.case.reference}-{number}.eml", "message/rfc822")


@PAGES.page("/cases/{reference}/letters/{number:int}/{act}", access="case", methods=("POST",))
def act_on_letter(here: Here) -> Response:
    """Approve, decline, issue or withdraw a letter; say how it was delivered or that it was not; keep a scan."""
    return act_on(here, _ACTS, "letters", _life)


def _approve(here: Here, number: int) -> str:
    if not here.text("by"):
        raise BadInput("Say who approves it.")
    once(
        here,
        lambda command: letters.approve(
            *where(here),
            number,
            by=here.text("by"),
            evidence=here.text("evidence"),
            occurred=_on(here),
            command=command,
        ),
    )
    return "Approved. It can be issued now."


def _decline(here: Here, number: int) -> str:
    reason = here.text("reason")
    if not reason:
        raise BadInput("Say why it is not approved.")
    whose = f" by {here.text('by')}" if here.text("by") else ""
    once(
        here,
        lambda command: letters.withdraw(
            *where(here), number, reason=f"Not approved{whose}: {reason}", command=command
        ),
    )
    return "It was not approved, and will not be sent. The reason is kept with it."


def _issue(here: Here, number: int) -> str:
    replaces = here.text("supersedes")
    done = once(
        here,
        lambda command: letters.issue(
            *where(here),
            number,
            supersedes=int(replaces) if replaces.isdigit() else None,
            supersedes_because=here.text("because"),
            command=command,
        ),
    )
    if done is None:
        return "It was issued already."
    return "Issued. Print it or send it, and then say here how it was delivered."


def _withdraw(here: Here, number: int) -> str:
    if not here.text("reason"):
        raise BadInput("Say why it is taken back.")
    once(
        here,
        lambda command: letters.withdraw(*where(here), number, reason=here.text("reason"), command=command),
    )
    return "Taken back. It stays on the record with your reason, and nothing counts from it any more."


def _serve(here: Here, number: int) -> str:
    if here.text("method") not in METHODS or not here.text("on"):
        raise BadInput("Say how the letter was delivered, and on which day.")
    served = once(
        here,
        lambda command: letters.serve(
            *where(here),
            number,
            method=here.text("method"),
            occurred=_on(here),
            proof=here.text("proof"),
            command=command,
        ),
    )
    return served.working if served else "That is on record already."


def _undelivered(here: Here, number: int) -> str:
    if here.text("failure") not in FAILED:
        raise BadInput("Say what happened to the letter.")
    service = here.text("service")
    done = once(
        here,
        lambda command: letters.undelivered(
            *where(here),
            number,
            failure=here.text("failure"),
            service=int(service) if service.isdigit() else None,
            words=here.text("words"),
            occurred=_on(here),
            command=command,
        ),
    )
    if done is None:
        return "That is on record already."
    if done.counts and done.effective:
        stands = f"It was sent, so the day stands: it counts as received on {describe_date(done.effective)}."
    elif done.effective:
        stands = (
            "This delivery does not count, but another one does: the letter counts as received on"
            f" {describe_date(done.effective)}."
        )
    else:
        stands = (
            "This delivery does not count, so the letter has not been received, and no time runs from it."
        )
    return f"{stands} Deliver it another way: that is on your list now."


def _attach(here: Here, number: int) -> str:
    file = here.form.get("scan")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadInput("Choose the scan or photograph.")
    name, data = file.filename, file.file.read(SCAN_LIMIT + 1)
    service = here.text("service")
    once(
        here,
        lambda command: letters.attach(
            *where(here),
            number,
            name=name,
            data=data,
            type_=here.text("kind") or "signed_copy",
            service=int(service) if service.isdigit() else None,
            command=command,
        ),
    )
    return "Kept with the letter, as it is."


_ACTS: Final[dict[str, Act]] = {
    "approved": _approve,
    "declined": _decline,
    "issued": _issue,
    "withdrawn": _withdraw,
    "served": _serve,
    "undelivered": _undelivered,
    "attached": _attach,
}


def _on(here: Here) -> Occurred | None:
    """The day that was given, with its time if one was; None for today."""
    day, time = here.text("on"), here.text("at")
    if not day:
        return None
    return parse_occurred(f"{day}T{time}" if time else day)
