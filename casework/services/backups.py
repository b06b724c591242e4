"""Backups: a copy of the database as it is at one moment, verified, sealed, with a last day; and going back to one.

A backup holds the database and the account's key file as it is, under that key's own passphrase. It is on the access
log with its last day, so that a certificate of destruction can say when the last copy of what was destroyed expires.

Restoring makes a new data folder and never touches another one. Nobody can know what was recorded after the backup,
here or on the machine that is gone, so each log goes on in a new generation: under another origin, beginning with an
event that names the old one. Two histories can then never pass for one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from casework.base.errors import BadInput, Findings, Unavailable
from casework.base.time import format_instant, local_date
from casework.cases.request import Decision
from casework.keyring.backup import (
    BackupHeader,
    passphrase_lock,
    read_backup,
    read_header,
    recovery_lock,
    unlock,
    write_backup,
)
from casework.ledger.seal import KEY_BYTES
from casework.services.audit import verify
from casework.services.audit_erasures import GENERATION
from casework.services.erasing import (
    ERASURES,
    Erasure,
    destroy,
    erasures_of,
    finish,
    read_list,
    write_list,
)
from casework.services.recorder import append, record, seal_entries
from casework.services.schools import School, log_of, schools
from casework.services.workspace import ACCOUNT_KEY, DATABASE, Passphrase, Workspace

if TYPE_CHECKING:
    from casework.base.ids import Dice
    from casework.base.time import Clock
    from casework.keyring.files import RecoveryKey
    from casework.store.connect import Transaction
    from casework.store.rows import Log

MADE: Final = "backup_made"
"""The kind of event, on the access log, that says that a backup was made."""

KEEP_DAYS: Final = 90
"""For how many days a backup is kept, if nothing else is said: three months."""


class NotBackedUp(Findings):
    """The record does not verify, so that a backup of it would keep the damage."""

    code = "not-backed-up"


class NotRestored(Findings):
    """What a backup holds does not verify."""

    code = "not-restored"


class BackupExpired(BadInput):
    """The last day of a backup has passed."""

    code = "backup-expired"


class FolderTaken(BadInput):
    """There is something where a backup is to be restored."""

    code = "folder-taken"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its id, the instant (UTC), its last day, and the SHA-256 of its file."""

    backup: str
    made: str
    expires: date
    sha256: str


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of restoring: entries and schools that were found whole, erasures done again, the new generations."""

    entries: int
    schools: tuple[str, ...]
    erased_again: int
    generations: tuple[str, ...]


def make_backup(
    workspace: Workspace,
    out: BinaryIO,
    *,
    keep_days: int = KEEP_DAYS,
    passphrase: Passphrase | None = None,
) -> Backup:
    """Write a backup of the whole data folder, once its copy was verified, and put it on the access log.

    Args:
        out: a file that gets its name only when this has returned.
        keep_days: for how many calendar days it is kept.
        passphrase: asked for to seal it; None seals it for the recovery key of each school.

    Raises:
        NotBackedUp: the record does not verify. StoreFull, StoreDamaged, StoreUnavailable.
    """
    if keep_days < 1:
        raise BadInput("A backup is kept for one day at least.")
    now = workspace.clock.now()
    known, account = schools(workspace), workspace.keys.account  # nothing is copied that cannot be noted
    with _beside(workspace.folder, ".backup-") as place:
        workspace.store.copy_to(place / DATABASE)
        notes = _verified_copy(place, workspace)
        secret, backup = workspace.dice.bytes(KEY_BYTES), workspace.new_id()
        if passphrase is not None:
            locks = [passphrase_lock(backup, secret, passphrase, workspace.dice)]
        else:
            locks = [recovery_lock(backup, secret, school.id, school.recovery_key) for school in known]
        header = BackupHeader(
            backup,
            format_instant(now),
            local_date(now) + timedelta(days=keep_days),
            tuple(notes),
            tuple(locks),
        )
        files = {DATABASE: place / DATABASE, ACCOUNT_KEY: workspace.key_file}
        try:
            digest = write_backup(out, header, secret, files, workspace.dice)
        except FileNotFoundError:
            raise Unavailable(
                f"The key file {workspace.key_file} is gone, so a backup would be without it.",
                remedy="Put it back, then make the backup.",
            ) from None
    made = Backup(backup, header.made, header.expires, digest)
    for school in known:
        _note(workspace, school, made, account)
    return made


def _verified_copy(place: Path, workspace: Workspace) -> list[str]:
    """Verify a copy and return the newest signed head of each of its logs."""
    with Workspace.open(place, workspace.passphrase, clock=workspace.clock, dice=workspace.dice) as copy:
        of = schools(copy)
        report = verify(copy, of)
        if not report.whole:
            raise NotBackedUp(
                f"The record does not verify, so no backup was made: {report.findings[0].says}",
                remedy="See what is wrong: casework audit verify. Keep the folder as it is, and the backups you have.",
            )
        with copy.store.read() as reader:
            return [reader.newest_note(log.log) or "" for log in reader.logs()]


def _note(workspace: Workspace, school: School, made: Backup, account: str) -> None:
    with workspace.store.read() as reader:
        log, newest = log_of(reader, school, "access"), reader.newest_n(school.access_stream)
    facts = {
        "kind": MADE,
        "backup": made.backup,
        "expires": made.expires.isoformat(),
        "sha256": made.sha256,
        "account": account,
    }
    record(
        workspace,
        log,
        [(school.access_stream, Decision(facts, {}))],
        seen={school.access_stream: newest},
        command=workspace.new_id(),
    )


def backups_on_record(workspace: Workspace, school: School) -> list[tuple[str, date]]:
    """Return the id and the last day of each backup that is on a school's access log, oldest first."""
    found = []
    with workspace.store.read() as reader:
        log = log_of(reader, school, "access")
        for event in reader.events(log.log):
            if event.facts and b'"backup_made"' in event.facts:
                facts = json.loads(event.facts)
                found.append((str(facts["backup"]), date.fromisoformat(facts["expires"])))
    return found


def look_into(path: Path) -> BackupHeader:
    """Return what can be read of a backup without a key.

    Raises:
        BackupDamaged: it is none. BadInput: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return read_header(file)
    except OSError as problem:
        raise BadInput(f"{path} cannot be read: {problem.strerror}.", remedy="Check the path.") from None


def restore(
    path: Path,
    to: Path,
    *,
    recovery: RecoveryKey | None = None,
    backup_passphrase: Passphrase | None = None,
    passphrase: Passphrase,
    erasures: bytes | None = None,
    although_expired: bool = False,
    rehearsal: bool = False,
    clock: Clock,
    dice: Dice,
) -> Restored:
    """Restore a backup into a new data folder: opened, verified, erasures done again, verified again, then named.

    Args:
        path: of the backup.
        to: the new data folder: not there yet, or empty.
        recovery, backup_passphrase: one of them opens the backup.
        passphrase: of the account's key that is in it.
        erasures: the list of erasures that is kept beside the backups; None if there is none.
        although_expired: restore it although its last day has passed.
        rehearsal: open and verify it only, and leave nothing behind.

    Raises:
        BackupDamaged, BackupExpired, FolderTaken, NotRestored, ErasuresAltered. WrongPassphrase. StoreFull.
        Nothing is left at `to` then.
    """
    header = look_into(path)
    if header.expires < local_date(clock.now()) and not although_expired:
        raise BackupExpired(
            f"The last day of this backup was {header.expires.isoformat()}: it may hold what has to be forgotten.",
            remedy="Destroy it, and take a newer one. If there is none: --although-expired.",
        )
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise FolderTaken(
            f"There is something at {to} already.", remedy="Name a new folder; the old one stays as it is."
        )
    secret = unlock(header, recovery=recovery, passphrase=backup_passphrase)
    with _beside(Path(os.path.abspath(to)).parent, f".{to.name}-restoring-") as place:
        with _disk(to), path.open("rb") as source:
            read_backup(source, read_header(source), secret, place, (DATABASE, ACCOUNT_KEY))
        with Workspace.open(place, passphrase, clock=clock, dice=dice) as workspace:
            entries = _require_whole(workspace, header)
            of = schools(workspace)
            names = tuple(school.name for school in of)
            if rehearsal:
                return Restored(entries, names, 0, ())
            notes = read_list(erasures) if erasures is not None else []
            again, generations = _take_over(workspace, of, header, notes)
            finish(workspace)
            write_list(workspace, of)
            _require_whole(workspace, None)
        with _disk(to):
            if to.exists():
                to.rmdir()
            os.rename(place, to)
            _flush(to.parent)
    return Restored(entries, names, again, tuple(generations))


def _require_whole(workspace: Workspace, header: BackupHeader | None) -> int:
    """Verify what was restored, against the heads that the backup's header names; return how many entries it has."""
    report = verify(workspace, schools(workspace), witnesses=header.logs if header is not None else ())
    if not report.whole:
        raise NotRestored(
            f"What the backup holds does not verify: {report.findings[0].says}",
            remedy="Take an earlier backup. Keep this one.",
        )
    return report.events


def _take_over(
    workspace: Workspace, of: Sequence[School], header: BackupHeader, notes: Sequence[str]
) -> tuple[int, list[str]]:
    """Begin a new generation of each log, and do again what was erased since; one transaction for each school."""
    again, generations = 0, []
    for school in of:
        with workspace.store.read() as reader:
            logs = [log_of(reader, school, name) for name in ("cases", "access")]
            wanted = [
                item
                for item in erasures_of(notes, school, logs[0])
                if any(
                    event.sealed is not None or (item.what == "everything" and event.facts is not None)
                    for event in reader.events_of(item.stream)
                    if event.n in item.events
                )
            ]
        wanted = [_as_far_as_there(workspace, item) for item in wanted]
        with workspace.transaction() as transaction:
            for log, stream in zip(logs, (school.stream, school.access_stream), strict=True):
                erased = wanted if log.name == "cases" else []
                generations.append(_begin(workspace, transaction, log, stream, header.backup, erased))
                for item in erased:
                    destroy(transaction, item)
        again += len(wanted)
    return again, generations


def _as_far_as_there(workspace: Workspace, item: Erasure) -> Erasure:
    """The erasure, of the events that the backup has; one that it does not have was never there."""
    with workspace.store.read() as reader:
        there = {event.n for event in reader.events_of(item.stream)}
    return replace(item, events=tuple(n for n in item.events if n in there))


def _begin(
    workspace: Workspace,
    transaction: Transaction,
    log: Log,
    stream: str,
    backup: str,
    erased: Sequence[Erasure],
) -> str:
    stem, _, number = log.origin.rpartition("/")
    origin = f"{stem}/{int(number) + 1}"
    head = transaction.head(log.log)
    size = head.size if head is not None else 0
    account = workspace.keys.account
    facts: list[dict[str, Any]] = [
        {
            "kind": GENERATION,
            "generation": int(number) + 1,
            "earlier": log.origin,
            "size": size,
            "backup": backup,
            "account": account,
        },
        *(item.facts(account, replayed=True) for item in erased),
    ]
    seen = {stream: transaction.newest_n(stream)}
    transaction.begin_generation(log.log, origin)
    sealed = seal_entries(workspace, log.log, [(stream, Decision(item, {})) for item in facts], seen)
    append(
        workspace,
        transaction,
        replace(log, origin=origin),
        sealed,
        seen=seen,
        command=workspace.new_id(),
        facts=facts,
    )
    return origin


@contextmanager
def _beside(folder: Path, prefix: str) -> Iterator[Path]:
    """Hand out an empty folder on the same disk, its owner's only, and take it away at the end if it is still there."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    except OSError as problem:
        raise BadInput(
            f"No folder can be made in {folder}: {problem.strerror}.",
            remedy="Choose one that you may write to.",
        ) from None
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _disk(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise Unavailable(
            f"The backup cannot be restored at {to}: {problem.strerror}.",
            remedy="Free some space, or choose another folder. Nothing was left behind.",
        ) from None


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def list_beside(path: Path) -> Path:
    """Return where the list of erasures is kept beside a backup."""
    return path.parent / ERASURES
