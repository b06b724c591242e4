"""Forgetting: words, keys and files are destroyed, and the record says so for ever: when, by which rule, who agreed.

An erasure is an event of the school's own stream, `record_erased`, in the transaction that destroys. Envelopes stay, so
the record verifies as before. `words` destroys sealed bodies with their salts, files, and the keys of a stream that is
forgotten as a whole; `everything` destroys the facts as well.

What was destroyed may still lie in free pages of the database or in its log, so the erasure is pending until both were
written anew. A file in the data folder says so; it outlives a crash.

Each erasure is signed once more, by itself, for the list that is kept beside the backups: an older backup that is
restored forgets again what was forgotten since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from casework.base.canonical import canonical_bytes, parse_canonical
from casework.base.errors import BadInput, CaseworkError
from casework.cases.request import Decision
from casework.keyring.disk import make_folder, write_private
from casework.ledger.checkpoint import Verifier, open_note
from casework.ledger.errors import NoteRefused
from casework.services.erasure import ERASED, Erasure, ErasuresAltered
from casework.services.log_keys import VOUCHED, vouched_keys
from casework.services.recorder import append, seal_entries
from casework.services.schools import School, log_of

if TYPE_CHECKING:
    from casework.ledger.key_line import KeyLine
    from casework.services.workspace import Workspace
    from casework.store.connect import Reader, Transaction
    from casework.store.rows import Log

PENDING: Final = "erasure-pending"
"""The file in a data folder that says that something which was destroyed may still be readable in its files."""

ERASURES: Final = "erasures.json"
"""The list of erasures, to be kept beside the backups."""

_NOTE: Final = "casework erasure v1"
_LIST: Final = "casework erasures"


def erase(
    workspace: Workspace, school: School, erasures: Sequence[Erasure], *, command: str = "", **more: Any
) -> None:
    """Destroy, and record that it was done, all of it or nothing; then see that nothing is left in the files.

    Args:
        erasures: at least one.
        command: id of the act.
        more: what else the record says of each, such as `replayed`.

    Raises:
        StoreBusy, StoreFull: with the note that the erasure is on record but still pending, if only the files are left
            to be written anew. CaseMoved: somebody else recorded something first.
    """
    with workspace.store.read() as reader:
        log, n = log_of(reader, school, "cases"), reader.newest_n(school.stream)
    account = workspace.keys.account
    entries = [(school.stream, Decision(item.facts(account, **more), dict(item.words))) for item in erasures]
    seen = {school.stream: n}
    sealed = seal_entries(workspace, log.log, entries, seen)
    workspace.signer(log)  # opened before the lock is taken
    pending = is_pending(workspace.folder)
    if not workspace.rehearsal:
        mark(workspace.folder)
    try:
        with workspace.transaction(school.id) as transaction:
            append(workspace, transaction, log, sealed, seen=seen, command=command or workspace.new_id())
            for item in erasures:
                destroy(transaction, item)
    except CaseworkError:  # nothing of it was done; whatever else stops it leaves the mark
        if not pending:
            (workspace.folder / PENDING).unlink(missing_ok=True)
        raise
    if workspace.rehearsal:
        return
    for item in erasures:
        workspace.cases.forget(item.stream)
        workspace.forget_key(item.stream)
    finish(workspace, [school])


def destroy(transaction: Transaction, item: Erasure) -> None:
    """Destroy what an erasure names, in the transaction that records it."""
    for file in _files(transaction, item):
        transaction.erase_file(file)
    transaction.drop_drafts_about(item.stream)
    transaction.drop_links_about(item.stream)
    transaction.erase_words(item.stream, item.events)
    if item.what == "everything":
        transaction.erase_facts(item.stream, item.events)
    if item.whole:
        transaction.erase_keys(item.stream)
        if item.what == "everything":
            transaction.forget_stream(item.stream)


def _files(reader: Transaction, item: Erasure) -> list[str]:
    """The files that belong to the events whose words go."""
    if item.whole:
        return [file.file for file in reader.files_of(item.stream)]
    kept, found = {file.file for file in reader.files_of(item.stream)}, []
    for event in reader.events_of(item.stream) if kept else ():
        file = json.loads(event.facts).get("file") if event.facts and event.n in item.events else None
        if isinstance(file, dict) and file.get("id") in kept:
            found.append(str(file["id"]))
    return found


def is_pending(folder: Path) -> bool:
    """Say whether something that was destroyed may still be readable in the files of a data folder."""
    return (folder / PENDING).exists()


def finish(workspace: Workspace, of: Iterable[School] = ()) -> None:
    """Write the database anew without what was destroyed, and empty its log; nothing is pending afterwards.

    Args:
        of: the schools whose erasures are written into the list first.

    Raises:
        StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable: it is still pending; a note says so.
    """
    try:
        if listed := list(of):
            write_list(workspace, listed)
        workspace.store.scrub()
    except Exception as problem:
        problem.add_note(
            "The erasure is on record, but still pending: what was destroyed may be readable in the database's files.\n"
            "Finish it with: casework retention finish"
        )
        raise
    (workspace.folder / PENDING).unlink(missing_ok=True)


def mark(folder: Path) -> None:
    """Say in a data folder that something is being destroyed, before it is; `finish` takes that away."""
    if not is_pending(folder):
        make_folder(folder)
        write_private(folder / PENDING, b"An erasure is not finished. Run: casework retention finish\n")


def recorded(reader: Reader, school: School) -> list[tuple[int, Mapping[str, Any]]]:
    """Return position and facts of each erasure that a school's record tells of, oldest first."""
    found = []
    for event in reader.events_of(school.stream):
        facts = json.loads(event.facts) if event.facts else {}
        if facts.get("kind") == ERASED:
            found.append((event.pos, facts))
    return found


def write_list(workspace: Workspace, of: Iterable[School]) -> Path:
    """Write the signed list of all erasures into the data folder, over the one before; return its path.

    Raises:
        OSError: it cannot be written.
    """
    notes = []
    with workspace.store.read() as reader:
        for school in of:
            log = log_of(reader, school, "cases")
            sign = workspace.signer(log).sign_note
            notes += vouched_keys(reader, school)
            for _, facts in recorded(reader, school):
                notes.append(sign(f"{_NOTE}\n{log.origin}\n{canonical_bytes(dict(facts)).decode('utf-8')}\n"))
    path = workspace.folder / ERASURES
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    write_private(draft, canonical_bytes({"format": _LIST, "v": 1, "notes": notes}) + b"\n")
    os.replace(draft, path)
    return path


def merged(ours: bytes, there: bytes) -> bytes:
    """Return a list of erasures with what another one knows besides: of other schools, or of a record since restored.

    Raises:
        ErasuresAltered: one of them is none.
    """
    notes = {_about(note): note for note in (*read_list(there), *read_list(ours))}
    return canonical_bytes({"format": _LIST, "v": 1, "notes": list(notes.values())}) + b"\n"


def _about(note: str) -> tuple[str, str]:
    """Which log a note is of, in whatever generation, and what it says."""
    title, origin, facts, *_ = [*note.split("\n", 3), "", "", ""]
    if title == VOUCHED:
        return origin.rpartition("/")[0], note
    try:
        told = parse_canonical(facts.encode("utf-8"))
        what = json.dumps([told["stream"], told["events"], told["what"]])
    except (BadInput, KeyError, TypeError):
        raise _altered() from None
    return origin.rpartition("/")[0], what


def read_list(data: bytes) -> list[str]:
    """Return the signed notes of a list of erasures.

    Raises:
        ErasuresAltered: it is none.
    """
    try:
        held = parse_canonical(data.removesuffix(b"\n"))
        if held["format"] != _LIST or held["v"] != 1:
            raise ValueError
        return [str(note) for note in held["notes"]]
    except (BadInput, KeyError, TypeError, ValueError):
        raise _altered() from None


def erasures_of(notes: Sequence[str], school: School, log: Log, line: KeyLine) -> list[Erasure]:
    """Return the erasures of a list that are of one school, each seen to be signed by its log's key.

    That is one of the keys that the log here had, or one that such a key vouched for after the backup was made.

    Raises:
        ErasuresAltered: one is not.
    """
    own = [
        note for note in notes if f"/{school.id}/{log.name}/" in note.partition("\n")[2].partition("\n")[0]
    ]
    keys = _known_keys(own, line)
    found = []
    for note in own:
        title, origin, *_ = note.split("\n", 2)
        if title == VOUCHED:
            continue
        try:
            text = open_note(note, [Verifier(origin, key) for key in keys])
            facts = parse_canonical(text.split("\n")[2].encode("utf-8"))
        except (BadInput, NoteRefused, IndexError):
            raise _altered() from None
        if title != _NOTE or not isinstance(facts, dict):
            raise _altered()
        found.append(Erasure.from_facts(facts))
    return found


def _known_keys(notes: Iterable[str], line: KeyLine) -> list[bytes]:
    """The keys of a line, and those that they vouch for in these notes, one after another."""
    keys = [verifier.public_key for verifier in line.verifiers]
    for note in notes:
        title, origin, *_ = note.split("\n", 2)
        if title != VOUCHED:
            continue
        try:
            text = open_note(note, [Verifier(origin, key) for key in keys])
            keys.append(Verifier(origin, bytes.fromhex(text.split("\n")[2])).public_key)
        except (BadInput, NoteRefused, ValueError):
            continue  # it vouches for nothing here
    return keys


def _altered() -> ErasuresAltered:
    return ErasuresAltered(
        "The list of erasures is not as it was signed.",
        remedy=f"Take another copy of {ERASURES}: it is written into the data folder, and beside each backup.",
    )
