"""Sealed files, chunk by chunk: of a large one no more than a chunk is ever in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from casework.store.errors import StoreDamaged
from casework.store.rows import StoredFile
from casework.store.schema import file_chunks, files
from casework.store.session import Session
from casework.store.statement import insert_into, select_where, update_where

_FILE: Final = select_where(files, "file")
_FILES_OF: Final = select_where(files, "stream", order=("file",))
_CHUNK: Final = select_where(file_chunks, "file", "chunk", columns=("data",))
_ADD_FILE: Final = insert_into(files)
_ADD_CHUNK: Final = insert_into(file_chunks)
_SET_FILE: Final = update_where(files, ("size", "chunks"), ("file",))


class FileReading(Session):
    """Queries on files."""

    def file(self, file: str) -> StoredFile | None:
        """Return a file's entry, or None."""
        row = self._row(_FILE, file)
        return StoredFile(*row) if row else None

    def files_of(self, stream: str) -> list[StoredFile]:
        """Return the entries of a stream's files."""
        return [StoredFile(*row) for row in self._rows(_FILES_OF, stream)]

    def file_chunks(self, file: str) -> Iterator[bytes]:
        """Yield the sealed chunks of a file in order; nothing for a file that is not there.

        Raises:
            StoreDamaged: a chunk is missing.
        """
        entry = self.file(file)
        for chunk in range(entry.chunks if entry else 0):
            row = self._row(_CHUNK, file, chunk)
            if row is None:
                raise StoreDamaged(
                    f"Part {chunk + 1} of the file {file} is missing.", remedy="Restore a backup.", file=file
                )
            yield row[0]


class FileWriting(FileReading):
    """Keeping files."""

    def add_file(self, file: str, *, stream: str, chunks: Iterable[bytes]) -> StoredFile:
        """Keep a file's sealed chunks as they come; return its entry.

        The database is locked for other writers while `chunks` is read, so it should not wait for anything.

        Raises:
            Overtaken: there is a file of this id already.
        """
        self._run(_ADD_FILE, (file, stream, 0, 0))
        size = count = 0
        for data in chunks:
            self._run(_ADD_CHUNK, (file, count, data))
            size, count = size + len(data), count + 1
        self._run(_SET_FILE, (size, count, file))
        return StoredFile(file, stream, size, count)
