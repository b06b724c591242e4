"""`casework case link`: letting the employee, or their companion, see their own page by a link and a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.cli.asking import ask, said
from casework.cli.lazy import LazyGroup
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.tables import day, table
from casework.cli.values import WORDS

if TYPE_CHECKING:
    from datetime import datetime

    from casework.services.own_links import LinkRow

COMMANDS = {
    "create": ("case_link:create", "Make a link to somebody's own page, and a code to be sent apart."),
    "list": ("case_link:list_links", "List the links that were made in a case, and whether they open."),
    "revoke": ("case_link:revoke", "See that a link opens nothing any more."),
}

STANDING = {"open": "Opens", "over": "Over", "revoked": "Revoked", "gone": "Not kept any more"}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Let the employee or their companion see their own page.",
    epilog=example(
        'casework case link create ASH-26-7KQ4 --for employee --until 2026-12-18 --reason "Works from home"',
        "casework case link list ASH-26-7KQ4",
    ),
)
def link() -> None:
    """Let the employee, or a companion whom they allow it, see their own page without an account.

    The page shows their own dates, the letters that were served on them, their rights and their next step, and nothing
    else of the case. It is opened on the pages of `casework serve`, by a link and by a code that is sent apart.
    """


@click.command(
    "create",
    short_help=COMMANDS["create"][1],
    epilog=example(
        'casework case link create ASH-26-7KQ4 --for employee --until 2026-12-18 --reason "Works from home" \\',
        "    --address https://casework.ashgrove.example",
        "casework case link create ASH-26-7KQ4 --for companion --until 2026-12-18 --letters \\",
        '    --agreed "By e-mail on 3 March" --reason "Prepares the hearing with her"',
    ),
)
@reference
@click.option("--for", "holder", type=click.Choice(["employee", "companion"]), help="Whose page it opens.")
@click.option("--name", default="", help="Which companion, if there are several.")
@click.option(
    "--letters", is_flag=True, help="For a companion: show the employee's letters too, not the dates alone."
)
@click.option("--agreed", type=WORDS, default="", help="For a companion: how the employee agreed to it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it opens.")
@click.option("--reason", type=WORDS, help="Why it is given; it stays on record.")
@click.option(
    "--address",
    envvar="CASEWORK_ADDRESS",
    default="",
    metavar="URL",
    help="Where your pages are, such as https://casework.ashgrove.example; or set CASEWORK_ADDRESS.",
)
@writes
def create(
    session: Session,
    reference: str,
    holder: str | None,
    name: str,
    letters: bool,
    agreed: str,
    until: datetime | None,
    reason: str | None,
    address: str,
    command: str,
    as_json: bool,
) -> None:
    """Make a link to the own page of the employee or of their companion, and a code.

    Both are shown once and kept nowhere. Send them by different ways: whoever has both can read what is shown. A
    companion sees something only if the employee agreed, and that is put on record.
    """
    from casework.services.own_links import make

    loaded = session.case(reference)
    whose = ask(
        session,
        holder,
        "For whom (employee or companion)",
        "--for",
        type=click.Choice(["employee", "companion"]),
    )
    if whose == "companion":
        agreed = ask(
            session, agreed or None, "How did the employee agree to it", "--agreed", type=WORDS, check=said
        )
    last: datetime = ask(
        session,
        until,
        "The last day on which it opens (such as 2026-12-18)",
        "--until",
        type=click.DateTime(["%Y-%m-%d"]),
    )
    why = ask(session, reason, "Why is it given", "--reason", type=WORDS, check=said)
    made = make(
        session.workspace,
        session.school,
        loaded,
        holder="companion" if whose == "companion" else "employee",
        until=last.date(),
        reason=why,
        named=name,
        shows="letters" if letters else "dates",
        agreed=agreed,
        command=command,
    )
    if session.rehearsal:
        say("Nothing was recorded: the link can be made like this.")
        answer(as_json, {"dry_run": True}, "")
        return
    full = f"{address.rstrip('/')}{made.address}"
    text = (
        f"Link {made.number} of {loaded.case.reference}, for {made.name}, until {day(made.until)}."
        f" It is shown this once.\n\nLink   {full}\nCode   {made.code}\n\nSend the link by e-mail or letter,"
        " and say the code on the telephone: whoever has both can read the letters."
    )
    data = {
        "reference": loaded.case.reference,
        "number": made.number,
        "for": made.holder,
        "name": made.name,
        "until": made.until.isoformat(),
        "link": full,
        "code": made.code,
    }
    answer(as_json, data, text)
    if not address:
        say("Put the address of your pages before the link, or give it with --address.")


@click.command("list", short_help=COMMANDS["list"][1], epilog=example("casework case link list ASH-26-7KQ4"))
@reference
@as_json
@pass_session
def list_links(session: Session, reference: str, as_json: bool) -> None:
    """List the links that were made in a case: for whom, until when, why, and whether they still open.

    The links themselves and their codes are kept nowhere. Who opened them stands in the list of readings.
    """
    from casework.services.access import note_access
    from casework.services.own_links import links_of

    loaded = session.case(reference)
    found = links_of(session.workspace, loaded)
    note_access(session.workspace, session.school, "readers", loaded.stream)
    text = table(
        ["Link", "For", "Until", "Now", "Why"],
        [
            [
                str(item.number),
                f"{item.name} ({item.holder})",
                day(item.until),
                STANDING[item.standing],
                item.reason,
            ]
            for item in found
        ],
    )
    data = {"reference": loaded.case.reference, "links": [_data(item) for item in found]}
    answer(as_json, data, text if found else "No link was made in this case.")


def _data(item: LinkRow) -> dict[str, object]:
    return {
        "number": item.number,
        "for": item.holder,
        "name": item.name,
        "shows": item.shows,
        "until": item.until.isoformat(),
        "standing": item.standing,
        "reason": item.reason,
        "agreed": item.agreed or None,
        "event": item.event,
    }


@click.command(
    "revoke",
    short_help=COMMANDS["revoke"][1],
    epilog=example('casework case link revoke ASH-26-7KQ4 1 --reason "She lost her telephone"'),
)
@reference
@click.argument("number", type=click.IntRange(1), required=False)
@click.option("--reason", type=WORDS, help="Why; it stays on record.")
@writes
def revoke(
    session: Session, reference: str, number: int | None, reason: str | None, command: str, as_json: bool
) -> None:
    """See that a link opens nothing any more, at once. What was read or printed before, nothing takes back."""
    from casework.cli.receipts import once, tell
    from casework.services.own_links import revoke as take_back

    loaded = session.case(reference)
    which = ask(session, number, "Which link (its number in the list)", "NUMBER", type=click.IntRange(1))
    why = ask(session, reason, "Why", "--reason", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: take_back(session.workspace, session.school, loaded, which, reason=why, command=command),
    )
    tell(session, loaded, receipt, f"Link {which} revoked", as_json=as_json)
