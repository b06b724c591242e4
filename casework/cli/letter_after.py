"""`casework letter undelivered`, `attach`, `eml` and `verify`: what follows once a letter is out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from casework.base.time import Occurred, describe_date
from casework.cli.asking import ask
from casework.cli.options import as_json, example, pass_session, reference, writes
from casework.cli.output import answer, say
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import pairs, paragraph
from casework.cli.values import WHEN, WORDS
from casework.cli.writing import write_file

if TYPE_CHECKING:
    from casework.services.letter_again import Again
    from casework.services.letters import Undelivered
    from casework.services.recorder import Receipt

FAILURES = ("refused", "returned", "not_found")
"""How a service can fail, as `casework.procedure.service` has it; a test holds the two together."""

SCANS = ("signed_copy", "receipt", "proof_of_posting", "reply", "other")
"""Kinds of scans, as `casework.cases.letter_delivery` has them; a test holds the two together."""

_LARGEST = 20 * 1024 * 1024
"""Bytes of the largest scan; a larger file is not read to its end."""


@click.command(
    short_help="Record that a letter did not reach its recipient.",
    epilog=example(
        'casework letter undelivered ASH-26-7KQ4 3 --how returned --on 2026-11-27 --words "Marked: not called for"'
    ),
)
@reference
@click.argument("number", type=int)
@click.option(
    "--how",
    type=click.Choice(FAILURES),
    help="They would not take it; it came back, as post or as an e-mail; nobody was there to take it.",
)
@click.option(
    "--service", type=int, metavar="K", help="Which service of the letter, from 1; the newest if not given."
)
@click.option("--words", type=WORDS, default="", help="What is known of it.")
@click.option("--on", "occurred", type=WHEN, help="When it came back or was refused; today if not given.")
@writes
def undelivered(
    session: Session,
    reference: str,
    number: int,
    how: str | None,
    service: int | None,
    words: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Record that letter NUMBER did not reach its recipient, and say whether the day of service stands.

    Post that is refused or comes back was sent all the same, and counts as received as before. An e-mail that came
    back, and what was to be handed over and was not, does not count: what ran from it stops, or runs from another
    service. A task to deliver the letter again begins.
    """
    from casework.cli.receipts import once, tell
    from casework.services import letters

    loaded = session.case(reference)
    failure = ask(session, how, "How did it fail", "--how", type=click.Choice(FAILURES))
    done: list[Undelivered] = []

    def act() -> Receipt:
        done.append(
            letters.undelivered(
                session.workspace,
                session.school,
                loaded,
                number,
                failure=failure,
                service=service,
                words=words,
                occurred=occurred,
                command=command,
            )
        )
        return done[0].receipt

    receipt = once(session, loaded, command, act)
    extra: dict[str, Any] = {}
    more = ""
    if done:
        day = done[0].effective
        extra = {"counts": done[0].counts, "effective": day.isoformat() if day else None}
        serve = one_line(
            session.typed("letter", "serve", loaded.case.reference, str(number), "--method", "hand")
        )
        more = f"{paragraph(_stands(done[0]))}\nDeliver it another way, and record that: {serve}"
    tell(
        session,
        loaded,
        receipt,
        f"Letter {number} not delivered",
        as_json=as_json,
        more=more,
        number=number,
        **extra,
    )


def _stands(done: Undelivered) -> str:
    """Whether the day of service stands, in words."""
    if done.counts and done.effective:
        return f"It was sent, so the day stands: it counts as received on {describe_date(done.effective)}."
    if done.effective:
        return (
            "This service does not count, but another does: the letter counts as received on"
            f" {describe_date(done.effective)}."
        )
    return "This service does not count, so the letter has not been served, and no time runs from it."


@click.command(
    short_help="Keep a scan with a letter: the signed copy, a receipt.",
    epilog=example(
        "casework letter attach ASH-26-7KQ4 3 signed.pdf --kind signed_copy",
        "casework letter attach ASH-26-7KQ4 3 slip.png --kind proof_of_posting --service 1",
    ),
)
@reference
@click.argument("number", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--kind", "type_", type=click.Choice(SCANS), default="signed_copy", show_default=True, help="What it is."
)
@click.option(
    "--service", type=int, metavar="K", help="The service that it shows, from 1; none for the letter itself."
)
@click.option("--on", "occurred", type=WHEN, help="When it was received; today if not given.")
@writes
def attach(
    session: Session,
    reference: str,
    number: int,
    file: Path,
    type_: str,
    service: int | None,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Keep a scan with letter NUMBER, sealed as it is: a PDF, a JPEG or a PNG.

    The record of what was issued is always the PDF that casework made; a scan shows that it was signed or received.
    """
    from casework.cli.receipts import once, tell
    from casework.services import letters

    loaded = session.case(reference)
    with file.open("rb") as opened:
        data = opened.read(_LARGEST + 1)

    def act() -> Receipt:
        return letters.attach(
            session.workspace,
            session.school,
            loaded,
            number,
            name=file.name,
            data=data,
            type_=type_,
            service=service,
            occurred=occurred,
            command=command,
        )

    receipt = once(session, loaded, command, act)
    tell(session, loaded, receipt, f"Scan kept with letter {number}", as_json=as_json, number=number)


@click.command(
    short_help="Write a letter as an e-mail that is ready to send.",
    epilog=example("casework letter eml ASH-26-7KQ4 3 --to j.blake@example.org --out letter.eml"),
)
@reference
@click.argument("number", type=int)
@click.option(
    "--to",
    default="",
    metavar="ADDRESS",
    help="The address that they agreed to; the one on record if not given.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Where it is written; here if not given.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
@pass_session
def eml(
    session: Session, reference: str, number: int, to: str, out: Path | None, force: bool, as_json: bool
) -> None:
    """Write issued letter NUMBER as an e-mail with the PDF attached. Nothing is sent: open it, look at it, send it.

    Then record when you sent it: `casework letter serve REF NUMBER --method email_agreed --on DATETIME`.
    """
    from casework.services.letter_email import mail

    loaded = session.case(reference)
    made = mail(session.workspace, session.school, loaded, number, to=to)
    path = write_file(out or Path(f"{loaded.case.reference}-{number}.eml"), made.data, force=force)
    case = loaded.case.reference
    sent = one_line(
        session.typed(
            "letter", "serve", case, str(number), "--method", "email_agreed", "--on", "YYYY-MM-DDTHH:MM"
        )
    )
    text = pairs(
        [
            ("Written to", os.fspath(path)),
            ("To", made.to),
            ("Subject", made.subject),
            ("Once it is sent", sent),
        ]
    )
    data = {
        "reference": case,
        "number": number,
        "file": os.fspath(path),
        "to": made.to,
        "subject": made.subject,
    }
    answer(as_json, {**data, "look_at": list(made.look_at)}, text)
    for line in made.look_at:
        say(line)


@click.command(
    short_help="Print a letter again and say whether it is the same.",
    epilog=example(
        "casework letter verify ASH-26-7KQ4 3",
        "casework letter verify ASH-26-7KQ4 3 --file received.pdf",
    ),
)
@reference
@click.argument("number", type=int)
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A PDF that is said to be this letter.",
)
@as_json
@pass_session
def verify(session: Session, reference: str, number: int, file: Path | None, as_json: bool) -> None:
    """Print issued letter NUMBER again from what was kept with it, and compare: the same bytes, the same words by
    another renderer, or what differs. With --file, say whether that file is the letter as it was issued.

    What differs, and a file that is not the letter, are findings: exit code 1.
    """
    from casework.services.letter_again import print_again

    loaded = session.case(reference)
    data = file.read_bytes() if file is not None else None
    found = print_again(session.workspace, session.school, loaded, number, data)
    given = {None: "", True: "is this letter", False: "is NOT this letter, byte for byte"}
    rows = [
        ("Fingerprint", found.fingerprint),
        ("Kept PDF", "as it was issued" if found.intact else "NOT as it was issued"),
        ("Printed again", _OUTCOMES[found.outcome]),
        ("Printed by", _printed_by(found)),
        ("The file", given[found.file]),
    ]
    text = "\n".join([pairs(rows), *found.differences])
    answer(as_json, {"reference": loaded.case.reference, "number": number, **_json(found)}, text)
    if not found.intact or found.outcome == "differs" or found.file is False:
        raise click.exceptions.Exit(1)


_OUTCOMES = {
    "same_bytes": "the same, byte for byte",
    "same_words": "the same words, by another renderer",
    "differs": "other words; what differs:",
    "not_kept": "not possible: the page was not kept with it",
}


def _printed_by(found: Again) -> str:
    then, now = found.printed_by
    return then if then == now else f"{then} then, {now} now"


def _json(found: Again) -> dict[str, Any]:
    return {
        "sha256": found.fingerprint,
        "intact": found.intact,
        "outcome": found.outcome,
        "differences": list(found.differences),
        "printed_by": {"then": found.printed_by[0], "now": found.printed_by[1]},
        "file": found.file,
    }
