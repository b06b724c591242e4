"""`casework user rescue` and `phrase`: a new key when the old one is lost, another unlock phrase when it is not."""

from __future__ import annotations

from pathlib import Path

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import count, listed, pairs, paragraph
from casework.cli.user import COMMANDS, tell_code


@click.command(
    short_help=COMMANDS["rescue"][1],
    epilog=example(
        'casework user rescue helen.marsh --reason "She forgot her unlock phrase"',
        "casework user rescue --recovery-key /media/safe/recovery.key",
    ),
)
@click.argument("name", required=False, default="")
@click.option("--reason", default="", help="Why; it goes on record.")
@click.option(
    "--recovery-key",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The school's recovery key; several times for several schools.",
)
@click.option("--no-passphrase", is_flag=True, help="Keep the new key file under file permissions alone.")
@as_json
@pass_session
def rescue(
    session: Session, name: str, reason: str, files: tuple[Path, ...], no_passphrase: bool, as_json: bool
) -> None:
    """Make a new key where an unlock phrase is forgotten, or a key file is lost or damaged.

    With a name, you give somebody a code. They sign in with it and choose a new phrase; then you let them in:
    `casework user admit`. With the recovery key, nobody else is needed: the account of this data folder's key file gets
    a new file, or the account that you name a new phrase.

    What could be read before can be read again; both are on record and told to everybody else at their next sign-in.
    """
    if files:
        _with_recovery_key(session, name, files, no_passphrase, as_json)
        return
    if not name:
        raise click.UsageError("Say whose account, or give the recovery key with --recovery-key.")
    from casework.services.rescue import begin_rescue

    begun = begin_rescue(session.workspace, session.school, name, reason=reason)
    tell_code(session, as_json, begun.member, begun.code, begun.expires)


def _with_recovery_key(
    session: Session, name: str, files: tuple[Path, ...], no_passphrase: bool, as_json: bool
) -> None:
    from casework.cli.init import new_passphrase
    from casework.keyring.files import read_recovery_key
    from casework.services.rescue import rescue_with_recovery_key

    recoveries = [read_recovery_key(file, session.recovery_passphrase) for file in files]
    secret = None if no_passphrase else new_passphrase(session, name)
    done = rescue_with_recovery_key(
        session.workspace,
        recoveries,
        name,
        None if secret is None else lambda: secret,
        cost=session.cost,
    )
    for one in session.user_sessions.all():
        if one.account == done.member.account:
            session.user_sessions.end(one)
    text = "\n\n".join(
        [
            paragraph(
                f"{done.member.name} has a new key, and with it {count(done.keys, 'key')} of what was readable."
            ),
            pairs(
                [
                    ("Schools", listed(done.schools)),
                    ("Sign-in name", done.member.login),
                    ("Old key file", str(done.old_file) if done.old_file else ""),
                ]
            ),
            paragraph("Put the recovery key back in its safe, away from this machine."),
        ]
    )
    data = {
        "name": done.member.name,
        "login": done.member.login,
        "schools": list(done.schools),
        "keys": done.keys,
        "old_file": str(done.old_file) if done.old_file else "",
    }
    answer(as_json, data, text)


@click.command(short_help=COMMANDS["phrase"][1], epilog=example("casework user phrase"))
@as_json
@pass_session
def phrase(session: Session, as_json: bool) -> None:
    """Give yourself another unlock phrase, on a terminal; the present one is asked for first.

    Nothing else changes, and nobody else learns of it. If somebody may have learned the present phrase *and* had the
    database, ask for a new key instead: `casework user rescue`.
    """
    from casework.cli.init import new_passphrase
    from casework.services.sign_in import change_phrase

    if not session.interactive:
        raise click.UsageError("An unlock phrase is changed on a terminal, where both can be asked for.")
    change_phrase(
        session.workspace, session.unlock_phrase, lambda: new_passphrase(session), cost=session.cost
    )
    answer(as_json, {"changed": True}, "Your unlock phrase is changed.")
