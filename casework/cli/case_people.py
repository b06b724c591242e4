"""`casework case assign`: who has which part in a case."""

from __future__ import annotations

import click

from casework.cli.asking import ask
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.values import WORDS


@click.command(
    "assign",
    short_help="Bring a person into a case, or change their part in it.",
    epilog=example(
        'casework case assign ASH-26-7KQ4 "Daniel Okoro" --role case_manager',
        'casework case assign ASH-26-7KQ4 "Daniel Okoro" --no-role --reason "On leave until January"',
    ),
)
@reference
@click.argument("name", required=False)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="A part in the case; several times.")
@click.option("--no-role", is_flag=True, help="Take every part away; what was done in it stays done.")
@click.option("--reason", type=WORDS, default="", help="Why their part changes.")
@writes
def assign(
    session: Session,
    reference: str,
    name: str | None,
    roles: tuple[str, ...],
    no_role: bool,
    reason: str,
    command: str,
    as_json: bool,
) -> None:
    """Bring a person of the directory into a case, or give somebody in it exactly the parts that are named.

    `casework policy show` lists the roles.
    """
    from casework.cli.receipts import once, tell
    from casework.services import cases

    loaded = session.case(reference)
    who = ask(session, name, "Who", "NAME")
    if not roles and not no_role:
        typed = ask(session, "", f"Which parts ({', '.join(loaded.policy.roles)})", "--role")
        roles = tuple(role.strip() for role in typed.split(",") if role.strip())
    receipt = once(
        session,
        loaded,
        command,
        lambda: cases.assign(
            session.workspace,
            session.school,
            loaded,
            named=who,
            roles=[role.replace("-", "_") for role in roles],
            reason=reason,
            command=command,
        ),
    )
    tell(session, loaded, receipt, "Part in the case recorded", as_json=as_json)
