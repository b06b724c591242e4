"""Who is let in or out because of what is recorded: a part given or lost, a time that is over, a role that ended.

A party (subject, witness, reporter, companion) is let out in the very act that makes them one, whatever their role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from casework.access.rules import ADMINISTRATOR, AT_OPENING, AUDITOR, LET_IN, compartments_for, shut_out
from casework.base.errors import NotPermitted
from casework.base.time import local_date
from casework.cases.reader_acts import let_in, let_out
from casework.cases.readers import Reader
from casework.cases.replay import Recorded, replay
from casework.ledger.seal import COMPARTMENTS, Compartment
from casework.services.guard import READS, action_of, require
from casework.services.loading import LoadedCase, people_of
from casework.services.members import members
from casework.services.reader_keys import KeyChanges, key_changes
from casework.services.recorder import compartment_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from casework.cases.model import Case, Party
    from casework.cases.request import Decision
    from casework.services.schools import School
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

_GIVING: Final = frozenset(
    ("party_added", "party_roles_changed", "corrected", "annulled", "let_in", "let_out")
)
"""Kinds of event after which somebody may have to be let in or out, beside steps that give somebody a part."""


class ShutOut(NotPermitted):
    """Whoever records would shut themselves out of the case with it."""

    code = "shut-out"


@dataclass
class Known:
    """An account of a school: its sign-in name, its person, and its roles today; of a program, who made its token."""

    account: str
    login: str
    person: str
    name: str
    public_key: bytes | None
    roles: set[str] = field(default_factory=set)
    keeper: str = ""


@dataclass(frozen=True, slots=True)
class Following:
    """What an act records with what follows from it, in order, and what it changes in the keys."""

    decisions: tuple[Decision, ...]
    enter: Callable[[Transaction], None] | None = None


def accounts_of(workspace: Workspace, school: School) -> dict[str, Known]:
    """Return the accounts of a school by id, also those whose roles are over; roles are those of today.

    Raises:
        NoAccess: this account is none of the school's.
    """
    today, found = local_date(workspace.clock.now()), dict[str, Known]()
    for item in members(workspace, school):
        known = found.setdefault(
            item.account,
            Known(item.account, item.login, item.person, item.name, item.public_key, keeper=item.keeper),
        )
        if item.holds_on(today):
            known.roles.add(item.role)
    return found


def following(
    workspace: Workspace, school: School, loaded: LoadedCase, decisions: Sequence[Decision]
) -> Following:
    """Return decisions in a case with what follows from them for those who read it.

    Whoever goes, goes first, so that all the rest is under the new key. Each new key is announced by the first event
    that is sealed under it.

    Raises:
        ShutOut: it would shut out whoever records it. NoAccess, NotYours: they may not record this.
    """
    require(workspace, loaded, action_of(str(decisions[-1].facts["kind"])))
    needed = {item for item in map(_compartment, decisions) if item != "main"}
    for item in needed:
        require(workspace, loaded, READS[item])
    today = local_date(workspace.clock.now())
    over = [item for item in loaded.case.readers.values() if item.until is not None and item.until < today]
    if not needed and not over and not any(map(_gives, decisions)):
        return Following(tuple(decisions))
    accounts = accounts_of(workspace, school)
    more = _let_in_and_out(workspace, loaded, decisions, accounts, today)
    everything = [*decisions, *more]
    entered = [Reader.from_facts(d.facts, 0) for d in everything if d.facts["kind"] == "let_in"]
    gone = [str(d.facts["account"]) for d in everything if d.facts["kind"] == "let_out"]
    handing = any(d.facts.get("basis") == "handed_over" for d in decisions)
    if workspace.account in gone and not handing:
        raise ShutOut(
            "This would shut you out of the case: whoever is its subject, a witness, the reporter or a companion"
            " does not see it.",
            remedy="Have somebody else who reads the case record it; let them in first: casework case let-in",
        )
    changes = key_changes(
        workspace,
        school,
        loaded,
        entered=entered,
        gone=gone,
        needed=needed,
        public_keys={item.account: item.public_key for item in accounts.values() if item.public_key},
    )
    return Following(tuple(_announced(_leaving_first(everything, changes.gone), changes)), changes.enter)


def _leaving_first(decisions: Sequence[Decision], gone: Collection[str]) -> list[Decision]:
    """The decisions with those first that let a reader out."""
    return sorted(
        decisions, key=lambda item: item.facts["kind"] != "let_out" or item.facts["account"] not in gone
    )


def _announced(decisions: Sequence[Decision], changes: KeyChanges) -> Iterator[Decision]:
    """The decisions, the first of each compartment with the id of its new key, if it has one."""
    fresh = {key.compartment: key.key_id for key, _ in changes.fresh}
    for item in decisions:
        named = fresh.pop(_compartment(item), None)
        yield replace(item, facts={**item.facts, "new_key": named}) if named is not None else item


def _gives(decision: Decision) -> bool:
    return decision.facts["kind"] in _GIVING or "assigned" in decision.facts


def _compartment(decision: Decision) -> Compartment:
    return compartment_of(decision.facts)


def _let_in_and_out(
    workspace: Workspace,
    loaded: LoadedCase,
    decisions: Sequence[Decision],
    accounts: Mapping[str, Known],
    today: date,
) -> list[Decision]:
    """The events that follow: who goes, and who comes for a part in the case."""
    after = replay(
        [*loaded.history, *(Recorded(loaded.n + i, "", d.facts) for i, d in enumerate(decisions, 1))]
    )
    party_of = _parties(workspace, loaded, decisions, after)
    recorder: Mapping[str, Any] = next(d.facts["recorded_by"] for d in decisions if "recorded_by" in d.facts)
    told = {str(d.facts["account"]) for d in decisions if d.facts["kind"] in ("let_in", "let_out")}
    found = []
    for item in accounts.values():
        party, reader = party_of.get(item.person), after.readers.get(item.account)
        keeper = party_of.get(item.keeper)
        if keeper is not None and shut_out(keeper.roles):
            if item.account not in after.shut_out:
                reason = f"Whoever made its token is part of the case as {_named(keeper.roles)}."
                found.append(let_out(item.account, "party", name=item.name, reason=reason, recorder=recorder))
        elif party is not None and shut_out(party.roles):
            if item.account not in after.shut_out:
                reason = f"They are part of the case as {_named(party.roles)}."
                found.append(let_out(item.account, "party", name=item.name, reason=reason, recorder=recorder))
        elif reader is not None:
            why = _over(reader, item, party, today)
            if why:
                found.append(let_out(item.account, why[0], name=item.name, reason=why[1], recorder=recorder))
            elif item.account not in told and (wider := _wider(reader, item, party)) is not None:
                found.append(let_in(wider, name=item.name, reason=_part(party), recorder=recorder))
        elif item.account not in told and (new := _for_part(item, party)) is not None:
            found.append(let_in(new, name=item.name, reason=_part(party), recorder=recorder))
    return found


def _parties(
    workspace: Workspace, loaded: LoadedCase, decisions: Sequence[Decision], after: Case
) -> dict[str, Party]:
    """The parties of a case after an act, by person."""
    words = dict(people_of(workspace, loaded))
    for decision in decisions:
        if decision.facts["kind"] == "party_added":
            words[str(decision.facts["party"])] = decision.body
    return {
        str(body["person"]): after.parties[party]
        for party, body in words.items()
        if body.get("person") and party in after.parties
    }


def _over(reader: Reader, item: Known, party: Party | None, today: date) -> tuple[str, str] | None:
    if reader.until is not None and reader.until < today:
        return "ended", "Their time to see the case is over."
    if not item.roles:
        return "left", "They have no role in the school any more."
    if reader.basis == "part" and not _working(party):
        return "part", "They have no part in the case any more."
    return None


def _working(party: Party | None) -> set[str]:
    """The roles of a party that make a reader of whoever has an account."""
    return {role for role in party.roles if role in LET_IN} if party is not None else set()


def _for_part(item: Known, party: Party | None) -> Reader | None:
    """How somebody is let in for a part in the case, if they have one and a role in the school."""
    parts = _working(party)
    if party is None or not parts or not item.roles or item.public_key is None:
        return None
    compartments = compartments_for(parts | (item.roles - {ADMINISTRATOR, AUDITOR}))
    return Reader(item.account, "part", tuple(sorted(compartments)), party.id)


def _wider(reader: Reader, item: Known, party: Party | None) -> Reader | None:
    """How somebody who is let in already gets what a new part opens to them; None if nothing is new."""
    new = _for_part(item, party)
    if new is None or (reader.party == new.party and set(new.compartments) <= set(reader.compartments)):
        return None
    compartments = tuple(sorted({*reader.compartments, *new.compartments}))
    return Reader(item.account, reader.basis, compartments, new.party, reader.since, reader.until)


def _part(party: Party | None) -> str:
    return f"They have the part of {_named(party.roles if party else ())}."


def _named(roles: Iterable[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles)


@dataclass(frozen=True, slots=True)
class Opening:
    """Who is let in when a case is opened, each with their public key; who is shut out; and who joins it for that.

    `joins` are persons who get no part in the case, by the party ids that they get.
    """

    readers: tuple[tuple[Reader, bytes], ...]
    shut_out: tuple[str, ...]
    joins: Mapping[str, str]


def at_opening(
    workspace: Workspace, school: School, parties: Iterable[tuple[str, str, Sequence[str]]]
) -> Opening:
    """Return who is let in when a case is opened, and who is shut out.

    Whoever opens it, whoever has a part in it, and those whose role in the school the rules name (`AT_OPENING`).

    Args:
        parties: the first parties: party id, person, roles.

    Raises:
        ShutOut: whoever opens it is a party who may not see it.
    """
    accounts = accounts_of(workspace, school)
    of = {person: (party, set(roles)) for party, person, roles in parties}
    readers, out, joins = [], [], {}
    for item in accounts.values():
        party, parts = of.get(item.person, ("", set[str]()))
        if shut_out(parts | of.get(item.keeper, ("", set[str]()))[1]):
            out.append(item.account)
            continue
        basis = _basis(workspace, item, parts)
        if item.public_key is None or not basis:
            continue
        if not party and item.person:
            party = workspace.new_id()
            joins[party] = item.person
        everything = {role for role in parts if role in LET_IN} | (item.roles - {ADMINISTRATOR, AUDITOR})
        compartments = COMPARTMENTS if len(accounts) == 1 else sorted(compartments_for(everything))
        readers.append((Reader(item.account, basis, tuple(compartments), party), item.public_key))
    if workspace.account in out:
        raise ShutOut(
            "You cannot open a case that you are part of as its subject, a witness, the reporter or a companion:"
            " you would not see it.",
            remedy="Have a colleague with an account open it.",
        )
    return Opening(tuple(readers), tuple(out), joins)


def _basis(workspace: Workspace, item: Known, parts: set[str]) -> str:
    """Why an account is let in when a case is opened; empty if it is not."""
    if not item.roles:
        return ""
    if item.account == workspace.account:
        return "opened"
    if any(role in LET_IN for role in parts):
        return "part"
    return "role" if item.roles & AT_OPENING else ""
