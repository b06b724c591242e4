"""What stands where in a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from casework.store.places import is_there

DATABASE: Final = "casework.sqlite3"
"""The database's file name."""

KEYS: Final = "keys"
"""The folder of what only this installation has: its account's private keys, and the checkpoints that it saw."""

ACCOUNT_KEY: Final = f"{KEYS}/account.key"
"""The account's key file."""


def has_database(folder: Path) -> bool:
    """Say whether a data folder has a database, or the settings of a server that has it."""
    return is_there(folder / DATABASE)
