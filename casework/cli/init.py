"""`casework init`: a data folder with an account, its keys, and the first school."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import ask, prompt
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, strong
from casework.cli.session import Session, passphrase_from_environment
from casework.cli.tables import listed, pairs, paragraph
from casework.cli.values import DAY, PAIR, PREFIX

if TYPE_CHECKING:
    from casework.procedure.model import Policy
    from casework.services.schools import School


@click.command(
    short_help="Set up a school: its keys, its database and its policy.",
    epilog=example(
        'casework init --name "Ashgrove Primary School" --prefix ASH --adviser "Priya Nair" \\',
        '    --adviser-phone "01234 567891" --address "Mill Lane" --address "Ashgrove" --address "AS1 2BC" \\',
        "    --phone 01234567890 --email office@ashgrove.example --setting employer_type=M-LA",
    ),
)
@click.option("--name", help="The school's name, as on its letters.")
@click.option(
    "--prefix",
    type=PREFIX,
    help="Two to five capital letters with which its case references begin, such as ASH.",
)
@click.option("--adviser", help="Your name: whoever keeps the school's cases.")
@click.option("--adviser-title", default="HR adviser", show_default=True, help="Your job title.")
@click.option("--adviser-phone", default="", help="Your telephone number: letters name you as whom to ask.")
@click.option("--adviser-email", default="", help="Your e-mail address.")
@click.option(
    "--policy", default="england-maintained", show_default=True, help="`casework policy list` names them."
)
@click.option(
    "--catalogue",
    "catalogues",
    multiple=True,
    default=("social-media",),
    show_default=True,
    help="A conduct policy whose clauses can be charged; several times.",
)
@click.option(
    "--procedure-date", type=DAY, help="The date of the school's own written procedure, for letters."
)
@click.option(
    "--address", multiple=True, metavar="LINE", help="A line of the school's address; several times."
)
@click.option("--phone", help="The school's telephone number.")
@click.option("--email", help="The school's e-mail address.")
@click.option(
    "--setting", "settings", type=PAIR, multiple=True, help="A setting of the policy; several times."
)
@click.option(
    "--clause",
    "clauses",
    type=PAIR,
    multiple=True,
    help="The school's own clause number for a topic of the policy, such as appeal=9.2; several times.",
)
@click.option(
    "--letter-field",
    "letter_fields",
    type=PAIR,
    multiple=True,
    help="Standing words for letters, such as support=TEXT; several times.",
)
@click.option(
    "--settings-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A YAML file with `settings:` and `clauses:`.",
)
@click.option("--no-passphrase", is_flag=True, help="Keep the key under file permissions alone.")
@click.option(
    "--recovery-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the recovery key is written; recovery.key in the data folder if not given.",
)
@as_json
@pass_session
def init(
    session: Session,
    name: str | None,
    prefix: str | None,
    adviser: str | None,
    adviser_title: str,
    adviser_phone: str,
    adviser_email: str,
    policy: str,
    catalogues: tuple[str, ...],
    procedure_date: str | None,
    address: tuple[str, ...],
    phone: str | None,
    email: str | None,
    settings: tuple[tuple[str, str], ...],
    clauses: tuple[tuple[str, str], ...],
    letter_fields: tuple[tuple[str, str], ...],
    settings_file: Path | None,
    no_passphrase: bool,
    recovery_file: Path | None,
    as_json: bool,
) -> None:
    """Set up a school in the data folder: an account with its keys, a database, and the policy that its cases follow.

    The account's key is kept under a passphrase: asked for twice on a terminal, otherwise taken from
    CASEWORK_PASSPHRASE or from the file that CASEWORK_PASSPHRASE_FILE names. The recovery key opens everything if the
    account's key is lost; move its file away from this machine.
    """
    from casework.cli.adoption import adopted
    from casework.services.school_details import letterhead
    from casework.services.setup import NewSchool, create_workspace
    from casework.services.workspace import DATABASE
    from casework.store.errors import StoreExists

    if (session.folder / DATABASE).exists():
        raise StoreExists(
            f"There is a school in {session.folder} already.", remedy="Choose another folder with --data."
        )
    name = ask(session, name, "The school's name", "--name")
    prefix = ask(session, prefix, "The prefix of its case references, such as ASH", "--prefix", type=PREFIX)
    adviser = ask(session, adviser, "Your name", "--adviser")
    if session.interactive and not adviser_phone:
        adviser_phone = prompt("Your telephone number, for letters", optional=True) or ""
    lines, phone, email = _contact(session, address, phone, email)
    values, topics = adopted(policy, settings, clauses, settings_file)
    recovery = recovery_file or session.folder / "recovery.key"
    new = NewSchool(
        name=name,
        prefix=prefix,
        adviser=adviser,
        adviser_title=adviser_title,
        adviser_phone=adviser_phone,
        adviser_email=adviser_email,
        policy=policy,
        catalogues=catalogues,
        settings=values,
        clauses=topics,
        procedure_date=procedure_date or "",
        details=letterhead(
            {"address": lines, "phone": phone, "email": email, "letter_fields": dict(letter_fields)}
        ),
    )
    secret = None if no_passphrase else new_passphrase(session)
    workspace, school = create_workspace(
        session.folder,
        new,
        passphrase=None if secret is None else lambda: secret,
        recovery_file=recovery,
        clock=session.clock,
        dice=session.dice,
    )
    with workspace:
        policy_now = workspace.policy(school.policy)
    _tell(session, school, policy_now, recovery, no_passphrase, as_json)


def new_passphrase(session: Session) -> str:
    """Return a new passphrase: asked for twice on a terminal, else from the environment.

    Raises:
        PassphraseNeeded: there is neither.
    """
    from casework.keyring.container import MIN_PASSPHRASE

    if not session.interactive:
        return passphrase_from_environment()
    say("A passphrase protects your key. Three random words are easy to remember and hard to guess.")
    while True:
        asked: str = click.prompt(
            "Passphrase", hide_input=True, confirmation_prompt="The same again", err=True
        )
        if len(asked) >= MIN_PASSPHRASE:
            return asked
        say(f"A passphrase needs at least {MIN_PASSPHRASE} characters.")


def _contact(
    session: Session, address: tuple[str, ...], phone: str | None, email: str | None
) -> tuple[tuple[str, ...], str, str]:
    """What a letterhead needs: asked for on a terminal, left for later otherwise."""
    if session.interactive:
        if not address:
            typed = prompt("The school's address, its lines parted by commas", optional=True) or ""
            address = tuple(line.strip() for line in typed.split(",") if line.strip())
        phone = phone or prompt("The school's telephone number", optional=True)
        email = email or prompt("The school's e-mail address", optional=True)
    return address, phone or "", email or ""


def _tell(
    session: Session, school: School, policy: Policy, recovery: Path, no_passphrase: bool, as_json: bool
) -> None:
    unconfirmed = [name for name, setting in policy.settings.items() if setting.unconfirmed]
    data: dict[str, Any] = {
        "school": school.name,
        "prefix": school.prefix,
        "folder": str(session.folder),
        "policy": policy.label,
        "digest": school.policy,
        "recovery_file": str(recovery),
        "protection": "none" if no_passphrase else "passphrase",
        "unconfirmed": unconfirmed,
    }
    text = "\n\n".join(
        part
        for part in (
            strong(f"{school.name} is set up."),
            pairs(
                [
                    ("Policy", f"{policy.title} ({policy.label})"),
                    ("Data folder", str(session.folder)),
                    ("Recovery key", str(recovery)),
                ]
            ),
            paragraph(
                "Move the recovery key away from this machine now, to a safe: whoever has it can open every case."
            ),
            paragraph("Your key has no passphrase: whoever can read the data folder can open every case.")
            if no_passphrase
            else "",
            paragraph(
                f"{len(unconfirmed)} settings are defaults that the school has not confirmed:"
                f" {listed(unconfirmed[:3])}{' and more' if len(unconfirmed) > 3 else ''}."
                " See: casework policy show --settings"
            )
            if unconfirmed
            else "",
            "Next\n  casework person add        the people of the school\n  casework case open         a case",
        )
        if part
    )
    answer(as_json, data, text)
