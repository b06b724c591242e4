"""`casework login`, `logout` and `whoami`: signing in with an unlock phrase, and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import listed, local_moment, pairs, paragraph

if TYPE_CHECKING:
    from casework.services.openid import Who


@click.command(
    short_help="Sign in with your unlock phrase.",
    epilog=example(
        "casework login helen.marsh",
        "casework login helen.marsh --invitation",
        "casework login --openid",
    ),
)
@click.argument("name", metavar="[NAME]", required=False, default="")
@click.option(
    "--invitation", is_flag=True, help="The first time: with the code that you were given, and a new phrase."
)
@click.option(
    "--openid", is_flag=True, help="With your organisation's account first: Google, Microsoft or another."
)
@as_json
@pass_session
def login(session: Session, name: str, invitation: bool, openid: bool, as_json: bool) -> None:
    """Sign in as the account of a sign-in name, for a working day at most.

    With --openid your browser opens, and your organisation's own sign-in says who you are; the unlock phrase opens
    your key all the same. The name is needed the first time only.

    The unlock phrase is asked for on a terminal, otherwise taken from CASEWORK_PASSPHRASE or from the file that
    CASEWORK_PASSPHRASE_FILE names; the code of an invitation from CASEWORK_INVITATION.
    """
    from casework.services.members import fingerprint
    from casework.services.sign_in import first_sign_in, sign_in

    if not name and (invitation or not openid):
        raise click.UsageError("Missing argument 'NAME': your sign-in name.")
    workspace = session.workspace
    who = _vouched_for(session) if openid else None
    rescued: tuple[str, ...] = ()
    if invitation:
        from casework.cli.init import new_passphrase

        code = session.invitation_code()
        keys = first_sign_in(
            workspace, name, code, lambda: new_passphrase(session, name), who=who, cost=session.cost
        )
        workspace.work_as(keys)
        said, failed = _first(name), 0
    else:
        done = sign_in(workspace, name, session.unlock_phrase, who=who)
        name = done.login or name
        said, failed, rescued = _welcome(name, done.schools), done.failed_before, done.rescued
    now = workspace.clock.now()
    begun = session.user_sessions.begin(workspace.keys, name.strip().lower(), now, workspace.dice)
    if failed:
        times = "once" if failed == 1 else f"{failed} times"
        said += f" Signing in had failed {times} before. If that was not you, tell whoever looks after the accounts."
    if rescued:
        said += (
            f" Since you signed in last, a new key was made for {listed(rescued)}, because a phrase or a key had been"
            " lost. If you doubt that, ask them, and whoever looks after the accounts."
        )
    until = local_moment(begun.ends)
    data = {
        "name": begun.login,
        "account": begun.account,
        "ends": begun.ends,
        "held": begun.held,
        "failed_before": failed,
        "rescued": list(rescued),
        "fingerprint": fingerprint(workspace.keys.agreement_public),
    }
    rows = [("Until", f"{until}, or an hour after you last did something")]
    if invitation:
        rows.insert(0, ("Fingerprint of your key", fingerprint(workspace.keys.agreement_public)))
    answer(as_json, data, f"{paragraph(said)}\n\n{pairs(rows)}")


def _vouched_for(session: Session) -> Who:
    """Have the organisation's own sign-in say who it is, in the browser."""
    from casework.base.time import SystemClock
    from casework.cli.openid import client_secret, visited
    from casework.services.openid import OpenIDUnavailable, provider_of

    provider = provider_of(session.folder, client_secret())
    if provider is None:
        raise OpenIDUnavailable(
            "No OpenID provider is set up here.",
            remedy="Whoever looks after the accounts types: casework user openid --issuer URL --client-id ID",
        )
    return visited(provider, session.workspace.dice, session.clock or SystemClock(), session.visit)


def _first(name: str) -> str:
    return (
        "Your key is made, and only your unlock phrase opens it: nobody can tell you the phrase if you forget it."
        " Before you can read anything, somebody at your school lets you in. Ring them and read out the fingerprint;"
        f" they type: casework user admit {name.strip().lower()}"
    )


def _welcome(name: str, schools: tuple[str, ...]) -> str:
    if schools:
        return f"You are signed in as {name.strip().lower()}, for {listed(schools)}."
    return (
        "You are signed in, but nobody has let you in at a school yet. Ask somebody who keeps its cases to type:"
        f" casework user admit {name.strip().lower()}"
    )


@click.command(short_help="Sign out.", epilog=example("casework logout"))
@click.option("--all", "everybody", is_flag=True, help="Everybody who is signed in here.")
@as_json
@pass_session
def logout(session: Session, everybody: bool, as_json: bool) -> None:
    """Sign out: your key is held no longer on this machine."""
    there = session.user_sessions.all()
    ended = there if everybody or not there else [session.named_session(there)]
    for one in ended:
        session.user_sessions.end(one)
    names = [one.login for one in ended]
    answer(as_json, {"ended": names}, f"Signed out: {listed(names)}." if names else "Nobody is signed in.")


@click.command(short_help="Say who is signed in.", epilog=example("casework whoami"))
@as_json
@pass_session
def whoami(session: Session, as_json: bool) -> None:
    """Say who is signed in, at which school, and in which role they record."""
    from casework.cli.user import titles
    from casework.services.directory import who_am_i

    identity = who_am_i(session.workspace, session.school)
    title = titles(session)
    ends = session.user_session().ends if session.signs_in else None
    text = pairs(
        [
            ("Name", identity.name),
            ("School", session.school.name),
            ("Role", listed([title(role) for role in identity.roles])),
            ("Account", identity.account),
            ("Signed in until", local_moment(ends) if ends else ""),
            ("Data folder", str(session.folder)),
        ]
    )
    data = {
        "name": identity.name,
        "school": session.school.name,
        "role": identity.role,
        "roles": list(identity.roles),
        "account": identity.account,
        "person": identity.person,
        "signed_in_until": ends,
        "folder": str(session.folder),
    }
    answer(as_json, data, text)
