"""Taking a person out of the directory, once nothing that is kept is about them any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.base.errors import Refused
from casework.services.access import note_access
from casework.services.cases_of_person import cases_of
from casework.services.directory import Person, find_person, record_directory
from casework.services.erasing import finish, mark
from casework.services.members import members
from casework.services.registers import registers_of
from casework.services.schools import School
from casework.services.sealed_rows import of_person

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


class StillKept(Refused):
    """Something that is kept is still about the person."""

    code = "still-kept"


def remove_person(workspace: Workspace, school: School, named: str) -> Person:
    """Destroy a person's entry in the directory; that it was done is put on the access log first.

    Raises:
        UnknownPerson. StillKept: it is needed for something that is kept, all of which is named.
        StoreBusy, StoreFull: it is gone, but still pending (a note says so).
    """
    person = find_person(workspace, school, named)
    needed = list(_needed(workspace, school, person))
    if needed:
        raise StillKept(
            f"{person.name} stays in the directory: {'; '.join(needed)}.",
            remedy="What is due to be destroyed: casework retention due",
        )
    if not workspace.rehearsal:
        note_access(workspace, school, "people", purpose="an entry is taken out of the directory")
        mark(workspace.folder)
    with workspace.store.read() as reader:
        row, newest = reader.person(person.id), reader.newest_n(school.stream)
    record_directory(
        workspace,
        school,
        newest,
        lambda transaction: transaction.erase_person(person.id),
        removed=[of_person(row)] if row is not None else [],
    )
    if not workspace.rehearsal:
        finish(workspace)
    return person


def _needed(workspace: Workspace, school: School, person: Person) -> Iterator[str]:
    with workspace.store.read() as reader:
        files = reader.streams_about(person.id)
        own = reader.events_of(school.stream)
    if any(member.person == person.id for member in members(workspace, school)):
        yield "they sign in here"
    if files:
        yield "they have a personnel file"
    yield from (
        f"they are in the case {loaded.case.reference}" for loaded in cases_of(workspace, school, person)
    )
    for name, loaded in registers_of(workspace, school).items():
        for entry in loaded.book.entries:
            kept = any(loaded.events[n - 1].sealed is not None for n in entry.events)
            if kept and person.id in entry.values.values():
                yield f"they are named in entry {entry.number} of {name}"
    named = f'"{person.id}"'.encode("ascii")
    posts = (event for event in own if event.facts is not None and b'"record_erased"' not in event.facts)
    if any(named in (event.facts or b"") for event in posts):
        yield "the record says that they held a post"
