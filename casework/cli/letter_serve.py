"""`casework letter serve` and `withdraw`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.base.time import Occurred
from casework.cli.asking import ask, said
from casework.cli.letter_asked import METHODS
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.tables import paragraph
from casework.cli.values import WHEN, WORDS

if TYPE_CHECKING:
    from casework.services.recorder import Receipt


@click.command(
    short_help="Record how and when a letter was delivered.",
    epilog=example(
        'casework letter serve ASH-26-7KQ4 3 --method hand --on 2026-11-24T09:30 --proof "Signed for by J Blake"'
    ),
)
@reference
@click.argument("number", type=int)
@click.option("--method", type=click.Choice(METHODS), help="How it was delivered.")
@click.option("--on", "occurred", type=WHEN, help="When it was handed over or sent; today if not given.")
@click.option("--proof", type=WORDS, default="", help="What shows it: a signature, a receipt's number.")
@writes
def serve(
    session: Session,
    reference: str,
    number: int,
    method: str | None,
    occurred: Occurred | None,
    proof: str,
    command: str,
    as_json: bool,
) -> None:
    """Record how and when letter NUMBER of a case was delivered: notice runs from the day it counts as received.

    A letter may be delivered several times; the earliest that takes effect counts.
    """
    from casework.cli.receipts import once, tell
    from casework.services import letters

    loaded = session.case(reference)
    how = ask(session, method, "How was it delivered", "--method", type=click.Choice(METHODS))
    done: list[letters.Served] = []

    def act() -> Receipt:
        done.append(
            letters.serve(
                session.workspace,
                session.school,
                loaded,
                number,
                method=how,
                occurred=occurred,
                proof=proof,
                command=command,
            )
        )
        return done[0].receipt

    receipt = once(session, loaded, command, act)
    working = done[0].working if done else ""
    extra = {"effective": done[0].effective.isoformat(), "working": working} if done else {}
    tell(
        session,
        loaded,
        receipt,
        f"Letter {number} served",
        as_json=as_json,
        more=paragraph(working),
        number=number,
        **extra,
    )


@click.command(
    short_help="Withdraw a letter, with a reason.",
    epilog=example('casework letter withdraw ASH-26-7KQ4 3 --reason "Sent to the old address"'),
)
@reference
@click.argument("number", type=int)
@click.option("--reason", type=WORDS, help="Why it is withdrawn.")
@writes
def withdraw(
    session: Session, reference: str, number: int, reason: str | None, command: str, as_json: bool
) -> None:
    """Withdraw letter NUMBER of a case. It stays on the record; nothing counts from it any more."""
    from casework.cli.receipts import once, tell
    from casework.services import letters

    loaded = session.case(reference)
    why = ask(session, reason, "Why is it withdrawn", "--reason", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: letters.withdraw(
            session.workspace, session.school, loaded, number, reason=why, command=command
        ),
    )
    tell(session, loaded, receipt, f"Letter {number} withdrawn", as_json=as_json, number=number)
