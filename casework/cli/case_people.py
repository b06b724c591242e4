"""`casework case assign` and `update-person`: who has which part in a case, under which name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.cli.asking import ask, ask_lines
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.values import WORDS

if TYPE_CHECKING:
    from casework.services.recorder import Receipt


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
    if not no_role:
        which = f"Which parts ({', '.join(loaded.policy.roles)})"
        roles = ask_lines(session, roles, which, "--role", optional=False)
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


@click.command(
    "update-person",
    short_help="Bring a person's present name and address into a case.",
    epilog=example('casework case update-person ASH-26-7KQ4 "Jordan Marsh"'),
)
@reference
@click.argument("name", required=False)
@writes
def update_person(session: Session, reference: str, name: str | None, command: str, as_json: bool) -> None:
    """Bring what the directory has of a person now into a case: name, address, and whether they teach or are head.

    Change the directory first: `casework person edit`. Letters that went out stay as they were; old and new both stand
    in the case's history.
    """
    from casework.cli.receipts import once, tell
    from casework.cli.tables import changed
    from casework.services import people

    loaded = session.case(reference)
    who = ask(session, name, "Who", "NAME")
    done: list[people.Updated] = []

    def act() -> Receipt:
        done.append(
            people.update_in_case(session.workspace, session.school, loaded, named=who, command=command)
        )
        return done[0].receipt

    receipt = once(session, loaded, command, act)
    changes = done[0].changes if done else ()
    tell(
        session,
        loaded,
        receipt,
        f"Details of {done[0].name if done else who} updated",
        as_json=as_json,
        more=changed(changes),
        changes=[{"what": item.label, "old": item.old, "new": item.new} for item in changes],
    )
