"""The guard at the door: whether whoever is signed in may do something with a case. Every way to a case goes by here.

A case that is not there and one that is not for the reader answer alike: the same words, the same exit code. Nothing
here needs a key: whom a case lets in, its facts say, and the roles of an account are readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from casework.access.model import Action, Compartment, Held, Standing, Verdict, roles_on
from casework.access.rules import AUDITOR, may
from casework.base.errors import NotPermitted, Unavailable
from casework.base.time import local_date
from casework.services.errors import NoAccess
from casework.services.schools import choose_school, schools
from casework.store.ahead import who as who_asks
from casework.store.backend import EVERY

if TYPE_CHECKING:
    from casework.cases.model import Case
    from casework.services.loading import LoadedCase
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.reader import Reader
    from casework.store.rows import CaseRow, ReaderRow

READS: Final[dict[Compartment, Action]] = {
    "main": "read_words",
    "safeguarding": "read_safeguarding",
    "deliberations": "read_deliberations",
}
"""The action that reading each compartment is."""

_KINDS: Final[tuple[tuple[str, Action], ...]] = (
    ("let_in", "let_in"),
    ("let_out", "let_out"),
    ("link_", "let_in"),
    ("letter_", "letter"),
    ("evidence_", "evidence"),
    ("pack_", "pack"),
    ("party_", "assign"),
)
"""What recording an event is, by how its kind begins; anything else is a step."""


class NotYours(NotPermitted):
    """A case that somebody may see, and something in it that their part or role does not include."""

    code = "not-permitted"


def no_such_case() -> NoAccess:
    """Return the one answer for a case that is not there and for one that is not for the reader."""
    return NoAccess(
        "There is no such case, or it is not for you.", remedy="`casework case list` shows yours."
    )


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the account, and its roles at the school today."""

    account: str
    roles: frozenset[str]

    @property
    def audits(self) -> bool:
        """True for an auditor, who sees the facts of every case."""
        return AUDITOR in self.roles


def asker(workspace: Workspace, organisation: str, reader: Reader | None = None) -> Asker:
    """Return who is signed in, with the roles that they have at an organisation today."""
    if reader is None:
        with workspace.store.read() as reader:
            return asker(workspace, organisation, reader)
    known = reader.account(workspace.account)
    if known is None or known.disabled is not None:
        return Asker(workspace.account, frozenset())
    held = [
        Held(row.role, date.fromisoformat(row.first), date.fromisoformat(row.last) if row.last else None)
        for row in reader.memberships_of(known.account)
        if row.organisation == organisation
    ]
    return Asker(known.account, roles_on(held, local_date(workspace.clock.now())))


def is_listed(workspace: Workspace, who: Asker, row: ReaderRow | None) -> bool:
    """Say whether a case is among those that somebody may see; `row` says how it stands to them, if it does.

    Asked before the case is read, so that one that is not for them takes no longer than one that is not there.
    """
    today = local_date(workspace.clock.now()).isoformat()
    if not who.roles or (row is not None and row.shut_out):
        return False
    in_time = row is not None and (row.since or today) <= today <= (row.until or today)
    return in_time or who.audits


def schools_of_account(workspace: Workspace) -> list[School]:
    """Return the schools that let in whoever is signed in and where they have a role today, by name.

    A disabled account has none, nor has one that signed in for the first time and was not let in yet.
    From now on the workspace works for these and sees no row of another.
    """
    today = local_date(workspace.clock.now()).isoformat()
    with workspace.store.read(*EVERY) as reader:
        known, rows = reader.account(workspace.account), reader.memberships_of(workspace.account)
    enabled = known is not None and known.disabled is None
    mine = {
        row.organisation for row in rows if row.first <= today and (row.last is None or today <= row.last)
    }
    found = [
        school
        for school in schools(workspace)
        if enabled and school.id in mine and _is_let_in(workspace, school)
    ]
    workspace.work_for(*(school.id for school in found))
    return found


def _is_let_in(workspace: Workspace, school: School) -> bool:
    try:
        workspace.stream_key(school.accounts_stream)
    except NoAccess:
        return False
    return True


def my_schools(workspace: Workspace) -> list[School]:
    """Return the schools for which whoever is signed in has a role today, by name.

    Where there is one school, or nobody is signed in and only the record is looked at, that is every one there is.
    """
    found = schools(workspace)
    if len(found) < 2:
        return found
    try:
        held = _roles_today(workspace)
    except Unavailable:  # no key is there
        return found
    return [school for school in found if school.id in held]


def _roles_today(workspace: Workspace) -> dict[str, set[str]]:
    """The roles that whoever is signed in has today, by organisation."""
    account, today = workspace.account, local_date(workspace.clock.now()).isoformat()
    with workspace.store.look(*who_asks(account)) as reader:
        known, rows = reader.account(account), reader.memberships_of(account)
    found: dict[str, set[str]] = {}
    if known is not None and known.disabled is None:
        for row in rows:
            if row.first <= today and (row.last is None or today <= row.last):
                found.setdefault(row.organisation, set()).add(row.role)
    return found


def my_school(workspace: Workspace, named: str | None) -> School:
    """Return the school called `named`; if none is named, the only one for which whoever is signed in has a role.

    Raises:
        UnknownSchool: none fits, or there are several and none was named.
    """
    mine = my_schools(workspace) if named is None else []
    return mine[0] if len(mine) == 1 else choose_school(workspace, named)


def standing(case: Case, account: str) -> Standing:
    """Return how an account stands to a case, as its facts say."""
    found = case.readers.get(account)
    if found is None:
        return Standing(shut_out=account in case.shut_out)
    party = case.parties.get(found.party)
    return Standing(
        frozenset(party.roles) if party else frozenset(),
        found.basis,
        frozenset(found.compartments),
        found.since,
        found.until,
        account in case.shut_out,
    )


def verdict(workspace: Workspace, loaded: LoadedCase, action: Action, who: Asker | None = None) -> Verdict:
    """Judge what whoever is signed in, `who` if that was asked already, wants to do with a case."""
    who = who or asker(workspace, loaded.log.organisation)
    return may(action, who.roles, standing(loaded.case, who.account), local_date(workspace.clock.now()))


def require(workspace: Workspace, loaded: LoadedCase, action: Action, who: Asker | None = None) -> None:
    """See that whoever is signed in, `who` if that was asked already, may do something with a case.

    Raises:
        NoAccess: the case is not for them, as if it were not there. NotYours: it is, and this is not.
    """
    judged = verdict(workspace, loaded, action, who)
    if judged.allowed:
        return
    if not verdict(workspace, loaded, "open", who).allowed:
        raise no_such_case()
    raise NotYours(
        f"Your part in {loaded.case.reference} does not include this. {judged.says}",
        remedy="Ask somebody who runs the case: `casework case readers` lists them.",
    )


def require_role(workspace: Workspace, school: School, action: Action) -> None:
    """See that whoever is signed in has a role in the school that may do what concerns no case in particular.

    Raises:
        NotYours: they have none.
    """
    who = asker(workspace, school.id)
    judged = may(action, who.roles, Standing(), local_date(workspace.clock.now()))
    if not judged.allowed:
        raise NotYours(f"Your role in the school does not include this. {judged.says}")


def action_of(kind: str) -> Action:
    """Return what recording an event of a kind is."""
    return next((action for begins, action in _KINDS if kind.startswith(begins)), "step")


def cases_of(workspace: Workspace, organisation: str, *, open_only: bool = False) -> list[CaseRow]:
    """Return an organisation's cases that whoever is signed in may see, newest first; all of them for an auditor.

    A case to which they are a party is in no list.
    """
    who = asker(workspace, organisation)
    today = local_date(workspace.clock.now()).isoformat()
    with workspace.store.read() as reader:
        if not who.roles:
            rows = []
        elif who.audits:
            out = {row.stream for row in reader.readings_of(who.account) if row.shut_out}
            rows = [row for row in reader.cases(organisation) if row.stream not in out]
        else:
            rows = reader.cases_read_by(organisation, who.account, today)
    return [row for row in rows if not (open_only and row.closed)]


class Sight:
    """Which cases of a list whoever is signed in may see: the same answer as `cases_of`, for a page at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._account, today = workspace.account, local_date(workspace.clock.now()).isoformat()
        self._today = today
        self._roles = _roles_today(workspace)

    def of(self, reader: Reader, rows: Sequence[CaseRow]) -> list[CaseRow]:
        """Return those of these cases that may be seen, in their order."""
        readings = {
            item.stream: item for item in reader.readings_among(self._account, {r.stream for r in rows})
        }
        return [row for row in rows if self._sees(row, readings.get(row.stream))]

    def _sees(self, row: CaseRow, reading: ReaderRow | None) -> bool:
        roles = self._roles.get(row.organisation, set())
        if not roles or (reading is not None and reading.shut_out):
            return False
        if AUDITOR in roles:
            return True
        return (
            reading is not None
            and (reading.since is None or reading.since <= self._today)
            and (reading.until is None or self._today <= reading.until)
        )


def hidden_cases(workspace: Workspace, organisation: str) -> frozenset[str]:
    """Return the streams of an organisation's cases that are not for whoever is signed in, to leave them out."""
    seen = {row.stream for row in cases_of(workspace, organisation)}
    with workspace.store.read() as reader:
        return frozenset(row.stream for row in reader.cases(organisation)) - seen
