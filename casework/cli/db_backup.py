"""`casework db backup`, `backups` and `restore`: copies to keep elsewhere, and the way back."""

from __future__ import annotations

from pathlib import Path

import click

from casework.base.time import describe_date
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, paragraph, table
from casework.cli.writing import write_file, writing


@click.command(
    short_help="Make a sealed, verified backup, while others may go on working.",
    epilog=example(
        "casework db backup /media/stick/ashgrove-2026-11-23.backup",
        "casework db backup weekly.backup --keep-days 30 --passphrase",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keep-days",
    type=click.IntRange(1, 3660),
    default=90,
    show_default=True,
    help="For how many days it may be kept; then it is to be destroyed.",
)
@click.option(
    "--passphrase",
    "with_passphrase",
    is_flag=True,
    help="Seal it under a passphrase of its own, in place of the school's recovery key.",
)
@as_json
@pass_session
def backup(session: Session, file: Path, keep_days: int, with_passphrase: bool, as_json: bool) -> None:
    """Copy the database as it is at one moment, verify the copy, seal it with your key file, and write it to FILE.

    It is opened with the school's recovery key. It is put on the access log with its last day. The list of what was
    erased is written beside it: give that with an older backup that you restore.
    """
    from casework.services.backups import list_beside, make_backup
    from casework.services.erasing import merged, write_list
    from casework.services.schools import schools

    workspace = session.workspace
    asked = session.backup_passphrase(new=True) if with_passphrase else None
    with writing(file) as out:
        made = make_backup(
            workspace, out, keep_days=keep_days, passphrase=(lambda: asked) if asked is not None else None
        )
    beside, ours = list_beside(file), write_list(workspace, schools(workspace)).read_bytes()
    there = beside.read_bytes() if beside.exists() else ours
    listed = write_file(beside, merged(ours, there), force=True)
    data = {
        "file": str(file),
        "backup": made.backup,
        "made": made.made,
        "expires": made.expires.isoformat(),
        "sha256": made.sha256,
        "erasures": str(listed),
    }
    key = "its own passphrase" if with_passphrase else "the school's recovery key"
    text = (
        f"{file}\nVerified and sealed; it is opened with {key}. Keep it away from this machine, and destroy it after"
        f" {describe_date(made.expires)}.\nBeside it: {listed.name}, the list of what was erased."
    )
    answer(as_json, data, "\n".join(paragraph(line) for line in text.split("\n")))


@click.command(
    short_help="List the backups on record, with their last days.", epilog=example("casework db backups")
)
@as_json
@pass_session
def backups(session: Session, as_json: bool) -> None:
    """List every backup that was made, and until when it may be kept. Where it is, you know."""
    from casework.base.time import local_date
    from casework.services.backups import backups_on_record

    today = local_date(session.workspace.clock.now())
    found = backups_on_record(session.workspace, session.school)
    data = [{"backup": name, "expires": day.isoformat(), "expired": day < today} for name, day in found]
    rows = [(name, describe_date(day), "destroy it" if day < today else "") for name, day in found]
    text = table(["Backup", "Last day", "What to do"], rows) if rows else "No backup is on record."
    answer(as_json, {"backups": data}, text)


@click.command(
    short_help="Restore a backup into a new folder.",
    epilog=example(
        "casework db restore ashgrove-2026-11-23.backup --to restored --recovery-key recovery.key",
        "casework db restore weekly.backup --to restored --dry-run",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The new data folder. Nothing that is there is ever changed.",
)
@click.option(
    "--recovery-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The school's recovery key; without it the backup's own passphrase is asked for.",
)
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The newest list of what was erased; erasures.json beside the backup if not given.",
)
@click.option(
    "--no-erasures", is_flag=True, help="There is no such list, and nothing was erased since the backup."
)
@click.option("--although-expired", is_flag=True, help="Restore it although its last day has passed.")
@click.option("--dry-run", is_flag=True, help="Open and verify it only; nothing is left behind.")
@as_json
@pass_session
def restore(
    session: Session,
    file: Path,
    to: Path,
    recovery_key: Path | None,
    erasures: Path | None,
    no_erasures: bool,
    although_expired: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a backup, verify it, do again what was erased since, and put it into a new data folder.

    What was recorded after the backup is not in it. So the record goes on as a new generation, which names the old one:
    a checkpoint of the old record that vouches for more shows what was lost.
    """
    from casework.base.ids import SystemDice
    from casework.base.time import SystemClock
    from casework.keyring.files import read_recovery_key
    from casework.services import restoring

    listed = _list(file, erasures, no_erasures or dry_run)
    recovery = read_recovery_key(recovery_key, session.recovery_passphrase) if recovery_key else None
    done = restoring.restore(
        file,
        to,
        recovery=recovery,
        backup_passphrase=None if recovery else session.backup_passphrase,
        passphrase=session.unlock_phrase if session.login else session.passphrase,
        login=session.login,
        erasures=listed,
        although_expired=although_expired,
        rehearsal=dry_run,
        clock=session.clock or SystemClock(),
        dice=session.dice or SystemDice(),
    )
    data = {
        "dry_run": dry_run,
        "folder": str(to),
        "entries": done.entries,
        "schools": list(done.schools),
        "erased_again": done.erased_again,
        "generations": list(done.generations),
    }
    found = f"The backup is whole: {count(done.entries, 'entry', 'entries')} of {', '.join(done.schools)}, verified."
    if dry_run:
        answer(as_json, data, paragraph(found))
        say("Nothing was restored.")
        return
    lines = [
        found,
        f"Restored into {to}. The record goes on there as a new generation; whatever was recorded after the backup is"
        " not in it.",
        f"Erased again: {count(done.erased_again, 'record')} that had been erased since the backup."
        if done.erased_again
        else "Nothing had been erased since the backup."
        if listed is not None
        else "No list of erasures was given.",
        "Use one folder only from now on. Take a checkpoint, and a new backup.",
    ]
    answer(as_json, data, "\n".join(paragraph(line) for line in lines))


def _list(file: Path, given: Path | None, without: bool) -> bytes | None:
    """The list of erasures: the one given, or the one beside the backup, which is never left out."""
    from casework.base.errors import BadInput
    from casework.services.backups import list_beside

    path = given or list_beside(file)
    if given is None and without and not path.exists():
        return None
    try:
        return path.read_bytes()
    except OSError:
        raise BadInput(
            f"There is no list of erasures at {path}: what was erased since the backup would come back.",
            remedy="Give the newest one with --erasures. If nothing was erased since: --no-erasures.",
        ) from None
