"""The keys of a case and its readers: new epochs when somebody is let out, wraps when somebody is let in.

Each compartment of a case has keys of its own. Whoever is let in gets the keys of every epoch of what they may read, so
that they can read what was written before; whoever is let out loses them, and what is written later is under new ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.keyring.wrap import wrap
from casework.ledger.blob import sealed_under
from casework.ledger.seal import COMPARTMENTS, Compartment, StreamKey
from casework.services.schools import School, as_sealed
from casework.services.wrapping import enter_key
from casework.store.rows import WrappedKey

if TYPE_CHECKING:
    from casework.cases.readers import Reader as CaseReader
    from casework.services.loading import LoadedCase
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction


@dataclass
class KeyChanges:
    """What an act changes in the keys of a case; `enter` does it, in the act's own transaction.

    `fresh` are new keys with the accounts that get them, `wraps` older keys for those who were let in, `gone` accounts
    that lose theirs.
    """

    stream: str
    fresh: list[tuple[StreamKey, list[tuple[str, bytes]]]] = field(default_factory=list)
    wraps: list[WrappedKey] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def enter(self, transaction: Transaction) -> None:
        """Enter keys and wraps, and take away what is gone."""
        for account in self.gone:
            for held in transaction.wraps_of(self.stream, account):
                transaction.forget_wrap(held.key_id, account)
        for key, readers in self.fresh:
            enter_key(transaction, key, readers)
        transaction.add_wraps(self.wraps)


def key_changes(
    workspace: Workspace,
    school: School,
    loaded: LoadedCase,
    *,
    entered: Iterable[CaseReader],
    gone: Collection[str],
    needed: Collection[Compartment],
    public_keys: Mapping[str, bytes],
) -> KeyChanges:
    """Return what letting these in and out means for the keys; new ones are in force in this process at once.

    Args:
        entered: who is let in.
        gone: accounts that are let out.
        needed: compartments besides `main` in which the act writes.
        public_keys: of every account of the school.

    Raises:
        NoAccess: this account lacks a key that it would have to pass on.
    """
    changes = KeyChanges(loaded.stream, gone=[account for account in gone if account in loaded.case.readers])
    new = {item.account: item for item in entered}
    staying = {a: item for a, item in {**loaded.case.readers, **new}.items() if a not in gone}
    renewed = [item for item in COMPARTMENTS if _needs_key(workspace, loaded, item, changes.gone, needed)]
    for compartment in renewed:
        readers = [
            (account, public_keys[account])
            for account, item in staying.items()
            if compartment in item.compartments and account in public_keys
        ]
        recovery = as_sealed(workspace, school).recovery_key
        changes.fresh.append((_next_key(workspace, loaded, compartment), [*readers, (school.id, recovery)]))
    for item in new.values():
        if item.account in public_keys and item.account not in gone:
            public_key = public_keys[item.account]
            changes.wraps += _older_keys(workspace, loaded.stream, item, public_key, item.compartments)
            # What they read is noted by themselves, so that they need the key of the access log.
            changes.wraps += _older_keys(workspace, school.access_stream, item, public_key, ("main",))
    for key, _ in changes.fresh:  # only now: what was sealed before was opened with the keys before
        workspace.remember_key(key)
    return changes


def _needs_key(
    workspace: Workspace,
    loaded: LoadedCase,
    compartment: Compartment,
    gone: Collection[str],
    needed: Collection[Compartment],
) -> bool:
    """Whether a compartment gets a new key: `main` when somebody goes, another when it is next written in."""
    if compartment == "main":
        return bool(gone)
    if compartment not in needed:
        return False
    if gone:
        return True
    with workspace.store.read() as reader:
        known = {key.key_id for key in reader.keys_of(loaded.stream) if key.compartment == compartment}
    written = [n for n, sealed in loaded.sealed.items() if sealed and sealed_under(sealed) in known]
    left = [event.n for event in loaded.history if event.facts["kind"] == "let_out"]
    return not written or max(written) < max(left, default=0)


def _next_key(workspace: Workspace, loaded: LoadedCase, compartment: Compartment) -> StreamKey:
    with workspace.store.read() as reader:
        epochs = [key.epoch for key in reader.keys_of(loaded.stream) if key.compartment == compartment]
    return StreamKey.generate(loaded.stream, compartment, max(epochs, default=0) + 1, workspace.dice)


def _older_keys(
    workspace: Workspace, stream: str, item: CaseReader, public_key: bytes, compartments: Collection[str]
) -> list[WrappedKey]:
    """Every key of a stream so far, wrapped for somebody who is let in to these compartments, but those they have."""
    with workspace.store.read() as reader:
        keys = [key for key in reader.keys_of(stream) if key.compartment in compartments]
        held = {wrapped.key_id for wrapped in reader.wraps_of(stream, item.account)}
    found = []
    for key in keys:
        if key.key_id not in held:
            made = wrap(workspace.key_called(stream, key.key_id), public_key, item.account)
            found.append(WrappedKey(made.key_id, made.recipient, made.suite, made.blob))
    return found
