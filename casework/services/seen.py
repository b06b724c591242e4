"""The largest checkpoint of each log that this installation has seen: a small file for each log, beside the keys.

A database that was put back to an earlier state agrees with itself. What was seen before is the one thing here that
does not go back with it, unless the whole data folder does; against that, only checkpoints kept elsewhere help.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from casework.ledger.checkpoint import Checkpoint, claimed_size
from casework.ledger.errors import NoteRefused
from casework.ledger.log_head import LogHead
from casework.ledger.merkle import Frontier
from casework.services.folder import KEYS

_ORIGIN: Final = re.compile(r"[A-Za-z0-9.-]+(?:/[A-Za-z0-9-]+)+")
_MOST: Final = 8192
_ONE_AT_A_TIME: Final = Lock()


def place(folder: Path, origin: str) -> Path | None:
    """Return the file that remembers a log; None where there are no keys, or the log's name cannot name a file."""
    keys = folder / KEYS
    if not _ORIGIN.fullmatch(origin) or not keys.is_dir():
        return None
    return keys / f"{origin.replace('/', '_')}.checkpoint"


def remembered(folder: Path, origin: str) -> str | None:
    """Return the largest checkpoint of a log that was seen here, as a signed note; None if none was."""
    file = place(folder, origin)
    try:
        return file.read_text(encoding="utf-8")[:_MOST] if file is not None else None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return ""


class Memory:
    """What this installation remembers of its logs; a file is read again only once another one has taken its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._places: dict[str, Path] = {}
        self._read: dict[str, tuple[tuple[int, int, int], str | None]] = {}

    def newest(self, origin: str) -> str | None:
        """Return what `remembered` does."""
        file = self._places.get(origin) or place(self._folder, origin)
        if file is None:
            return None
        self._places[origin] = file
        try:
            found = os.stat(file)
        except FileNotFoundError:
            return None
        except OSError:
            return remembered(self._folder, origin)
        which = found.st_ino, found.st_mtime_ns, found.st_size
        known = self._read.get(origin)
        if known is None or known[0] != which:
            known = self._read[origin] = which, remembered(self._folder, origin)
        return known[1]


def remember(folder: Path, note: str) -> None:
    """Keep a checkpoint, unless one as large is kept. What cannot be written is not kept: a folder may be read only."""
    origin, size = note.partition("\n")[0], claimed_size(note)
    file = place(folder, origin)
    if file is None or size is None:
        return
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with _ONE_AT_A_TIME, suppress(OSError):
        if size <= (claimed_size(remembered(folder, origin)) or 0):
            return
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(note)
        os.replace(fresh, file)


def went_back(note: str | None, head: LogHead) -> bool:
    """Say whether a log with this head cannot have grown out of what the checkpoint said.

    A larger log is not compared: that takes all of it, and is the work of verification.
    """
    seen = claimed_size(note)
    if note is None or seen is None or seen < head.size:
        return False
    try:
        said = Checkpoint.from_text(note.rpartition("\n\n")[0] + "\n")
    except NoteRefused:
        return False
    return seen > head.size or said.root != Frontier.from_bytes(head.frontier).root()
