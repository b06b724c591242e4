"""`casework init`: a data folder with an account, its keys, and the first school."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.resources import DEFAULT_POLICY
from casework.cli.asking import Check, ask, ask_if_asked, ask_lines
from casework.cli.environment import passphrase_from_environment
from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, sentence, strong
from casework.cli.session import Session
from casework.cli.tables import pairs, paragraph, some
from casework.cli.values import DAY, PAIR, PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    "--policy", default=DEFAULT_POLICY, show_default=True, help="`casework policy list` names them."
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
    "--procedure-name",
    default="",
    metavar="TITLE",
    help="The title of the school's own written procedure, for letters; the policy's if not given.",
)
@click.option(
    "--procedure-date",
    type=DAY,
    help="The date of the school's own written procedure. Letters name it, and cannot be written without.",
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
    help="A YAML file of answers: `settings:`, `clauses:`, `contacts:` and more, as for `policy adopt`.",
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
    procedure_name: str,
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
    from casework.cli.adoption import given_answers
    from casework.procedure.load import load_policy, shipped_policies
    from casework.services.directory import cleaned
    from casework.services.school_details import letterhead
    from casework.services.setup import NewSchool, create_workspace
    from casework.services.workspace import DATABASE
    from casework.store.errors import StoreExists

    if (session.folder / DATABASE).exists():
        raise StoreExists(
            f"There is a school in {session.folder} already.", remedy="Choose another folder with --data."
        )
    folder = shipped_policies().get(policy)
    chosen = load_policy(folder) if folder else None
    answers = given_answers(chosen, settings, clauses, settings_file)
    name = ask(session, name, "The school's name", "--name", check=_can_stand("name"))
    prefix = ask(session, prefix, "The prefix of its case references, such as ASH", "--prefix", type=PREFIX)
    adviser = ask(session, adviser, "Your name", "--adviser", check=cleaned)
    adviser_phone = ask_if_asked(
        session, adviser_phone, "Your telephone number, for letters", "--adviser-phone", check=cleaned
    )
    lines, phone, email = _contact(session, address, phone or "", email or "")
    procedure_name, procedure_date = _procedure(
        session, policy, procedure_name or answers.procedure_name, procedure_date or answers.procedure_date
    )
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
        settings=answers.settings,
        clauses=answers.clauses,
        procedure_name=procedure_name,
        procedure_date=procedure_date,
        details={
            **letterhead(
                {
                    "address": lines,
                    "phone": phone,
                    "email": email,
                    "letter_fields": dict(letter_fields),
                    "contacts": _on_the_card(chosen, answers.contacts, adviser, adviser_phone),
                }
            ),
        },
        delegations=answers.delegations,
        dated=answers.dated,
    )
    secret = None if no_passphrase else new_passphrase(session, name, adviser)
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


def _on_the_card(
    policy: Policy | None, given: Mapping[str, str], adviser: str, phone: str | None
) -> dict[str, str]:
    """Whom to ring, as given; the adviser who sets the school up is the adviser to ring, unless another is given."""
    from casework.services.school_details import CONTACT_LIMIT, checked_contacts

    if policy is None:
        return {}
    known = policy.card.contacts if policy.card is not None else {}
    line = f"{adviser}, {phone}"
    has_room = len(line) <= CONTACT_LIMIT
    own = {"hr_adviser": line} if phone and has_room and "hr_adviser" in known else {}
    return checked_contacts(policy, {**own, **{name.replace("-", "_"): said for name, said in given.items()}})


def new_passphrase(session: Session, *names: str) -> str:
    """Return a new passphrase: asked for twice on a terminal, else from the environment.

    `names` are those of its owner, which must not make it up.

    Raises:
        PassphraseNeeded: there is neither.
    """
    from casework.base.errors import BadInput
    from casework.keyring.phrase import checked_phrase

    if not session.interactive:
        return passphrase_from_environment()
    say("A passphrase protects your key. Three random words are easy to remember and hard to guess.")
    while True:
        asked: str = click.prompt(
            "Passphrase", hide_input=True, confirmation_prompt="The same again", err=True
        )
        try:
            return checked_phrase(asked, names)
        except BadInput as problem:
            say(sentence(problem))


def _can_stand(part: str) -> Check:
    """Return a check that a letter can bear this part of the school's details."""

    def check(typed: Any) -> None:
        from casework.services.school_details import letterhead

        letterhead({part: typed})

    return check


def _contact(
    session: Session, address: tuple[str, ...], phone: str, email: str
) -> tuple[tuple[str, ...], str, str]:
    """What a letterhead needs: asked for on a terminal, left for later otherwise."""
    question = "The school's address, its lines parted by commas"
    return (
        ask_lines(session, address, question, "--address", check=_can_stand("address")),
        ask_if_asked(session, phone, "The school's telephone number", "--phone", check=_can_stand("phone")),
        ask_if_asked(session, email, "The school's e-mail address", "--email", check=_can_stand("email")),
    )


def _procedure(session: Session, policy: str, name: str, date: str) -> tuple[str, str]:
    """The title and date of the school's own procedure: asked for on a terminal if the date was not given."""
    from casework.procedure.load import load_policy, shipped_policies
    from casework.services.directory import cleaned

    folder = shipped_policies().get(policy)
    if date or folder is None or not session.interactive:
        return name, date
    usual = load_policy(folder).procedure_name
    say("Letters name the school's own disciplinary procedure and its date, and cannot be written without.")
    title = f"Its title, if it is not “{usual}”"
    name = ask_if_asked(session, name, title, "--procedure-name", check=cleaned)
    question = "Its date, such as 2025-09-01, if you have it at hand"
    return name, ask_if_asked(session, date, question, "--procedure-date", type=DAY)


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
        "procedure_name": policy.procedure_name,
        "procedure_date": policy.procedure_date,
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
                "The date of the school's own disciplinary procedure was not given. Letters name it, and cannot be"
                " written without. Give it with: casework school edit --procedure-date DATE"
            )
            if not policy.procedure_date
            else "",
            paragraph(
                f"{len(unconfirmed)} settings are defaults that the school has not confirmed:"
                f" {some(unconfirmed)}."
                " See: casework policy show --settings"
            )
            if unconfirmed
            else "",
            "Next\n  casework person add        the people of the school\n  casework case open         a case",
        )
        if part
    )
    answer(as_json, data, text)
