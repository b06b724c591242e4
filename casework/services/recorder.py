"""Recording: decisions become events, sealed outside the lock, placed and signed under it, all in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from casework.cases.request import Decision
from casework.ledger.append import Appended, extend, seal_events
from casework.ledger.event import NewEvent, SealedEvent, StoredEvent
from casework.ledger.seal import COMPARTMENTS, Compartment
from casework.services.errors import CaseMoved
from casework.store.ahead import to_place
from casework.store.errors import OutcomeUnknown, StoreUnavailable

if TYPE_CHECKING:
    from casework.services.school import School
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction
    from casework.store.rows import Log

Entry = tuple[str, Decision]
"""A decision and the id of the stream that it belongs to."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was recorded: the command, where it stands, and what follows.

    `events` are the numbers of the case's new events, `size` the ledger's size after them. `repeated` says
    that the
    same command had been recorded before, and nothing was added.
    """

    command: str
    stream: str
    events: tuple[int, ...]
    size: int
    recorded: str
    repeated: bool = False


def record(
    workspace: Workspace,
    log: Log,
    entries: Sequence[Entry],
    *,
    seen: Mapping[str, int],
    command: str,
    prepare: Callable[[Transaction], None] | None = None,
) -> Appended:
    """Record decisions as one act.

    Args:
        workspace: where.
        log: the log that all the streams belong to.
        entries: in the order in which they are to stand.
        seen: for each stream, the number of its newest event when the decision was made.
        command: id of the act, the same for a retry.
        prepare: enters new streams, keys or files in the same transaction, before the events.

    Raises:
        CaseMoved: a stream has moved on since. ClockBehind: this machine's clock is behind the ledger.
    """
    sealed = seal_entries(workspace, log.log, entries, seen)
    workspace.signer(log)  # opened before the lock is taken
    try:
        with workspace.transaction(log.organisation, asked=to_place(log.log, seen, command)) as transaction:
            if prepare is not None:
                prepare(transaction)
            facts = [dict(decision.facts) for _, decision in entries]
            appended = append(workspace, transaction, log, sealed, seen=seen, command=command, facts=facts)
    except OutcomeUnknown:
        if not _was_kept(workspace, log, command):
            raise StoreUnavailable(
                "The connection to the database was lost; nothing of this was recorded.",
                remedy="Do it again.",
            ) from None
    return appended


def _was_kept(workspace: Workspace, log: Log, command: str) -> bool:
    """Find out whether a command was recorded whose end was not heard: the log's lock waits until that is decided.

    Raises:
        StoreUnavailable: the database cannot be asked.
    """
    with workspace.store.transaction(log.organisation) as transaction:
        return bool(transaction.find_command(command))


def seal_entries(
    workspace: Workspace, log: str, entries: Sequence[Entry], seen: Mapping[str, int]
) -> list[SealedEvent]:
    """Commit to decisions and seal their bodies, numbered after `seen`; needs no lock.

    What is kept apart is sealed under the key of its own compartment. A key that is new in its stream is announced by
    the facts of the first event under it, so that verification knows it.
    """
    number = {stream: n + 1 for stream, n in seen.items()}
    sealed: list[SealedEvent] = []
    for compartment, run in groupby(entries, lambda entry: compartment_of(entry[1].facts)):
        events = [
            NewEvent(stream, workspace.announcing(stream, compartment, decision.facts), decision.body)
            for stream, decision in run
        ]
        sealed += seal_events(
            events,
            log=log,
            first_n=number,
            keys=partial(workspace.stream_key, compartment=compartment),
            dice=workspace.dice,
        )
        for event in events:
            number[event.stream] += 1
    return sealed


def compartment_of(facts: Mapping[str, Any]) -> Compartment:
    """Return the compartment that an event's words are sealed in, as its facts say."""
    named = facts.get("compartment", "main")
    return next((item for item in COMPARTMENTS if item == named), "main")


def append(
    workspace: Workspace,
    transaction: Transaction,
    log: Log,
    sealed: Sequence[SealedEvent],
    *,
    seen: Mapping[str, int],
    command: str,
    facts: Sequence[Mapping[str, Any]] | None = None,
) -> Appended:
    """Place sealed events at the end of a log, within a transaction. Arguments and errors as for `record`.

    `facts` are those of the events, from a caller who still has them.
    """
    head = transaction.place_after(log.log, seen, command)
    if head is None:
        raise CaseMoved("The school’s ledger is not there any more.", since=[])
    workspace.refuse_rolled_back(head)
    newest = {stream: transaction.newest_n(stream) for stream in seen}
    for stream, n in seen.items():
        if newest[stream] != n:
            raise _moved(transaction, stream, n)
    now, sign = workspace.clock.now(), workspace.signer(log)
    appended = extend(head, sealed, command=command, now=now, sign=sign, newest=newest)
    transaction.append(appended.events, appended.head, appended.note, facts)
    workspace.was_signed(appended.head, appended.note)
    return appended


def _moved(reader: Reader | Transaction, stream: str, seen: int) -> CaseMoved:
    since = [_gist(event) for event in reader.events_of(stream, after=seen)]
    count = "something" if len(since) == 1 else f"{len(since)} things"
    return CaseMoved(
        f"Somebody else recorded {count} in this case first. Nothing of yours was recorded.", since=since
    )


def _gist(event: StoredEvent) -> dict[str, Any]:
    """What happened in an event, in facts only: number, kind, and the step if it is one."""
    facts = json.loads(event.facts) if event.facts else {}
    gist = {"event": event.n, "kind": facts.get("kind", "erased")}
    if "step" in facts:
        gist["step"] = facts["step"]
    return gist


def already_recorded(workspace: Workspace, command: str, stream: str | None) -> Receipt | None:
    """Return the receipt of a command that was recorded before, so that a retry is harmless; None if it was not."""
    with workspace.store.read() as reader:
        found = reader.find_command(command)
        if not found:
            return None
        main = stream or found[0].stream
        return Receipt(
            command=command,
            stream=main,
            events=tuple(item.n for item in found if item.stream == main),
            size=max(item.pos for item in found) + 1,
            recorded="",
            repeated=True,
        )


def receipt(appended: Appended, command: str, stream: str) -> Receipt:
    """Return the receipt of what was just recorded."""
    return Receipt(
        command=command,
        stream=stream,
        events=tuple(event.n for event in appended.events if event.stream == stream),
        size=appended.head.size,
        recorded=appended.head.last_recorded,
    )


def record_in_school(
    workspace: Workspace,
    school: School,
    facts: Mapping[str, Any],
    words: Mapping[str, Any],
    *,
    command: str = "",
) -> None:
    """Record one event in a school's own stream, as one act.

    Raises:
        As `record`. UnknownSchool: its log is not there.
    """
    from casework.services.schools import log_of

    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "cases"), reader.newest_n(school.stream)
    record(
        workspace,
        log,
        [(school.stream, Decision(dict(facts), dict(words)))],
        seen={school.stream: newest},
        command=command or workspace.new_id(),
    )
