"""`casework case note` and `allege`: words on a case beside its steps."""

from __future__ import annotations

import click

from casework.base.time import Occurred, parse_date
from casework.cli.asking import ask, ask_lines, said
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.values import DAY, WHEN, WORDS

BANDS = ("S0", "S1", "S2", "S3", "S4", "X")
"""Bands of severity, as `casework.cases.acts` has them; a test holds the two together."""


@click.command(
    "note",
    short_help="Add a note, HR's advice, or minutes.",
    epilog=example(
        'casework case note ASH-26-7KQ4 "Rang the LADO; no answer, will ring again tomorrow"',
        "casework case note ASH-26-7KQ4 --minutes @minutes.txt --on 2026-11-24T10:00",
    ),
)
@reference
@click.argument("words", required=False, type=WORDS)
@click.option("--advice", "type_", flag_value="advice", help="It is HR's advice, kept apart from findings.")
@click.option("--minutes", "type_", flag_value="minutes", help="It is the minutes of a meeting.")
@click.option(
    "--deliberation",
    "type_",
    flag_value="deliberation",
    help="It is what a panel said among itself: only the panel and its clerk read it.",
)
@click.option(
    "--safeguarding",
    "type_",
    flag_value="safeguarding",
    help="It concerns safeguarding: only the designated safeguarding lead reads it.",
)
@click.option("--on", "occurred", type=WHEN, help="When it was; today if not given.")
@writes
def note(
    session: Session,
    reference: str,
    words: str | None,
    type_: str | None,
    occurred: Occurred | None,
    command: str,
    as_json: bool,
) -> None:
    """Add a note to a case, in one line; @FILE reads the words from a file."""
    from casework.cli.receipts import once, tell
    from casework.services import cases

    loaded = session.case(reference)
    text = ask(session, words, "What is to be noted", "WORDS", type=WORDS, check=said)
    receipt = once(
        session,
        loaded,
        command,
        lambda: cases.add_note(
            session.workspace,
            session.school,
            loaded,
            text=text,
            type_=type_ or "note",
            occurred=occurred,
            command=command,
        ),
    )
    what = {"advice": "Advice", "minutes": "Minutes"}.get(type_ or "", "Note")
    tell(session, loaded, receipt, f"{what} added", as_json=as_json)


@click.command(
    "allege",
    short_help="Add, amend or withdraw an allegation.",
    epilog=example(
        'casework case allege ASH-26-7KQ4 "Put photographs of named pupils on the school\'s page without consent" \\',
        "    --clause SMP-4.1b --clause SMP-4.3 --band S3 --from 2026-11-16 --to 2026-11-17",
        'casework case allege ASH-26-7KQ4 --withdraw 2 --reason "The account was not hers"',
    ),
)
@reference
@click.argument("words", required=False, type=WORDS)
@click.option(
    "--clause",
    "clauses",
    multiple=True,
    metavar="CODE",
    help="The clause that is said to be broken; several times. `casework policy show social-media` lists them.",
)
@click.option("--band", type=click.Choice(BANDS), help="How serious it may be.")
@click.option("--from", "first", type=DAY, help="The day, or the first day, on which it happened.")
@click.option("--to", "last", type=DAY, help="The last day, if there were several.")
@click.option("--gross-misconduct", is_flag=True, help="It may be gross misconduct.")
@click.option("--amend", type=int, metavar="NUMBER", help="Amend this allegation; both versions stand.")
@click.option("--withdraw", type=int, metavar="NUMBER", help="Withdraw this allegation, with --reason.")
@click.option("--reason", type=WORDS, help="Why it is withdrawn.")
@writes
def allege(
    session: Session,
    reference: str,
    words: str | None,
    clauses: tuple[str, ...],
    band: str | None,
    first: str | None,
    last: str | None,
    gross_misconduct: bool,
    amend: int | None,
    withdraw: int | None,
    reason: str | None,
    command: str,
    as_json: bool,
) -> None:
    """Add an allegation to a case, amend one, or withdraw one.

    An allegation says what was done, when, and against which clause of the school's own policy, so that it can be
    answered.
    """
    from casework.cli.receipts import once, tell
    from casework.services import allegations

    loaded = session.case(reference)
    workspace, school = session.workspace, session.school
    if withdraw is not None:
        if words or amend is not None:
            raise click.UsageError("--withdraw takes neither words nor --amend.")
        why = ask(session, reason, "Why is it withdrawn", "--reason", type=WORDS, check=said)
        receipt = once(
            session,
            loaded,
            command,
            lambda: allegations.withdraw_allegation(
                workspace, school, loaded, number=withdraw, reason=why, command=command
            ),
        )
        tell(session, loaded, receipt, f"Allegation {withdraw} withdrawn", as_json=as_json)
        return
    if reason:
        raise click.UsageError("--reason belongs to --withdraw.")
    text = ask(session, words, "What is alleged", "WORDS", type=WORDS, check=said)
    which = "Which clauses, such as SMP-4.1b, SMP-4.3"
    clauses = ask_lines(session, clauses, which, "--clause", optional=False)
    graded = ask(session, band, "How serious may it be", "--band", type=click.Choice(BANDS))
    if last and not first:
        raise click.UsageError("--to needs --from.")
    period = (parse_date(first), parse_date(last or first)) if first else None
    receipt = once(
        session,
        loaded,
        command,
        lambda: allegations.allege(
            workspace,
            school,
            loaded,
            text=text,
            clauses=clauses,
            band=graded,
            period=period,
            gross_misconduct=gross_misconduct,
            amends=amend,
            command=command,
        ),
    )
    number = amend or len(loaded.case.allegations)
    tell(
        session,
        loaded,
        receipt,
        f"Allegation {number} {'amended' if amend else 'added'}",
        as_json=as_json,
        number=number,
    )
