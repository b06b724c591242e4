"""Where a face works: a data folder with its database and keys, a clock, and dice.

A workspace opens its store at once and its keys only when something has to be opened, sealed or signed, so that lists,
deadlines and verification work without a passphrase.

Longer than 400 lines because everything that a face needs open lives and ends in this one class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from casework.base.canonical import has_digest, parse_canonical
from casework.base.ids import Dice, SystemDice, new_id
from casework.base.time import Clock, SystemClock
from casework.ledger.blob import sealed_under
from casework.services.errors import NoAccess, RolledBackHere
from casework.services.folder import ACCOUNT_KEY as ACCOUNT_KEY
from casework.services.folder import DATABASE as DATABASE
from casework.store.connect import Store
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.cases.dated import DatedTruths
    from casework.correspondence.library import Library
    from casework.keyring.files import AccountKeys
    from casework.ledger.checkpoint import Signer
    from casework.ledger.log_head import LogHead
    from casework.ledger.seal import Compartment, StreamKey
    from casework.procedure.calendar import Calendar
    from casework.procedure.model import Catalogue, Policy
    from casework.services.loading import CaseCache
    from casework.services.seen import Memory
    from casework.store.connect import Transaction
    from casework.store.rows import Log
    from casework.store.statement import Asked

Passphrase = Callable[[], str]
"""Asked for only when a key file is protected; never taken from a command line."""


class _Rehearsed(Exception):
    """Undoes a transaction that was only a rehearsal."""


@dataclass
class Workspace:
    """An open data folder.

    `passphrase` is called at most once, when the account's key file has to be opened; `account_keys` gives the keys of
    somebody who signed in, and then no key file is opened. In a `rehearsal` everything is decided, sealed and checked
    as if it were recorded, and then undone. `dated` keeps what is true of each school on a date, and `own_letters` its
    letters, each with the number of the newest event that it was read from; `opened_rows` keeps what sealed rows of the
    directory say, for as long as their key is held.
    """

    folder: Path
    store: Store
    passphrase: Passphrase
    clock: Clock = field(default_factory=SystemClock)
    dice: Dice = field(default_factory=SystemDice)
    rehearsal: bool = False
    account_keys: Callable[[], AccountKeys] | None = field(default=None, repr=False)
    dated: dict[str, tuple[int, DatedTruths]] = field(default_factory=dict, repr=False)
    own_letters: dict[str, tuple[int, Library]] = field(default_factory=dict, repr=False)
    opened_rows: dict[tuple[str, str, bytes], dict[str, Any]] = field(default_factory=dict, repr=False)
    _signed: list[tuple[LogHead, str]] = field(default_factory=list, repr=False)
    _seen: dict[str, tuple[LogHead, str]] = field(default_factory=dict, repr=False)
    _sealing: dict[tuple[str, str], StreamKey] = field(default_factory=dict, repr=False)
    _opening: dict[str, StreamKey] = field(default_factory=dict, repr=False)
    _unannounced: set[str] = field(default_factory=set, repr=False)
    _policies: dict[str, Policy] = field(default_factory=dict, repr=False)
    _catalogues: dict[str, Catalogue] = field(default_factory=dict, repr=False)
    _calendars: dict[str, Calendar] = field(default_factory=dict, repr=False)
    _signers: dict[str, Signer] = field(default_factory=dict, repr=False)

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: Passphrase,
        *,
        clock: Clock | None = None,
        dice: Dice | None = None,
        account_keys: Callable[[], AccountKeys] | None = None,
    ) -> Self:
        """Open an existing data folder, as whoever signed in or, without, as the account of its key file.

        Raises:
            NoStore, StoreUnavailable: there is no database, or it cannot be opened; the message says why.
        """
        store = Store.open(folder / DATABASE)
        chosen = (clock or SystemClock(), dice or SystemDice())
        return cls(folder, store, passphrase, *chosen, account_keys=account_keys)

    def beside(self, account_keys: Callable[[], AccountKeys]) -> Self:
        """Return a workspace on the same open database that works as another account.

        Only what needs no key is shared: policies, catalogues and calendars.
        """
        where = (self.folder, self.store.seeing(), self.passphrase, self.clock, self.dice)
        made = type(self)(*where, account_keys=account_keys)
        made._policies, made._catalogues = self._policies, self._catalogues
        made._calendars = self._calendars
        return made

    def leave(self) -> None:
        """Remember the newest checkpoints that were signed here, and forget all keys; the database stays open."""
        from casework.keyring.files import nobody

        self._remember()
        self._work_as(nobody)
        self.dated.clear()
        self.own_letters.clear()

    def opened_again(self) -> Self:
        """Open the same data folder once more, as the same account: for work that goes on in a thread of its own.

        Raises:
            NoStore, StoreUnavailable: the database cannot be opened.
        """
        other = type(self).open(
            self.folder, self.passphrase, clock=self.clock, dice=self.dice, account_keys=lambda: self.keys
        )
        if self.store.within:
            other.work_for(*self.store.within)
        return other

    def close(self) -> None:
        """Remember the newest checkpoints that were signed here, and close the database."""
        self._remember()
        self.store.close()

    def _remember(self) -> None:
        if self._seen:
            from casework.services.seen import remember

            for _, note in self._seen.values():
                remember(self.folder, note)
            self._seen.clear()

    @contextmanager
    def transaction(self, *organisations: str, asked: Sequence[Asked] = ()) -> Iterator[Transaction]:
        """Begin a transaction of the store; in a rehearsal it is undone at its end, as if nothing had been asked.

        Args:
            organisations: ids of those in which it records; none means those that the workspace works for.
            asked: what is asked as soon as it begins; see `Store.transaction`.

        Raises:
            StoreReadOnly, StoreBusy, StoreFull: as the store says.
        """
        self._signed.clear()
        with suppress(_Rehearsed), self.store.transaction(*organisations, asked=asked) as transaction:
            yield transaction
            if self.rehearsal:
                raise _Rehearsed
            signed = list(self._signed)
        if not self.rehearsal:
            self._seen |= {head.origin: (head, note) for head, note in signed}

    def work_for(self, *organisations: str) -> None:
        """See nothing from now on but what belongs to these organisations; on a server, the server sees to it."""
        self.store = self.store.seeing(*organisations)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def key_file(self) -> Path:
        """Where the account's private keys are kept."""
        return self.folder / ACCOUNT_KEY

    @cached_property
    def keys(self) -> AccountKeys:
        """The account's private keys, opened on first use.

        Raises:
            KeyMissing, KeyTooOpen, WrongPassphrase, NotSignedIn: why they cannot be had.
        """
        if self.account_keys is not None:
            return self.account_keys()
        from casework.keyring.files import read_account_keys

        return read_account_keys(self.key_file, self.passphrase)

    @cached_property
    def account(self) -> str:
        """The id of the account that this workspace works as; its private key is not opened for it.

        Raises:
            KeyMissing, KeyTooOpen, KeyDamaged, NotSignedIn: why it is not known.
        """
        if self.account_keys is not None or "keys" in self.__dict__:
            return self.keys.account
        from casework.keyring.container import account_in
        from casework.keyring.disk import read_private

        return account_in(read_private(self.key_file))

    @cached_property
    def cases(self) -> CaseCache:
        """Cases that were read in this process, brought up to date on each use."""
        from casework.services.loading import CaseCache

        return CaseCache(self)

    @cached_property
    def _memory(self) -> Memory:
        """What this installation remembers of its logs."""
        from casework.services.seen import Memory

        return Memory(self.folder)

    def new_id(self) -> str:
        """Return a random id."""
        return new_id(self.dice)

    def refuse_rolled_back(self, head: LogHead) -> None:
        """Refuse to record in a log that is shorter, or other, than it was when it was last seen here.

        Raises:
            RolledBackHere: it is.
        """
        from casework.services.seen import went_back

        last, _ = self._seen.get(head.origin, (head, ""))
        grew = last.size < head.size or (last.size, last.frontier) == (head.size, head.frontier)
        if not grew or went_back(self._memory.newest(head.origin), head):
            raise RolledBackHere(
                "The record here is not the one that this installation saw last: it went back to an earlier state, or"
                " was replaced. Nothing was recorded.",
                remedy="Keep the database as it is, verify it (casework audit verify), and restore the newest backup.",
                log=head.origin,
            )

    def was_signed(self, head: LogHead, note: str) -> None:
        """Take note of a new head as it was signed; it is remembered once its transaction is committed."""
        self._signed.append((head, note))

    def signer(self, log: Log) -> Signer:
        """Return the key that signs a log now, held open.

        Raises:
            NoAccess: this account may not record there. WrongSigner: the key that is kept is not the log's.
        """
        held = self._signers.get(log.origin)
        if held is None or held.public_key != log.public_key:
            from casework.services.signing import signing_key_of

            held = signing_key_of(self, log).signer(log.origin)
            self._signers[log.origin] = held
        return held

    def hold_signer(self, signer: Signer) -> None:
        """Keep the key of a log in memory, so that it is opened once."""
        self._signers[signer.name] = signer

    def work_as(self, keys: AccountKeys) -> None:
        """Work as another account from now on: the one that has just signed in."""
        self._work_as(lambda: keys)

    def _work_as(self, account_keys: Callable[[], AccountKeys]) -> None:
        for kept in ("keys", "account", "cases"):
            self.__dict__.pop(kept, None)
        self._sealing.clear()
        self._opening.clear()
        self.opened_rows.clear()
        self._signers.clear()
        self.account_keys = account_keys

    def remember_key(self, key: StreamKey) -> None:
        """Keep a stream's key in memory, as the one that its compartment is sealed under from now on."""
        self._sealing[key.stream, key.compartment] = key
        self._opening[key.key_id] = key
        if key.epoch > 1 or key.compartment != "main":
            self._unannounced.add(key.key_id)

    def announcing(
        self, stream: str, compartment: Compartment, facts: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return the facts of an event that is to be recorded; they announce its key, if that is new in the stream.

        Raises:
            NoAccess: the key is not wrapped for this account.
        """
        if not self._unannounced:
            return facts
        key = self.stream_key(stream, compartment)
        if key.key_id not in self._unannounced:
            return facts
        with self.store.read() as reader:
            known = any(item.key_id == key.key_id for item in reader.keys_of(stream))
        if known:  # entered together with the event that announced it
            self._unannounced.discard(key.key_id)
            return facts
        return {**facts, "new_key": key.key_id}

    def forget_key(self, stream: str) -> None:
        """Keep a stream's keys in memory no longer."""
        for place in [place for place in self._sealing if place[0] == stream]:
            del self._sealing[place]
        self._opening = {name: key for name, key in self._opening.items() if key.stream != stream}

    def stream_key(self, stream: str, compartment: Compartment = "main") -> StreamKey:
        """Return the key under which a stream's words are sealed now, unwrapped for this account.

        Raises:
            NoAccess: the key is not wrapped for this account. WrapRefused: it does not open, or is another.
        """
        if (stream, compartment) not in self._sealing:
            from casework.services.wrapping import newest_key_id

            with self.store.read() as reader:
                named = newest_key_id(reader, stream, compartment)
            self._sealing[stream, compartment] = self._unwrapped(stream, named)
        return self._sealing[stream, compartment]

    def key_to(self, stream: str, sealed: bytes) -> StreamKey:
        """Return the key that opens something sealed in a stream, of whatever epoch and compartment.

        Raises:
            NoAccess: the key is not wrapped for this account. WrapRefused: it does not open, or is another.
        """
        return self._unwrapped(stream, sealed_under(sealed))

    def key_called(self, stream: str, key_id: str) -> StreamKey:
        """Return a key of a stream by its id. Raises as `key_to`."""
        return self._unwrapped(stream, key_id)

    def _unwrapped(self, stream: str, key_id: str | None) -> StreamKey:
        if key_id is None or key_id not in self._opening or self._opening[key_id].stream != stream:
            from casework.services.wrapping import unwrap_key

            with self.store.read() as reader:
                key = unwrap_key(reader, stream, key_id, self.keys)
            self._opening[key.key_id] = key
            return key
        return self._opening[key_id]

    def policy(self, digest: str) -> Policy:
        """Return a policy by its digest, compiled once in this process.

        Raises:
            NoAccess: it is not in this data folder. StoreDamaged: it is not what its digest says.
        """
        if digest not in self._policies:
            from casework.procedure.resolve import from_resolved

            self._policies[digest] = from_resolved(self.resolved_policy(digest))
        return self._policies[digest]

    def resolved_policy(self, digest: str) -> bytes:
        """Return a policy by its digest as it was stored.

        Raises:
            NoAccess: it is not in this data folder. StoreDamaged: it is not what its digest says.
        """
        with self.store.read() as reader:
            found = reader.policy(digest)
        return _as_adopted("policy", digest, found.resolved if found else None)

    def catalogue(self, digest: str) -> Catalogue:
        """Return a breach catalogue by its digest.

        Raises:
            NoAccess: it is not in this data folder. StoreDamaged: it is not what its digest says.
        """
        if digest not in self._catalogues:
            from casework.procedure.resolve import catalogue_from_resolved

            with self.store.read() as reader:
                found = reader.catalogue(digest)
            resolved = _as_adopted("breach catalogue", digest, found.resolved if found else None)
            self._catalogues[digest] = catalogue_from_resolved(resolved)
        return self._catalogues[digest]

    def calendar(self, digest: str) -> Calendar:
        """Return a calendar by its digest.

        Raises:
            NoAccess: it is not in this data folder. StoreDamaged: it is not what its digest says.
        """
        if digest not in self._calendars:
            from casework.procedure.calendar import Calendar

            with self.store.read() as reader:
                data = reader.calendar(digest)
            self._calendars[digest] = Calendar.from_data(
                parse_canonical(_as_adopted("calendar", digest, data))
            )
        return self._calendars[digest]


def _as_adopted(what: str, digest: str, data: bytes | None) -> bytes:
    """Return the stored bytes of a document, which are the ones that its digest stands for.

    Nothing is decided by a document that somebody changed in the database: a weaker rule would pass for the law.

    Raises:
        NoAccess: there are none. StoreDamaged: they are not.
    """
    if data is None:
        raise NoAccess(f"There is no {what} of that digest here.")
    if not has_digest(data, digest):
        raise StoreDamaged(
            f"The {what} that is kept under the digest {digest[:12]} is not the one that was adopted.",
            remedy="Keep the database as it is, verify it (casework audit verify) and restore a backup.",
        )
    return data
