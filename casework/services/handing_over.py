"""Absence and leaving: a deputy who stands in from one day to another, and cases that somebody hands over.

Both act on every case that somebody reads and that whoever is signed in reads too; each is an event of its case. What
was done stays on record under the name of whoever did it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput
from casework.base.time import local_date
from casework.cases import acts
from casework.cases.reader_acts import let_in, let_out
from casework.cases.replay import Recorded, replay
from casework.services.cases import record_in_case, recorder_of
from casework.services.dated import truths_of
from casework.services.directory import find_person
from casework.services.guard import cases_of, verdict
from casework.services.letting_in import Known, accounts_of
from casework.services.loading import LoadedCase
from casework.services.posts import flags_on
from casework.services.readers import (
    CannotBeLetIn,
    account_named,
    joining_without_part,
    new_reader,
    party_of,
)
from casework.services.schools import School

if TYPE_CHECKING:
    from casework.cases.request import Decision
    from casework.services.workspace import Workspace

Act = Callable[[LoadedCase], "list[Decision]"]


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of it: the references of the cases that were passed on, and of those that were not, with the reason."""

    done: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


def stand_in(
    workspace: Workspace,
    school: School,
    *,
    absent: str,
    deputy: str,
    since: date,
    until: date,
    reason: str,
) -> Passed:
    """Let a deputy in, from one local day to another, to every open case that somebody reads.

    Raises:
        UnknownPerson. BadInput: the days are over or the wrong way round, or both are one person. FieldInvalid: no
            reason.
    """
    accounts, today = accounts_of(workspace, school), local_date(workspace.clock.now())
    away, instead = account_named(accounts, absent), account_named(accounts, deputy)
    if until < since or until < today:
        raise BadInput("The last day is before the first, or is over already.")
    if away.account == instead.account:
        raise BadInput("Nobody stands in for themselves.")

    def act(loaded: LoadedCase) -> list[Decision]:
        opened = loaded.case.readers[away.account].compartments
        reader = replace(new_reader(workspace, loaded, instead, "deputy"), since=since, until=until)
        joins = joining_without_part(workspace, school, loaded, instead)
        party = next((str(item.facts["party"]) for item in joins), reader.party)
        entered = let_in(
            replace(reader, party=party, compartments=opened),
            name=instead.name,
            reason=reason,
            recorder=recorder_of(workspace, school, loaded),
            acting_for=away.account,
        )
        return [*joins, entered]

    return _each(workspace, school, away, act, unless=instead, open_only=True)


def hand_over(workspace: Workspace, school: School, *, leaver: str, to: str, reason: str) -> Passed:
    """Hand every case that somebody reads over to another: their part, and the keys. The leaver is let out.

    Raises:
        UnknownPerson. BadInput: both are one person. FieldInvalid: no reason.
    """
    accounts = accounts_of(workspace, school)
    goes, comes = account_named(accounts, leaver), account_named(accounts, to)
    if goes.account == comes.account:
        raise BadInput("A case cannot be handed over to whoever has it.")

    def act(loaded: LoadedCase) -> list[Decision]:
        recorder, old = recorder_of(workspace, school, loaded), loaded.case.readers[goes.account]
        reader = new_reader(workspace, loaded, comes, "handed_over")
        moved, party = _part_over(workspace, school, loaded, old.party, comes, recorder, reason)
        opened = tuple(sorted({*old.compartments, *reader.compartments}))
        entered = replace(reader, party=party, compartments=opened)
        return [
            *moved,
            let_in(entered, name=comes.name, reason=reason, recorder=recorder, acting_for=goes.account),
            let_out(goes.account, "handed_over", name=goes.name, reason=reason, recorder=recorder),
        ]

    return _each(workspace, school, goes, act)


def _part_over(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    old: str,
    comes: Known,
    recorder: Mapping[str, Any],
    reason: str,
) -> tuple[list[Decision], str]:
    """The events that move somebody's part in a case to another person, and the party of that person."""
    before = loaded.case.parties.get(old)
    roles = before.roles if before is not None else ()
    party, found, case = party_of(workspace, loaded, comes.person), list[Any](), loaded.case
    if before is not None and roles:
        freed = acts.change_roles(
            case, party=old, roles=(), recorder=recorder, policy=loaded.policy, reason=reason
        )
        found.append(freed)
        case = replay([*loaded.history, Recorded(loaded.n + 1, "", freed.facts)])
    if party:
        given = tuple(dict.fromkeys((*case.parties[party].roles, *roles)))
        if given != case.parties[party].roles:
            found.append(
                acts.change_roles(
                    case, party=party, roles=given, recorder=recorder, policy=loaded.policy, reason=reason
                )
            )
        return found, party
    person, joined = find_person(workspace, school, comes.person), workspace.new_id()
    found.append(
        acts.add_party(
            party=joined,
            roles=roles,
            person=person.words(),
            flags=flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened),
            recorder=recorder,
            policy=loaded.policy,
            taken={role for other in case.parties.values() for role in other.roles},
        )
    )
    return found, joined


def _each(
    workspace: Workspace,
    school: School,
    of: Known,
    act: Act,
    *,
    unless: Known | None = None,
    open_only: bool = False,
) -> Passed:
    """Do an act in each case that somebody reads and that whoever is signed in may let others in to."""
    done, left = [], []
    for row in cases_of(workspace, school.id, open_only=open_only):
        loaded = workspace.cases.load(row.stream)
        readers = loaded.case.readers
        if of.account not in readers or (unless is not None and unless.account in readers):
            continue
        if not verdict(workspace, loaded, "let_in").allowed:
            left.append((row.reference, "Your part in it does not include letting others in."))
            continue
        try:
            record_in_case(workspace, loaded, act(loaded), "")
        except CannotBeLetIn as problem:
            left.append((row.reference, problem.message))
        else:
            done.append(row.reference)
    return Passed(tuple(done), tuple(left))
