"""What the environment tells: secrets that nobody can be asked for, and where what is to be forgotten is kept."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

PASSPHRASE = "CASEWORK_PASSPHRASE"  # noqa: S105  (the name of a variable)
"""The environment variable that may hold the passphrase."""

PASSPHRASE_FILE = "CASEWORK_PASSPHRASE_FILE"  # noqa: S105
"""The environment variable that may name a file whose first line is the passphrase."""


INVITATION = "CASEWORK_INVITATION"
"""The environment variable that may hold the code of a first sign-in."""

MONITORING_PASSPHRASE = "CASEWORK_MONITORING_PASSPHRASE"  # noqa: S105
"""The environment variable that may hold the passphrase of the monitoring key."""

BACKUP_PASSPHRASE = "CASEWORK_BACKUP_PASSPHRASE"  # noqa: S105
"""The environment variable that may hold the passphrase of a backup."""


def passphrase_from_environment() -> str:
    """Return the passphrase that the environment holds or points to.

    Raises:
        PassphraseNeeded: it does neither, or the file cannot be read or can be by others.
    """
    from casework.keyring.errors import PassphraseNeeded

    held = os.environ.get(PASSPHRASE)
    if held is not None:
        return held
    named = os.environ.get(PASSPHRASE_FILE)
    if named is None:
        raise PassphraseNeeded(
            "The key is under a passphrase, and there is nobody to ask for it.",
            remedy=f"Run the command on a terminal, or set {PASSPHRASE} or {PASSPHRASE_FILE}.",
        )
    try:
        with open(named, encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                raise PassphraseNeeded(
                    f"Others than you may use the file that {PASSPHRASE_FILE} names.",
                    remedy=f"Run: chmod 600 {named}",
                )
            return file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise PassphraseNeeded(
            f"The file that {PASSPHRASE_FILE} names cannot be read.", remedy="Check its path and its owner."
        ) from None


def runtime_folder() -> Path | None:
    """Return the folder that the system empties when the user leaves, if it has one that is theirs alone."""
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(named):
        return None
    with suppress(OSError):
        found = os.stat(named)
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077:
            return Path(named)
    return None


def leave_no_core() -> None:
    """See that a crash leaves no image of this process on the disk: open keys and words would stand in it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
