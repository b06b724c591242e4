"""Letters of a case: previewed, proposed, issued, served. What is issued is kept byte for byte.

A letter is composed and printed outside the lock; then its proposal, its issue and its sealed file are recorded as one
act. If the case moved on meanwhile, nothing is recorded. A warning's letter enters the warning on the employee's file
in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.time import Occurred, parse_date
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.replay import Recorded, replay
from casework.cases.request import Decision
from casework.correspondence.compose import compose, to_pdf, to_text
from casework.correspondence.errors import MissingFact
from casework.correspondence.library import shipped
from casework.ledger.checkpoint import Checkpoint
from casework.procedure.service import deemed_served, rules_of
from casework.services.access import note_access
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.files import open_bytes, seal_bytes
from casework.services.letter_facts import LetterFacts
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.personnel import warning_entry
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Letter
    from casework.correspondence.catalogue import Letter as Template
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

_COVERS = {
    "allegation-and-investigation": ("allegation-received", "investigation-notice", "investigation-meeting")
}
"""Merged letters, and the letters that each counts as."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be: whole HTML, plain text for a terminal, or what is missing (name and label)."""

    template: str
    title: str
    html: str
    text: str
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Issued:
    """A letter that was issued: its number in the case, the PDF that was kept, and its fingerprint (SHA-256)."""

    number: int
    template: str
    title: str
    pdf: bytes = field(repr=False)
    file_name: str
    fingerprint: str
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Served:
    """A service that was recorded: the day on which it counts as received, with its working in words."""

    receipt: Receipt
    effective: date
    working: str


def templates() -> dict[str, str]:
    """Return the titles of all letters by id."""
    return {letter_id: letter.title for letter_id, letter in shipped().letters.items()}


def preview(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    *,
    sender: str = "",
    recipient: str = "",
    fields: Mapping[str, Any] | None = None,
    letter_date: date | None = None,
    delivery: str = "hand",
) -> Preview:
    """Compose a letter as a draft; nothing is recorded but the reading.

    Raises:
        UnknownLetter, UnknownPerson, WrongFact.
    """
    facts = _facts(
        workspace, school, loaded, template, sender, recipient, fields or {}, letter_date, delivery
    )
    title = facts.letter.title
    note_access(workspace, school, "letter", loaded.stream)
    try:
        html = compose(template, facts.data(_footer(workspace, loaded)), draft=True)
    except MissingFact as missing:
        lacking = tuple((item["name"], item["label"]) for item in missing.details.get("missing", ()))
        return Preview(template, title, "", "", lacking)
    return Preview(template, title, html, to_text(html))


def issue(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    *,
    sender: str = "",
    recipient: str = "",
    fields: Mapping[str, Any] | None = None,
    letter_date: date | None = None,
    delivery: str = "hand",
    supersedes: int | None = None,
    command: str = "",
    dry_run: bool = False,
) -> Issued:
    """Issue a letter: proposal, issue, sealed PDF and, for a warning, the entry on the employee's file, in one act.

    Args:
        sender: who signs, by name or role; the first of the letter's senders in the case if empty.
        recipient: by name or role; the letter's own recipient if empty.
        fields: the letter's fields that the case does not know.
        letter_date: local date of the letter; today if not given.
        delivery: how it is planned to be served, for the dates that depend on it.
        supersedes: number of the letter that it replaces (LX-16).

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
        CaseMoved: somebody recorded something while the letter was printed.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _again(workspace, loaded, repeated)
    facts = _facts(
        workspace, school, loaded, template, sender, recipient, fields or {}, letter_date, delivery
    )
    replaced = None if supersedes is None else letter_number(loaded, supersedes)
    data = facts.data(_footer(workspace, loaded))
    if replaced is not None:
        data["letter"]["replaces"] = _replaces(replaced, facts)
    pdf = to_pdf(compose(template, data))
    number, name = len(loaded.case.letters) + 1, f"{template}.pdf"
    fingerprint = sha256(pdf).hexdigest()
    if dry_run:
        return Issued(number, template, facts.letter.title, pdf, name, fingerprint, None)
    recorder = recorder_of(workspace, school, loaded)
    letter_id = workspace.new_id()
    proposed = letter_acts.propose_letter(
        loaded.case,
        letter=letter_id,
        template=template,
        recipient=facts.recipient,
        covers=_covered(facts.letter),
        words={"input": data, "title": facts.letter.title},
        recorder=recorder,
    )
    sealed = seal_bytes(workspace, pdf, name, "application/pdf")
    issued = letter_acts.issue_letter(
        replay([*loaded.history, Recorded(loaded.n + 1, "", proposed.facts)]),
        letter=letter_id,
        policy=loaded.policy,
        file=sealed.facts,
        checkpoint_size=_newest(workspace, loaded).size,
        words=sealed.words,
        supersedes=replaced.id if replaced else None,
        sender={"party": facts.sender, "role": _role(facts)},
        occurred=Occurred(facts.day, None, "day"),
        recorder=recorder,
        context=facts.context,
    )
    warning = warning_entry(workspace, school, loaded, template, facts.day)
    receipt = _record(workspace, loaded, [proposed, issued], sealed, warning, command)
    return Issued(number, template, facts.letter.title, pdf, name, fingerprint, receipt)


def _record(
    workspace: Workspace,
    loaded: LoadedCase,
    decisions: list[Decision],
    sealed: Any,
    warning: Any,
    command: str,
) -> Receipt:
    def enter(transaction: Transaction) -> None:
        sealed.enter(transaction, loaded.stream)
        if warning is not None:
            warning.enter(transaction)

    others = [(warning.stream, warning.n, warning.decision)] if warning is not None else []
    return record_in_case(workspace, loaded, decisions, command, others=others, prepare=enter)


def serve(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    method: str,
    occurred: Occurred | None = None,
    proof: str = "",
    command: str = "",
) -> Served:
    """Record one service of an issued letter.

    Raises:
        UnknownItem, LetterNotReady, FieldInvalid.
    """
    context = context_of(workspace, school)
    letter = letter_number(loaded, number)
    when = occurred or Occurred(context.today, None, "day")
    decision = letter_acts.serve_letter(
        loaded.case,
        letter=letter.id,
        policy=loaded.policy,
        method=method,
        proof=proof,
        occurred=when,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    receipt = record_in_case(workspace, loaded, [decision], command)
    day = when.date or context.today
    effective, working = deemed_served(method, day, when.time, context.calendar, rules_of(loaded.policy))
    return Served(receipt, effective, working.sentence())


def withdraw(
    workspace: Workspace, school: School, loaded: LoadedCase, number: int, *, reason: str, command: str = ""
) -> Receipt:
    """Withdraw a letter, with a reason.

    Raises:
        UnknownItem, FieldInvalid.
    """
    decision = letter_acts.withdraw_letter(
        loaded.case,
        letter=letter_number(loaded, number).id,
        reason=reason,
        recorder=recorder_of(workspace, school, loaded),
    )
    return record_in_case(workspace, loaded, [decision], command)


def get(workspace: Workspace, school: School, loaded: LoadedCase, number: int) -> tuple[str, bytes]:
    """Return an issued letter exactly as it was issued: file name and bytes; the reading is put on the access log.

    Raises:
        UnknownItem: no such letter, or it was never issued. NoAccess, NotOpened.
    """
    letter = letter_number(loaded, number)
    if letter.issued is None:
        raise UnknownItem(f"Letter {number} has not been issued.")
    words = body_of(workspace, loaded, letter.issued)
    note_access(workspace, school, "letter", loaded.stream)
    with workspace.store.read() as reader:
        file = loaded.history[letter.issued - 1].facts["file"]["id"]
        return str(words["file_name"]), open_bytes(reader, file, words["file_key"])


def letter_number(loaded: LoadedCase, number: int) -> Letter:
    """Return letter `number` of the case, counted in the order in which they were proposed.

    Raises:
        UnknownItem: there is none of that number.
    """
    letters = list(loaded.case.letters.values())
    if not 1 <= number <= len(letters):
        raise UnknownItem(f"There is no letter {number} in this case; it has {len(letters)}.")
    return letters[number - 1]


def _facts(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    sender: str,
    recipient: str,
    fields: Mapping[str, Any],
    letter_date: date | None,
    delivery: str,
) -> LetterFacts:
    letter, context = shipped().letter(template), context_of(workspace, school)
    day = letter_date or context.today
    if day > context.today:
        raise BadInput(
            "A letter cannot be dated in the future.", remedy="Issue it on the day on which it goes out."
        )
    return LetterFacts(
        workspace=workspace,
        school=school,
        loaded=loaded,
        letter=letter,
        context=context,
        sender=party_named(workspace, loaded, sender)
        if sender
        else _first(loaded, letter.sent_by, letter.title),
        recipient=party_named(workspace, loaded, recipient)
        if recipient
        else _first(loaded, (letter.recipient,), letter.title),
        day=day,
        method=delivery,
        given=_parties(workspace, loaded, letter.fields, fields),
        authority=_authority(workspace, loaded, letter.steps),
    )


def _parties(
    workspace: Workspace, loaded: LoadedCase, specs: Mapping[str, Any], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Put party ids in the place of names, where a field is a person."""
    found = dict(fields)
    for name, value in fields.items():
        kind = specs[name].type if name in specs else ""
        if kind == "party" and isinstance(value, str):
            found[name] = party_named(workspace, loaded, value)
        elif kind == "parties" and isinstance(value, list | tuple):
            found[name] = [party_named(workspace, loaded, item) for item in value]
    return found


def _first(loaded: LoadedCase, roles: tuple[str, ...], title: str) -> str:
    for role in roles:
        holders = loaded.case.holders(role)
        if holders:
            return holders[-1].id
    names = " or ".join(role.replace("_", " ") for role in roles)
    raise UnknownItem(
        f"“{title}” needs a {names}, and nobody in the case is one.", remedy="`casework case assign`"
    )


def _covered(letter: Template) -> list[str]:
    """The letters that a merged letter counts as: those whose place in the catalogue it fills too."""
    own = set(letter.catalogue)
    return [other.id for other in shipped().letters.values() if set(other.catalogue) < own]


def _role(facts: LetterFacts) -> str:
    roles = facts.loaded.case.parties[facts.sender].roles
    return next((role for role in facts.letter.sent_by if role in roles), roles[0] if roles else "")


def _authority(workspace: Workspace, loaded: LoadedCase, steps: tuple[str, ...]) -> str:
    """What proves the authority for the decision that the letter tells of, as it was recorded with the step."""
    record = loaded.case.last_step(*steps)
    return str(body_of(workspace, loaded, record.n).get("authority", "")) if record else ""


def _newest(workspace: Workspace, loaded: LoadedCase) -> Checkpoint:
    with workspace.store.read() as reader:
        note = reader.newest_note(loaded.log.log) or ""
    return Checkpoint.from_text(note.partition("\n\n")[0] + "\n")


def _footer(workspace: Workspace, loaded: LoadedCase) -> str:
    """The newest checkpoint known, short enough for a footer: every copy of the letter is a witness."""
    head = _newest(workspace, loaded)
    return f"{head.size}-{head.root.hex()[:16]}"


def _replaces(replaced: Letter, facts: LetterFacts) -> dict[str, str]:
    day = replaced.issued_on or facts.day
    return {
        "date": parse_date(day.isoformat()).isoformat(),
        "reason": str(facts.given.get("replaces_because", "")),
    }


def _again(workspace: Workspace, loaded: LoadedCase, repeated: Receipt) -> Issued:
    issued = next(item for item in loaded.case.letters.values() if item.issued in repeated.events)
    number = list(loaded.case.letters).index(issued.id) + 1
    words = body_of(workspace, loaded, issued.issued or 0)
    title = str(body_of(workspace, loaded, issued.proposed).get("title", issued.template))
    with workspace.store.read() as reader:
        file = loaded.history[(issued.issued or 1) - 1].facts["file"]["id"]
        pdf = open_bytes(reader, file, words["file_key"])
    return Issued(number, issued.template, title, pdf, words["file_name"], words["file_sha256"], repeated)
