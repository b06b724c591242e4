"""Reading and mending the directory, and bringing what was mended into a case.

A case keeps the name and address that it used until it is told: letters that went out stay as they were, and old and
new both stand in its history. Who read the directory is put on the access log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
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
from casework.services.posts import flags_on
from casework.services.recorder import Receipt
from casework.services.schools import School, open_row, seal_row
from casework.services.sealed_rows import of_person
from casework.store.rows import Account
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
    )
    if not after.name or not after.title:
        raise BadInput("A person needs a name and a job title.")
    others = [other for other in list_people(workspace, school) if other.id != before.id]
    if any(other.name.casefold() == after.name.casefold() for other in others):
        raise BadInput(
            "Somebody of that name is in the directory already.", remedy="Tell them apart in the name."
        )
    changes = (
        *changes_of_words(before.words(), after.words()),
        *changes_of_flags(before.flags, after.flags),
        *_changes_of_dates(before, after),
    )
    if not changes:
        raise BadInput(f"{before.name} is entered so already; there is nothing to change.")
    row = PersonRow(after.id, school.id, seal_person(workspace, school, after))
    accounts = _renamed_accounts(workspace, school, after)

    def enter(transaction: Transaction) -> None:
        if transaction.person(after.id) != rows[after.id]:
            raise EntryChanged("Somebody else changed this entry first. Nothing of yours was recorded.")
        transaction.put_person(row)
        _enter(transaction, accounts)

    record_directory(workspace, school, newest, enter, [of_person(row)], [of_person(rows[after.id])])
    return Edited(after, changes)


def _changes_of_dates(before: Person, after: Person) -> Iterator[Change]:
    for label, old, new in (
        ("Employment ended", before.left, after.left),
        ("Normal pension age", before.pension_age_on, after.pension_age_on),
    ):
        if old != new:
            yield Change(label, old, new)


def _renamed_accounts(workspace: Workspace, school: School, person: Person) -> list[Account]:
    """The accounts that bear this person's name, with the name that they have now."""
    with workspace.store.read() as reader:
        rows = reader.accounts(school.id)
    found = []
    for row in rows:
        words = open_row(workspace, school.stream, "account", row.account, row.sealed)
        if words["person"] == person.id and words["name"] != person.name:
            named = {**words, "name": person.name}
            sealed = seal_row(workspace, school.stream, "account", row.account, named)
            found.append(replace(row, sealed=sealed))
    return found


def _enter(transaction: Transaction, accounts: Sequence[Account]) -> None:
    for account in accounts:
        transaction.put_account(account)


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
