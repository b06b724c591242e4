"""Opening a store, and the two ways of using it: a transaction that writes, and a reader.

```
with Store.open(path) as store:
    with store.transaction() as tx:      # locked at once; all of it or none of it; one flush
        head = tx.head(log)
        ...
        tx.append(events, head, note)
    with store.read() as reader:         # one consistent snapshot
        reader.cases(organisation)
```
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from casework.store import sqlite
from casework.store.accounts import AccountWriting
from casework.store.backend import Backend, Connection
from casework.store.directory import DirectoryWriting
from casework.store.documents import DocumentWriting
from casework.store.erase import Erasing
from casework.store.files import FileWriting
from casework.store.keys import KeyWriting
from casework.store.reader import Reader as Reader
from casework.store.revision import require_current
from casework.store.views import ViewReading


class Transaction(
    Erasing, KeyWriting, DocumentWriting, DirectoryWriting, AccountWriting, FileWriting, ViewReading
):
    """Every query and every way of recording, on the newest state, alone; made by `Store.transaction`."""


class Store:
    """An open store. Threads may share it; each transaction and reader belongs to the thread that began it.

    Args:
        backend: the database behind it; use `Store.open` or `Store.create` instead.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._idle: list[Connection] = []
        self._closed = False

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        busy_seconds: float = sqlite.BUSY_SECONDS,
    ) -> Self:
        """Open the store at `path`; to read only, if that is asked for or is all that can be done there.

        Args:
            path: the database file.
            read_only: do not write, even where it could be done.
            busy_seconds: how long a transaction waits for another writer.

        Raises:
            NoStore: nothing is there.
            StoreForeign, StoreDamaged: it is not a casework database, or a broken one.
            StoreNewer, StoreOlder: it was written by a newer release, or has to be upgraded first.
            StoreOnNetwork: it lies on a network file system.
            StoreUnavailable: it cannot be opened for another reason, which the message gives.
        """
        store = cls(sqlite.find(Path(path), read_only=read_only, busy_seconds=busy_seconds))
        connection = store._backend.connect()
        try:
            require_current(store._backend, connection, str(path))
        except BaseException:
            connection.close()
            raise
        store._give_back(connection)
        return store

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, busy_seconds: float = sqlite.BUSY_SECONDS) -> Self:
        """Make a new, empty store at `path` and open it.

        The file appears there whole or not at all, readable by its owner only; folders that had to be made
        for it are its owner's only, too.

        Raises:
            StoreExists: something is there already.
            StoreUnavailable: it cannot be made there; the subclass says why.
        """
        from casework.store.migrate import create  # migrations take as long to import as all the rest

        create(Path(path))
        return cls.open(path, busy_seconds=busy_seconds)

    @property
    def read_only(self) -> bool:
        """True when nothing can be recorded here."""
        return self._backend.read_only

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Begin a transaction, alone among writers: committed once at its end, undone on any error.

        Raises:
            StoreReadOnly: the store can only be read here.
            StoreBusy: another writer did not finish in time.
            StoreFull: there is no room; nothing was recorded.
        """
        if self.read_only:
            raise self._backend.refuse_write()
        connection = self._take()
        transaction = Transaction(self._backend, connection)
        try:
            self._backend.begin_write(connection)
            yield transaction
            if transaction.failed:
                raise RuntimeError(
                    "something failed in this transaction and was ignored; nothing was recorded"
                )
            try:
                connection.commit()
            except self._backend.error as problem:
                raise self._backend.explain(problem) from problem
        except BaseException:
            self._undo(connection)
            raise
        finally:
            transaction.end()
        self._give_back(connection)

    @contextmanager
    def read(self) -> Iterator[Reader]:
        """Begin reading one consistent snapshot, which lasts until the end; writers go on meanwhile.

        Raises:
            StoreBusy: the file was changed under a reader that could not lock it.
        """
        connection = self._take()
        reader = Reader(self._backend, connection)
        try:
            self._backend.begin_read(connection)
            yield reader
            self._backend.end_read(connection)
        except BaseException:
            self._undo(connection)
            raise
        finally:
            reader.end()
        self._give_back(connection)

    def scrub(self) -> None:
        """See that nothing which was deleted is left in the database's files; nobody else may have it open.

        Raises:
            StoreBusy: somebody has, so that some of it may be left. StoreFull, StoreReadOnly, StoreUnavailable.
        """
        if self.read_only:
            raise self._backend.refuse_write()
        while self._idle:
            self._idle.pop().close()
        self._backend.scrub()

    def copy_to(self, path: Path) -> None:
        """Copy the store, as it is at one moment, into a new file at `path`; others go on recording meanwhile.

        Args:
            path: there must be no such file; it is its owner's only.

        Raises:
            StoreExists: something is there. StoreFull, StoreUnavailable: nothing is left behind.
        """
        self._backend.copy_to(path)

    def close(self) -> None:
        """Give up all connections; the store cannot be used afterwards. Closing again does nothing."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> Connection:
        """Return a connection that nobody else has."""
        if self._closed:
            raise RuntimeError("this store is closed")
        try:
            return self._idle.pop()
        except IndexError:
            return self._backend.connect()

    def _give_back(self, connection: Connection) -> None:
        """Keep a connection for whoever comes next."""
        self._idle.append(connection)
        if self._closed:
            self.close()

    def _undo(self, connection: Connection) -> None:
        """Undo what a connection has begun, and keep it; one on which even that fails is given up."""
        try:
            connection.rollback()
        except self._backend.error:
            connection.close()
        else:
            self._give_back(connection)
