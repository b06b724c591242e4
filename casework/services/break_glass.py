"""Breaking the glass: a case that nobody who is there can open is opened by two people and the school's recovery key.

One proposes it, another confirms it with the recovery key, which is kept away from the machine. Neither may be a party
of the case; an administrator can do neither. It is an event of the case for ever, and everybody who reads the case is
told. A proposal is answered alike whether there is such a case or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from casework.access.rules import shut_out
from casework.base.errors import BadInput
from casework.base.ids import parse_reference
from casework.base.time import local_date
from casework.cases import acts
from casework.cases.reader_acts import let_in
from casework.cases.readers import Reader
from casework.cases.request import Decision
from casework.keyring.wrap import Wrap, wrap
from casework.ledger.blob import sealed_under
from casework.ledger.seal import COMPARTMENTS, StreamKey
from casework.ledger.seal import open_body as open_event
from casework.services import second_person
from casework.services.bodies import open_body
from casework.services.dated import truths_of
from casework.services.directory import find_person
from casework.services.guard import no_such_case, require_role
from casework.services.letting_in import Known, accounts_of
from casework.services.loading import LoadedCase
from casework.services.posts import flags_on
from casework.services.readers import CannotBeLetIn
from casework.services.recorder import Receipt, receipt, record
from casework.services.schools import School, log_of
from casework.services.second_person import PROPOSED, NotConfirmed, Proposal
from casework.services.wrapping import newest_key_id
from casework.store.rows import WrappedKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.keyring.files import RecoveryKey
    from casework.ledger.append import Appended
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

WHAT: Final = "break_glass"
"""What the act that takes two people is called on record."""

DAYS: Final = 7
"""For how many days the case is open then, unless another day is named."""


def propose(workspace: Workspace, school: School, reference: str, *, reason: str) -> Proposal:
    """Propose that a case be opened to whoever is signed in; whether there is such a case is not said.

    Raises:
        NotYours: their role cannot break the glass. BadInput: no reference, or no reason.
    """
    require_role(workspace, school, "break_glass")
    named = parse_reference(reference)
    return second_person.propose(workspace, school, WHAT, {"case": named}, reason=reason)


def confirm(
    workspace: Workspace,
    school: School,
    reference: str,
    *,
    proposal: str,
    recovery: RecoveryKey,
    until: date | None = None,
) -> Receipt:
    """Confirm a proposal as a second person, with the recovery key: the first one is let in, and it is on record.

    Args:
        until: the last local day; a week from today if None.

    Raises:
        NotYours, NotConfirmed, CannotBeLetIn. NoAccess: there is no such case, or one of the two is a party of it.
            WrapRefused: it is another school's recovery key. BadInput: a day that is over.
    """
    require_role(workspace, school, "break_glass")
    named, today = parse_reference(reference), local_date(workspace.clock.now())
    last = until or today + timedelta(days=DAYS)
    if last < today:
        raise BadInput("The last day is over.", remedy="Name today or a later day.")
    accounts, me = accounts_of(workspace, school), workspace.account
    confirmed = second_person.confirm(workspace, school, proposal, WHAT, {"case": named})
    loaded = workspace.cases.called_with_recovery_key(school.id, named)
    if loaded is None:
        raise no_such_case()
    keys = _recovered(workspace, loaded, recovery)
    people = _people(workspace, loaded, keys)
    first = accounts[confirmed.proposal.account]
    if first.public_key is None:
        raise CannotBeLetIn("Whoever proposed it was not let in to the school yet.")
    if _is_party(loaded, people, first) or _is_party(loaded, people, accounts[me]):
        raise no_such_case()
    return _open(workspace, school, loaded, first, keys, people, confirmed, last)


def _open(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    first: Known,
    keys: Mapping[str, StreamKey],
    people: Mapping[str, Mapping[str, Any]],
    confirmed: second_person.Confirmed,
    last: date,
) -> Receipt:
    """Record it, and give the keys to whoever proposed it; whoever confirmed it keeps none."""
    reason = _reason(workspace, school, confirmed.proposal.id)
    known = next((party for party, words in people.items() if words.get("person") == first.person), "")
    party = known or workspace.new_id()
    recorder = acts.recorded_by(party, sorted(first.roles)[0])
    reader = Reader(first.account, "break_glass", ("main",), party, until=last)
    more = {"proposal": confirmed.proposal.id, "confirmed_by": workspace.account}
    entered = let_in(reader, name=first.name, reason=reason, recorder=recorder, **more)
    joins = []
    if not known:
        person = find_person(workspace, school, first.person)
        flags = flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened)
        words = person.words()
        joins.append(
            acts.add_party(
                party=party, roles=(), person=words, flags=flags, recorder=recorder, policy=loaded.policy
            )
        )
    with workspace.store.read() as reading:
        held = {item.key_id for item in reading.wraps_of(loaded.stream, first.account)}
        main = {key.key_id for key in reading.keys_of(loaded.stream) if key.compartment == "main"}
        newest = newest_key_id(reading, loaded.stream)
    public_key = first.public_key or b""
    made = [wrap(keys[name], public_key, first.account) for name in sorted(main - held)]

    def enter(transaction: Transaction) -> None:
        transaction.add_wraps(WrappedKey(w.key_id, w.recipient, w.suite, w.blob) for w in made)

    workspace.remember_key(keys[newest or ""])
    try:
        entries = [
            *((loaded.stream, item) for item in (*joins, entered)),
            (school.stream, confirmed.decision),
        ]
        appended, command = _record(workspace, school, entries, {loaded.stream: loaded.n}, enter)
    finally:
        workspace.forget_key(loaded.stream)
    return receipt(appended, command, loaded.stream)


def _record(
    workspace: Workspace,
    school: School,
    entries: list[tuple[str, Decision]],
    seen: Mapping[str, int],
    enter: Callable[[Transaction], None],
) -> tuple[Appended, str]:
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
    command, numbers = workspace.new_id(), {school.stream: newest, **seen}
    return record(workspace, log, entries, seen=numbers, command=command, prepare=enter), command


def _reason(workspace: Workspace, school: School, proposal: str) -> str:
    """The reason that was given with a proposal."""
    with workspace.store.read() as reader:
        log, events = log_of(reader, school, "cases"), reader.events_of(school.stream)
    for event in events:
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("proposal") == proposal and facts["kind"] == PROPOSED and event.sealed is not None:
            body = open_body(
                workspace, log=log.log, stream=event.stream, n=event.n, kind=PROPOSED, sealed=event.sealed
            )
            return str(body["reason"])
    raise NotConfirmed("There is no such proposal.", remedy="Check its number.")


def _recovered(workspace: Workspace, loaded: LoadedCase, recovery: RecoveryKey) -> dict[str, StreamKey]:
    """Every key of a case, opened with the school's recovery key.

    Raises:
        WrapRefused: it is another's.
    """
    with workspace.store.read() as reader:
        known = {key.key_id: key for key in reader.keys_of(loaded.stream)}
        wraps = reader.wraps_of(loaded.stream, recovery.organisation)
    found = {}
    for item in wraps:
        key = known[item.key_id]
        compartment = next(name for name in COMPARTMENTS if name == key.compartment)
        wrapped = Wrap(item.key_id, item.recipient, item.suite, item.blob)
        found[item.key_id] = recovery.unwrap(
            wrapped, stream=loaded.stream, compartment=compartment, epoch=key.epoch
        )
    if not found:
        raise NotConfirmed(
            "This recovery key opens nothing of the case.", remedy="Check which school's it is."
        )
    return found


def _people(
    workspace: Workspace, loaded: LoadedCase, keys: Mapping[str, StreamKey]
) -> dict[str, Mapping[str, Any]]:
    """Who the parties are, read with recovered keys that are kept nowhere."""
    with workspace.store.read() as reader:
        events = {event.n: event for event in reader.events_of(loaded.stream)}
    found = {}
    for party in loaded.case.parties.values():
        event = events[party.words]
        named = sealed_under(event.sealed) if event.sealed is not None else None
        if named is not None and named in keys:
            found[party.id] = open_event(event, keys[named]).value()
    return found


def _is_party(loaded: LoadedCase, people: Mapping[str, Mapping[str, Any]], item: Known) -> bool:
    """Whether somebody is kept out of a case as one of its parties."""
    return item.account in loaded.case.shut_out or any(
        words.get("person") == item.person and shut_out(loaded.case.parties[party].roles)
        for party, words in people.items()
        if item.person
    )
