"""Moving a record from the file on this machine to a PostgreSQL server: all of it, verified there, or nothing.

Nobody records while it is moved: the file is locked from the first row to the switch. The switch is one small file, the
server's settings, that appears in the data folder whole or not at all. Whatever interrupts before it leaves the file in
use; what an interrupted move left on the server is taken away by the next one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from casework.base.errors import BadInput, Findings
from casework.keyring.disk import write_private
from casework.services.audit import verify
from casework.services.backups import beside
from casework.services.folder import DATABASE
from casework.store.backend import EVERY
from casework.store.connect import Store
from casework.store.errors import StoreExists
from casework.store.server import SETTINGS, read_server, settings_beside

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction

LEFT_BEHIND: Final = f"{DATABASE}.moved"
"""The name of the old file once its record is on the server: it still holds everything."""


class NotMoved(Findings):
    """What arrived on the server is not what was sent, or does not verify."""

    code = "not-moved"


@dataclass(frozen=True, slots=True)
class Moved:
    """A record that was moved: to where, how many rows, how many entries of its logs; and the old file."""

    place: str
    rows: int
    entries: int
    left: Path


def move_to_server(workspace: Workspace, settings: Path) -> Moved:
    """Move the record of a data folder to a server; keys and remembered checkpoints stay in the folder.

    Args:
        settings: a file as `casework.store.server` describes it; it is copied into the folder.

    Raises:
        BadInput: the record is on a server already. ServerRefused, StoreUnavailable: the server cannot be used.
        StoreExists: another record is there. NotMoved: what arrived does not verify. The file then stays in use.
    """
    folder = workspace.folder
    if settings_beside(folder / DATABASE) is not None:
        raise BadInput(f"This record is on a server already: {workspace.store.place}.")
    read_server(settings)
    said = settings.read_bytes()
    with beside(folder, ".moving-") as place:
        write_private(place / SETTINGS, said)
        with workspace.store.transaction(*EVERY) as source:
            target = _empty_store(place / DATABASE, source)
            with target:
                with target.transaction(*EVERY) as transaction:
                    rows = _copied(source, transaction)
                entries = _arrived(source, target, place)
            write_private(folder / SETTINGS, said)  # from here on the record is on the server
    left = folder / LEFT_BEHIND
    workspace.store.close()
    os.replace(folder / DATABASE, left)
    return Moved(target.place, rows, entries, left)


def _empty_store(database: Path, source: Transaction) -> Store:
    """Return the server's store without a row in it; what an interrupted move left there is taken away.

    Raises:
        StoreExists: something else is there.
    """
    try:
        return Store.create(database)
    except StoreExists:
        with Store.open(database) as store, store.read(*EVERY) as reader:
            if not _is_of(reader, source):
                raise
    from casework.store.migrate_server import make_empty

    make_empty(database)
    return Store.create(database)


def _is_of(there: Reader, source: Transaction) -> bool:
    """Whether every log on the server is one of the file's, and no longer than that one: an earlier copy of it."""
    here = set(source.logs())
    for log in there.logs():
        head, newest = there.head(log.log), there.newest_note(log.log)
        if log not in here or head is None or newest is None:
            return False
        if source.heads_between(log.log, head.size - 1, head.size) != [newest]:
            return False
    return True


def _copied(source: Transaction, transaction: Transaction) -> int:
    from casework.store.copying import copy_rows

    return copy_rows(source, transaction, separate=True)


def _arrived(source: Transaction, target: Store, place: Path) -> int:
    """See that every log is there to its newest head, and that all of it verifies; return how many entries there are.

    Raises:
        NotMoved: not so.
    """
    entries = 0
    with target.read(*EVERY) as reader:
        same = source.logs() == reader.logs()
        for log in source.logs():
            here, there = source.head(log.log), reader.head(log.log)
            same = same and here == there and source.newest_note(log.log) == reader.newest_note(log.log)
            entries += here.size if here is not None else 0
    report = verify(place)
    if not same or not report.whole:
        why = report.findings[0].says if report.findings else "a log is not there to its end."
        raise NotMoved(
            f"What arrived on the server is not what was sent: {why}",
            remedy="The record here is as it was, and stays in use. Verify it (casework audit verify), then try again.",
        )
    return entries
