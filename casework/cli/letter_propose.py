"""`casework letter revise` and `approve`: what happens to a letter between its proposal and its issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.base.time import Occurred
from casework.cli.asking import ask, said
from casework.cli.letter_asked import AskedLetter, writing
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.shell import one_line
from casework.cli.tables import pairs
from casework.cli.values import WHEN, WORDS

if TYPE_CHECKING:
    from casework.services.recorder import Receipt


@click.command(
    short_help="Write a proposed letter anew; every version is kept.",
    epilog=example(
        "casework letter revise ASH-26-7KQ4 3 --field length_minutes=120",
        'casework letter revise ASH-26-7KQ4 3 --add "I am sorry that this comes before the holidays."',
    ),
)
@reference
@click.argument("number", type=int)
@writing
@click.option("--without-additions", "without", is_flag=True, help="Take the sender's own paragraphs away.")
@writes
def revise(
    session: Session,
    /,
    reference: str,
    number: int,
    without: bool,
    command: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Write proposed letter NUMBER anew, from the case as it stands now and with what is given here.

    What was given before stands where nothing is given. Every version is kept, with who wrote it and when; an approval
    of an earlier version ends. `casework letter show` lists the versions.
    """
    from casework.cli.receipts import tell

    letter = AskedLetter.read(session, reference, "revise", str(number), given)
    revised = letter.revise(without, command)
    case = letter.loaded.case.reference
    more = pairs([("To show it", one_line(session.typed("letter", "preview", case, str(number))))])
    tell(
        session,
        letter.loaded,
        revised.receipt,
        f"Letter {number}, “{revised.title}”, written anew",
        as_json=as_json,
        more="" if session.rehearsal else more,
        letter=revised.template,
        number=number,
    )


@click.command(
    short_help="Record that a second person approves a proposed letter.",
    epilog=example(
        'casework letter approve ASH-26-7KQ4 3 --by "Helen Marsh" --evidence "Her e-mail of 3 March, 10.12am"'
    ),
)
@reference
@click.argument("number", type=int)
@click.option("--by", metavar="NAME", help="Who approves it; not whoever wrote it.")
@click.option("--evidence", type=WORDS, default="", help="What shows it, such as an e-mail and its date.")
@click.option("--on", "occurred", type=WHEN, help="When it was approved; today if not given.")
@writes
def approve(
    session: Session,
    reference: str,
    number: int,
    by: str | None,
    evidence: str,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Record that a second person approves letter NUMBER as it stands; if it is changed, it needs a new approval.

    Whether letters need one is the setting `letter_approval` of the school's policy: none, those with decisions, or
    all.
    """
    from casework.cli.receipts import once, tell
    from casework.services import letters

    loaded = session.case(reference)
    who = ask(session, by, "Who approves it", "--by", type=WORDS, check=said)

    def act() -> Receipt:
        return letters.approve(
            session.workspace,
            session.school,
            loaded,
            number,
            by=who,
            evidence=evidence,
            occurred=occurred,
            command=command,
        )

    receipt = once(session, loaded, command, act)
    issue = one_line(session.typed("letter", "issue", loaded.case.reference, str(number)))
    tell(
        session,
        loaded,
        receipt,
        f"Letter {number} approved",
        as_json=as_json,
        more=f"To issue it: {issue}",
        number=number,
    )
