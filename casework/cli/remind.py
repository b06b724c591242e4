"""`casework remind`: a daily digest by e-mail for each account that acts, for a timer to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.cli.options import example, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, listed

if TYPE_CHECKING:
    from casework.services.reminders import Reminded


@click.command(
    short_help="Send everybody who acts what is due, once a day, by e-mail.",
    epilog=example("casework remind --dry-run", "casework remind"),
)
@rehearses
def remind(session: Session, as_json: bool) -> None:
    """Send each account that acts a digest of what is late or soon due, by e-mail, at most one a day.

    A digest holds references and dates, and no name. How it is sent, and to whom, `reminders.toml` in the data folder
    says. No key and no sign-in is needed, so a timer can run it. If not everybody got theirs, the exit code is 5; run
    it again, and only those who did not get one are written to.
    """
    from casework.services.reminder_settings import read_settings
    from casework.services.reminders import remind as send

    session.existing_folder()
    settings = read_settings(session.folder)
    workspace = session.workspace
    done = send(workspace.store, workspace.clock, settings, dry_run=session.rehearsal)
    for line in _troubles(done):
        say(line)
    data = {
        "dry_run": session.rehearsal,
        "sent": done.sent,
        "had_one_today": done.before,
        "nothing_due": done.idle,
        "unclear": done.unclear,
        "failed": [{"login": login, "why": why} for login, why in done.failed.items()],
        "unknown": done.unknown,
        "accounts_without_address": done.without,
    }
    would = "would get" if session.rehearsal else "got"
    text = [
        f"{listed(done.sent)} {would} a reminder." if done.sent else f"Nobody {would} a reminder.",
        f"{listed(done.before)} had one today already." if done.before else "",
        f"Nothing is due for {listed(done.idle)}." if done.idle else "",
    ]
    answer(as_json, data, "\n".join(line for line in text if line))
    if not done.complete:
        raise click.exceptions.Exit(5)


def _troubles(done: Reminded) -> list[str]:
    """What did not come about, a sentence each."""
    lines = [f"{login} did not get a reminder: {why}." for login, why in done.failed.items()]
    lines += [
        f"{login} may have got a reminder today, or not: the connection broke. It is not sent again today."
        for login in done.unclear
    ]
    lines += [
        f"{login} is written in reminders.toml, and nobody of that sign-in name acts here today."
        for login in done.unknown
    ]
    if done.without:
        number = count(done.without, "account that acts", "accounts that act")
        lines.append(f"{number} here {'has' if done.without == 1 else 'have'} no address in reminders.toml.")
    return lines
