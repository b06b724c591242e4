"""Opening cases and recording what happens in them beside steps: people, allegations, notes.

Longer than 400 lines because each of these acts is one function here, with what it refuses and why.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.base.errors import BadInput
from casework.base.ids import new_reference
from casework.base.time import Occurred
from casework.cases import acts
from casework.cases.model import Allegation, Case, Evidence
from casework.cases.readers import opening_facts
from casework.cases.replay import Recorded, replay
from casework.cases.request import Context, Decision
from casework.services.dated import truths_of
from casework.services.directory import Identity, Person, find_person, who_am_i
from casework.services.errors import UnknownPerson
from casework.services.guard import require, require_role
from casework.services.letting_in import Following, at_opening, following
from casework.services.loading import LoadedCase, context_of, people_of
from casework.services.posts import check_posts, default_people, flags_on
from casework.services.recorder import Entry, Receipt, already_recorded, receipt, record
from casework.services.schools import School, as_sealed, log_of, school_of
from casework.services.wrapping import enter_key, new_stream_key

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


Past = Callable[[Case, Mapping[str, str], Mapping[str, str], Context], Sequence[Decision]]
"""What happened before a case was opened, as events. Of the case so far, party ids by person, recorder, context."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was just opened: its reference, stream and receipt."""

    reference: str
    stream: str
    receipt: Receipt


def open_case(
    workspace: Workspace,
    school: School,
    *,
    reported: Occurred,
    summary: str,
    people: Sequence[tuple[Person, Sequence[str]]] = (),
    standing: Mapping[str, str] | None = None,
    note: str = "",
    past: Past | None = None,
    command: str = "",
) -> Opened:
    """Open a case under the school's policy; `people` are its first parties with their roles.

    Whoever holds a post of the school on the day of the report joins it in that part, where nobody is named for it. The
    signed-in person becomes a party too, in the role of their account.

    Args:
        standing: where the strands stand of a case that was begun on paper.
        note: words to put on the case with its opening.
        past: what happened before, of a case that was begun on paper.

    Raises:
        FieldInvalid: a date, summary or state that cannot be. PostNotHeld: a part that is somebody else's post.
        NoAccess: the account is not the school's.
    """
    repeated = already_recorded(workspace, command, None) if command else None
    if repeated is not None:
        reference = workspace.cases.load(repeated.stream).case.reference
        return Opened(reference, repeated.stream, repeated)
    identity, policy = who_am_i(workspace, school), workspace.policy(school.policy)
    require_role(workspace, school, "open_case")
    people = default_people(workspace, school, people, reported.date)
    truths = truths_of(workspace, school)
    stream, context = workspace.new_id(), context_of(workspace, school)
    reference = new_reference(workspace.dice, school.prefix, context.today.year)
    recorder_party = workspace.new_id()
    recorder = acts.recorded_by(recorder_party, identity.role)
    parties = _first_parties(workspace, school, identity, recorder_party, people)
    named = [(party, person.id, roles) for party, person, roles in parties]
    opening = at_opening(workspace, school, named)
    for party, person_id in opening.joins.items():
        parties.append((party, find_person(workspace, school, person_id), []))
    opened = acts.open_case(
        policy=policy,
        policy_digest=school.policy,
        catalogues=school.catalogues,
        reference=reference,
        reported=reported,
        summary=summary,
        recorder=recorder,
        context=context,
        standing=standing,
        readers=opening_facts([item for item, _ in opening.readers], opening.shut_out),
    )
    entries: list[Entry] = [(stream, opened)]
    taken: set[str] = set()
    for party, person, roles in parties:
        check_posts(policy, truths, person.id, roles, context.today, reported.date)
        added = acts.add_party(
            party=party,
            roles=roles,
            person=person.words(),
            flags=flags_on(policy, truths, person, reported.date),
            recorder=recorder,
            policy=policy,
            taken=taken,
        )
        entries.append((stream, added))
        taken.update(roles)
    if note:
        today = Occurred(context.today, None, "day")
        added = acts.add_note(type_="note", text=note, occurred=today, recorder=recorder, context=context)
        entries.append((stream, added))
    if past is not None:
        opened_so_far = replay(
            Recorded(n, "", decision.facts) for n, (_, decision) in enumerate(entries, start=1)
        )
        by_person = {person.id: party for party, person, _ in parties}
        entries += [(stream, item) for item in past(opened_so_far, by_person, recorder, context)]
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    key = new_stream_key(workspace, stream)
    recovery = as_sealed(workspace, school).recovery_key
    readers = [*((item.account, public_key) for item, public_key in opening.readers), (school.id, recovery)]

    def enter(transaction: Transaction) -> None:
        if transaction.case_called(school.id, reference) is not None:
            raise BadInput("The reference drawn for the case is taken.", remedy="Try again.")
        transaction.add_stream(stream, log=log.log, kind="case")
        enter_key(transaction, key, readers)

    chosen = command or workspace.new_id()
    appended = record(workspace, log, entries, seen={stream: 0}, command=chosen, prepare=enter)
    return Opened(reference, stream, receipt(appended, chosen, stream))


def reported_on(workspace: Workspace, school: School, reported: Occurred) -> None:
    """See that a case can be opened with this as the time of its report.

    Raises:
        FieldInvalid: it is not known, or in the future.
    """
    acts.check_report(reported, context_of(workspace, school))


def _first_parties(
    workspace: Workspace,
    school: School,
    identity: Identity,
    recorder_party: str,
    people: Sequence[tuple[Person, Sequence[str]]],
) -> list[tuple[str, Person, list[str]]]:
    """The recorder first, then the people named; somebody named twice becomes one party."""
    roles: dict[str, list[str]] = {identity.person: [identity.role]}
    known = {identity.person: find_person(workspace, school, identity.person)}
    for person, given in people:
        known[person.id] = person
        roles.setdefault(person.id, []).extend(role for role in given if role not in roles.get(person.id, []))
    return [
        (recorder_party if person == identity.person else workspace.new_id(), known[person], names)
        for person, names in roles.items()
    ]


def recorder_of(workspace: Workspace, school: School, loaded: LoadedCase) -> dict[str, str]:
    """Return the signed-in person's part in the case: party id and the role in which they record.

    Raises:
        NoAccess: the account is not the school's. UnknownPerson: they are not part of the case. NotYours: they only
            read it.
    """
    identity = who_am_i(workspace, school)
    for party, words in people_of(workspace, loaded).items():
        if words.get("person") == identity.person:
            roles = loaded.case.parties[party].roles
            role = identity.role if identity.role in roles or not roles else roles[0]
            return acts.recorded_by(party, role)
    require(workspace, loaded, "step")
    raise UnknownPerson(
        "You are not part of this case yet.", remedy="Have somebody assign you: `casework case assign`."
    )


def party_named(workspace: Workspace, loaded: LoadedCase, named: str) -> str:
    """Return the party id of a person in the case: by name or an unambiguous part of it, by role, person or party id.

    Raises:
        UnknownPerson: nobody in the case fits, or more than one does.
    """
    party = party_if_named(workspace, loaded, named)
    if party is None:
        raise UnknownPerson(
            f"Nobody called {named!r} is part of this case.", remedy="Add them: `casework case assign`."
        )
    return party


def party_if_named(workspace: Workspace, loaded: LoadedCase, named: str) -> str | None:
    """Return the party id of a person in the case as `party_named` does, or None if nobody in it fits.

    Raises:
        UnknownPerson: more than one fits.
    """
    if named in loaded.case.parties:
        return named
    wanted = " ".join(named.split()).casefold()
    people = people_of(workspace, loaded)
    exact = [p for p, words in people.items() if wanted in (words["name"].casefold(), words.get("person"))]
    holders = [party.id for party in loaded.case.holders(wanted.replace(" ", "_"))]
    parts = [p for p, words in people.items() if wanted and wanted in words["name"].casefold()]
    for fits in (exact, holders, parts):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(people[p]["name"] for p in fits)
            raise UnknownPerson(
                f"{named!r} fits {len(fits)} people in the case: {names}.", remedy="Write one of these names."
            )
    return None


def joining(
    workspace: Workspace, school: School, loaded: LoadedCase, named: str, recorder: Mapping[str, str]
) -> tuple[str, Decision | None]:
    """Return a person's party id and, if they are in the directory but not yet in the case, how they join it.

    Raises:
        UnknownPerson: nobody of that name is known.
    """
    known = party_if_named(workspace, loaded, named)
    if known is not None:
        return known, None
    person = find_person(workspace, school, named)
    party = workspace.new_id()
    added = acts.add_party(
        party=party,
        roles=(),
        person=person.words(),
        flags=flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened),
        recorder=recorder,
        policy=loaded.policy,
    )
    return party, added


def what_follows(workspace: Workspace, loaded: LoadedCase, decisions: Sequence[Decision]) -> Following:
    """Return decisions in a case with what follows from them for those who read it. Raises as `record_in_case`."""
    return following(workspace, school_of(workspace, loaded), loaded, decisions)


def record_in_case(
    workspace: Workspace,
    loaded: LoadedCase,
    decisions: Sequence[Decision],
    command: str,
    *,
    others: Sequence[tuple[str, int, Decision]] = (),
    prepare: Callable[[Transaction], None] | None = None,
    follows: Following | None = None,
) -> Receipt:
    """Record decisions in a case as one act, with what follows from them for those who read it.

    Args:
        others: decisions for other streams in the same act: stream, the number of its newest event, decision.
        prepare: enters files or streams in the same transaction.
        follows: what `what_follows` says of these decisions, if it was asked already.

    Raises:
        CaseMoved: a stream moved on after it was read. NoAccess, NotYours: this is not for whoever is signed in.
        ShutOut: it would shut them out of the case.
    """
    chosen = command or workspace.new_id()
    follows = follows or what_follows(workspace, loaded, decisions)
    decisions = follows.decisions

    def enter(transaction: Transaction) -> None:
        for entering in (follows.enter, prepare):
            if entering is not None:
                entering(transaction)

    try:
        appended = record(
            workspace,
            loaded.log,
            [
                *((loaded.stream, decision) for decision in decisions),
                *((stream, decision) for stream, _, decision in others),
            ],
            seen={loaded.stream: loaded.n, **{stream: n for stream, n, _ in others}},
            command=chosen,
            prepare=enter,
        )
    except BaseException:
        workspace.forget_key(loaded.stream)  # new keys were made for what did not come about
        raise
    own = [event for event in appended.events if event.stream == loaded.stream]
    loaded.take_recorded(own, [decision.facts for decision in decisions], appended.head.last_recorded)
    if loaded.case.links and not workspace.rehearsal:
        from casework.services.own_links import renew

        renew(workspace, loaded)
    if workspace.rehearsal:  # the caller’s copy shows what would stand, and not what does
        for event, decision in zip(own, decisions, strict=True):
            loaded.bodies[event.n] = decision.body  # it may be under a key that was never entered
        workspace.cases.forget(loaded.stream)
        workspace.forget_key(loaded.stream)
    return receipt(appended, chosen, loaded.stream)


def assign(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    named: str,
    roles: Iterable[str],
    reason: str = "",
    command: str = "",
) -> Receipt:
    """Bring a person into the case with these roles, or give somebody in it exactly these roles.

    Raises:
        UnknownPerson, FieldInvalid. PostNotHeld: somebody else holds the post of that name.
    """
    if command and (repeated := already_recorded(workspace, command, loaded.stream)) is not None:
        return repeated
    recorder, given = recorder_of(workspace, school, loaded), list(roles)
    party = party_if_named(workspace, loaded, named)
    truths, today = truths_of(workspace, school), context_of(workspace, school).today
    if party is None:
        person = find_person(workspace, school, named)
        check_posts(loaded.policy, truths, person.id, given, today, loaded.case.opened)
        decision = acts.add_party(
            party=workspace.new_id(),
            roles=given,
            person=person.words(),
            flags=flags_on(loaded.policy, truths_of(workspace, school), person, loaded.case.opened),
            recorder=recorder,
            policy=loaded.policy,
            taken={role for other in loaded.case.parties.values() for role in other.roles},
        )
    else:
        about = str(people_of(workspace, loaded)[party].get("person", ""))
        check_posts(loaded.policy, truths, about, given, today, loaded.case.opened)
        decision = acts.change_roles(
            loaded.case, party=party, roles=given, recorder=recorder, policy=loaded.policy, reason=reason
        )
    return record_in_case(workspace, loaded, [decision], command)


def allegation_id(loaded: LoadedCase, number: int) -> str:
    """Return the id of allegation `number`.

    Raises:
        UnknownItem: there is none of that number.
    """
    return _numbered(loaded.case.allegations.values(), number, "allegation")


def evidence_id(loaded: LoadedCase, number: int) -> str:
    """Return the id of evidence item `number`.

    Raises:
        UnknownItem: there is none of that number.
    """
    return _numbered(loaded.case.evidence.values(), number, "evidence item")


def _numbered(items: Collection[Allegation | Evidence], number: int, what: str) -> str:
    for item in items:
        if item.number == number:
            return item.id
    raise acts.UnknownItem(
        f"There is no {what} {number} in this case; it has {len(items)}.",
        remedy="`casework case show` lists them with their numbers.",
    )


def add_note(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    text: str,
    type_: str = "note",
    occurred: Occurred | None = None,
    command: str = "",
) -> Receipt:
    """Add a note, advice or minutes; advice stays apart from findings (PAN-11).

    Raises:
        FieldInvalid.
    """
    context = context_of(workspace, school)
    decision = acts.add_note(
        type_=type_,
        text=text,
        occurred=occurred or context.occurred_today,
        recorder=recorder_of(workspace, school, loaded),
        context=context,
    )
    return record_in_case(workspace, loaded, [decision], command)
