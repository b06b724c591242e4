"""`casework token`: how programs are let in over the JSON API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, pairs, paragraph, table
from casework.cli.user import rehearsed, titles
from casework.cli.values import DAY

if TYPE_CHECKING:
    from casework.services.tokens import Token

COMMANDS = {
    "create": ("token:create", "Make a token for a program; it is shown once."),
    "list": ("token:list_", "List the tokens, what each may do and until when."),
    "revoke": ("token:revoke", "Revoke a token, at once."),
}

ACTIONS = ("read", "open", "step", "people", "evidence", "letter", "export")
"""What a token may be allowed, as `services.tokens` has it; a test holds them together."""


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Tokens, with which programs come in over the JSON API.",
    epilog=example("casework token list"),
)
def token() -> None:
    """Tokens, with which programs come in over the JSON API (`casework serve --api`).

    Each is an account of its own, with a role and an end date; it sees the cases that it is let in to, like anybody.
    """


@click.command(
    short_help=COMMANDS["create"][1],
    epilog=example(
        'casework token create "Trust dashboard" --role case_manager',
        'casework token create "Staff system" --role hr_adviser --may open --may evidence --until 2027-03-31 \\',
        "    --out staff-system.token",
    ),
)
@click.argument("name")
@click.option("--role", required=True, help="In which it works, such as case_manager, clerk or auditor.")
@click.option(
    "--may",
    "actions",
    multiple=True,
    type=click.Choice(ACTIONS),
    help="What it may do; several times. It may always read; alone, if nothing is named.",
)
@click.option("--until", type=DAY, help="The last day on which it is good; in 90 days if not given.")
@click.option("--also", multiple=True, metavar="SCHOOL", help="Another school that it works for.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it to a new file that only you can read, and do not show it.",
)
@rehearses
def create(
    session: Session,
    name: str,
    role: str,
    actions: Sequence[str],
    until: str | None,
    also: Sequence[str],
    out: Path | None,
    as_json: bool,
) -> None:
    """Make a token for the program NAME, and show it once.

    NAME stands in the record beside all that the program does. It sees the cases that it opens, those that its role is
    let in to when they are opened (only HR advisers are), and those that somebody lets it in to: casework case let-in.
    """
    from casework.services.schools import choose_school
    from casework.services.tokens import create_token

    if out is not None and out.exists():
        raise click.UsageError(f"There is a file {out} already. Choose another name.")
    workspace, first = session.workspace, session.school
    of = list(
        {school.id: school for school in (first, *(choose_school(workspace, n) for n in also))}.values()
    )
    workspace.work_for(*(school.id for school in of))
    made, text = create_token(
        workspace,
        of,
        name=name,
        role=role,
        actions=actions or ("read",),
        until=date.fromisoformat(until) if until else None,
    )
    _tell(session, made, text, out, as_json)


def _tell(session: Session, made: Token, text: str, out: Path | None, as_json: bool) -> None:
    rows = [
        ("Program", made.name),
        ("Role", titles(session)(made.role)),
        ("May", ", ".join(made.actions)),
        ("Good until", day(made.until)),
        ("Schools", ", ".join(made.schools)),
    ]
    data = {**_row(made), "dry_run": session.rehearsal}
    if session.rehearsal:
        answer(as_json, data, pairs(rows))
        rehearsed(session)
        return
    if out is not None:
        from casework.keyring.disk import write_private

        write_private(out, f"{text}\n".encode())
        answer(as_json, {**data, "file": str(out)}, pairs([*rows, ("Written to", str(out))]))
        return
    answer(as_json, {**data, "token": text}, pairs([*rows, ("Token", text)]))
    if not as_json:
        say(
            paragraph(
                "It is not shown again. Whoever has it can do all of this: keep it in a file that only the program"
                " reads, never in a command or in its source."
            )
        )


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework token list"))
@click.option("--all", "everything", is_flag=True, help="Also those that were revoked or are over.")
@as_json
@pass_session
def list_(session: Session, everything: bool, as_json: bool) -> None:
    """List the tokens of the schools that you work for, what each may do and until when; never the tokens."""
    from casework.base.time import local_date
    from casework.services.tokens import list_tokens

    today = local_date(session.workspace.clock.now())
    found = [
        one
        for one in list_tokens(session.workspace, session.schools)
        if everything or not (one.revoked or one.until < today)
    ]
    rows = [
        (
            one.name,
            one.role.replace("_", " "),
            ", ".join(one.actions),
            day(one.until),
            "revoked" if one.revoked else "over" if one.until < today else "",
        )
        for one in found
    ]
    text = table(["Program", "Role", "May", "Good until", "State"], rows) if rows else "There are no tokens."
    answer(as_json, {"tokens": [_row(one) for one in found]}, text)


@click.command(
    short_help=COMMANDS["revoke"][1],
    epilog=example('casework token revoke "Trust dashboard" --reason "It is not used any more"'),
)
@click.argument("name")
@click.option("--reason", required=True, help="Why; it goes on record.")
@rehearses
def revoke(session: Session, name: str, reason: str, as_json: bool) -> None:
    """Revoke the token of the program NAME, at once and for good: its key is destroyed.

    What it recorded stays on record under its name. A server that runs takes note with the next request.
    """
    from casework.services.tokens import revoke_token

    done = revoke_token(session.workspace, session.school, name, reason=reason)
    answer(as_json, _row(done), paragraph(f"The token {done.name} opens nothing any more."))
    rehearsed(session)


def _row(one: Token) -> dict[str, Any]:
    return {
        "name": one.name,
        "login": one.login,
        "account": one.account,
        "role": one.role,
        "actions": list(one.actions),
        "until": one.until,
        "schools": list(one.schools),
        "revoked": one.revoked,
    }
