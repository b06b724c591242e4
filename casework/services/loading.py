"""Reading a case: its history, its policy and, for those who have the key, its words.

A case that was read once is kept in this process; each use reads only the events that were recorded since.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput, Unavailable
from casework.base.ids import parse_reference
from casework.cases.amendments import corrected_texts
from casework.cases.fields import FieldInvalid
from casework.cases.followed import followed, in_force
from casework.cases.model import Case, Clock, LiveWarning, StepRecord
from casework.cases.replay import CaseFold, FactsMissing, Recorded
from casework.cases.request import Context
from casework.ledger.event import Envelope, StoredEvent
from casework.procedure.model import Catalogue, Policy
from casework.services.bodies import open_body
from casework.services.dated import truths_of
from casework.services.errors import NoAccess
from casework.services.guard import READS, Asker, asker, is_listed, no_such_case, require, verdict
from casework.services.recorder import compartment_of
from casework.services.schools import School
from casework.store import ahead

if TYPE_CHECKING:
    from casework.procedure.calendar import Calendar
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader
    from casework.store.rows import Log

_KEPT = 256
"""Cases that a process keeps in memory."""


@dataclass(slots=True)
class LoadedCase:
    """A case as it stands: `history` holds every event's facts, `bodies` the words opened so far.

    `policy_of` finds a policy by its digest.
    """

    stream: str
    log: Log
    policy_of: Callable[[str], Policy] = field(repr=False)
    catalogues: tuple[Catalogue, ...]
    case: Case = field(default_factory=Case)
    _fold: CaseFold = field(default_factory=CaseFold, repr=False)
    sealed: dict[int, bytes | None] = field(default_factory=dict, repr=False)
    bodies: dict[int, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def history(self) -> list[Recorded]:
        """Every event's facts, from the first; not to be changed."""
        return self._fold.history

    @property
    def policy(self) -> Policy:
        """The policy that the case follows now.

        Raises:
            NoAccess, StoreDamaged: it is not there, or not what its digest says.
        """
        return self.policy_of(self.case.policy)

    @property
    def policies(self) -> dict[str, Policy]:
        """Each policy that the case has followed, by digest. Raises as `policy`."""
        return {digest: self.policy_of(digest) for _, digest in followed(self.history)}

    def policy_then(self, n: int) -> Policy:
        """Return the policy that was in force for event `n`. Raises as `policy`."""
        return self.policy_of(in_force(self.history, n))

    @property
    def n(self) -> int:
        """The number of the newest event: what a face has seen."""
        return len(self.history)

    @property
    def forgotten(self) -> bool:
        """True when its words were destroyed."""
        return bool(self.sealed) and self.sealed.get(1) is None

    def take_in(self, events: Iterable[StoredEvent]) -> None:
        """Bring the case up to date with events that follow.

        Raises:
            FactsMissing: an event's facts were erased.
        """
        for event in events:
            if event.facts is None:
                raise FactsMissing(f"The facts of event {event.n} were erased, so the case cannot be read.")
            recorded = Envelope.from_bytes(event.envelope).recorded
            self._fold.take(Recorded(event.n, recorded, json.loads(event.facts)))
            self.sealed[event.n] = event.sealed
        self.case = self._fold.case()

    def take_recorded(
        self, events: Iterable[StoredEvent], facts: Iterable[Mapping[str, Any]], recorded: str
    ) -> None:
        """Bring the case up to date with events that this process has just recorded, whose facts it still has."""
        for event, known in zip(events, facts, strict=True):
            self._fold.take(Recorded(event.n, recorded, known))
            self.sealed[event.n] = event.sealed
        self.case = self._fold.case()


class CaseForgotten(Unavailable):
    """The words of a case were destroyed, so that nothing can be shown or done in it any more."""

    code = "case-forgotten"


class CaseCache:
    """Cases by stream, brought up to date from the store on each use.

    Args:
        workspace: where the cases are.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept: OrderedDict[str, LoadedCase] = OrderedDict()

    def load(self, stream: str) -> LoadedCase:
        """Return the case as it stands now.

        Raises:
            NoAccess: there is none, or it is not for this account: both answer alike. FactsMissing: its facts were
                erased.
        """
        with self._workspace.store.read() as reader:
            news = self._news(reader, stream)
        return self._up_to_date(stream, *news)

    def called(self, organisation: str, reference: str) -> LoadedCase | None:
        """Return an organisation's case by its reference as it stands now, or None; not for this account is None, too.

        Raises:
            FactsMissing: its facts were erased.
        """
        account = self._workspace.account
        with self._workspace.store.look(
            ahead.case_for(organisation, reference, account), *ahead.who(account)
        ) as reader:
            row, reading = reader.case_for(organisation, reference, account)
            who = asker(self._workspace, organisation, reader)
            listed = is_listed(self._workspace, who, reading)
            if row is None or not listed:
                return None
            news = self._news(reader, row.stream)
        return self._up_to_date(row.stream, *news, who)

    def called_with_recovery_key(self, organisation: str, reference: str) -> LoadedCase | None:
        """Return a case by its reference for whoever holds the school's recovery key, which opens all; or None.

        It is kept nowhere, and its words stay shut: without the key nothing of it can be opened.
        """
        with self._workspace.store.read() as reader:
            row = reader.case_called(organisation, reference)
            events = reader.events_of(row.stream) if row is not None else []
            logs = {log.log: log for log in reader.logs()}
        if row is None:
            return None
        found = self._first(row.stream, events, logs)
        found.take_in(events)
        return found

    def _news(self, reader: Reader, stream: str) -> tuple[list[StoredEvent], list[Log]]:
        kept = self._kept.get(stream)
        return reader.events_of(stream, after=kept.n if kept else 0), [] if kept else reader.logs()

    def _up_to_date(
        self, stream: str, new: list[StoredEvent], logs: list[Log], who: Asker | None = None
    ) -> LoadedCase:
        kept = self._kept.get(stream)
        if kept is None:
            kept = self._first(stream, new, {log.log: log for log in logs})
            self._kept[stream] = kept
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(stream)
        if new:
            if kept.n:
                self._workspace.forget_key(stream)  # somebody may have been let out since
            kept.take_in(new)
        require(self._workspace, kept, "open", who)
        return kept

    def forget(self, stream: str) -> None:
        """Read the case anew when it is asked for again."""
        self._kept.pop(stream, None)

    def _first(self, stream: str, events: list[StoredEvent], logs: Mapping[str, Log]) -> LoadedCase:
        facts = json.loads(events[0].facts or b"{}") if events else {}
        if facts.get("kind") != "case_opened":
            raise no_such_case()
        catalogues = tuple(self._workspace.catalogue(digest) for digest in facts["catalogues"])
        return LoadedCase(stream, logs[events[0].log], self._workspace.policy, catalogues)


def find_case(workspace: Workspace, school: School, reference: str) -> LoadedCase:
    """Return the case of a reference such as `ASH-26-7KQ4`; letter case does not matter.

    Raises:
        NoAccess: there is none, or it is not for this account: both answer alike.
        CaseForgotten: its words were destroyed.
    """
    found = workspace.cases.called(school.id, parse_reference(reference))
    if found is None:
        raise no_such_case()
    if found.forgotten:
        raise CaseForgotten(
            f"The words of {found.case.reference} were destroyed when their time was over. Its facts are left, and name"
            " nobody.",
            remedy=f"What was destroyed, and why: casework retention certificate {found.case.reference}",
        )
    return found


def with_cases(
    workspace: Workspace, school: School, loaded: LoadedCase, step: str, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of a step with each reference of another case as it is written, once it is seen to be one.

    Raises:
        FieldInvalid: the school has no such case, it is not for this account, or it is this very case.
    """
    fields = loaded.policy.steps[step][1].fields if step in loaded.policy.steps else {}
    return {
        name: _other_case(workspace, school, loaded, value)
        if name in fields and fields[name].names == "case" and isinstance(value, str) and value
        else value
        for name, value in values.items()
    }


def _other_case(workspace: Workspace, school: School, loaded: LoadedCase, named: str) -> str:
    try:
        other = find_case(workspace, school, named)
    except (BadInput, NoAccess):
        raise FieldInvalid(
            "The school has no case of that reference, or it is not for you.",
            remedy="`casework case list` shows yours. If it is another employer’s, say that it is.",
        ) from None
    if other.stream == loaded.stream:
        raise FieldInvalid("That is this very case.", remedy="Give the reference of the other one.")
    return other.case.reference


def opens(workspace: Workspace, loaded: LoadedCase, n: int) -> bool:
    """Say whether the words of event `n` are for this account; False if they are kept apart from it.

    Raises:
        NoAccess, NotYours: no words of the case are.
    """
    compartment = compartment_of(loaded.history[n - 1].facts)
    if compartment == "main":
        require(workspace, loaded, "read_words")
        return True
    return verdict(workspace, loaded, READS[compartment]).allowed


def running(loaded: LoadedCase, today: date) -> list[Clock]:
    """Return the clocks that run, earliest due first; what has lapsed is over.

    Once the main strand has ended, only those are left that steps of the others started: a safeguarding matter goes on.
    """
    policy = loaded.policy
    main = policy.strands[policy.main_strand].states[loaded.case.states[policy.main_strand]]
    beside = {record.n for record in loaded.case.steps if record.strand != policy.main_strand}
    return [
        clock
        for clock in loaded.case.running()
        if (clock.due >= today or not policy.deadlines[clock.id].lapses)
        and (not main.final or clock.n in beside)
    ]


def body_of(workspace: Workspace, loaded: LoadedCase, n: int) -> Mapping[str, Any]:
    """Return the opened body of event `n`; empty once it was erased.

    Raises:
        NoAccess: this account has no key to it. NotOpened: it was altered.
    """
    if n not in loaded.bodies:
        sealed = loaded.sealed.get(n)
        if sealed is None or not opens(workspace, loaded, n):
            return {}
        kind = loaded.history[n - 1].facts["kind"]
        loaded.bodies[n] = open_body(
            workspace, log=loaded.log.log, stream=loaded.stream, n=n, kind=kind, sealed=sealed
        )
    return loaded.bodies[n]


def texts_of(workspace: Workspace, loaded: LoadedCase, record: StepRecord) -> dict[str, Any]:
    """Return the words of a step, corrections included."""
    texts = dict(body_of(workspace, loaded, record.n).get("texts", {}))
    for correction in record.corrected:
        texts = corrected_texts(texts, body_of(workspace, loaded, correction).get("texts", {}))
    return texts


def people_of(workspace: Workspace, loaded: LoadedCase) -> dict[str, Mapping[str, Any]]:
    """Return who the parties are, by party id: person id, name, title, address as the case uses them."""
    return {party.id: body_of(workspace, loaded, party.words) for party in loaded.case.parties.values()}


def context_of(workspace: Workspace, school: School, warnings: tuple[LiveWarning, ...] = ()) -> Context:
    """Return what a decision relies on now: the instant, the school's calendar, live warnings, its dated truths."""
    return Context(
        workspace.clock.now(),
        workspace.calendar(school.calendar),
        school.calendar,
        warnings,
        truths_of(workspace, school),
    )


def context_then(workspace: Workspace, school: School, loaded: LoadedCase, event: int) -> Context:
    """Return what an amendment of event `event` relies on: the present instant, and the calendar that the event cites.

    A mended word moves no date because the school has taken another calendar since.
    """
    facts = loaded.history[event - 1].facts if 1 <= event <= loaded.n else {}
    digest = str(facts.get("calendar", school.calendar))
    return Context(workspace.clock.now(), workspace.calendar(digest), digest)


def calendars_of(workspace: Workspace, loaded: LoadedCase) -> dict[str, Calendar]:
    """Return every calendar that the case relied on, by digest; one that is not there is left out."""
    found = {}
    for digest in {event.facts["calendar"] for event in loaded.history if "calendar" in event.facts}:
        try:
            found[digest] = workspace.calendar(digest)
        except NoAccess:
            continue
    return found


def warnings_of(workspace: Workspace, person: str) -> tuple[LiveWarning, ...]:
    """Return the warnings on a person's file, live or spent; which are live depends on the date asked for."""
    with workspace.store.read() as reader:
        rows = [row for stream in reader.streams_about(person) for row in reader.warnings(stream.stream)]
    return tuple(
        LiveWarning(row.level, date.fromisoformat(row.live_from), date.fromisoformat(row.live_until))
        for row in rows
    )
