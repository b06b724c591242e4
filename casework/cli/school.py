"""`casework school`: the school's own details, as they stand on its letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, writes
from casework.cli.output import answer, say, strong
from casework.cli.session import Session
from casework.cli.tables import count, listed, pairs, table
from casework.cli.values import DAY, PAIR, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from casework.services.school_details import SchoolView

COMMANDS = {
    "show": (
        "school:show",
        "Show the school's details, its delegations and what of its policy is not confirmed.",
    ),
    "edit": ("school:edit", "Change the school's details."),
    "delegate": ("school_dated:delegate", "Enter a delegation of a power, with its minute and dates."),
    "end-delegation": ("school_dated:end_delegation", "Say on which day a delegation ends."),
    "post": ("school_dated:post", "Say who holds a post from a day on, such as the head teacher."),
    "setting": (
        "school_dated:setting",
        "Say what a setting is from a day on, such as who employs the staff.",
    ),
    "add-document": ("school_documents:add_document", "Keep the written procedure or a policy, for packs."),
    "documents": ("school_documents:documents", "List the school's own documents."),
    "get-document": ("school_documents:get_document", "Write the file of a document, as it came."),
    "end-document": ("school_documents:end_document", "Say on which day a document ends."),
}

PARTS = {
    "name": "name",
    "address": "address",
    "phone": "telephone number",
    "email": "e-mail address",
    "logo": "logo",
    "letter_fields": "standing words for letters",
    "contacts": "telephone numbers on the card",
    "procedure_date": "date of the school's own procedure",
}
"""The parts of a school's details, and what they are called."""

_LARGEST = 300_000
"""Bytes of the largest logo, as `casework.correspondence.facts` has it; a larger file is not read to its end."""


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="The school's own details, as on its letters.",
    epilog=example("casework school show"),
)
def school() -> None:
    """The school's own details: letterhead, logo, words that its letters always have, and what is true on a date."""


@click.command(
    short_help=COMMANDS["show"][1], epilog=example("casework school show", "casework school show --json")
)
@as_json
@pass_session
def show(session: Session, as_json: bool) -> None:
    """Show the school's details, the policy of its cases, what is true from a day on, and what is not confirmed yet."""
    from casework.cli.dated_view import dated_json, dated_text
    from casework.cli.policy_show import setting_value
    from casework.services.school_details import view

    found = view(session.workspace, session.school)
    data = {
        **_json(found.school.name, found.details),
        "prefix": found.school.prefix,
        "policy": found.policy.label,
        "digest": found.school.policy,
        "unconfirmed": {name: setting.value for name, setting in found.unconfirmed.items()},
        **dated_json(found),
    }
    rows = [(name, setting_value(setting), setting.title) for name, setting in found.unconfirmed.items()]
    parts = [
        strong(found.school.name),
        pairs([*_lines(found), ("Policy", f"{found.policy.title} ({found.policy.label})")]),
    ]
    parts += dated_text(found)
    if rows:
        parts.append(
            f"{count(len(rows), 'setting')} of the policy not confirmed by the school\n"
            + table(["Setting", "Value", "What it is"], rows)
        )
    answer(as_json, data, "\n\n".join(parts))


@click.command(
    short_help=COMMANDS["edit"][1],
    epilog=example(
        'casework school edit --phone "01234 567899"',
        'casework school edit --logo oak.png --logo-words "The school\'s oak tree" \\',
        '    --letter-field support="The wellbeing line, 01234 567898"',
    ),
)
@click.option("--name", help="The school's name now.")
@click.option(
    "--address", multiple=True, metavar="LINE", help="A line of its address now; several times, all of it."
)
@click.option("--phone", help="Its telephone number now.")
@click.option("--email", help="Its e-mail address now.")
@click.option(
    "--logo",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A PNG picture, at most 300 kB and 3000 pixels.",
)
@click.option("--logo-words", type=WORDS, help="What the logo shows, for those who cannot see it.")
@click.option("--no-logo", is_flag=True, help="Take the logo away.")
@click.option(
    "--letter-field",
    "letter_fields",
    type=PAIR,
    multiple=True,
    help="Standing words for letters, such as support=TEXT; several times. KEY= takes them away.",
)
@click.option(
    "--procedure-date",
    type=DAY,
    help="The date of the school's own written procedure, if it was not given when the school was set up.",
)
@click.option(
    "--contact",
    "contacts",
    type=PAIR,
    multiple=True,
    help='Whom to ring in the first ten minutes, such as lado="Jane Roe, 01632 960 100"; several times. KEY= takes'
    " it away. `casework card` lists them.",
)
@writes
def edit(
    session: Session,
    name: str | None,
    address: tuple[str, ...],
    phone: str | None,
    email: str | None,
    logo: Path | None,
    logo_words: str | None,
    no_logo: bool,
    letter_fields: tuple[tuple[str, str], ...],
    contacts: tuple[tuple[str, str], ...],
    procedure_date: str | None,
    command: str,
    as_json: bool,
) -> None:
    """Change the school's details: what is not named stays, an address is replaced as a whole.

    Letters that went out stay as they were. Old and new both stay in the school's record.
    """
    from casework.services import school_details

    if (logo is None) != (logo_words is None) or (no_logo and logo is not None):
        raise click.UsageError("A logo is given as --logo with --logo-words; --no-logo takes it away.")
    given = (name, phone, email, logo, procedure_date)
    if not (address or letter_fields or contacts or no_logo) and all(value is None for value in given):
        raise click.UsageError("Say what changes, such as --phone or --letter-field.")
    picture: Mapping[str, str] | None = {} if no_logo else None
    if logo is not None:
        with logo.open("rb") as file:
            picture = school_details.logo(file.read(_LARGEST + 1), logo_words or "")
    edited = school_details.edit(
        session.workspace,
        session.school,
        name=name,
        address=address or None,
        phone=phone,
        email=email,
        logo=picture,
        letter_fields=dict(letter_fields),
        contacts=dict(contacts),
        procedure_date=procedure_date,
        command=command,
    )
    if session.rehearsal:
        say("Nothing was recorded: the details can be changed like this.")
    what = listed([PARTS[part] for part in edited.changed])
    then = "The card has them." if edited.changed == ("contacts",) else "Letters from now on have it."
    text = (
        "This command had been recorded before; nothing was added."
        if edited.receipt.repeated
        else (f"{edited.school.name}: {what} changed. {then}")
    )
    answer(
        as_json,
        {
            "dry_run": session.rehearsal,
            "repeated": edited.receipt.repeated,
            "school": edited.school.name,
            "changed": list(edited.changed),
            "size": edited.receipt.size,
            "recorded": edited.receipt.recorded,
        },
        text,
    )


def _lines(found: SchoolView) -> list[tuple[str, str]]:
    known = found.details
    standing = [f"{name}: {words}" for name, words in known.get("letter_fields", {}).items()]
    return [
        ("References", f"{found.school.prefix}-…"),
        ("Address", "\n".join(known.get("address", ())) or "not given: letters need one"),
        ("Telephone", known.get("phone", "") or "not given: letters need one"),
        ("E-mail", known.get("email", "") or "not given: letters need one"),
        ("Procedure", _procedure(found)),
        ("Logo", known.get("logo", {}).get("words", "") or "none"),
        ("Standing words", "\n".join(standing)),
        ("Whom to ring", "\n".join(f"{name}: {line}" for name, line in known.get("contacts", {}).items())),
    ]


def _procedure(found: SchoolView) -> str:
    date = found.policy.procedure_date or found.details.get("procedure_date", "")
    return f"{found.policy.procedure_name}, {date}" if date else "its date is not given: letters need it"


def _json(name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "school": name,
        "address": list(known.get("address", ())),
        "phone": known.get("phone", ""),
        "email": known.get("email", ""),
        "logo": known.get("logo", {}).get("words", ""),
        "letter_fields": dict(known.get("letter_fields", {})),
        "contacts": dict(known.get("contacts", {})),
        "procedure_date": known.get("procedure_date", ""),
    }
