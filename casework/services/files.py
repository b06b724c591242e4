"""Sealed files: evidence as it was received and letters as they were issued.

Each file has its own random key, kept in the body of its event, so that destroying the body destroys the
file. No
hash of the plaintext stands in clear: it would confirm guesses after erasure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from casework.ledger.seal import KEY_BYTES, open_file, seal_file

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file sealed and not yet stored: `facts` are readable, `words` belong into the event's sealed body."""

    file: str
    chunks: tuple[bytes, ...] = field(repr=False)
    facts: dict[str, str]
    words: dict[str, Any] = field(repr=False)

    def enter(self, transaction: Transaction, stream: str) -> None:
        """Store the chunks under the file's id, in the transaction that records its event."""
        transaction.add_file(self.file, stream=stream, chunks=self.chunks)


def seal_bytes(workspace: Workspace, data: bytes, name: str, media_type: str) -> SealedFile:
    """Seal a file's bytes under a new key of its own."""
    file, key = workspace.new_id(), workspace.dice.bytes(KEY_BYTES)
    chunks = tuple(seal_file(key, file, [data], workspace.dice))
    words = {
        "file_key": key.hex(),
        "file_sha256": sha256(data).hexdigest(),
        "file_size": len(data),
        "file_name": name,
        "media_type": media_type,
    }
    return SealedFile(file, chunks, {"id": file, "sealed_sha256": digest_of(chunks)}, words)


def digest_of(chunks: Iterable[bytes]) -> str:
    """Return SHA-256 over all sealed chunks joined: what facts call `sealed_sha256`."""
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def open_bytes(reader: Reader, file: str, key: str) -> bytes:
    """Return a file's plaintext.

    Raises:
        NotOpened: another key, or the file was altered. StoreDamaged: a part is missing.
    """
    return b"".join(open_file(bytes.fromhex(key), file, reader.file_chunks(file)))
