"""Reading and mending the directory, and bringing what was mended into a case.

A case keeps the name and address that it used until it is told: letters that went out stay as they were, and old and
new both stand in its history. Who read the directory is put on the access log.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.time import local_date, parse_date
from casework.cases import acts
from casework.records.details import changes_of_flags, changes_of_words
from casework.records.entry import Change
from casework.services.access import note_access
from casework.services.cases import party_if_named, record_in_case, recorder_of
from casework.services.dated import truths_of
from casework.services.directory import (
    Person,
    cleaned,
    find_person,
    list_people,
    record_directory,
    seal_person,
)
from casework.services.errors import EntryChanged, UnknownPerson
from casework.services.loading import LoadedCase, people_of
from casework.services.members import member_row, members
from casework.services.posts import flags_on
from casework.services.recorder import Receipt
from casework.services.schools import School
from casework.services.sealed_rows import of_person
from casework.store.rows import Membership
from casework.store.rows import Person as PersonRow

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass(frozen=True, slots=True)
class Edited:
    """An entry that was mended: as it stands now, and what differs from before."""

    person: Person
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Updated:
    """A party whose details a case took over: the name now, what differs from before, and the receipt."""

    name: str
    changes: tuple[Change, ...]
    receipt: Receipt


def read_people(workspace: Workspace, school: School) -> list[Person]:
    """Return everybody in the directory, by name; the reading is put on the access log first.

    Raises:
        NoAccess: this account has no key to it. StoreReadOnly: the reading cannot be noted.
    """
    note_access(workspace, school, "people")
    return list_people(workspace, school)


def found_by(people: Sequence[Person], words: str) -> list[Person]:
    """Return those who have each of the words, or the beginning of one, in name, job, e-mail or staff number.

    Capitals and accents make no difference.
    """
    wanted = _plain(words).split()
    found = []
    for person in people:
        there = _plain(f"{person.name} {person.title} {person.email} {person.number}").split()
        if all(any(word.startswith(part) for word in there) for part in wanted):
            found.append(person)
    return found


def has_left(workspace: Workspace, person: Person) -> bool:
    """Return whether somebody's employment has ended before today, a local date."""
    return bool(person.left) and parse_date(person.left) < local_date(workspace.clock.now())


def _plain(text: str) -> str:
    """Text without capitals and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def read_person(workspace: Workspace, school: School, named: str) -> Person:
    """Return one person's entry; the reading is put on the access log first.

    Raises:
        UnknownPerson: nobody, or more than one, fits. As `read_people`.
    """
    note_access(workspace, school, "people")
    return find_person(workspace, school, named)


def edit_person(
    workspace: Workspace,
    school: School,
    named: str,
    *,
    name: str | None = None,
    title: str | None = None,
    address: Sequence[str] | None = None,
    email: str | None = None,
    phone: str | None = None,
    salutation: str | None = None,
    flags: Mapping[str, bool] | None = None,
    left: str | None = None,
    pension_age_on: str | None = None,
    number: str | None = None,
) -> Edited:
    """Mend a person's entry in the directory; what is None stays, an empty text takes away, flags not named stay.

    `left` and `pension_age_on` are local dates in ISO form.

    The account of somebody who signs in bears the new name too. No case is changed: see `update_in_case`.

    Raises:
        UnknownPerson. BadInput: the name or job title is empty, the name is taken, or nothing changes.
        EntryChanged: somebody else changed the entry at the same moment.
    """
    with workspace.store.read() as reader:
        rows = {row.person: row for row in reader.people(school.id)}
        newest = reader.newest_n(school.stream)
    before = find_person(workspace, school, named)
    held = {**before.flags, **(flags or {})}
    after = replace(
        before,
        name=before.name if name is None else cleaned(name),
        title=before.title if title is None else cleaned(title),
        address=before.address if address is None else tuple(line for line in map(cleaned, address) if line),
        email=before.email if email is None else cleaned(email),
        phone=before.phone if phone is None else cleaned(phone),
        salutation=before.salutation if salutation is None else cleaned(salutation),
        flags={flag: True for flag, is_held in held.items() if is_held},
        left=before.left if left is None else left,
        pension_age_on=before.pension_age_on if pension_age_on is None else pension_age_on,
        number=before.number if number is None else cleaned(number),
    )
    if not after.name or not after.title:
        raise BadInput("A person needs a name and a job title.")
    others = [other for other in list_people(workspace, school) if other.id != before.id]
    if after.number and any(other.number == after.number for other in others):
        raise BadInput("Somebody else in the directory has that staff number.")
    if any(other.name.casefold() == after.name.casefold() for other in others):
        raise BadInput(
            "Somebody of that name is in the directory already.", remedy="Tell them apart in the name."
        )
    changes = changes_between(before, after)
    if not changes:
        raise BadInput(f"{before.name} is entered so already; there is nothing to change.")
    row = PersonRow(after.id, school.id, seal_person(workspace, school, after))
    renamed = _renamed(workspace, school, after)

    def enter(transaction: Transaction) -> None:
        if transaction.person(after.id) != rows[after.id]:
            raise EntryChanged("Somebody else changed this entry first. Nothing of yours was recorded.")
        transaction.put_person(row)
        for membership in renamed:
            transaction.put_membership(membership)

    record_directory(workspace, school, newest, enter, [of_person(row)], [of_person(rows[after.id])])
    return Edited(after, changes)


def changes_between(before: Person, after: Person) -> tuple[Change, ...]:
    """Return what differs between two entries of somebody, part by part."""
    return (
        *changes_of_words(before.words(), after.words()),
        *changes_of_flags(before.flags, after.flags),
        *_changes_beside(before, after),
    )


def _changes_beside(before: Person, after: Person) -> Iterator[Change]:
    """What no case copies: the staff number, and the dates on which keeping depends."""
    for label, old, new in (
        ("Staff number", before.number, after.number),
        ("Employment ended", before.left, after.left),
        ("Normal pension age", before.pension_age_on, after.pension_age_on),
    ):
        if old != new:
            yield Change(label, old or "(nothing)", new or "(nothing)")


def _renamed(workspace: Workspace, school: School, person: Person) -> list[Membership]:
    """The roles that bear this person's name, with the name that they have now."""
    known = [member for member in members(workspace, school) if member.person == person.id]
    named = [replace(member, name=person.name) for member in known if member.name != person.name]
    return [member_row(workspace, school, member) for member in named]


def update_in_case(
    workspace: Workspace, school: School, loaded: LoadedCase, *, named: str, command: str = ""
) -> Updated:
    """Bring a person's present entry of the directory into a case: name, address and what they are by law.

    Args:
        named: by the name in the directory, the one that the case has, or their part in the case.

    Raises:
        UnknownPerson: nobody, or more than one, fits. BadInput: the case has these details already.
    """
    party, person = _party_and_entry(workspace, school, loaded, named)
    known = loaded.case.parties[party]
    held = {flag: getattr(known, flag) for flag in ("teacher", "union_rep", "head")}
    flags = flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened)
    changes = (
        *changes_of_words(people_of(workspace, loaded)[party], person.words()),
        *changes_of_flags(held, flags),
    )
    if not changes:
        raise BadInput(f"The case has these details of {person.name} already.")
    decision = acts.change_details(
        loaded.case,
        party=party,
        person=person.words(),
        flags=flags,
        recorder=recorder_of(workspace, school, loaded),
    )
    return Updated(person.name, changes, record_in_case(workspace, loaded, [decision], command))


def _party_and_entry(
    workspace: Workspace, school: School, loaded: LoadedCase, named: str
) -> tuple[str, Person]:
    """The party of the case and the entry of the directory that somebody means by a name of either.

    A whole name in the directory goes before part of one in the case, for after a marriage both may fit.
    """
    entries = {person.id: person for person in list_people(workspace, school)}
    parties = {str(words.get("person", "")): party for party, words in people_of(workspace, loaded).items()}
    wanted = cleaned(named).casefold()
    for person in entries.values():
        if wanted in (person.name.casefold(), person.id) and person.id in parties:
            return parties[person.id], person
    party = party_if_named(workspace, loaded, named)
    if party is None:
        person = find_person(workspace, school, named)
        if person.id not in parties:
            raise UnknownPerson(
                f"{person.name} is not part of this case.", remedy="Add them: `casework case assign`."
            )
        return parties[person.id], person
    entry = next(
        (entries[person] for person, known in parties.items() if known == party and person in entries), None
    )
    if entry is None:
        raise UnknownPerson("This person is not in the directory.", remedy="Add them: `casework person add`.")
    return party, entry
