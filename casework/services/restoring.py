"""Going back to a backup: opened, verified, erasures done again, and only then put in its place.

Restoring makes a new data folder and never touches another one. Nobody can know what was recorded after the backup,
here or on the machine that is gone, so each log goes on in a new generation: under another origin, beginning with an
event that names the old one. Two histories can then never pass for one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.base.errors import BadInput, Findings, Unavailable
from casework.base.time import local_date
from casework.cases.request import Decision
from casework.keyring.backup import BackupHeader, read_backup, read_header, unlock
from casework.services.audit import verify
from casework.services.audit_erasures import GENERATION
from casework.services.backups import beside
from casework.services.erasing import destroy, erasures_of, finish, read_list, write_list
from casework.services.erasure import Erasure
from casework.services.log_keys import key_line
from casework.services.recorder import append, seal_entries
from casework.services.schools import School, log_of, schools
from casework.services.workspace import ACCOUNT_KEY, DATABASE, Passphrase, Workspace

if TYPE_CHECKING:
    from casework.base.ids import Dice
    from casework.base.time import Clock
    from casework.keyring.files import RecoveryKey
    from casework.store.connect import Transaction
    from casework.store.rows import Log


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
class Restored:
    """What came of restoring: entries and schools that were found whole, erasures done again, the new generations."""

    entries: int
    schools: tuple[str, ...]
    erased_again: int
    generations: tuple[str, ...]


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
    login: str = "",
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
        login: the sign-in name of whoever restores, if they sign in; the passphrase is their unlock phrase then.
        erasures: the list of erasures that is kept beside the backups; None if there is none.
        although_expired: restore it although its last day has passed.
        rehearsal: open and verify it only, and leave nothing behind.

    Raises:
        BackupDamaged, BackupExpired, FolderTaken, NotRestored, ErasuresAltered. WrongPassphrase, SignInRefused.
        BadInput: the backup holds no key file, and it is not said who restores it. StoreFull.
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
    with beside(Path(os.path.abspath(to)).parent, f".{to.name}-restoring-") as place:
        with _disk(to), path.open("rb") as source:
            read_backup(source, read_header(source), secret, place, (DATABASE, ACCOUNT_KEY))
        with Workspace.open(place, passphrase, clock=clock, dice=dice) as workspace:
            entries = _require_whole(workspace, header)
            of = schools(workspace)
            names = tuple(school.name for school in of)
            if rehearsal:
                return Restored(entries, names, 0, ())
            _work_as(workspace, login)
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


def _work_as(workspace: Workspace, login: str) -> None:
    """Work as whoever restores: the account of the key file in the backup, or the one that they name."""
    from casework.services.sign_in import keys_of

    if login:
        workspace.work_as(keys_of(workspace, login, workspace.passphrase))
    elif not workspace.key_file.exists():
        raise BadInput(
            "The backup holds no key file, for everybody signs in there. Say who restores it.",
            remedy="Name yourself with --as NAME; your unlock phrase is asked for.",
        )


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
                for item in erasures_of(notes, school, logs[0], key_line(reader, school, logs[0]))
                if any(
                    event.sealed is not None or (item.what == "everything" and event.facts is not None)
                    for event in reader.events_of(item.stream)
                    if event.n in item.events
                )
            ]
        wanted = [_as_far_as_there(workspace, item) for item in wanted]
        with workspace.transaction(school.id) as transaction:
            transaction.drop_every_link()  # those revoked since would open again
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
