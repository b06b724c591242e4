"""A letter's draft as a Word file: it goes out, and comes back as a proposed letter in the sender's own words.

What comes back is checked (`casework.correspondence.rewording`) and kept in the proposal: what each paragraph said,
what it says instead, and who approved that a required passage is said otherwise. The issued record is always the PDF.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.correspondence.compose import compose
from casework.correspondence.docx_draft import draft_docx, written
from casework.correspondence.facts import Rewording
from casework.correspondence.library import shipped
from casework.correspondence.rewording import blocks_of, changes
from casework.services.access import note_access
from casework.services.letter_writing import How as How
from casework.services.letter_writing import write
from casework.services.letters import Proposed, propose
from casework.services.loading import LoadedCase
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Returned:
    """A draft that came back: the proposed letter, and what it says in other words."""

    proposed: Proposed
    reworded: tuple[Rewording, ...]


def send_out(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    how: How,
) -> bytes:
    """Return a letter as a Word file to write in; that it was taken away is put on the access log first.

    Raises:
        MissingFact, WrongFact: what cannot be written yet, all at once. UnknownLetter, UnknownPerson, UnknownItem.
    """
    html = _today(workspace, school, loaded, template, how)
    note_access(workspace, school, "letter", loaded.stream, exported=True, purpose="Draft")
    return draft_docx(html, shipped().language)


def take_back(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    template: str,
    how: How,
    paragraphs: Sequence[str],
    *,
    approved: str = "",
    command: str = "",
) -> Returned:
    """Propose a letter as a draft that came back says it.

    Args:
        template: the letter's id, and `how` it is written, as for the draft that went out.
        paragraphs: what the file holds (`casework.correspondence.docx.lines_of`).
        approved: who approved that a required passage is said otherwise, when and why; empty if nobody.

    Raises:
        BadInput: it says nothing otherwise. WrongFact: what must not be said otherwise, all at once.
        MissingFact, UnknownLetter, UnknownPerson, UnknownItem.
    """
    html = _today(workspace, school, loaded, template, how)
    found = changes(html, written(paragraphs), shipped().language)
    if not found:
        raise BadInput(
            "The draft says what the letter says: nothing was changed.",
            remedy="Propose the letter itself: `casework letter propose`.",
        )
    required = {(block.text, block.nth) for block in blocks_of(html) if block.passages}
    reworded = tuple(
        change.model_copy(update={"approved": approved.strip()})
        if (change.was, change.nth) in required
        else change
        for change in found
    )
    proposed = propose(
        workspace,
        school,
        loaded,
        template,
        sender=how.sender,
        recipient=how.recipient,
        fields=how.fields,
        delivery=how.delivery,
        reworded=reworded,
        command=command,
    )
    return Returned(proposed, reworded)


def _today(workspace: Workspace, school: School, loaded: LoadedCase, template: str, how: How) -> str:
    """The letter as it would be today."""
    facts = write(workspace, school, loaded, template, how)
    return compose(template, facts.data)
