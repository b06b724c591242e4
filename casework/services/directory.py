"""The directory of a school: people, sealed under its key, and who is signed in.

A person is entered once; each case copies the name and address that it used. Looking somebody up takes a
name, part of
one, or an id, and never guesses between two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from casework.base.errors import BadInput
from casework.base.words import did_you_mean
from casework.cases.request import Decision
from casework.services.errors import CaseMoved, EntryChanged, UnknownPerson
from casework.services.recorder import record
from casework.services.schools import School, log_of, open_row, seal_row
from casework.services.sealed_rows import changed, of_person
from casework.store.rows import Person as PersonRow

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

LINE_LIMIT: Final = 500
"""Characters that a name, or a line of an address, may have."""

_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known to a school. `flags` say teacher, union_rep or head where that is so.

    `number` is the school's own for them, by which a list of its system is matched again. `left` is the local date on
    which the employment ended, `pension_age_on` that of normal pension age, both ISO and empty where they are not
    known: how long a record is kept depends on them (RET-2, RET-4).
    """

    id: str
    name: str
    title: str
    address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    salutation: str = ""
    flags: Mapping[str, bool] = field(default_factory=dict)
    left: str = ""
    pension_age_on: str = ""
    number: str = ""

    def words(self) -> dict[str, Any]:
        """Return what a case copies of the person: plain data for a sealed body; empty parts are left out."""
        data: dict[str, Any] = {
            "person": self.id,
            "name": self.name,
            "title": self.title,
            "address": list(self.address),
            "email": self.email,
            "phone": self.phone,
            "salutation": self.salutation,
        }
        return {name: value for name, value in data.items() if value}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is signed in: the account, the person behind it, and the role in which they record by default.

    `roles` are all that they have at the school today. `person` is empty where they are not in its directory.
    """

    account: str
    person: str
    name: str
    role: str
    roles: tuple[str, ...] = ()


def add_person(
    workspace: Workspace,
    school: School,
    *,
    name: str,
    title: str,
    address: Sequence[str] = (),
    email: str = "",
    phone: str = "",
    salutation: str = "",
    flags: Mapping[str, bool] | None = None,
) -> Person:
    """Enter a person in the school's directory.

    Raises:
        BadInput: the name or job title is empty, or the name is taken.
    """
    name, title = cleaned(name), cleaned(title)
    if not name or not title:
        raise BadInput("A person needs a name and a job title.")
    name = unused_name(workspace, school, name)
    person = Person(
        workspace.new_id(),
        name,
        title,
        tuple(line for line in map(cleaned, address) if line),
        cleaned(email),
        cleaned(phone),
        cleaned(salutation),
        {flag: True for flag, held in (flags or {}).items() if held},
    )
    row = PersonRow(person.id, school.id, seal_person(workspace, school, person))
    with workspace.store.read() as reader:
        newest = reader.newest_n(school.stream)
    record_directory(
        workspace, school, newest, lambda transaction: transaction.put_person(row), [of_person(row)]
    )
    return person


def record_directory(
    workspace: Workspace,
    school: School,
    newest: int,
    change: Callable[[Transaction], None],
    entered: Sequence[str] = (),
    removed: Sequence[str] = (),
) -> None:
    """Change the directory and record which of its sealed rows were entered and removed, in one transaction.

    Args:
        newest: number of the newest event of the school's own stream when the rows were read.
        change: makes the change.
        entered, removed: the digests of the rows (`sealed_rows`).

    Raises:
        EntryChanged: somebody else changed something of the school at the same moment.
    """
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    facts = {"kind": "directory_changed", "account": workspace.keys.account, **changed(entered, removed)}
    try:
        record(
            workspace,
            log,
            [(school.stream, Decision(facts, {}))],
            seen={school.stream: newest},
            command=workspace.new_id(),
            prepare=change,
        )
    except CaseMoved:
        raise EntryChanged(
            "Somebody else changed something of the school first. Nothing of yours was recorded."
        ) from None


def unused_name(workspace: Workspace, school: School, name: str) -> str:
    """Return the name of a person who is to be entered, as it is kept.

    Raises:
        BadInput: it cannot be a name, or somebody in the directory has it already.
    """
    kept = cleaned(name)
    if any(known.name.casefold() == kept.casefold() for known in list_people(workspace, school)):
        raise BadInput(
            "Somebody of that name is in the directory already.", remedy="Tell them apart in the name."
        )
    return kept


def seal_person(workspace: Workspace, school: School, person: Person) -> bytes:
    """Seal a person's entry under the school's key."""
    data = asdict(person)
    data["address"], data["flags"] = list(person.address), dict(person.flags)
    return seal_row(workspace, school.stream, "person", person.id, data)


def list_people(workspace: Workspace, school: School) -> list[Person]:
    """Return everybody in the directory, by name.

    Raises:
        NoAccess: this account has no key to it.
    """
    with workspace.store.read() as reader:
        rows = reader.people(school.id)
    found = []
    for row in rows:
        data = open_row(workspace, school.stream, "person", row.person, row.sealed)
        found.append(Person(**{**data, "address": tuple(data["address"])}))
    return sorted(found, key=lambda person: person.name.casefold())


def find_person(workspace: Workspace, school: School, named: str) -> Person:
    """Return the person called `named`: the whole name, an unambiguous part of it, or the person id.

    Raises:
        UnknownPerson: nobody, or more than one, fits.
    """
    wanted = cleaned(named).casefold()
    people = list_people(workspace, school)
    exact = [p for p in people if wanted in (p.name.casefold(), p.id)]
    fits = exact or [p for p in people if wanted and wanted in p.name.casefold()]
    if len(fits) == 1:
        return fits[0]
    if not fits:
        near = [name for name in (p.name for p in people) if get_close_matches(wanted, [name.casefold()])]
        raise UnknownPerson(
            f"Nobody called {named!r} is in the directory. {did_you_mean(near)}".rstrip(),
            remedy="Add somebody new: `casework person add`.",
        )
    raise UnknownPerson(
        f"{named!r} fits {len(fits)} people: {', '.join(p.name for p in fits)}.",
        remedy="Write one of these names.",
    )


def who_am_i(workspace: Workspace, school: School) -> Identity:
    """Return who is signed in at this school.

    Raises:
        NoAccess: the account has no role there today.
    """
    from casework.services.members import roles_of

    held = roles_of(workspace, school, workspace.keys.account)
    first = next((member for member in held if member.reads_words), held[0])
    return Identity(first.account, first.person, first.name, first.role, tuple(m.role for m in held))


def cleaned(text: str) -> str:
    """Return a name or a line as it is kept: composed characters, single blanks, none at its ends.

    Raises:
        BadInput: it is far too long for one, or holds characters that cannot be printed or that turn the direction of
            writing: on a terminal or a letter they could show another name than the one that is kept.
    """
    line = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(line) > LINE_LIMIT:
        raise BadInput(f"A name or a line has at most {LINE_LIMIT} characters, not {len(line):,}.")
    if _UNPRINTABLE.search(line):
        raise BadInput("A name or a line contains characters that cannot be printed.", remedy="Type it anew.")
    return line
