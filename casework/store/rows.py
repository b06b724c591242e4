"""What the store hands out and takes in: plain frozen data, one class for each kind of row.

`StoredEvent` and `LogHead` are the ledger's own. Sealed bytes are opaque: nothing in the store has a key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Organisation:
    """A school: `settings` are readable without a key (canonical JSON), `sealed` is not."""

    organisation: str
    settings: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """A log of an organisation: `name` is `cases` or `access`; `public_key` verifies its heads (32 bytes)."""

    log: str
    organisation: str
    name: str
    origin: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of a log: `kind` is organisation, case, person, register or monitoring; `ref` is what it is about."""

    stream: str
    log: str
    kind: str
    ref: str | None


class Recorded(NamedTuple):
    """Where an event of a command was recorded."""

    log: str
    pos: int
    stream: str
    n: int


@dataclass(frozen=True, slots=True)
class Key:
    """That a stream has a key; the key itself exists only in wraps."""

    key_id: str
    stream: str
    compartment: str
    epoch: int


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key, wrapped for one recipient: an account, or the organisation's recovery key."""

    key_id: str
    recipient: str
    suite: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A resolved policy or catalogue: `label` for people (`england-maintained@2026.1`), `digest` for us."""

    digest: str
    label: str
    resolved: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """An entry in an organisation's directory."""

    person: str
    organisation: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in, known by the hash of its name; `public_key` is what keys are wrapped for, None before it was used.

    `credential` holds the private key, under the unlock phrase; None where a key file does. `disabled` is the instant
    since which nobody signs in with it.
    """

    account: str
    login_digest: str
    public_key: bytes | None
    credential: bytes | None = field(default=None, repr=False)
    disabled: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """The role that an account has in an organisation, from its first local date to its last, both included."""

    membership: str
    account: str
    organisation: str
    role: str
    first: str
    last: str | None
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key that signs an organisation's logs: its public half, and the private one sealed."""

    organisation: str
    public_key: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """That an account waits for its first sign-in, with a code of this hash, until an instant."""

    account: str
    code_digest: str
    expires: str


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """How often signing in failed since it last succeeded, how many of these are not on record yet, and the last."""

    account: str
    failures: int
    untold: int
    last_failed: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What an account has begun to fill in about a stream, sealed; `changed` is a UTC instant."""

    draft: str
    organisation: str
    stream: str
    account: str
    changed: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class OwnLink:
    """A link to somebody’s own page: the hash of its secret, its last local date, and what it shows, sealed.

    `public_key` is what that is sealed for; `failures` counts wrong codes in a row, the last at a UTC instant.
    """

    link: str
    organisation: str
    stream: str
    digest: str
    public_key: bytes
    until: str
    failures: int
    last_failed: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class LinkReading:
    """That somebody read their own page, or a letter there, at a UTC instant, and it is not on the access log yet."""

    reading: str
    organisation: str
    stream: str
    link: str
    who: str
    what: str
    at: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A sealed file: `size` in bytes as stored, in so many `chunks`."""

    file: str
    stream: str
    size: int
    chunks: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a list shows it: `opened` and `last_occurred` are local dates, `last_recorded` an instant."""

    stream: str
    log: str
    organisation: str
    reference: str
    policy: str
    opened: str
    state: str
    stage: str
    closed: bool
    events: int
    last_recorded: str
    last_occurred: str | None


@dataclass(frozen=True, slots=True)
class StrandState:
    """Where a strand of a case stands, since which local date (None: not known), by which event."""

    stream: str
    strand: str
    state: str
    since: str | None
    n: int


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A deadline, started by event `n` and counted from `started`; stopped by event `stopped`, if it was."""

    stream: str
    clock: str
    n: int
    started: str
    due: str
    stopped: int | None
    stopped_on: str | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter: `status` is proposed, issued, served, superseded or withdrawn.

    `issued` is a local date; `served_effective` is the earliest date on which a service counts; `n` is the
    event that proposed it.
    """

    stream: str
    letter: str
    template: str
    recipient: str
    status: str
    issued: str | None
    served_effective: str | None
    n: int


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning on a person's file, live from one local date until another, both included."""

    stream: str
    n: int
    level: str
    live_from: str
    live_until: str


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party of a case, with roles in the order in which they were given and the flags that are set."""

    stream: str
    party: str
    roles: tuple[str, ...]
    flags: tuple[str, ...]
    n: int


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """That a case lets an account in, from one local date until another if they are given, or shuts it out.

    `shut_out` says that its person is a party of the case; `n` is the event that says so.
    """

    stream: str
    account: str
    shut_out: bool
    since: str | None
    until: str | None
    n: int
