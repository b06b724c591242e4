"""Looking after the database: are the lists what the record says, make them again, bring an older database up to date.

Lists are a function of envelopes and facts, so none of this needs a key.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from casework.services.workspace import DATABASE
from casework.store.backend import EVERY

if TYPE_CHECKING:
    from casework.services.workspace import Workspace


def rebuild(workspace: Workspace) -> int:
    """Make the lists again from the record, all of them or none; return how many entries of the record were read.

    Raises:
        StoreDamaged: an entry cannot be read; the lists stay as they were. StoreReadOnly, StoreBusy.
    """
    with workspace.transaction(*EVERY) as transaction:
        return transaction.rebuild_views()


def differing_lists(workspace: Workspace) -> tuple[int, list[tuple[str, str]]]:
    """Make the lists again and compare: return how many entries were read, and (stream, table) of what differs.

    Nothing is changed.

    Raises:
        StoreDamaged: an entry cannot be read. StoreBusy.
    """
    from casework.store.projection import parse
    from casework.store.reader import read_only
    from casework.store.scratch import Scratch

    count, differing = 0, []
    with closing(Scratch()) as scratch, read_only(workspace.folder / DATABASE) as reader:
        listed = reader.listed()
        for log in reader.logs():
            for row in (row for kind in ("case", "person") for row in reader.streams(log.log, kind)):
                history = [parse(event) for event in reader.events_of(row.stream)]
                made = scratch.made_of(history, log.organisation) if history else {}
                differing += [
                    (row.stream, table)
                    for table, rows in reader.lists_of(row.stream).items()
                    if rows != made.get(table, [])
                ]
                listed.discard(row.stream)
            head = reader.head(log.log)
            count += head.size if head is not None else 0
        differing += [
            (stream, table) for stream in listed for table, rows in reader.lists_of(stream).items() if rows
        ]
    return count, sorted(differing)


def upgrade(folder: Path) -> tuple[str, str]:
    """Bring the database of a data folder up to date; return its revision before and after.

    Raises:
        NoStore, StoreForeign, StoreNewer, StoreReadOnly: why it cannot be.
    """
    from casework.store.migrate import upgrade as migrate

    return migrate(folder / DATABASE)
