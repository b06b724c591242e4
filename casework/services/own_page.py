"""What an employee or a companion sees on their own page: put together by whoever reads the case, from what was served.

Everything here was told to them already. Dates come out of letters that were served on them, deadlines are those on
which they act themselves. Nothing of the case is read when the page is looked at: this is all that can be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes
from casework.base.time import local_date
from casework.correspondence.library import Library
from casework.services.loading import body_of, people_of, running
from casework.services.own_letters import library_of

if TYPE_CHECKING:
    from casework.cases.links import OwnLink
    from casework.cases.model import Case, Clock, Letter
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace

_PLACES: Final = ("venue", "meeting_place")
"""The fields of a letter that say where what it invites to is."""


def contents(workspace: Workspace, school: School, loaded: LoadedCase, link: OwnLink) -> bytes:
    """Return all that a link shows, as canonical JSON; the keys of the letters are among it.

    Raises:
        NoAccess, NotYours: whoever is signed in cannot read what would be shown.
    """
    library = library_of(workspace, school)
    own = [item for item in _served(loaded.case) if item.recipient == link.party]
    told = own if link.holder == "employee" else [*own, *_served_on_employee(loaded.case)]
    shown = told if link.shows == "letters" else own
    return canonical_bytes(
        {
            "school": school.name,
            "holder": link.holder,
            "name": str(people_of(workspace, loaded)[link.party].get("name", "")),
            "reference": loaded.case.reference,
            "meetings": [dict(item) for item in _meetings(workspace, loaded, library, told)],
            "deadlines": [
                {"title": loaded.policy.deadline_of(clock.id).title, "due": clock.due.isoformat()}
                for clock in _deadlines(workspace, loaded, link)
            ],
            "letters": [_letter(workspace, loaded, item) for item in shown],
        }
    )


def _served(case: Case) -> list[Letter]:
    """The letters that stand and were served, in the order of their issue."""
    found = [item for item in case.letters.values() if item.stands and item.earliest_service is not None]
    return sorted(found, key=lambda item: item.issued or 0)


def _served_on_employee(case: Case) -> list[Letter]:
    employee = case.employee
    return [item for item in _served(case) if employee is not None and item.recipient == employee.id]


def _effective(letter: Letter) -> str:
    service = letter.earliest_service
    return service.effective.isoformat() if service is not None else ""


@dataclass(frozen=True, slots=True)
class _Meeting:
    about: frozenset[str]
    says: Mapping[str, str]


def _meetings(
    workspace: Workspace, loaded: LoadedCase, library: Library, letters: list[Letter]
) -> Iterator[Mapping[str, str]]:
    """When and where they are to be, as the newest letter about each occasion says."""
    found: list[_Meeting] = []
    for letter in letters:
        spec = library.letters.get(letter.template)
        body = body_of(workspace, loaded, letter.version)
        fields = {**body.get("input", {}).get("fields", {}), **_changed(workspace, loaded, letter)}
        for name, field in spec.fields.items() if spec is not None else ():
            if field.type != "datetime" or not isinstance(fields.get(name), str):
                continue
            about = frozenset(
                source.rpartition(".")[2] if source != "asked" else name for source in field.sources
            )
            place = next((fields[at] for at in _PLACES if isinstance(fields.get(at), str)), "")
            says = {
                "title": str(body.get("title", "")),
                "at": fields[name],
                "where": place,
                "from": _effective(letter),
            }
            found = [item for item in found if not item.about & about]
            found.append(_Meeting(about, says))
    return (item.says for item in found)


def _changed(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> Mapping[str, Any]:
    """The fields that whoever issued a proposed letter gave in the place of its own."""
    said = body_of(workspace, loaded, letter.issued or 0).get("changed", {})
    return said if isinstance(said, Mapping) else {}


def _deadlines(workspace: Workspace, loaded: LoadedCase, link: OwnLink) -> list[Clock]:
    """The running deadlines on which they act themselves, but for those that a letter to somebody else began."""
    roles = set(loaded.case.parties[link.party].roles)
    today = local_date(workspace.clock.now())
    return [
        clock
        for clock in running(loaded, today)
        if roles & set(loaded.policy.deadline_of(clock.id).act_by)
        and _began_with(loaded, clock) == link.party
    ]


def _began_with(loaded: LoadedCase, clock: Clock) -> str:
    """The party with whom a clock began: the recipient of the letter, else the employee, whom every step is about."""
    facts = loaded.history[clock.n - 1].facts
    letter = loaded.case.letters.get(str(facts.get("letter", "")))
    employee = loaded.case.employee
    return letter.recipient if letter is not None else employee.id if employee is not None else ""


def _letter(workspace: Workspace, loaded: LoadedCase, letter: Letter) -> dict[str, Any]:
    words = body_of(workspace, loaded, letter.issued or 0)
    facts = loaded.history[(letter.issued or 1) - 1].facts
    return {
        "title": str(body_of(workspace, loaded, letter.version).get("title", "")),
        "issued": letter.issued_on.isoformat() if letter.issued_on else "",
        "from": _effective(letter),
        "file": str(facts["file"]["id"]),
        "key": str(words.get("file_key", "")),
        "name": str(words.get("file_name", "letter.pdf")),
        "sha256": str(words.get("file_sha256", "")),
    }
