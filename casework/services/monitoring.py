"""Equality monitoring: answers about who an employee is, kept apart from cases and only ever counted.

The answers of each case are a stream of their own under a key of its own, wrapped for the monitoring key alone. Whoever
enters them cannot read them again: the account's key does not open them, nor does the recovery key. The holder of the
monitoring key can count them with what came of cases, which needs no name; for a name, that key opens nothing.

What links them is the random id of the case, in facts. What is entered again replaces what was there; that, and what
somebody no longer wants to be used, is due to be destroyed at once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput
from casework.cases.request import Decision
from casework.keyring.errors import KeyDamaged
from casework.keyring.monitoring import MonitoringKey, write_monitoring_key
from casework.keyring.wrap import Wrap
from casework.ledger.event import Envelope
from casework.ledger.seal import open_body
from casework.records.monitoring import Answers, coded, decoded
from casework.services import guard
from casework.services.access import note_access
from casework.services.recorder import record, record_in_school
from casework.services.schools import School, log_of
from casework.services.wrapping import enter_key, new_stream_key

if TYPE_CHECKING:
    from pathlib import Path

    from casework.keyring.container import AskPassphrase, Protection
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

BEGUN: Final = "monitoring_begun"
RECORDED: Final = "monitoring_recorded"
STOPPED: Final = "monitoring_stopped"
STREAM: Final = "monitoring"
"""The kind of stream that holds the answers of one case."""


class NotBegun(BadInput):
    """The school has no monitoring key yet."""

    code = "monitoring-not-begun"


class AlreadyBegun(BadInput):
    """The school has a monitoring key."""

    code = "monitoring-begun"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Answers that are kept: their stream, the stream of their case, and when they were entered (UTC).

    `reader` is the id of the key that opens them; `replaced` and `stopped` say that they are not counted any more.
    """

    stream: str
    case: str
    reader: str
    at: str
    replaced: bool = False
    stopped: str = ""

    @property
    def counts(self) -> bool:
        """Whether they are counted."""
        return not self.replaced and not self.stopped


def may_begin(workspace: Workspace, school: School, *, again: bool = False) -> None:
    """Refuse to make a second monitoring key without being told so.

    Args:
        again: there is one already, which is lost or is to open nothing that is entered from now on.

    Raises:
        AlreadyBegun.
    """
    if not again and _newest_key(workspace, school) is not None:
        raise AlreadyBegun(
            "There is a monitoring key already; what was entered is opened by that one.",
            remedy="If it is lost: --again. What was entered under the old key is then counted no more.",
        )


def begin(
    workspace: Workspace, school: School, path: Path, passphrase: AskPassphrase | None
) -> MonitoringKey:
    """Make the school's monitoring key, write it to a file to be handed over, and put its public half on record.

    Args:
        passphrase: asks for one, chosen by whoever will hold the key; None leaves the file without.

    Raises:
        KeyExists, KeyNotWritten, PassphraseTooShort: why the file cannot be written.
    """
    key = MonitoringKey.generate(school.id, workspace.dice)
    public = key.agreement_public.hex()
    if not workspace.rehearsal:
        protection: Protection = "passphrase" if passphrase is not None else "none"
        write_monitoring_key(path, key, protection=protection, passphrase=passphrase, dice=workspace.dice)
    try:
        facts = {"kind": BEGUN, "key": key.id, "public": public, "account": workspace.keys.account}
        record_in_school(workspace, school, facts, {"key": key.id, "public": public})
    except BaseException:
        if not workspace.rehearsal:
            path.unlink(missing_ok=True)
        raise
    return key


def _newest_key(workspace: Workspace, school: School) -> tuple[str, bytes] | None:
    """Id and public half of the newest monitoring key, as they were sealed: who writes the database cannot set them."""
    with workspace.store.read() as reader:
        events = reader.events_of(school.stream)
    for event in reversed(events):
        if event.facts is not None and json.loads(event.facts).get("kind") == BEGUN:
            words = open_body(event, workspace.stream_key(school.stream)).value()
            return str(words["key"]), bytes.fromhex(str(words["public"]))
    return None


def record_answers(
    workspace: Workspace, school: School, given: Sequence[tuple[LoadedCase, Answers]], *, command: str = ""
) -> int:
    """Seal the answers of cases, each in a stream of its own, as one act; return how many replaced earlier ones.

    Raises:
        NotBegun. BadInput: a case is named twice, or somebody asked that nothing be used. CaseMoved: try again.
    """
    newest = _newest_key(workspace, school)
    if newest is None:
        raise NotBegun(
            "There is no monitoring key yet, so nobody could count the answers.",
            remedy="Begin with: casework monitoring begin",
        )
    cases = [loaded.stream for loaded, _ in given]
    if len(set(cases)) != len(cases):
        raise BadInput("A case is named twice.", remedy="Give one row for each case. Nothing was recorded.")
    known, stopped = recorded(workspace, school), _stopped(workspace, school)
    for loaded, _ in given:
        if loaded.stream in stopped:
            raise BadInput(
                f"The employee of {loaded.case.reference} asked that nothing of it be used.",
                remedy="Leave that case out. Nothing was recorded.",
            )
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
    keys = [new_stream_key(workspace, workspace.new_id()) for _ in given]
    account = workspace.keys.account

    def enter(transaction: Transaction) -> None:
        for key in keys:
            transaction.add_stream(key.stream, log=log.log, kind=STREAM, ref=None)
            enter_key(transaction, key, [newest])

    entries = [
        (
            key.stream,
            Decision(
                {"kind": RECORDED, "case": loaded.stream, "reader": newest[0], "account": account},
                coded(answers),
            ),
        )
        for key, (loaded, answers) in zip(keys, given, strict=True)
    ]
    seen = {key.stream: 0 for key in keys}
    try:
        record(workspace, log, entries, seen=seen, command=command or workspace.new_id(), prepare=enter)
    finally:
        for key in keys:
            workspace.forget_key(key.stream)
    return sum(item.counts and item.case in cases for item in known)


def recorded(workspace: Workspace, school: School) -> list[Recorded]:
    """Return the answers that are kept, oldest first; no key is needed, and nothing of them is read.

    Those of a case that is not for whoever is signed in are left out.
    """
    hidden = guard.hidden_cases(workspace, school.id)
    with workspace.store.read() as reader:
        log = log_of(reader, school, "cases")
        streams = [row.stream for row in reader.streams(log.log, STREAM)]
        events = [
            event for stream in streams for event in reader.events_of(stream) if event.facts is not None
        ]
    stopped = _stopped(workspace, school)
    newest: dict[str, str] = {}
    found = []
    for event in sorted(events, key=lambda event: event.pos):
        facts = json.loads(event.facts or b"{}")
        if facts["case"] in hidden:
            continue
        newest[str(facts["case"])] = event.stream
        at = Envelope.from_bytes(event.envelope).recorded
        found.append(Recorded(event.stream, str(facts["case"]), str(facts["reader"]), at))
    return [
        Recorded(
            item.stream,
            item.case,
            item.reader,
            item.at,
            newest[item.case] != item.stream,
            stopped.get(item.case, ""),
        )
        for item in found
    ]


def _stopped(workspace: Workspace, school: School) -> dict[str, str]:
    """The cases of which no answers are to be used, each with the instant from which on."""
    found = {}
    with workspace.store.read() as reader:
        events = reader.events_of(school.stream)
    for event in events:
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("kind") == STOPPED:
            found[str(facts["case"])] = Envelope.from_bytes(event.envelope).recorded
    return found


def stop(workspace: Workspace, school: School, loaded: LoadedCase, *, reason: str, command: str = "") -> int:
    """Use the answers of a case no longer: the employee has asked so; they are due to be destroyed at once.

    Nothing can be entered for the case again. Return how many answers are kept of it.

    Raises:
        BadInput: no reason, or it was stopped before.
    """
    if not reason.strip():
        raise BadInput("Say why, and when the employee wrote.", remedy="Give it with --reason.")
    if loaded.stream in _stopped(workspace, school):
        raise BadInput(f"Monitoring of {loaded.case.reference} was stopped before.")
    facts = {"kind": STOPPED, "case": loaded.stream, "account": workspace.keys.account}
    record_in_school(workspace, school, facts, {"reason": reason.strip()}, command=command)
    return sum(item.case == loaded.stream for item in recorded(workspace, school))


def answers_of(
    workspace: Workspace,
    school: School,
    key: MonitoringKey,
    *,
    purpose: str = "outcomes by characteristic",
) -> dict[str, Answers]:
    """Return the answers that count, by the stream of their case; that they were counted is on the access log first.

    Answers that another key opens are left out.

    Raises:
        KeyDamaged: the key is another school's. WrapRefused, NotOpened: something was altered. StoreReadOnly.
    """
    if key.organisation != school.id:
        raise KeyDamaged(
            "This is the monitoring key of another school.", remedy=f"Take that of {school.name}."
        )
    note_access(workspace, school, "monitoring", purpose=purpose)
    found: dict[str, Answers] = {}
    for item in recorded(workspace, school):
        if not item.counts or item.reader != key.id:
            continue
        with workspace.store.read() as reader:
            (event,) = reader.events_of(item.stream)
            epochs = {row.key_id: row.epoch for row in reader.keys_of(item.stream)}
            wraps = reader.wraps_of(item.stream, key.id)
        if event.sealed is None or not wraps:
            continue
        wrapped = Wrap(wraps[0].key_id, wraps[0].recipient, wraps[0].suite, wraps[0].blob)
        stream_key = key.unwrap(wrapped, stream=item.stream, epoch=epochs[wrapped.key_id])
        found[item.case] = decoded(open_body(event, stream_key).value())
    return found


def without_answers(workspace: Workspace, school: School) -> list[str]:
    """Return the references of the cases of which no answers are kept, by date of opening."""
    kept = {item.case for item in recorded(workspace, school)}
    rows = [row for row in guard.cases_of(workspace, school.id) if row.stream not in kept]
    return [row.reference for row in sorted(rows, key=lambda row: row.opened)]
