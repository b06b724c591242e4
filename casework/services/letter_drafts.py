"""A letter's draft as a Word file: it goes out, and comes back as a proposed letter in the sender's own words.

What comes back is checked (`casework.correspondence.rewording`) and kept in the proposal: what each paragraph said,
what it says instead, and who approved that a required passage is said otherwise. The issued record is always the PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.correspondence.compose import compose
from casework.correspondence.docx_draft import draft_docx, words_of
from casework.correspondence.facts import Rewording
from casework.correspondence.rewording import approval_needed, changes
from casework.services.access import note_access
from casework.services.guard import require
from casework.services.letter_writing import How as How
from casework.services.letter_writing import Written, write
from casework.services.letter_writing import revise as rewritten
from casework.services.letters import Proposed, propose, revise
from casework.services.loading import LoadedCase
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Returned:
    """A draft that came back: the proposed letter, and what it says in other words."""

    proposed: Proposed
    reworded: tuple[Rewording, ...]


def send_out(workspace: Workspace, school: School, loaded: LoadedCase, letter: str | int, how: How) -> bytes:
    """Return a letter as a Word file to write in; that it was taken away is put on the access log first.

    Args:
        letter: its template's id; or the number of a proposed letter, as the case has it now.
        how: how it is written.

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
        LetterNotReady: it is no open proposal.
    """
    written = _written(workspace, school, loaded, letter, how)
    html = written.html()
    require(workspace, loaded, "letter")
    note_access(workspace, school, "letter", loaded.stream, exported=True, purpose="Draft")
    return draft_docx(html, written.library.language)


def take_back(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    letter: str | int,
    how: How,
    paragraphs: Sequence[str],
    *,
    approved: str = "",
    command: str = "",
) -> Returned:
    """Propose a letter as a draft that came back says it, or a new version of one that was proposed.

    Args:
        letter: as for the draft that went out, and `how` it is written.
        paragraphs: what the file holds (`casework.correspondence.docx.lines_of`).
        approved: who approved that a required passage is said otherwise, when and why; empty if nobody.

    Raises:
        BadInput: it says nothing otherwise. WrongFact: what must not be said otherwise, all at once.
        MissingFact, UnknownLetter, UnknownPerson, UnknownItem. LetterNotReady: it is no open proposal.
    """
    letter_now = _written(workspace, school, loaded, letter, how)
    before = {_saying(change): change for change in letter_now.facts.reworded}
    ours = {name: value for name, value in letter_now.data.items() if name != "reworded"}
    html = compose(letter_now.facts.letter.id, ours, library=letter_now.library)
    reworded = tuple(
        before[_saying(change)]
        if _saying(change) in before
        else change.model_copy(update={"approved": approved.strip()})
        if approval_needed(html, change)
        else change
        for change in changes(html, words_of(paragraphs), letter_now.library.language)
    )
    if {_saying(change) for change in reworded} == set(before):
        raise BadInput(
            "The draft says what the letter says: nothing was changed.",
            remedy="Propose the letter itself: `casework letter propose`.",
        )
    given: dict[str, Any] = {
        "sender": how.sender,
        "fields": how.fields,
        "delivery": how.delivery,
        "own_words": how.own_words,
        "authority": how.authority,
        "reworded": reworded,
        "command": command,
    }
    if isinstance(letter, int):
        return Returned(revise(workspace, school, loaded, letter, **given), reworded)
    proposed = propose(workspace, school, loaded, letter, recipient=how.recipient, **given)
    return Returned(proposed, reworded)


def _written(
    workspace: Workspace, school: School, loaded: LoadedCase, letter: str | int, how: How
) -> Written:
    """The letter as it would be today; a proposed one with what its sender says in other words so far."""
    if isinstance(letter, int):
        return rewritten(workspace, school, loaded, letter, how)
    return write(workspace, school, loaded, letter, how)


def _saying(change: Rewording) -> tuple[Any, ...]:
    """What a change says, whoever approved it."""
    return change.was, change.after, change.nth, change.now
