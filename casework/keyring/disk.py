"""A private file: written once, whole or not at all, and read only if nobody else can.

Writing goes through a temporary file in the same folder, made readable by its owner alone (0600) from the
start, flushed to the disk and then linked under its name. Linking fails if the name is taken, where renaming
would overwrite; so a key is never lost to a second `casework init`, not even to one that runs at once.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from casework.keyring.errors import KeyDamaged, KeyExists, KeyMissing, KeyNotWritten, KeyTooOpen

MAX_BYTES: Final = 64 * 1024
"""No key file is longer."""


def write_private(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read; a missing folder is made, for the owner alone.

    Raises:
        KeyExists: there is a file of that name already.
        KeyNotWritten: it could not be written; nothing is left behind.
    """
    try:
        make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    except OSError as problem:
        raise _not_written(path, problem) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        raise KeyExists(
            f"There is a file {path} already; a key is never overwritten.",
            remedy="Choose another name, or move the old file away if you are certain.",
            path=str(path),
        ) from None
    except OSError as problem:
        raise _not_written(path, problem) from None
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    flush_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are not there, each for its owner alone whatever the umask.

    Raises:
        OSError: it cannot be made.
    """
    # `Path.mkdir` gives its mode to the last folder only.
    for place in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        place.mkdir(mode=0o700, exist_ok=True)


def read_private(path: Path) -> bytes:
    """Return the content of a file that only its owner can read.

    Raises:
        KeyMissing: there is no such file, or it cannot be read.
        KeyTooOpen: its group or others have any permission on it.
        KeyDamaged: not an ordinary file, or far too long for a key.
    """
    try:
        # Not to wait for ever if somebody put a pipe there.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyMissing(
            f"There is no key file {path}.",
            remedy="Give the right path, or copy the file back from where you keep a second copy.",
            path=str(path),
        ) from None
    except OSError as problem:
        raise _not_read(path, problem) from None
    try:
        # Asked of the open file, not of its name, which somebody could exchange in between.
        mode = os.fstat(handle).st_mode
        data = os.read(handle, MAX_BYTES + 1) if stat.S_ISREG(mode) else b""
    except OSError as problem:
        raise _not_read(path, problem) from None
    finally:
        os.close(handle)
    if not stat.S_ISREG(mode) or len(data) > MAX_BYTES:
        raise KeyDamaged(f"{path} is not a key file.", path=str(path))
    if mode & 0o077:
        raise KeyTooOpen(
            f"Others than you may use the key file {path}.",
            remedy=f"Run: chmod 600 {path}",
            path=str(path),
        )
    return data


def flush_folder(folder: Path) -> None:
    """Make the new name last. Where a system cannot flush a folder, the file's own flush has to do."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_written(path: Path, problem: OSError) -> KeyNotWritten:
    """Say that a file could not be written, with the system's reason."""
    return KeyNotWritten(
        f"The key file {path} could not be written: {problem.strerror}.",
        remedy="Choose a folder of your own on a local disk with free space. Nothing was left behind.",
        path=str(path),
    )


def _not_read(path: Path, problem: OSError) -> KeyMissing:
    """Say that a file could not be read, with the system's reason."""
    return KeyMissing(f"The key file {path} cannot be read: {problem.strerror}.", path=str(path))
