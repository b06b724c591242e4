"""Letters of a case: previewed, proposed, revised, approved, issued. What is issued is kept byte for byte.

A letter may be proposed first, and issued once it is approved; otherwise both are one act. It is composed and printed
outside the lock; then its proposal, its issue and its sealed file are recorded as one act. If the case moved on
meanwhile, nothing is recorded. A warning's letter enters the warning on the employee's file in the same transaction.
The page that was printed is kept beside the PDF, so that it can be printed again (`casework.services.letter_again`).

Longer than 400 lines because preview, proposal and issue share one way of composing a letter, which is read as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from casework.base.time import Occurred
from casework.cases import letter_acts
from casework.cases.fields import clean
from casework.cases.letter_acts import LetterNotReady
from casework.cases.letter_approval import approve_letter
from casework.cases.replay import Recorded, replay
from casework.cases.request import Decision
from casework.correspondence.compose import to_pdf, to_text
from casework.correspondence.errors import Lacking, MissingFact
from casework.correspondence.facts import Rewording
from casework.services.access import note_access
from casework.services.cases import party_named, record_in_case, recorder_of
from casework.services.errors import CommandUsed
from casework.services.files import open_bytes, seal_bytes
from casework.services.letter_again import printed
from casework.services.letter_delivery import Served as Served
from casework.services.letter_delivery import Undelivered as Undelivered
from casework.services.letter_delivery import attach as attach
from casework.services.letter_delivery import get as get
from casework.services.letter_delivery import scan as scan
from casework.services.letter_delivery import serve as serve
from casework.services.letter_delivery import undelivered as undelivered
from casework.services.letter_delivery import withdraw as withdraw
from casework.services.letter_facts import LetterFacts
from casework.services.letter_listing import LetterRow as LetterRow
from casework.services.letter_listing import listing as listing
from casework.services.letter_listing import shown as shown
from casework.services.letter_summary import summary_of
from casework.services.letter_writing import How, Written, kept, newest, write
from casework.services.letter_writing import letter_number as letter_number
from casework.services.letter_writing import revise as rewritten
from casework.services.loading import LoadedCase, body_of, context_of
from casework.services.personnel import warning_entry
from casework.services.recorder import Receipt, already_recorded
from casework.services.schools import School

if TYPE_CHECKING:
    from datetime import date

    from casework.cases.model import Letter
    from casework.correspondence.library import Library
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be: whole HTML, plain text for a terminal, or what is missing.

    `summary` is what to look at before it goes out: a label and words for each.
    """

    template: str
    title: str
    html: str
    text: str
    missing: tuple[Lacking, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()


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
    own_words: Sequence[str] | None = None,
    authority: str = "",
    library: Library | None = None,
    anew: bool = False,
    noted: bool = False,
) -> Preview:
    """Compose a letter, or a proposed one by its number, as a draft; nothing is recorded but the reading.

    Args:
        library: letters to write it by, to look at them before they are adopted; those of the school if None.
        anew: a proposed letter as `revise` would write it.
        noted: the reading is on the access log already: whoever writes it looks again and again.

    Raises:
        UnknownLetter, UnknownPerson, UnknownItem, LetterNotReady, WrongFact.
    """
    how = How(sender, recipient, fields, delivery, own_words, authority=authority, library=library)
    of = workspace, school, loaded
    written = rewritten(*of, letter, how) if anew and isinstance(letter, int) else write(*of, letter, how)
    template = written.facts.letter
    if not noted:
        note_access(workspace, school, "letter", loaded.stream)
    summary = summary_of(loaded, written)
    try:
        html = written.html(draft=True)
    except MissingFact as missing:
        return Preview(template.id, template.title, "", "", missing.lacking, summary)
    return Preview(template.id, template.title, html, to_text(html), (), summary)


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
    own_words: Sequence[str] | None = None,
    reworded: tuple[Rewording, ...] = (),
    authority: str = "",
    command: str = "",
) -> Proposed:
    """Propose a letter for somebody to approve: its complete input is sealed and kept, nothing is printed.

    Issue it with its number; until then it can be withdrawn. The arguments are those of `issue`, and `reworded`: what
    the sender says in other words (`casework.services.letter_drafts`).

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _proposed(workspace, loaded, repeated)
    how = How(sender, recipient, fields, delivery, own_words, reworded, authority)
    written = write(workspace, school, loaded, template, how)
    written.html(draft=True)
    decision = _proposal(loaded, written, recorder_of(workspace, school, loaded), workspace.new_id())
    number = len(loaded.case.letters) + 1
    receipt = record_in_case(workspace, loaded, [decision], command)
    return Proposed(number, template, written.facts.letter.title, receipt)


def revise(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    sender: str = "",
    fields: Mapping[str, Any] | None = None,
    delivery: str = "",
    own_words: Sequence[str] | None = None,
    reworded: tuple[Rewording, ...] | None = None,
    authority: str = "",
    command: str = "",
) -> Proposed:
    """Write a proposed letter anew from the case as it stands; every version is kept, with who wrote it.

    What was given for it before stands where nothing is given now. An approval of an earlier version ends.

    Raises:
        As `propose`. LetterNotReady: it is no open proposal, or nothing would change.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _proposed(workspace, loaded, repeated)
    how = How(sender, "", fields, delivery, own_words, reworded, authority)
    written = rewritten(workspace, school, loaded, number, how)
    written.html(draft=True)
    item, said = letter_number(loaded, number), kept(written)
    before = body_of(workspace, loaded, item.version)
    if all(_lasting(said[part]) == _lasting(before.get(part)) for part in ("input", "sender", "delivery")):
        raise LetterNotReady(
            f"Letter {number} would say what it says already.", remedy="Give what is to be different."
        )
    decision = letter_acts.revise_letter(
        loaded.case,
        letter=item.id,
        words={**said, **({"changed": dict(written.changed)} if written.changed else {})},
        recorder=recorder_of(workspace, school, loaded),
    )
    receipt = record_in_case(workspace, loaded, [decision], command)
    return Proposed(number, item.template, written.facts.letter.title, receipt)


def approve(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    number: int,
    *,
    by: str,
    evidence: str = "",
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Record that a second person approves a proposed letter as it stands.

    Args:
        by: who approves it, by name or role.
        evidence: what shows it, where whoever records the approval is somebody else.

    Raises:
        UnknownItem, UnknownPerson, LetterNotReady, FieldInvalid.
    """
    letter, context = letter_number(loaded, number), context_of(workspace, school)
    party = party_named(workspace, loaded, by)
    roles = loaded.case.parties[party].roles
    decision = approve_letter(
        loaded.case,
        letter=letter.id,
        approved_by={"party": party, "role": roles[0] if roles else ""},
        evidence=evidence,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return record_in_case(workspace, loaded, [decision], command)


def _lasting(value: Any) -> Any:
    """What is said whatever the day and the newest checkpoint."""
    if isinstance(value, Mapping) and "letter" in value:
        return {**value, "letter": None}
    return value


def _proposed(workspace: Workspace, loaded: LoadedCase, repeated: Receipt) -> Proposed:
    known = next(
        (one for one in loaded.case.letters.values() if set(one.versions) & set(repeated.events)), None
    )
    if known is None:
        raise CommandUsed
    number = list(loaded.case.letters).index(known.id) + 1
    title = str(body_of(workspace, loaded, known.proposed).get("title", known.template))
    return Proposed(number, known.template, title, repeated)


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
    own_words: Sequence[str] | None = None,
    authority: str = "",
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
        own_words: paragraphs of the sender's own, which the letter marks as theirs; as proposed if None.
        authority: on what authority the decision was taken, where that was not recorded with it.
        supersedes: number of the letter that it replaces (LX-16), and why: the letter says both.

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
        LetterNotReady: it is no open proposal, what it says has changed since, or it lacks an approval.
        CaseMoved: somebody recorded something while the letter was printed.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return _again(workspace, loaded, repeated)
    how = How(sender, recipient, fields, delivery, own_words, authority=authority)
    written = write(workspace, school, loaded, letter, how)
    template, facts = written.facts.letter, written.facts
    replaced = None if supersedes is None else letter_number(loaded, supersedes)
    if replaced is not None:
        written.data["letter"]["replaces"] = _replaces(replaced, facts.day, supersedes_because)
    html = written.html()
    pdf = to_pdf(html)
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
        words={**sealed.words, **printed(html, written), **_said(written, supersedes_because)},
        supersedes=replaced.id if replaced else None,
        sender={"party": facts.sender, "role": _role(facts)},
        recorder=recorder,
        context=facts.context,
    )
    warning = warning_entry(workspace, school, loaded, template.id, facts.day)
    receipt = _record(workspace, loaded, [*proposals, issued], sealed, warning, command)
    return Issued(number, template.id, template.title, pdf, name, fingerprint, receipt)


def _said(written: Written, supersedes_because: str) -> dict[str, Any]:
    """What the issue says beside its file: what differs from the proposal, and why it takes another's place."""
    because = clean("The reason", supersedes_because)
    return {
        **({"changed": dict(written.changed)} if written.changed else {}),
        **({"supersedes_because": because} if because else {}),
    }


def _proposal(loaded: LoadedCase, written: Written, recorder: Mapping[str, str], letter: str) -> Decision:
    return letter_acts.propose_letter(
        loaded.case,
        letter=letter,
        template=written.facts.letter.id,
        recipient=written.facts.recipient,
        covers=_covered(written),
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


def _covered(written: Written) -> list[str]:
    """The letters that a merged letter counts as: those whose place in the catalogue it fills too."""
    own = set(written.facts.letter.catalogue)
    return [other.id for other in written.library.letters.values() if set(other.catalogue) < own]


def _role(facts: LetterFacts) -> str:
    roles = facts.loaded.case.parties[facts.sender].roles
    return next((role for role in facts.letter.sent_by if role in roles), roles[0] if roles else "")


def _replaces(replaced: Letter, today: date, because: str) -> dict[str, str]:
    """What the new letter says of the one that it replaces; a reason that is missing is named as missing."""
    said = {"date": (replaced.issued_on or today).isoformat(), "reason": clean("The reason", because)}
    return {name: words for name, words in said.items() if words}


def _again(workspace: Workspace, loaded: LoadedCase, repeated: Receipt) -> Issued:
    issued = next((one for one in loaded.case.letters.values() if one.issued in repeated.events), None)
    if issued is None:
        raise CommandUsed
    number = list(loaded.case.letters).index(issued.id) + 1
    words = body_of(workspace, loaded, issued.issued or 0)
    title = str(body_of(workspace, loaded, issued.proposed).get("title", issued.template))
    with workspace.store.read() as reader:
        file = loaded.history[(issued.issued or 1) - 1].facts["file"]["id"]
        pdf = open_bytes(reader, file, words["file_key"])
    return Issued(number, issued.template, title, pdf, words["file_name"], words["file_sha256"], repeated)
