"""What is true of a school now, as its readable settings say: apart from `schools`, because verification reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput
from casework.store.errors import StoreDamaged

if TYPE_CHECKING:
    from casework.store.rows import Organisation


@dataclass(frozen=True, slots=True)
class School:
    """What is true of a school now, readable without a key."""

    id: str
    name: str
    prefix: str
    policy: str
    catalogues: tuple[str, ...]
    calendar: str
    stream: str
    access_stream: str
    accounts_stream: str
    recovery_key: bytes

    def to_bytes(self) -> bytes:
        """Return the readable settings as they are stored: canonical JSON."""
        return canonical_bytes(
            {
                "name": self.name,
                "prefix": self.prefix,
                "policy": self.policy,
                "catalogues": list(self.catalogues),
                "calendar": self.calendar,
                "stream": self.stream,
                "access_stream": self.access_stream,
                "accounts_stream": self.accounts_stream,
                "recovery_key": self.recovery_key.hex(),
            }
        )

    @classmethod
    def from_row(cls, row: Organisation) -> School:
        """Read a stored organisation.

        Raises:
            StoreDamaged: its settings are not what any release of casework wrote.
        """
        try:
            return cls._read(row.organisation, row.settings)
        except (BadInput, KeyError, TypeError, ValueError):
            raise StoreDamaged(
                "The settings of a school in the database are damaged.",
                remedy="Keep a copy of the database, and restore a backup.",
            ) from None

    @classmethod
    @lru_cache(maxsize=2048)  # a service that lists hundreds of schools reads each of them each time
    def _read(cls, organisation: str, settings: bytes) -> School:
        data = parse_canonical(settings)
        return cls(
            id=organisation,
            name=data["name"],
            prefix=data["prefix"],
            policy=data["policy"],
            catalogues=tuple(data["catalogues"]),
            calendar=data["calendar"],
            stream=data["stream"],
            access_stream=data["access_stream"],
            accounts_stream=data["accounts_stream"],
            recovery_key=bytes.fromhex(data["recovery_key"]),
        )
