"""Who reads a case: the list, letting somebody in or out by name, and an auditor's grant.

Only somebody who reads a case can let others in, because only they have its keys; an administrator cannot. Each is an
event of the case with its reason. What was recorded before stays as it was: a hand-over loses no history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from casework.access.rules import AUDITOR, can_be_let_in, compartments_for, shut_out
from casework.base.errors import BadInput, Refused
from casework.base.time import describe_date, local_date
from casework.cases import acts
from casework.cases.reader_acts import let_in, let_out
from casework.cases.readers import Reader
from casework.services.cases import record_in_case, recorder_of
from casework.services.dated import truths_of
from casework.services.directory import find_person
from casework.services.errors import UnknownPerson
from casework.services.guard import require
from casework.services.letting_in import Known, accounts_of
from casework.services.loading import LoadedCase, body_of, people_of
from casework.services.posts import flags_on
from casework.services.recorder import Receipt
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.request import Decision
    from casework.services.workspace import Workspace


class CannotBeLetIn(Refused):
    """Somebody who cannot be let in: a party of the case, an administrator, or an auditor without an end date."""

    code = "cannot-be-let-in"


@dataclass(frozen=True, slots=True)
class ReaderOfCase:
    """Somebody who reads a case: name, account, roles in the school and the case, why, to what and until when."""

    name: str
    account: str
    roles: tuple[str, ...]
    parts: tuple[str, ...]
    basis: str
    compartments: tuple[str, ...]
    since: date | None
    until: date | None
    event: int
    reason: str


def readers_of_case(workspace: Workspace, school: School, loaded: LoadedCase) -> list[ReaderOfCase]:
    """Return who reads a case now, by name.

    Raises:
        NoAccess, NotYours: its words are not for whoever is signed in.
    """
    require(workspace, loaded, "read_words")
    accounts, case = accounts_of(workspace, school), loaded.case
    found = []
    for item in case.readers.values():
        known, party = accounts.get(item.account), case.parties.get(item.party)
        words = body_of(workspace, loaded, item.n) if item.n > 1 else {}
        found.append(
            ReaderOfCase(
                known.name if known else "(not in this school any more)",
                item.account,
                tuple(sorted(known.roles)) if known else (),
                party.roles if party else (),
                item.basis,
                item.compartments,
                item.since,
                item.until,
                item.n,
                str(words.get("reason", "")),
            )
        )
    return sorted(found, key=lambda one: one.name.casefold())


def account_named(accounts: Mapping[str, Known], named: str) -> Known:
    """Return the account of somebody by name, part of one, or id.

    Raises:
        UnknownPerson: nobody of that name has an account here, or several have.
    """
    wanted = " ".join(named.split()).casefold()
    known = accounts.values()
    exact = [item for item in known if wanted in (item.name.casefold(), item.account, item.login)]
    fits = exact or [item for item in known if wanted and wanted in item.name.casefold()]
    if len(fits) == 1:
        return fits[0]
    names = ", ".join(item.name for item in fits)
    raise UnknownPerson(
        f"{named!r} fits {len(fits)} accounts: {names}."
        if fits
        else f"Nobody called {named!r} has an account here.",
        remedy="Write one of these names." if fits else "`casework user list` shows them.",
    )


def let_somebody_in(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    named: str,
    reason: str,
    until: date | None = None,
    apart: Sequence[str] = (),
    command: str = "",
) -> Receipt:
    """Let somebody in by name, from today until a local day or until they are let out; they join the case.

    Args:
        apart: compartments beside `main`; those that go with their roles if none is named.

    Raises:
        CannotBeLetIn, UnknownPerson. FieldInvalid: no reason. BadInput: a day that is over, or they are in already.
        NoAccess, NotYours: whoever is signed in cannot let others in.
    """
    require(workspace, loaded, "let_in")
    accounts, today = accounts_of(workspace, school), local_date(workspace.clock.now())
    item = account_named(accounts, named)
    if until is not None and until < today:
        raise BadInput(f"{describe_date(until)} is over.", remedy="Name today or a later day.")
    before = loaded.case.readers.get(item.account)
    if before is not None and before.until == until and not set(apart) - set(before.compartments):
        raise BadInput(f"{item.name} reads this case already.", remedy="See: casework case readers")
    basis = "named" if can_be_let_in(item.roles) else "grant"
    reader = new_reader(workspace, loaded, item, basis, until=until, apart=apart)
    decisions = joining_without_part(workspace, school, loaded, item) if basis == "named" else []
    party = next((str(d.facts["party"]) for d in decisions), reader.party)
    reader = Reader(item.account, basis, reader.compartments, party, until=until)
    entered = let_in(reader, name=item.name, reason=reason, recorder=recorder_of(workspace, school, loaded))
    return record_in_case(workspace, loaded, [*decisions, entered], command)


def new_reader(
    workspace: Workspace,
    loaded: LoadedCase,
    item: Known,
    basis: str,
    *,
    since: date | None = None,
    until: date | None = None,
    apart: Sequence[str] = (),
) -> Reader:
    """How somebody is let in.

    Raises:
        CannotBeLetIn: they cannot be.
    """
    party = party_of(workspace, loaded, item.person)
    roles = loaded.case.parties[party].roles if party else ()
    keeper = party_of(workspace, loaded, item.keeper)
    if keeper and shut_out(loaded.case.parties[keeper].roles):
        raise CannotBeLetIn(
            f"Whoever made the token of {item.name} is part of the case, and is not to see it."
        )
    if shut_out(roles):
        raise CannotBeLetIn(
            f"{item.name} is part of the case as {', '.join(roles).replace('_', ' ')}, and is not to see it."
        )
    if item.public_key is None or not item.roles:
        raise CannotBeLetIn(
            f"{item.name} has no role in the school today, or was not let in there yet.",
            remedy="See: casework user list. Whoever has signed in is let in with: casework user admit",
        )
    if basis == "grant" and (AUDITOR not in item.roles or until is None):
        raise CannotBeLetIn(
            f"{item.name} manages users, and reads no case."
            if AUDITOR not in item.roles
            else f"{item.name} is an auditor: they read words only under a grant with an end date.",
            remedy="" if AUDITOR not in item.roles else "Name the last day: --until",
        )
    wanted = set(apart) or set(compartments_for({*item.roles, *roles}))
    return Reader(item.account, basis, tuple(sorted({"main", *wanted})), party, since, until)


def party_of(workspace: Workspace, loaded: LoadedCase, person: str) -> str:
    """The party of the case that a person of the directory is; empty if none."""
    people = people_of(workspace, loaded).items()
    return next((party for party, words in people if person and words.get("person") == person), "")


def joining_without_part(
    workspace: Workspace, school: School, loaded: LoadedCase, item: Known
) -> list[Decision]:
    """How somebody who is let in joins the case, without a part, so that they can record in it."""
    if not item.person or party_of(workspace, loaded, item.person):
        return []
    person = find_person(workspace, school, item.person)
    return [
        acts.add_party(
            party=workspace.new_id(),
            roles=(),
            person=person.words(),
            flags=flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened),
            recorder=recorder_of(workspace, school, loaded),
            policy=loaded.policy,
        )
    ]


def let_somebody_out(
    workspace: Workspace, school: School, loaded: LoadedCase, *, named: str, reason: str, command: str = ""
) -> Receipt:
    """Let somebody out: what is recorded from now on is under keys that they do not have.

    Raises:
        UnknownPerson. FieldInvalid: no reason. BadInput: they do not read the case. ShutOut: it would be yourself.
    """
    require(workspace, loaded, "let_out")
    item = account_named(accounts_of(workspace, school), named)
    if item.account not in loaded.case.readers:
        raise BadInput(f"{item.name} does not read this case.", remedy="See: casework case readers")
    recorder = recorder_of(workspace, school, loaded)
    gone = let_out(item.account, "named", name=item.name, reason=reason, recorder=recorder)
    return record_in_case(workspace, loaded, [gone], command)
