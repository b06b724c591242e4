"""Letters of a case: previewed, proposed, issued, served. What is issued is kept byte for byte.

A letter may be proposed first, and issued once it is approved; otherwise both are one act. It is composed and printed
outside the lock; then its proposal, its issue and its sealed file are recorded as one
act. If the case moved on meanwhile, nothing is recorded. A warning's letter enters the warning on the employee's file
in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases import letter_acts
from casework.cases.acts import UnknownItem
from casework.cases.fields import clean
from casework.cases.replay import Recorded, replay
from casework.cases.request import Decision
from casework.correspondence.compose import compose, to_pdf, to_text
from casework.correspondence.errors import MissingFact
from casework.correspondence.facts import Rewording
from casework.correspondence.library import shipped
from casework.procedure.service import deemed_served, rules_of
from casework.services.access import note_access
from casework.services.cases import record_in_case, recorder_of
from casework.services.files import open_bytes, seal_bytes
from casework.services.letter_facts import LetterFacts
from casework.services.letter_listing import LetterRow as LetterRow
from casework.services.letter_listing import listing as listing
from casework.services.letter_listing import shown as shown
from casework.services.letter_writing import How, Written, kept, newest, write
from casework.services.letter_writing import letter_number as letter_number
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.personnel import warning_entry, withdrawal_entry
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.model import Letter
    from casework.correspondence.catalogue import Letter as Template
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be: whole HTML, plain text for a terminal, or what is missing (name and label)."""

    template: str
    title: str
    html: str
    text: str
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """A letter that waits for approval: its number in the case."""

    number: int
    template: str
    title: str
    receipt: Receipt


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
    letter: str | int,
    *,
    sender: str = "",
    recipient: str = "",
    fields: Mapping[str, Any] | None = None,
    delivery: str = "",
) -> Preview:
    """Compose a letter, or a proposed one by its number, as a draft; nothing is recorded but the reading.

    Raises:
        UnknownLetter, UnknownPerson, UnknownItem, LetterNotReady, WrongFact.
    """
    how = How(sender, recipient, fields, delivery)
    written = write(workspace, school, loaded, letter, how)
    template = written.facts.letter
    note_access(workspace, school, "letter", loaded.stream)
    try:
        html = compose(template.id, written.data, draft=True)
    except MissingFact as missing:
        lacking = tuple((item["name"], item["label"]) for item in missing.details.get("missing", ()))
        return Preview(template.id, template.title, "", "", lacking)
    return Preview(template.id, template.title, html, to_text(html))


def propose(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    *,
    sender: str = "",
    recipient: str = "",
    fields: Mapping[str, Any] | None = None,
    delivery: str = "",
    reworded: tuple[Rewording, ...] = (),
    command: str = "",
) -> Proposed:
    """Propose a letter for somebody to approve: its complete input is sealed and kept, nothing is printed.

    Issue it with its number; until then it can be withdrawn. The arguments are those of `issue`, and `reworded`: what
    the sender says in other words (`casework.services.letter_drafts`).

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        known = next(item for item in loaded.case.letters.values() if item.proposed in repeated.events)
        number = list(loaded.case.letters).index(known.id) + 1
        return Proposed(number, known.template, shipped().letter(known.template).title, repeated)
    how = How(sender, recipient, fields, delivery, reworded)
    written = write(workspace, school, loaded, template, how)
    compose(template, written.data, draft=True)
    decision = _proposal(loaded, written, recorder_of(workspace, school, loaded), workspace.new_id())
    number = len(loaded.case.letters) + 1
    receipt = record_in_case(workspace, loaded, [decision], command)
    return Proposed(number, template, written.facts.letter.title, receipt)


def issue(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    letter: str | int,
    *,
    sender: str = "",
    recipient: str = "",
    fields: Mapping[str, Any] | None = None,
    delivery: str = "",
    supersedes: int | None = None,
    supersedes_because: str = "",
    command: str = "",
    dry_run: bool = False,
) -> Issued:
    """Issue a letter: proposal, issue, sealed PDF and, for a warning, the entry on the employee's file, in one act.

    It bears today's date, the day on which it is made: notice and appeal times count from it, and no letter can be
    dated back to before it existed.

    Args:
        letter: its template's id; or the number of a proposed letter, which is issued as it was proposed, with today's
            date, what counts from it, and `fields` in the place of its own. What is different is kept beside it.
        sender: who signs, by name or role; the first of the letter's senders in the case if empty.
        recipient: by name or role; the letter's own recipient if empty.
        fields: the letter's fields that the case does not know.
        delivery: how it is planned to be served, for the dates that depend on it; by hand, or as proposed, if empty.
        supersedes: number of the letter that it replaces (LX-16), and why: the letter says both.

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
        LetterNotReady: it is no open proposal, or what it says has changed since.
        CaseMoved: somebody recorded something while the letter was printed.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _again(workspace, loaded, repeated)
    how = How(sender, recipient, fields, delivery)
    written = write(workspace, school, loaded, letter, how)
    template, facts = written.facts.letter, written.facts
    replaced = None if supersedes is None else letter_number(loaded, supersedes)
    if replaced is not None:
        written.data["letter"]["replaces"] = _replaces(replaced, facts.day, supersedes_because)
    pdf = to_pdf(compose(template.id, written.data))
    number = letter if isinstance(letter, int) else len(loaded.case.letters) + 1
    name, fingerprint = f"{template.id}.pdf", sha256(pdf).hexdigest()
    if dry_run:
        return Issued(number, template.id, template.title, pdf, name, fingerprint, None)
    recorder = recorder_of(workspace, school, loaded)
    letter_id = written.proposed.id if written.proposed else workspace.new_id()
    proposals = [] if written.proposed else [_proposal(loaded, written, recorder, letter_id)]
    sealed = seal_bytes(workspace, pdf, name, "application/pdf")
    issued = letter_acts.issue_letter(
        replay([*loaded.history, *(Recorded(loaded.n + 1, "", item.facts) for item in proposals)]),
        letter=letter_id,
        policy=loaded.policy,
        file=sealed.facts,
        checkpoint_size=newest(workspace, loaded).size,
        words={**sealed.words, **({"changed": dict(written.changed)} if written.changed else {})},
        supersedes=replaced.id if replaced else None,
        sender={"party": facts.sender, "role": _role(facts)},
        recorder=recorder,
        context=facts.context,
    )
    warning = warning_entry(workspace, school, loaded, template.id, facts.day)
    receipt = _record(workspace, loaded, [*proposals, issued], sealed, warning, command)
    return Issued(number, template.id, template.title, pdf, name, fingerprint, receipt)


def _proposal(loaded: LoadedCase, written: Written, recorder: Mapping[str, str], letter: str) -> Decision:
    return letter_acts.propose_letter(
        loaded.case,
        letter=letter,
        template=written.facts.letter.id,
        recipient=written.facts.recipient,
        covers=_covered(written.facts.letter),
        words=kept(written),
        recorder=recorder,
    )


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

    others = warning.others if warning is not None else []
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
    when = occurred or context.occurred_today
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
    """Withdraw a letter, with a reason; a warning that it gave ends on the employee's file.

    Raises:
        UnknownItem, FieldInvalid.
    """
    letter = letter_number(loaded, number)
    decision = letter_acts.withdraw_letter(
        loaded.case, letter=letter.id, reason=reason, recorder=recorder_of(workspace, school, loaded)
    )
    ended = None
    if letter.stands:
        ended = withdrawal_entry(
            workspace, school, loaded, letter.template, context_of(workspace, school).today
        )
    return record_in_case(workspace, loaded, [decision], command, others=ended.others if ended else [])


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


def _covered(letter: Template) -> list[str]:
    """The letters that a merged letter counts as: those whose place in the catalogue it fills too."""
    own = set(letter.catalogue)
    return [other.id for other in shipped().letters.values() if set(other.catalogue) < own]


def _role(facts: LetterFacts) -> str:
    roles = facts.loaded.case.parties[facts.sender].roles
    return next((role for role in facts.letter.sent_by if role in roles), roles[0] if roles else "")


def _replaces(replaced: Letter, today: date, because: str) -> dict[str, str]:
    """What the new letter says of the one that it replaces; a reason that is missing is named as missing."""
    said = {"date": (replaced.issued_on or today).isoformat(), "reason": clean("The reason", because)}
    return {name: words for name, words in said.items() if words}


def _again(workspace: Workspace, loaded: LoadedCase, repeated: Receipt) -> Issued:
    issued = next(item for item in loaded.case.letters.values() if item.issued in repeated.events)
    number = list(loaded.case.letters).index(issued.id) + 1
    words = body_of(workspace, loaded, issued.issued or 0)
    title = str(body_of(workspace, loaded, issued.proposed).get("title", issued.template))
    with workspace.store.read() as reader:
        file = loaded.history[(issued.issued or 1) - 1].facts["file"]["id"]
        pdf = open_bytes(reader, file, words["file_key"])
    return Issued(number, issued.template, title, pdf, words["file_name"], words["file_sha256"], repeated)
