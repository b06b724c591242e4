"""`casework user`: who may sign in, in which role, and letting them in."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, day, local_moment, pairs, paragraph, table
from casework.cli.values import DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from casework.services.members import Member

COMMANDS = {
    "add": ("user:add", "Give somebody an account and a role; they choose their own unlock phrase."),
    "invite": ("user:invite", "Give somebody who has not signed in yet a new code."),
    "admit": ("user:admit", "Let somebody in who has signed in for the first time."),
    "list": ("user:list_users", "List who may sign in here, and in which role."),
    "show": ("user:show", "Show one account: its roles, and the fingerprint of its key."),
    "role": ("user:role", "Give an account another role, or end one."),
    "disable": ("user:disable", "Let nobody sign in with an account, at once."),
    "enable": ("user:enable", "Let an account sign in again."),
    "leave": (
        "user_leave:leave",
        "Somebody leaves: their cases go to another, and their keys open nothing new.",
    ),
    "rescue": ("user_rescue:rescue", "When a phrase is forgotten or a key lost: a new key, on record."),
    "phrase": ("user_rescue:phrase", "Give yourself another unlock phrase."),
    "openid": ("openid:openid", "Have the organisation's own sign-in say who somebody is."),
    "whoami": ("login:whoami", "Say who is signed in."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Accounts: who may sign in, and in which role.",
    epilog=example("casework user list"),
)
def user() -> None:
    """Accounts: who may sign in, and in which role. Whoever signs in is on record with every entry."""


@click.command(
    short_help=COMMANDS["add"][1],
    epilog=example('casework user add "Helen Marsh" --role headteacher'),
)
@click.argument("name")
@click.option(
    "--role", required=True, help="Such as hr_adviser, headteacher, clerk, administrator or auditor."
)
@click.option("--title", default="", help="The job title of somebody who is new in the directory.")
@click.option("--login", default="", metavar="NAME", help="The sign-in name; made of the name if not given.")
@click.option("--from", "first", type=DAY, help="The first day of the role; today if not given.")
@click.option("--until", "last", type=DAY, help="The last day of the role.")
@rehearses
def add(
    session: Session,
    name: str,
    role: str,
    title: str,
    login: str,
    first: str | None,
    last: str | None,
    as_json: bool,
) -> None:
    """Give somebody an account and a role at the school.

    A new account gets a code that is good once and is shown once: hand it over yourself. With it they sign in and
    choose an unlock phrase that only they know. Then somebody who keeps the school's cases lets them in.
    """
    from casework.services.accounts import add_user

    added = add_user(
        session.workspace,
        session.school,
        name=name,
        role=role,
        title=title,
        login=login,
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
    )
    if added.expires is None:
        answer(as_json, _member(added.member), paragraph(_has_role(added.member)))
        rehearsed(session)
        return
    tell_code(session, as_json, added.member, added.code, added.expires)


@click.command(short_help=COMMANDS["invite"][1], epilog=example("casework user invite helen.marsh"))
@click.argument("name")
@as_json
@pass_session
def invite(session: Session, name: str, as_json: bool) -> None:
    """Give somebody who has not signed in yet a new code; the one before is good no more."""
    from casework.services.accounts import invite_again

    done = invite_again(session.workspace, session.school, name)
    tell_code(session, as_json, done.member, done.code, done.expires)


def titles(session: Session) -> Callable[[str], str]:
    """Return what gives a role its title, as the school's procedure has it: `HR adviser`."""
    roles = session.workspace.policy(session.school.policy).roles

    def title(role: str) -> str:
        return roles[role].title if role in roles else role.replace("_", " ").capitalize()

    return title


def rehearsed(session: Session) -> None:
    """Say that nothing was recorded, after a dry run."""
    if session.rehearsal:
        say("Nothing was recorded.")


def _has_role(member: Member) -> str:
    return f"{member.name} has the role now. Let them in with its keys: casework user admit {member.login}"


def tell_code(session: Session, as_json: bool, member: Member, code: str, expires: datetime) -> None:
    """Print a code for a first sign-in, and what to do with it."""
    rows = [
        ("Name", member.name),
        ("Sign-in name", member.login),
        ("Role", titles(session)(member.role)),
        ("Code", "" if session.rehearsal else code),
        ("Good until", local_moment(expires)),
    ]
    shown = {} if session.rehearsal else {"code": code, "expires": expires}
    answer(as_json, {**_member(member), "dry_run": session.rehearsal, **shown}, pairs(rows))
    if session.rehearsal:
        say("Nothing was recorded: the account can be added like this.")
    elif not as_json:
        say(
            paragraph(
                "The code is good once and is not shown again. Give it to them yourself, not by e-mail. They type:"
                f" casework login {member.login} --invitation"
            )
        )


@click.command(
    short_help=COMMANDS["admit"][1],
    epilog=example('casework user admit helen.marsh --fingerprint "3f2a 90c1 77de 014b 5a6c"'),
)
@click.argument("name")
@click.option("--fingerprint", metavar="TEXT", help="As they read it out; asked for on a terminal.")
@click.option(
    "--again", is_flag=True, help="Give anew whatever they had, for not all could be opened the last time."
)
@click.option(
    "--recovery-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Open with the school's recovery key what you cannot open yourself.",
)
@as_json
@pass_session
def admit(
    session: Session,
    name: str,
    fingerprint: str | None,
    again: bool,
    recovery_key: Path | None,
    as_json: bool,
) -> None:
    """Let somebody in who has signed in for the first time: give their key what their role opens.

    Only somebody who can open it can pass it on; an administrator cannot. Compare the fingerprint of their key with
    them first, by telephone or face to face: it shows that nobody put another key in the place of theirs. Cases are
    not opened by this: each is for those whom it lets in.
    """
    from casework.services.accounts import roles_given_to, waiting_key
    from casework.services.admitting import admit as let_in
    from casework.services.members import fingerprint as printed

    found = roles_given_to(session.workspace, session.school, name)[-1]
    theirs = printed(waiting_key(session.workspace, found))
    if fingerprint is None and session.interactive:
        say(f"The fingerprint of the key of {found.name}: {theirs}")
        click.confirm("Did they read out the same?", abort=True, err=True)
    elif fingerprint is None:
        raise click.UsageError("Missing option '--fingerprint': as they read it out to you.")
    elif "".join(fingerprint.split()).lower() != theirs.replace(" ", ""):
        from casework.base.errors import BadInput

        raise BadInput(
            f"That is not the fingerprint of the key that is kept for {found.name}. Nobody was let in.",
            remedy="Ask them to read it out again. If it still differs, somebody may have put in another key.",
        )
    opener = None
    if recovery_key is not None:
        from casework.keyring.files import read_recovery_key
        from casework.services.rewrapping import opened_by_recovery

        opener = opened_by_recovery(read_recovery_key(recovery_key, session.recovery_passphrase))
    done = let_in(session.workspace, session.school, name, opener, again=again)
    data = {**_member(done.member), "keys": done.keys, "not_had": done.not_had}
    title = titles(session)(done.member.role)
    text = f"{done.member.name} is let in, and reads what the role {title} opens."
    if done.not_had:
        missing = count(done.not_had, "key is", "keys are")
        text += (
            f" {missing[:1].upper()}{missing[1:]} not among them, because you cannot open what they open. Whoever can"
            f" types: casework user admit {done.member.login} --again"
        )
    answer(as_json, data, paragraph(text))


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework user list"))
@click.option("--all", "everything", is_flag=True, help="Also roles that are over.")
@as_json
@pass_session
def list_users(session: Session, everything: bool, as_json: bool) -> None:
    """List who may sign in at the school, and in which role."""
    from casework.base.time import local_date
    from casework.services.members import members

    today = local_date(session.workspace.clock.now())
    found = [
        one
        for one in members(session.workspace, session.school)
        if everything or one.last is None or one.last >= today
    ]
    title = titles(session)
    rows = [
        (one.name, one.login, title(one.role), day(one.first), day(one.last), _state(one, today))
        for one in found
    ]
    text = table(["Name", "Sign-in name", "Role", "From", "Until", "State"], rows)
    answer(as_json, {"users": [_member(one) for one in found]}, text)


def _state(member: Member, today: date) -> str:
    if member.disabled:
        return "disabled"
    if member.last is not None and member.last < today:
        return "over"
    if member.public_key is None:
        return "not let in yet"
    return "not yet" if member.first > today else ""


def _member(member: Member) -> dict[str, Any]:
    return {
        "name": member.name,
        "login": member.login,
        "account": member.account,
        "role": member.role,
        "from": member.first,
        "until": member.last or "",
        "let_in": member.public_key is not None,
        "disabled": member.disabled,
    }


@click.command(short_help=COMMANDS["show"][1], epilog=example("casework user show helen.marsh"))
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Show one account: its roles at the school, whether it was let in, and the fingerprint of its key."""
    from casework.base.time import local_date
    from casework.services.accounts import roles_given_to
    from casework.services.members import fingerprint

    found = roles_given_to(session.workspace, session.school, name)
    newest, today = found[-1], local_date(session.workspace.clock.now())
    key = next((fingerprint(one.public_key) for one in reversed(found) if one.public_key is not None), "")
    title = titles(session)
    rows = [(title(one.role), day(one.first), day(one.last), _state(one, today)) for one in found]
    text = "\n\n".join(
        [
            pairs(
                [
                    ("Name", newest.name),
                    ("Sign-in name", newest.login),
                    ("Account", newest.account),
                    ("Fingerprint of the key", key),
                ]
            ),
            table(["Role", "From", "Until", "State"], rows),
        ]
    )
    data = {"name": newest.name, "login": newest.login, "account": newest.account, "fingerprint": key}
    answer(as_json, {**data, "roles": [_member(one) for one in found]}, text)


@click.command(
    short_help=COMMANDS["role"][1],
    epilog=example(
        "casework user role helen.marsh --give case_manager --from 2026-09-01",
        "casework user role helen.marsh --end headteacher --on 2026-08-31",
    ),
)
@click.argument("name")
@click.option("--give", metavar="ROLE", help="A role that they get.")
@click.option("--end", metavar="ROLE", help="A role that ends.")
@click.option("--from", "first", type=DAY, help="The first day of the new role; today if not given.")
@click.option("--until", "last", type=DAY, help="The last day of the new role.")
@click.option("--on", type=DAY, help="The last day of the role that ends; today if not given.")
@click.option("--reason", default="", help="Why it ends.")
@rehearses
def role(
    session: Session,
    name: str,
    give: str | None,
    end: str | None,
    first: str | None,
    last: str | None,
    on: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Give an account another role at the school, or end one. The record keeps who had which role when."""
    from casework.base.time import local_date
    from casework.services.accounts import add_user, end_role, roles_given_to

    if bool(give) is bool(end):
        raise click.UsageError("Say either --give or --end.")
    workspace, school = session.workspace, session.school
    if end:
        until = date.fromisoformat(on) if on else local_date(workspace.clock.now())
        ended = end_role(workspace, school, name, end, until, reason=reason)
        text = f"{ended.name} has the role {titles(session)(ended.role)} until {day(ended.last)}."
        answer(as_json, _member(ended), paragraph(text))
        rehearsed(session)
        return
    known = roles_given_to(workspace, school, name)[-1]
    added = add_user(
        workspace,
        school,
        name=known.name,
        role=give or "",
        login=known.login,
        first=date.fromisoformat(first) if first else None,
        last=date.fromisoformat(last) if last else None,
    )
    answer(as_json, _member(added.member), paragraph(_has_role(added.member)))
    rehearsed(session)


@click.command(
    short_help=COMMANDS["disable"][1],
    epilog=example('casework user disable helen.marsh --reason "Her laptop was stolen"'),
)
@click.argument("name")
@click.option("--reason", required=True, help="Why; it goes on record.")
@rehearses
def disable(session: Session, name: str, reason: str, as_json: bool) -> None:
    """Let nobody sign in with an account any more, at once and at every school; `enable` undoes it.

    Their roles stay as they are, and so does everything that they did. For somebody who leaves: casework user leave.
    """
    from casework.services.accounts import stop_account

    stopped = stop_account(session.workspace, session.school, name, reason=reason)
    answer(as_json, _member(stopped), f"Nobody can sign in as {stopped.login} now.")
    rehearsed(session)


@click.command(
    short_help=COMMANDS["enable"][1],
    epilog=example('casework user enable helen.marsh --reason "She has a new laptop"'),
)
@click.argument("name")
@click.option("--reason", required=True, help="Why; it goes on record.")
@rehearses
def enable(session: Session, name: str, reason: str, as_json: bool) -> None:
    """Let an account sign in again that was disabled."""
    from casework.services.accounts import start_account

    started = start_account(session.workspace, session.school, name, reason=reason)
    answer(as_json, _member(started), f"{started.name} can sign in again.")
    rehearsed(session)
