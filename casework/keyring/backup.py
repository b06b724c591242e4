"""The format of a backup: a header in the open, then everything else sealed, in chunks.

The first line is canonical JSON: `format`, `v`, `backup` (its id), `made` (UTC), `expires` (a local date), `logs` (the
newest signed head of each log) and `locks`. After it stand sealed chunks as of a file (docs/reference/formats.md,
"Sealed files"), each behind its length in four bytes, the highest first. What is sealed is

    SHA-256 of the header's line (32) ‖ manifest in canonical JSON ‖ 0x0A ‖ the files, one after the other

and the manifest says each file's name, size and SHA-256. So nothing of the header can be exchanged, and no file.

The key of a backup is random and its own. A lock holds it: `recovery`, wrapped with HPKE for a school's recovery key;
`passphrase`, under a passphrase as in a key file. Any one lock opens the backup.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput, Unavailable
from casework.base.ids import Dice, parse_id
from casework.keyring.container import AskPassphrase, pack, unpack
from casework.keyring.errors import KeyDamaged
from casework.keyring.files import RecoveryKey
from casework.keyring.wrap import HPKE, SUITE
from casework.ledger.errors import NotOpened
from casework.ledger.seal import CHUNK_BYTES, KEY_BYTES, open_file, seal_file

_FORMAT: Final = "casework backup"
_BOX: Final = "casework backup key"
_INFO: Final = b"casework/backup/v1\n"
_LONGEST: Final = 1024 * 1024
"""Bytes that a header or a manifest may have."""

_LENGTH: Final = struct.Struct(">I")
_DIGEST_BYTES: Final = 32


class BackupDamaged(Unavailable):
    """A file is no backup, or not as it was written, or the key does not open it."""

    code = "backup-damaged"


@dataclass(frozen=True, slots=True)
class BackupHeader:
    """What can be read of a backup without a key: its id, when it was made (UTC), its last day, its logs' heads."""

    backup: str
    made: str
    expires: date
    logs: tuple[str, ...]
    locks: tuple[Mapping[str, Any], ...] = field(repr=False, default=())

    def line(self) -> bytes:
        """Return the header's line, with its end."""
        data = {
            "format": _FORMAT,
            "v": 1,
            "backup": self.backup,
            "made": self.made,
            "expires": self.expires.isoformat(),
            "logs": list(self.logs),
            "locks": [dict(lock) for lock in self.locks],
        }
        return canonical_bytes(data) + b"\n"

    @property
    def recipients(self) -> tuple[str, ...]:
        """Ids of the schools whose recovery key opens it."""
        return tuple(str(lock["recipient"]) for lock in self.locks if lock["kind"] == "recovery")

    @property
    def has_passphrase(self) -> bool:
        """Whether a passphrase opens it."""
        return any(lock["kind"] == "passphrase" for lock in self.locks)


def recovery_lock(backup: str, secret: bytes, school: str, public_key: bytes) -> dict[str, str]:
    """Return the lock that a school's recovery key opens.

    Raises:
        BadInput: the public key is none.
    """
    try:
        blob = HPKE.encrypt(secret, X25519PublicKey.from_public_bytes(public_key), _info(backup, school))
    except ValueError:
        raise BadInput("The school's recovery key is not an X25519 key.", recipient=school) from None
    return {"kind": "recovery", "recipient": school, "suite": SUITE, "wrap": blob.hex()}


def passphrase_lock(backup: str, secret: bytes, passphrase: AskPassphrase, dice: Dice) -> dict[str, str]:
    """Return the lock that a passphrase opens.

    Raises:
        PassphraseTooShort
    """
    box = pack(
        {"format": _BOX, "backup": backup}, secret, protection="passphrase", passphrase=passphrase, dice=dice
    )
    return {"kind": "passphrase", "box": box.decode("ascii")}


def write_backup(
    out: BinaryIO, header: BackupHeader, secret: bytes, files: Mapping[str, Path], dice: Dice
) -> str:
    """Write a backup, and return the SHA-256 of the whole file.

    Args:
        out: where it is written to.
        header: with its locks.
        secret: its key, 32 bytes.
        files: what it holds, by the name that each has in a data folder.
        dice: for nonces.

    Raises:
        OSError: a file cannot be read, or `out` not written.
    """
    digest, line = sha256(), header.line()
    for piece in _file(line, header.backup, secret, files, dice):
        digest.update(piece)
        out.write(piece)
    return digest.hexdigest()


def _file(line: bytes, backup: str, secret: bytes, files: Mapping[str, Path], dice: Dice) -> Iterator[bytes]:
    yield line
    for chunk in seal_file(secret, backup, _plain(line, files), dice):
        yield _LENGTH.pack(len(chunk))
        yield chunk


def _plain(line: bytes, files: Mapping[str, Path]) -> Iterator[bytes]:
    told = []
    for name, path in files.items():
        with path.open("rb") as file:
            digest = sha256()
            while piece := file.read(CHUNK_BYTES):
                digest.update(piece)
            told.append({"name": name, "size": file.tell(), "sha256": digest.hexdigest()})
    yield sha256(line).digest() + canonical_bytes({"files": told}) + b"\n"
    for path in files.values():
        with path.open("rb") as file:
            while piece := file.read(CHUNK_BYTES):
                yield piece


def read_header(source: BinaryIO) -> BackupHeader:
    """Read the header of a backup; `source` stands behind it afterwards.

    Raises:
        BackupDamaged: this is no backup of a version that is known.
    """
    line = source.readline(_LONGEST)
    try:
        data = parse_canonical(line.removesuffix(b"\n"))
        if data["format"] != _FORMAT or data["v"] != 1:
            raise ValueError
        header = BackupHeader(
            parse_id(data["backup"]),
            str(data["made"]),
            date.fromisoformat(data["expires"]),
            tuple(str(note) for note in data["logs"]),
            tuple({name: str(value) for name, value in lock.items()} for lock in data["locks"]),
        )
        if header.line() != line or any("kind" not in lock for lock in header.locks):
            raise ValueError
    except (BadInput, AttributeError, KeyError, TypeError, ValueError):
        raise BackupDamaged(
            "This is not a backup that this release knows, or its beginning is damaged.",
            remedy="Check which file it is, or take another backup.",
        ) from None
    return header


def unlock(
    header: BackupHeader, *, recovery: RecoveryKey | None = None, passphrase: AskPassphrase | None = None
) -> bytes:
    """Return the key of a backup.

    Raises:
        BackupDamaged: no lock is for this key, or it does not open. WrongPassphrase.
    """
    for lock in header.locks:
        if recovery is not None and (lock["kind"], lock.get("recipient")) == (
            "recovery",
            recovery.organisation,
        ):
            return _with_recovery(header.backup, lock, recovery)
        if passphrase is not None and lock["kind"] == "passphrase":
            return _with_passphrase(header.backup, lock, passphrase)
    what = "a recovery key of this school" if recovery is not None else "a passphrase"
    raise BackupDamaged(
        f"This backup is not opened by {what}.",
        remedy="Give the recovery key with --recovery-key, or leave that out if it is under a passphrase.",
    )


def _with_recovery(backup: str, lock: Mapping[str, Any], recovery: RecoveryKey) -> bytes:
    try:
        if lock["suite"] != SUITE:
            raise ValueError
        blob = bytes.fromhex(lock["wrap"])
        return HPKE.decrypt(blob, recovery.agreement, _info(backup, recovery.organisation))
    except (InvalidTag, KeyError, ValueError):
        raise BackupDamaged(
            "The recovery key does not open this backup: it is another one, or the backup was altered.",
            remedy="Take the recovery key that the school had when the backup was made.",
        ) from None


def _with_passphrase(backup: str, lock: Mapping[str, Any], passphrase: AskPassphrase) -> bytes:
    try:
        members, secret = unpack(str(lock.get("box", "")).encode("ascii", "replace"), _BOX, passphrase)
    except KeyDamaged:
        raise _damaged() from None
    if members.get("backup") != backup or len(secret) != KEY_BYTES:
        raise _damaged()
    return secret


def read_backup(
    source: BinaryIO, header: BackupHeader, secret: bytes, folder: Path, names: Iterable[str]
) -> list[Path]:
    """Write what a backup holds into `folder`, which exists and is empty; return the files.

    Args:
        source: stands behind the header.
        header: as it was read.
        secret: its key.
        folder: where to.
        names: the files that a backup may hold; any other name is refused.

    Raises:
        BackupDamaged: it was altered, cut short, or holds a file of another name. OSError: a file cannot be written.
    """
    from casework.keyring.disk import make_folder

    allowed, pieces = set(names), _Pieces(_opened(source, header.backup, secret))
    if pieces.take(_DIGEST_BYTES) != sha256(header.line()).digest():
        raise _damaged()
    try:
        listed = [
            (str(item["name"]), int(item["size"]), str(item["sha256"]))
            for item in parse_canonical(pieces.line())["files"]
        ]
    except (BadInput, AttributeError, KeyError, TypeError, ValueError):
        raise _damaged() from None
    written = []
    for name, size, expected in listed:
        if name not in allowed or size < 0:
            raise BackupDamaged("The backup holds a file that no release of casework puts there.")
        allowed.discard(name)
        path, digest = folder / name, sha256()
        make_folder(path.parent)
        with path.open("xb") as file:
            path.chmod(0o600)
            for piece in pieces.some(size):
                digest.update(piece)
                file.write(piece)
        if digest.hexdigest() != expected:
            raise _damaged()
        written.append(path)
    if pieces.rest():
        raise _damaged()
    return written


def _opened(source: BinaryIO, backup: str, secret: bytes) -> Iterator[bytes]:
    try:
        yield from open_file(secret, backup, _chunks(source))
    except NotOpened:
        raise _damaged() from None


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while length := source.read(_LENGTH.size):
        size = _LENGTH.unpack(length)[0] if len(length) == _LENGTH.size else 0
        if not 0 < size <= 2 * CHUNK_BYTES:
            raise _damaged()
        chunk = source.read(size)
        if len(chunk) != size:
            raise _damaged()
        yield chunk


class _Pieces:
    """Takes a stream of pieces by length."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""

    def some(self, size: int) -> Iterator[bytes]:
        """Yield `size` bytes in pieces."""
        while size:
            if not self._held:
                self._held = next(self._pieces, b"")
                if not self._held:
                    raise _damaged()
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            yield piece

    def take(self, size: int) -> bytes:
        """Return `size` bytes."""
        return b"".join(self.some(size))

    def line(self) -> bytes:
        """Return what stands before the next end of a line; the manifest is never longer than a chunk."""
        while b"\n" not in self._held:
            more = next(self._pieces, b"")
            if not more or len(self._held) > _LONGEST:
                raise _damaged()
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        return line

    def rest(self) -> bool:
        """Say whether anything is left; the stream is read to its end, which proves that it is whole."""
        return bool(self._held) or any(self._pieces)


def _info(backup: str, school: str) -> bytes:
    return _INFO + canonical_bytes({"backup": backup, "recipient": school})


def _damaged() -> BackupDamaged:
    return BackupDamaged(
        "The backup is damaged: it is not as it was written, or not whole.",
        remedy="Take another copy of it, or an earlier backup.",
    )
