"""`casework case triage`: the questions that every report is asked, and what follows from the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from casework.base.time import Occurred, parse_date
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.values import DAY, WHEN, WORDS, Pair

if TYPE_CHECKING:
    from casework.services.loading import LoadedCase
    from casework.services.recorder import Receipt


@click.command(
    "triage",
    short_help="Ask what every report is asked, and say what follows.",
    epilog=example(
        "casework case triage ASH-26-7KQ4",
        "casework case triage ASH-26-7KQ4 --answer danger=no --answer child_abuse=no --answer harmed=no \\",
        "    --answer offence=no --answer risk=no --answer suitability=no --answer low_level=no \\",
        '    --answer subject=none --rest "A few minutes at break, nobody was looked after" \\',
        '    --answer "route=no_action:Own time, own telephone" --by "Helen Marsh"',
    ),
)
@reference
@click.option(
    "--answer",
    "given",
    type=Pair("QUESTION=ANSWER[:WHY]"),
    multiple=True,
    help="An answer, with its reason after a colon; several times. Without any, the questions are shown.",
)
@click.option("--rest", type=WORDS, default="", help="No to all the rest that may be answered so, and why.")
@click.option("--by", "answered_by", metavar="NAME", default="", help="Who answers; you, if not given.")
@click.option("--on", "occurred", type=WHEN, help="When they answered; today if not given.")
@click.option(
    "--day", type=DAY, help="The day for which the registers are asked; that of the allegation if not given."
)
@click.option(
    "--account",
    type=click.IntRange(1),
    metavar="NUMBER",
    help="Which school account, by its number in the register.",
)
@click.option("--why", is_flag=True, help="Show the question and the rules behind each point.")
@writes
def triage(
    session: Session,
    reference: str,
    given: tuple[tuple[str, str], ...],
    rest: str,
    answered_by: str,
    occurred: Occurred | None,
    day: str | None,
    account: int | None,
    why: bool,
    command: str,
    as_json: bool,
) -> None:
    """Answer what every report is asked, in order, and see what follows: how serious it may be, who deals with it, what
    is opened, which letters are due and what is to be done.

    The first questions, about risk to children and who the person is, are answered one by one. The rest may be answered
    in one act. What is on record already (an allegation, a register, a warning) is never overridden by that, and every
    answer can be given again later; old and new both stand. On a terminal the questions are asked. Nothing is decided
    here: the step that follows is taken by a person, with these answers filled in.
    """
    from casework.cli.receipts import once
    from casework.cli.triage_asking import ask_triage
    from casework.cli.triage_view import show_triage
    from casework.services import triage as service

    loaded = session.case(reference)
    _note_reading(session, loaded)
    answers, reasons = _parted(given)
    on = parse_date(day) if day else None
    says = service.registers_say(session.workspace, session.school, loaded, day=on, account=account)
    asked = session.interactive and not as_json and not given and not rest
    if asked:
        answers, reasons, rest = ask_triage(session, loaded, says)
    if not answers and not rest:
        show_triage(session, loaded, says, as_json=as_json, why=why)
        return
    opened: list[str] = []

    def record() -> Receipt:
        done = service.triage(
            session.workspace,
            session.school,
            loaded,
            answers=answers,
            reasons=reasons,
            rest=rest,
            answered_by=answered_by,
            occurred=occurred,
            day=on,
            account=account,
            command=command,
        )
        opened.extend(done.opened)
        return done.receipt

    receipt = once(session, loaded, command, record)
    session.keep(None)
    says = service.registers_say(session.workspace, session.school, loaded, day=on, account=account)
    show_triage(session, loaded, says, as_json=as_json, why=why, receipt=receipt, opened=opened)
    if asked and not session.rehearsal:
        _go_on(loaded)


def _note_reading(session: Session, loaded: LoadedCase) -> None:
    """Put the reading on the access log, in a dry run too: what the registers say names the employee."""
    from casework.services.access import note_access

    rehearsed, session.rehearsal = session.rehearsal, False
    try:
        note_access(session.workspace, session.school, "case", loaded.stream)
    finally:
        session.rehearsal = rehearsed


def _parted(given: tuple[tuple[str, str], ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Part the answers from their reasons; a question may be typed with hyphens."""
    answers: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for key, typed in given:
        name = key.replace("-", "_")
        answer, _, reason = typed.partition(":")
        answers[name] = answer.strip().replace("-", "_")
        if reason.strip():
            reasons[name] = reason.strip()
    return answers, reasons


def _go_on(loaded: LoadedCase) -> None:
    """Offer the step that takes the route which was decided, with the answers in it."""
    from casework.cases.triage import triage_of
    from casework.cli.step_command import StepCommand
    from casework.services.triage import routed_now

    chosen = triage_of(loaded.policy)
    decided = routed_now(loaded).decided
    step = chosen.routes[decided].step if decided else None
    if (
        step is None
        or loaded.case.states[loaded.policy.steps[step][0]] not in loaded.policy.steps[step][1].from_
    ):
        return
    if click.confirm(f"\nGo on to “{loaded.policy.steps[step][1].title}”", default=True, err=True):
        StepCommand(loaded, step, irregular=False).take()
