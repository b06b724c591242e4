"""The letters of a case as a list: what was proposed, issued and served. Reading it is put on the access log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from casework.correspondence.library import shipped
from casework.services.access import note_access
from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of, people_of

if TYPE_CHECKING:
    from casework.cases.model import Letter, Service
    from casework.services.schools import School
    from casework.services.workspace import Workspace

Status = Literal["proposed", "issued", "served", "superseded", "withdrawn"]
"""Where a letter is in its life."""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of a case.

    `number` counts letters in the order in which they were proposed; `effective` is the local date on which it counts
    as received, `fingerprint` the SHA-256 of its PDF, empty until it was issued.
    """

    number: int
    template: str
    title: str
    recipient: str
    status: Status
    issued_on: date | None
    effective: date | None
    services: tuple[Service, ...]
    fingerprint: str


def listing(workspace: Workspace, school: School, loaded: LoadedCase) -> list[LetterRow]:
    """Return the letters of a case, oldest first; the reading is put on the access log first.

    Raises:
        NoAccess: this account has no key to the case. StoreReadOnly: the reading cannot be noted.
    """
    note_access(workspace, school, "letter", loaded.stream)
    return [_row(workspace, loaded, number) for number in range(1, len(loaded.case.letters) + 1)]


def shown(workspace: Workspace, school: School, loaded: LoadedCase, number: int) -> LetterRow:
    """Return one letter of a case; the reading is put on the access log first.

    Raises:
        UnknownItem: there is none of that number. As `listing`.
    """
    letter_number(loaded, number)
    note_access(workspace, school, "letter", loaded.stream)
    return _row(workspace, loaded, number)


def _row(workspace: Workspace, loaded: LoadedCase, number: int) -> LetterRow:
    letter = letter_number(loaded, number)
    service = letter.earliest_service
    issued = body_of(workspace, loaded, letter.issued) if letter.issued is not None else {}
    return LetterRow(
        number=number,
        template=letter.template,
        title=str(body_of(workspace, loaded, letter.proposed).get("title", letter.template)),
        recipient=_addressee(workspace, loaded, letter),
        status=_status(letter),
        issued_on=letter.issued_on,
        effective=service.effective if service else None,
        services=letter.services,
        fingerprint=str(issued.get("file_sha256", "")),
    )


def _addressee(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> str:
    """The name of whom the letter goes to; a note for the file goes to nobody."""
    template = shipped().letters.get(letter.template)
    if template is not None and template.for_the_file:
        return "The file"
    return str(people_of(workspace, loaded)[letter.recipient].get("name", ""))


def _status(letter: Letter) -> Status:
    if letter.withdrawn is not None:
        return "withdrawn"
    if letter.superseded is not None:
        return "superseded"
    if letter.issued is None:
        return "proposed"
    return "served" if letter.services else "issued"
