"""What stands where in a data folder."""

from __future__ import annotations

from typing import Final

DATABASE: Final = "casework.sqlite3"
"""The database's file name."""

KEYS: Final = "keys"
"""The folder of what only this installation has: its account's private keys, and the checkpoints that it saw."""

ACCOUNT_KEY: Final = f"{KEYS}/account.key"
"""The account's key file."""
