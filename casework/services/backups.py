"""Backups: a copy of the database as it is at one moment, verified, sealed, with a last day.

A backup holds the database and, if there is one, the account's key file as it is, under that key's own passphrase; the
keys of accounts that sign in are in the database, each under its unlock phrase. A backup is on the access
log with its last day, so that a certificate of destruction can say when the last copy of what was destroyed expires.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from casework.base.errors import BadInput, Findings, Unavailable
from casework.base.time import format_instant, local_date
from casework.cases.request import Decision
from casework.keyring.backup import (
    BackupHeader,
    passphrase_lock,
    recovery_lock,
    write_backup,
)
from casework.ledger.event import Envelope
from casework.ledger.seal import KEY_BYTES
from casework.services.audit import verify
from casework.services.erasing import ERASURES
from casework.services.recorder import record
from casework.services.schools import School, log_of, schools
from casework.services.workspace import ACCOUNT_KEY, DATABASE, Passphrase, Workspace

MADE: Final = "backup_made"
"""The kind of event, on the access log, that says that a backup was made."""

KEEP_DAYS: Final = 90
"""For how many days a backup is kept, if nothing else is said: three months."""


class NotBackedUp(Findings):
    """The record does not verify, so that a backup of it would keep the damage."""

    code = "not-backed-up"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: its id, the instant (UTC), its last day, and the SHA-256 of its file."""

    backup: str
    made: str
    expires: date
    sha256: str


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
    with beside(workspace.folder, ".backup-") as place:
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
        files = {DATABASE: place / DATABASE}
        if workspace.account_keys is None or workspace.key_file.exists():
            files[ACCOUNT_KEY] = workspace.key_file
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


def backups_on_record(workspace: Workspace, school: School, *, before: str = "") -> list[tuple[str, date]]:
    """Return the id and the last day of each backup that is on a school's access log, oldest first.

    Args:
        before: only those that were made until this instant, in UTC as envelopes have it.
    """
    found = []
    with workspace.store.read() as reader:
        log = log_of(reader, school, "access")
        for event in reader.events(log.log):
            if event.facts and b'"backup_made"' in event.facts:
                facts = json.loads(event.facts)
                if before and Envelope.from_bytes(event.envelope).recorded > before:
                    continue
                found.append((str(facts["backup"]), date.fromisoformat(facts["expires"])))
    return found


@contextmanager
def beside(folder: Path, prefix: str) -> Iterator[Path]:
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


def list_beside(path: Path) -> Path:
    """Return where the list of erasures is kept beside a backup."""
    return path.parent / ERASURES
