"""Why a store cannot be used, one class for each thing that the reader has to do about it.

All of them are `Unavailable` (exit code 5); what two people recorded at once is a `Conflict` (exit code 4).
"""

from __future__ import annotations

from casework.base.errors import Conflict, Unavailable


class StoreUnavailable(Unavailable):
    """The store cannot be used; its subclasses say why."""

    code = "store-unavailable"


class NoStore(StoreUnavailable):
    """There is no database at the path given."""

    code = "no-store"


class StoreExists(StoreUnavailable):
    """A new database was asked for where a file already is."""

    code = "store-exists"


class StoreForeign(StoreUnavailable):
    """The file is not a casework database."""

    code = "store-foreign"


class StoreNewer(StoreUnavailable):
    """The database was written by a newer release of casework."""

    code = "store-newer"


class StoreOlder(StoreUnavailable):
    """The database has to be upgraded before this release can use it."""

    code = "store-older"


class StoreReadOnly(StoreUnavailable):
    """Something was to be recorded in a database that can only be read here."""

    code = "store-read-only"


class StoreBusy(StoreUnavailable):
    """Another program kept the database to itself for longer than we wait."""

    code = "store-busy"


class StoreFull(StoreUnavailable):
    """The disk has no room; nothing of the step was recorded."""

    code = "store-full"


class StoreDamaged(StoreUnavailable):
    """The database's own structure is broken, or a record in it cannot be read."""

    code = "store-damaged"


class StoreOnNetwork(StoreUnavailable):
    """The database lies on a network file system, where locks cannot be relied on."""

    code = "store-on-network"


class ServerRefused(StoreUnavailable):
    """A database server may not be used as its settings say, or is not set up as it has to be."""

    code = "server-refused"


class OutcomeUnknown(StoreUnavailable):
    """The server went away while it was told to keep what was recorded: it may have, or not.

    The command's id tells: `find_command`, asked in a new transaction, which waits until the server has decided.
    """

    code = "outcome-unknown"


class AlreadyRecorded(Conflict):
    """The same command was recorded before, so nothing was recorded again.

    `details["recorded"]` lists what the first time recorded, as `Recorded` tuples.
    """

    code = "already-recorded"


class Overtaken(Conflict):
    """Somebody else recorded in this log or stream first; read it again and decide anew."""

    code = "overtaken"
