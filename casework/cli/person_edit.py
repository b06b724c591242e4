"""`casework person edit` and `remove`: what changed about somebody, and the end of an entry."""

from __future__ import annotations

from typing import Any

import click

from casework.cli.options import example, rehearses
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import changed
from casework.cli.values import DAY

ARGUMENTS = ("title", "email", "phone", "salutation", "number")
"""Options whose text goes into the entry as it is; nothing between quotation marks takes away."""


@click.command(
    short_help="Mend a person's entry: a new name, address or job.",
    epilog=example(
        'casework person edit "Jordan Blake" --name "Jordan Marsh" --salutation "Mrs Marsh"',
        'casework person edit "Jordan Marsh" --address "2 Church Row" --address "Ashgrove" --address "AS1 4QD"',
    ),
)
@click.argument("named", metavar="NAME")
@click.option("--name", help="Their name now.")
@click.option("--title", help="Their job title now.")
@click.option(
    "--address",
    multiple=True,
    metavar="LINE",
    help="A line of the home address now; several times, all of it.",
)
@click.option("--email", help='Their e-mail address now; "" for none.')
@click.option("--phone", help='Their telephone number now; "" for none.')
@click.option("--salutation", help='How a letter addresses them now, such as "Mrs Marsh".')
@click.option("--number", help='Their staff number in the school\'s own system; "" for none.')
@click.option("--teacher/--no-teacher", default=None, help="Whether they are employed as a teacher.")
@click.option(
    "--union-rep/--no-union-rep", default=None, help="Whether they are a trade-union representative."
)
@click.option("--head/--no-head", default=None, help="Whether they are the head teacher.")
@click.option("--left", type=DAY, help="The day on which their employment ended: records are kept by it.")
@click.option(
    "--pension-age-on",
    type=DAY,
    help="The day of normal pension age: safeguarding records are kept until then.",
)
@rehearses
def edit(
    session: Session,
    named: str,
    name: str | None,
    address: tuple[str, ...],
    teacher: bool | None,
    union_rep: bool | None,
    head: bool | None,
    left: str | None,
    pension_age_on: str | None,
    as_json: bool,
    **typed: Any,
) -> None:
    """Mend NAME's entry in the directory. What is not named stays; an address is replaced as a whole.

    A case keeps the name and address that it used until you tell it: `casework case update-person`.
    """
    from casework.cli.person import entry_json
    from casework.services.people import edit_person

    flags = {"teacher": teacher, "union_rep": union_rep, "head": head}
    given = {flag: held for flag, held in flags.items() if held is not None}
    said = (name, left, pension_age_on, *typed.values())
    if not address and not given and all(value is None for value in said):
        raise click.UsageError("Say what changes, such as --name or --address.")
    edited = edit_person(
        session.workspace,
        session.school,
        named,
        name=name,
        address=address or None,
        flags=given,
        left=left,
        pension_age_on=pension_age_on,
        **{option: typed[option] for option in ARGUMENTS},
    )
    if session.rehearsal:
        say("Nothing was recorded: the entry can be changed like this.")
    data = {
        "dry_run": session.rehearsal,
        "person": entry_json(edited.person),
        "changes": [{"what": item.label, "old": item.old, "new": item.new} for item in edited.changes],
    }
    again = one_line(session.typed("case", "update-person", "REF", edited.person.name))
    text = (
        f"{edited.person.name}: changed.\n{changed(edited.changes)}\n\n"
        f"Cases keep the name and address that they used. To bring the new ones into a case:\n  {again}"
    )
    answer(as_json, data, text)


@click.command(
    short_help="Take somebody out of the directory about whom nothing is kept any more.",
    epilog=example('casework person remove "Jordan Blake" --dry-run'),
)
@click.argument("named", metavar="NAME")
@rehearses
def remove(session: Session, named: str, as_json: bool) -> None:
    """Destroy NAME's entry in the directory. Refused while a case, file or register that is kept is about them."""
    from casework.services.person_removal import remove_person

    person = remove_person(session.workspace, session.school, named)
    if session.rehearsal:
        say("Nothing was destroyed.")
    answer(
        as_json,
        {"dry_run": session.rehearsal, "person": person.id},
        f"{person.name}: the entry can be destroyed."
        if session.rehearsal
        else f"{person.name}: taken out of the directory. Nothing of the entry is left.",
    )
