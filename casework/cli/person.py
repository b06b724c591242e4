"""`casework person`: the directory of the school. Everything here opens it with your key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.cli.asking import ask, ask_if_asked, ask_lines
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import count, listed, pairs, table

if TYPE_CHECKING:
    from casework.services.directory import Person

FLAGS = {"teacher": "a teacher", "union_rep": "a union representative", "head": "the head teacher"}
"""What matters in law about somebody, and how it is said."""

COMMANDS = {
    "add": ("person:add", "Enter a person in the directory."),
    "edit": ("person_edit:edit", "Mend a person's entry: a new name, address or job."),
    "import": (
        "person_import:import_",
        "Take over the list of staff from the school's own system.",
    ),
    "list": ("person:list_people", "List the people whom the school knows, or find some."),
    "data": ("person_data:data", "Gather everything about one person, for a request for their own data."),
    "remove": (
        "person_edit:remove",
        "Take somebody out of the directory about whom nothing is kept any more.",
    ),
    "show": ("person:show", "Show one person's entry."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="The people whom the school knows.",
    epilog=example("casework person list"),
)
def person() -> None:
    """The people whom the school knows: entered once, and copied into each case that names them."""


@click.command(
    short_help=COMMANDS["add"][1],
    epilog=example(
        'casework person add "Jordan Blake" --title "Teaching assistant" --address "7 Mill Lane" \\',
        '    --address "Ashgrove" --address "AS1 2BC" --salutation "Ms Blake"',
    ),
)
@click.argument("name", required=False)
@click.option("--title", help="Their job title.")
@click.option("--address", multiple=True, metavar="LINE", help="A line of the home address; several times.")
@click.option("--email", default="", help="Their e-mail address.")
@click.option("--phone", default="", help="Their telephone number.")
@click.option("--salutation", default="", help='How a letter addresses them, such as "Ms Blake".')
@click.option("--teacher", is_flag=True, help="They are employed as a teacher.")
@click.option("--union-rep", is_flag=True, help="They are a trade-union representative.")
@click.option("--head", is_flag=True, help="They are the head teacher.")
@rehearses
def add(
    session: Session,
    name: str | None,
    title: str | None,
    address: tuple[str, ...],
    email: str,
    phone: str,
    salutation: str,
    teacher: bool,
    union_rep: bool,
    head: bool,
    as_json: bool,
) -> None:
    """Enter a person in the school's directory, sealed under its key.

    A case copies the address when the person joins it, and letters need one: give it here.
    """
    from casework.services.directory import add_person, cleaned, unused_name

    def new_name(typed: str) -> str:
        return unused_name(session.workspace, session.school, typed)

    asked = session.interactive and not as_json and name is None
    name = ask(session, name, "Name", "NAME", check=new_name)
    title = ask(session, title, "Job title", "--title", check=cleaned)
    if asked:
        home = "Home address, its lines parted by commas"
        address = ask_lines(session, address, home, "--address", check=lambda lines: [*map(cleaned, lines)])
        greeting = "How a letter addresses them, such as Ms Blake"
        salutation = ask_if_asked(session, salutation, greeting, "--salutation", check=cleaned)
        phone = ask_if_asked(session, phone, "Telephone number", "--phone", check=cleaned)
        email = ask_if_asked(session, email, "E-mail address", "--email", check=cleaned)
    added = add_person(
        session.workspace,
        session.school,
        name=name,
        title=title,
        address=address,
        email=email,
        phone=phone,
        salutation=salutation,
        flags={"teacher": teacher, "union_rep": union_rep, "head": head},
    )
    if session.rehearsal:
        say("Nothing was recorded: the person can be entered like this.")
    answer(
        as_json,
        {"dry_run": session.rehearsal, "person": entry_json(added)},
        f"{added.name}, {added.title}: entered.",
    )


@click.command(
    "list",
    short_help=COMMANDS["list"][1],
    epilog=example(
        "casework person list", 'casework person list --find "okoro"', "casework person list --left"
    ),
)
@click.option(
    "--find", metavar="WORDS", help="Only who has these words in name, job, e-mail or staff number."
)
@click.option("--left", is_flag=True, help="Those whose employment has ended.")
@as_json
@pass_session
def list_people(session: Session, find: str | None, left: bool, as_json: bool) -> None:
    """List the people whom the school knows, by name; leavers apart. That you read it is put on the access log."""
    from casework.services.people import found_by, has_left, read_people

    known = read_people(session.workspace, session.school)
    fits = found_by(known, find) if find is not None else known
    gone = [person for person in fits if has_left(session.workspace, person)]
    people = gone if left else [person for person in fits if person not in gone]
    text = table(
        ["Name", "Job", "Telephone", "E-mail", "Left" if left else "Is"],
        [[p.name, p.title, p.phone, p.email, p.left if left else _flags(p)] for p in people],
    )
    if gone and not left:
        text = f"{text}\n\n{count(len(gone), 'person has', 'people have')} left: casework person list --left".strip()
    answer(as_json, {"people": [entry_json(p) for p in people]}, text or "Nobody.")


@click.command(short_help=COMMANDS["show"][1], epilog=example('casework person show "Jordan Blake"'))
@click.argument("name")
@as_json
@pass_session
def show(session: Session, name: str, as_json: bool) -> None:
    """Show one person's entry: the whole name, or a part that fits nobody else. It is put on the access log."""
    from casework.services.people import read_person

    found = read_person(session.workspace, session.school, name)
    text = pairs(
        [
            ("Name", found.name),
            ("Job", found.title),
            ("Letters to", found.salutation),
            ("Address", "\n".join(found.address)),
            ("Telephone", found.phone),
            ("E-mail", found.email),
            ("Is", _flags(found)),
            ("Staff number", found.number),
            ("Employment ended", found.left),
            ("Normal pension age", found.pension_age_on),
        ]
    )
    answer(as_json, {"person": entry_json(found)}, text)


def _flags(person: Person) -> str:
    return listed([FLAGS[name] for name, held in person.flags.items() if held and name in FLAGS])


def entry_json(person: Person) -> dict[str, Any]:
    """Return a person's entry as plain data."""
    return {
        "id": person.id,
        "name": person.name,
        "title": person.title,
        "address": list(person.address),
        "email": person.email,
        "phone": person.phone,
        "salutation": person.salutation,
        "flags": dict(person.flags),
        "number": person.number,
        "left": person.left,
        "pension_age_on": person.pension_age_on,
    }
