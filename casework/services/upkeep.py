"""Looking after the database: are the lists what the record says, make them again, bring an older database up to date.

Lists are a function of envelopes and facts, so none of this needs a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.services.workspace import DATABASE

if TYPE_CHECKING:
    from casework.services.workspace import Workspace
    from casework.store.connect import Transaction

Lists = dict[tuple[str, str], Any]
"""What the read tables hold: rows by stream and table."""


def rebuild(workspace: Workspace) -> int:
    """Make the lists again from the record, all of them or none; return how many entries of the record were read.

    Raises:
        StoreDamaged: an entry cannot be read; the lists stay as they were. StoreReadOnly, StoreBusy.
    """
    with workspace.transaction() as transaction:
        return transaction.rebuild_views()


def differing_lists(workspace: Workspace) -> tuple[int, list[tuple[str, str]]]:
    """Make the lists again and compare: return how many entries were read, and (stream, table) of what differs.

    Nothing is changed.

    Raises:
        StoreDamaged: an entry cannot be read. StoreReadOnly, StoreBusy.
    """
    with _undone(workspace) as transaction:
        live = _lists(transaction)
        count = transaction.rebuild_views()
        rebuilt = _lists(transaction)
    differing = sorted(
        place for place in live.keys() | rebuilt.keys() if live.get(place) != rebuilt.get(place)
    )
    return count, differing


def upgrade(folder: Path) -> tuple[str, str]:
    """Bring the database of a data folder up to date; return its revision before and after.

    Raises:
        NoStore, StoreForeign, StoreNewer, StoreReadOnly: why it cannot be.
    """
    from casework.store.migrate import upgrade as migrate

    return migrate(folder / DATABASE)


def _lists(transaction: Transaction) -> Lists:
    """Everything in the read tables, whichever school it belongs to."""
    found: Lists = {}
    for log in transaction.logs():
        for case in transaction.cases(log.organisation):
            found[case.stream, "cases"] = case
        for kind in ("case", "person"):
            for row in transaction.streams(log.log, kind):
                found[row.stream, "strand_states"] = transaction.strand_states(row.stream)
                found[row.stream, "clocks"] = transaction.clocks(row.stream)
                found[row.stream, "letters"] = transaction.letters(row.stream)
                found[row.stream, "warnings"] = transaction.warnings(row.stream)
                found[row.stream, "parties"] = transaction.parties(row.stream)
    return found


class _Undone(Exception):
    """Ends a transaction of which nothing is kept."""


@contextmanager
def _undone(workspace: Workspace) -> Iterator[Transaction]:
    try:
        with workspace.store.transaction() as transaction:
            yield transaction
            raise _Undone
    except _Undone:
        return
