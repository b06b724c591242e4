"""The letters of a case as a list: what was proposed, issued and served. Reading it is put on the access log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from casework.base.time import describe_date
from casework.correspondence.library import shipped
from casework.services.access import note_access
from casework.services.letter_writing import letter_number
from casework.services.loading import LoadedCase, body_of, people_of

if TYPE_CHECKING:
    from casework.cases.model import Letter, LetterFile, Service
    from casework.services.schools import School
    from casework.services.workspace import Workspace

Status = Literal["proposed", "issued", "served", "superseded", "withdrawn"]
"""Where a letter is in its life."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a letter before it was issued: when (UTC), by whom, and the names of what it changed."""

    event: int
    recorded: str
    by: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is kept with a letter: its kind and name, and the service that it shows, counted from 1."""

    event: int
    kind: str
    name: str
    service: int | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter of a case.

    `number` counts letters in the order in which they were proposed; `effective` is the local date on which it counts
    as received, `fingerprint` the SHA-256 of its PDF, empty until it was issued. `failures` says of each service how it
    failed, empty if it did not; `ended` why it was withdrawn or which letter took its place.
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
    versions: tuple[Version, ...] = ()
    approved: str = ""
    failures: tuple[str, ...] = ()
    scans: tuple[Scan, ...] = ()
    ended: str = ""


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
        versions=tuple(_version(workspace, loaded, n) for n in letter.versions),
        approved=_approved(workspace, loaded, letter),
        failures=tuple(_failure(workspace, loaded, service) for service in letter.services),
        scans=tuple(_scan(workspace, loaded, letter, file) for file in letter.files),
        ended=_ended(workspace, loaded, letter),
    )


def _addressee(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> str:
    """The name of whom the letter goes to; a note for the file goes to nobody."""
    template = shipped().letters.get(letter.template)
    if template is not None and template.for_the_file:
        return "The file"
    return str(people_of(workspace, loaded)[letter.recipient].get("name", ""))


def _version(workspace: Workspace, loaded: LoadedCase, n: int) -> Version:
    event = loaded.history[n - 1]
    by = _name(workspace, loaded, event.facts.get("recorded_by", {}).get("party", ""))
    changed = body_of(workspace, loaded, n).get("changed", {})
    return Version(n, event.recorded, by, tuple(changed))


def _approved(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> str:
    """Who approved it, on which day, and what shows that; empty if nobody did."""
    if letter.approved is None:
        return ""
    facts = loaded.history[letter.approved - 1].facts
    day = facts["occurred"].get("date", "")
    evidence = body_of(workspace, loaded, letter.approved).get("evidence", "")
    by = _name(workspace, loaded, facts["approved_by"]["party"])
    return ", ".join(filter(None, (by, describe_date(date.fromisoformat(day)) if day else "", evidence)))


def _failure(workspace: Workspace, loaded: LoadedCase, service: Service) -> str:
    if service.failed is None:
        return ""
    how = str(loaded.history[service.failed - 1].facts["failure"]).replace("_", " ")
    said = body_of(workspace, loaded, service.failed).get("words", "")
    stands = "counts all the same" if service.counts else "does not count"
    return f"{how}{f' ({said})' if said else ''}: {stands}"


def _scan(workspace: Workspace, loaded: LoadedCase, letter: Letter, file: LetterFile) -> Scan:
    numbers = {service.n: number for number, service in enumerate(letter.services, 1)}
    name = str(body_of(workspace, loaded, file.n).get("file_name", ""))
    return Scan(file.n, file.type, name, numbers.get(file.service or 0))


def _ended(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> str:
    """Why it stands no longer, in words; empty while it stands."""
    if letter.withdrawn is not None:
        return f"withdrawn: {body_of(workspace, loaded, letter.withdrawn).get('reason', '')}"
    if letter.superseded is None:
        return ""
    other = str(loaded.history[letter.superseded - 1].facts["letter"])
    because = body_of(workspace, loaded, letter.superseded).get("supersedes_because", "")
    number = list(loaded.case.letters).index(other) + 1
    return f"letter {number} took its place{f': {because}' if because else ''}"


def _name(workspace: Workspace, loaded: LoadedCase, party: str) -> str:
    words = people_of(workspace, loaded).get(party, {})
    return str(words.get("name", ""))


def _status(letter: Letter) -> Status:
    if letter.withdrawn is not None:
        return "withdrawn"
    if letter.superseded is not None:
        return "superseded"
    if letter.issued is None:
        return "proposed"
    return "served" if letter.earliest_service else "issued"
