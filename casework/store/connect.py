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

On a server each of them says for which organisations it works, and sees nothing of others: those that it names, or
else those of its store (`Store.within`). What is recorded belongs to one organisation.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from threading import local
from typing import Self

from casework.store.accounts import AccountWriting
from casework.store.backend import EVERY, Backend, Connection, Cursor, Within
from casework.store.directory import DirectoryWriting
from casework.store.documents import DocumentWriting
from casework.store.drafts import DraftWriting
from casework.store.erase import Erasing
from casework.store.errors import StoreUnavailable
from casework.store.files import FileWriting
from casework.store.keys import KeyWriting
from casework.store.links import LinkWriter
from casework.store.places import find
from casework.store.reader import Reader as Reader
from casework.store.revision import require_current
from casework.store.sqlite import SQLite
from casework.store.statement import Asked
from casework.store.views import ViewReading


class Transaction(
    Erasing,
    KeyWriting,
    DocumentWriting,
    DirectoryWriting,
    AccountWriting,
    DraftWriting,
    LinkWriter,
    FileWriting,
    ViewReading,
):
    """Every query and every way of recording, on the newest state, alone; made by `Store.transaction`."""


class _Looks(local):
    """The snapshots that a thread reads at the moment, by what they see."""

    def __init__(self) -> None:
        self.open: dict[Within, Reader] = {}


class _Connections:
    """Open connections that nobody uses at the moment; shared by a store and what was made of it."""

    def __init__(self) -> None:
        self.idle: list[Connection] = []
        self.closed = False
        self.looks = _Looks()

    def keep(self, connection: Connection) -> None:
        """Keep a connection for whoever comes next."""
        self.idle.append(connection)
        if self.closed:
            self.close()

    def close(self) -> None:
        """Give up every connection that nobody uses."""
        while self.idle:
            self.idle.pop().close()


class Store:
    """An open store. Threads may share it; each transaction and reader belongs to the thread that began it.

    Args:
        backend: the database behind it; use `Store.open` or `Store.create` instead.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._connections = _Connections()
        self._within: Within = ()

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        read_only: bool = False,
        busy_seconds: float | None = None,
    ) -> Self:
        """Open the store at `path`; to read only, if that is asked for or is all that can be done there.

        Args:
            path: the database file; the settings of a server (`database.toml`) beside it stand in for it.
            read_only: do not write, even where it could be done.
            busy_seconds: how long a transaction waits for another writer.

        Raises:
            NoStore: nothing is there.
            StoreForeign, StoreDamaged: it is not a casework database, or a broken one.
            StoreNewer, StoreOlder: it was written by a newer release, or has to be upgraded first.
            StoreOnNetwork: it lies on a network file system.
            ServerRefused: a server's settings are not safe.
            StoreUnavailable: it cannot be opened for another reason, which the message gives.
        """
        store = cls(find(Path(path), read_only=read_only, busy_seconds=busy_seconds))
        connection = store._backend.connect()
        try:
            require_current(store._backend, connection)
        except BaseException:
            connection.close()
            raise
        store._give_back(connection)
        return store

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, busy_seconds: float | None = None) -> Self:
        """Make a new, empty store at `path` and open it.

        The file appears there whole or not at all, readable by its owner only; folders that had to be made
        for it are its owner's only, too. Where the settings of a server stand beside `path`, its tables are made.

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

    @property
    def place(self) -> str:
        """Where the database is, in words for messages."""
        return self._backend.place

    @property
    def remains(self) -> str:
        """Where what was destroyed may be readable even after `scrub`, as a sentence; empty if nowhere."""
        return self._backend.remains

    @property
    def within(self) -> Within:
        """The organisations that its transactions and readers see, unless they name their own."""
        return self._within

    def seeing(self, *organisations: str) -> Self:
        """Return the same store, limited to these organisations; connections are shared, and closed with either."""
        limited = copy(self)
        limited._within = organisations
        return limited

    @contextmanager
    def transaction(self, *organisations: str, asked: Sequence[Asked] = ()) -> Iterator[Transaction]:
        """Begin a transaction, alone among writers: committed once at its end, undone on any error.

        Args:
            organisations: in which it records; none means those of the store. It is alone among the writers of these.
            asked: what is asked under the lock, as soon as it is held, without another wait for a server.

        Raises:
            StoreReadOnly: the store can only be read here.
            StoreBusy: another writer did not finish in time.
            StoreFull: there is no room; nothing was recorded.
            OutcomeUnknown: the server went away at the last moment; a repeated command finds out.
        """
        if self.read_only:
            raise self._backend.refuse_write()
        if self._connections.looks.open:
            raise RuntimeError("what is read after this would not show what it records; end the look first")
        connection, cursors = self._begun(self._backend.begin_write, organisations, asked)
        transaction = Transaction(self._backend, connection)
        try:
            transaction.answered(asked, cursors)
            yield transaction
            if transaction.failed:
                raise RuntimeError(
                    "something failed in this transaction and was ignored; nothing was recorded"
                )
            try:
                connection.commit()
            except self._backend.error as problem:
                raise self._backend.explain(problem, committing=True) from problem
        except BaseException:
            self._undo(connection)
            raise
        finally:
            transaction.end()
        self._give_back(connection)

    @contextmanager
    def read(self, *organisations: str) -> Iterator[Reader]:
        """Begin reading one consistent snapshot, which lasts until the end; writers go on meanwhile.

        Args:
            organisations: which of them it sees; none means those of the store.

        Raises:
            StoreBusy: the file was changed under a reader that could not lock it.
        """
        shared = self._connections.looks.open.get(organisations or self._within)
        if shared is not None:
            yield shared
            return
        connection, _ = self._begun(self._backend.begin_read, organisations)
        with self._reading(Reader(self._backend, connection), connection) as reader:
            yield reader

    @contextmanager
    def look(self, *asked: Asked) -> Iterator[Reader]:
        """Read one snapshot, as `read`; what this thread reads meanwhile, it reads from the same one.

        Nothing may be recorded by the thread until the end. A look within a look is the same look.

        Args:
            asked: what is asked at once, when it begins; the answers are kept for whoever asks for them.

        Raises:
            StoreBusy: as `read`.
        """
        looks = self._connections.looks.open
        if self._within in looks:
            yield looks[self._within]
            return
        connection, cursors = self._begun(self._backend.begin_read, (), asked)
        reader = Reader(self._backend, connection)
        with self._reading(reader, connection):
            reader.answered(asked, cursors)
            looks[self._within] = reader
            try:
                yield reader
            finally:
                del looks[self._within]

    @contextmanager
    def _reading(self, reader: Reader, connection: Connection) -> Iterator[Reader]:
        """Give the connection back when a reader is done."""
        try:
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
        self._connections.close()
        self._backend.scrub()

    def copy_to(self, path: Path) -> None:
        """Copy the store, as it is at one moment, into a new file at `path`; others go on recording meanwhile.

        Args:
            path: there must be no such file; it is its owner's only.

        Raises:
            StoreExists: something is there. StoreFull, StoreUnavailable: nothing is left behind.
        """
        if isinstance(self._backend, SQLite):
            self._backend.copy_to(path)
            return
        from casework.store.copying import copy_into_file

        with self.read(*EVERY) as reader:
            copy_into_file(reader, path)

    def close(self) -> None:
        """Give up all connections; the store cannot be used afterwards. Closing again does nothing."""
        self._connections.closed = True
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begun(
        self,
        begin: Callable[[Connection, Within], None],
        organisations: Within,
        asked: Sequence[Asked] = (),
    ) -> tuple[Connection, list[Cursor]]:
        """Return a connection that nobody else has, on which a transaction has begun, and the answers to `asked`.

        One that was idle while its server was started again is replaced: nothing was done with it yet.
        """
        within = organisations or self._within
        while True:
            waited = bool(self._connections.idle)
            connection = self._take()
            try:
                return connection, self._asking(connection, begin, within, asked)
            except StoreUnavailable:
                lost = not self._undo(connection)
                if not (waited and lost):
                    raise
            except BaseException:
                self._undo(connection)
                raise

    def _asking(
        self,
        connection: Connection,
        begin: Callable[[Connection, Within], None],
        within: Within,
        asked: Sequence[Asked],
    ) -> list[Cursor]:
        if not asked:
            begin(connection, within)
            return []
        formed = [(statement.form(self._backend.dialect), values) for statement, values in asked]
        try:
            with self._backend.together(connection):
                begin(connection, within)
                return [
                    connection.execute(sql, arrange(values) if arrange else values)
                    for (sql, arrange), values in formed
                ]
        except self._backend.error as problem:
            raise self._backend.explain(problem) from problem

    def _take(self) -> Connection:
        """Return a connection that nobody else has."""
        if self._connections.closed:
            raise RuntimeError("this store is closed")
        try:
            return self._connections.idle.pop()
        except IndexError:
            return self._backend.connect()

    def _give_back(self, connection: Connection) -> None:
        """Keep a connection for whoever comes next."""
        self._connections.keep(connection)

    def _undo(self, connection: Connection) -> bool:
        """Undo what a connection has begun, and keep it; False if even that failed, and it was given up."""
        try:
            connection.rollback()
        except self._backend.error:
            connection.close()
            return False
        self._give_back(connection)
        return True
