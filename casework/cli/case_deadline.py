"""`casework case extend`, `pause` and `resume`: moving a deadline, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from casework.base.time import Occurred, parse_date
from casework.cli.asking import ask
from casework.cli.options import example, reference, writes
from casework.cli.session import Session
from casework.cli.tables import day
from casework.cli.values import DAY, WHEN, WORDS

if TYPE_CHECKING:
    from datetime import date

    from casework.cases.deadline_acts import Change

F = TypeVar("F", bound=Callable[..., Any])


def moves(function: F) -> F:
    """Give a command what every move of a deadline is asked for; it returns which it is, and the day if it has one."""

    @reference
    @click.argument("deadline", metavar="DEADLINE")
    @click.option("--reason", type=WORDS, help="Why; it stands on the record for ever.")
    @click.option("--on", "occurred", type=WHEN, help="When that was decided; today if not given.")
    @click.option("--taken-by", metavar="NAME", default="", help="Who decided it; you, if not given.")
    @writes
    @wraps(function)
    def wrapped(session: Session, /, *args: Any, **given: Any) -> None:
        own = {name: given.pop(name) for name in ("until", "look_again") if name in given}
        change, to = function(session, **own)
        _move(session, change, to, **given)

    return wrapped  # type: ignore[return-value]


@click.command(
    short_help="Give a deadline more time.",
    epilog=example(
        "casework case extend ASH-26-7KQ4 investigation --until 2026-12-18 \\",
        '    --taken-by "Helen Marsh" --reason "A witness is away until 7 December"',
    ),
)
@click.option("--until", type=DAY, help="The last day now.")
@moves
def extend(session: Session, until: str | None) -> tuple[Change, date]:
    """Give DEADLINE of a case more time. `casework due REF --json` names the deadlines that run.

    It is decided before the day has passed, by whom the procedure names. What the law fixes is not extended: it is done
    late, and the record says so.
    """
    return "extended", parse_date(ask(session, until, "Until when", "--until", type=DAY))


@click.command(
    short_help="Let a deadline stand still for a time.",
    epilog=example(
        "casework case pause ASH-26-7KQ4 investigation --look-again 2026-12-14 \\",
        '    --taken-by "Helen Marsh" --reason "The police asked us to wait"',
    ),
)
@click.option("--look-again", type=DAY, help="When it is looked at again, in four weeks at the latest.")
@moves
def pause(session: Session, look_again: str | None) -> tuple[Change, date]:
    """Let DEADLINE of a case stand still, because the school has to wait for somebody else.

    In its place the day to look again is due. Pausing it once more gives another day; `casework case resume` lets it
    run on with the days that were left.
    """
    asked = ask(session, look_again, "When is it looked at again", "--look-again", type=DAY)
    return "paused", parse_date(asked)


@click.command(
    short_help="Let a deadline run on that stood still.",
    epilog=example(
        "casework case resume ASH-26-7KQ4 investigation \\",
        '    --taken-by "Helen Marsh" --reason "The police have finished"',
    ),
)
@moves
def resume(session: Session) -> tuple[Change, None]:
    """Let DEADLINE of a case run on, with the days that were left when it stopped."""
    return "resumed", None


def _move(
    session: Session,
    change: Change,
    to: date | None,
    *,
    reference: str,
    deadline: str,
    reason: str | None,
    occurred: Occurred | None,
    taken_by: str,
    command: str,
    as_json: bool,
) -> None:
    from casework.cli.receipts import once, tell
    from casework.services.deadlines import move

    loaded = session.case(reference)
    why = ask(session, reason, "Why", "--reason", type=WORDS)
    clock = deadline.replace("-", "_")
    receipt = once(
        session,
        loaded,
        command,
        lambda: move(
            session.workspace,
            session.school,
            loaded,
            change,
            clock=clock,
            to=to,
            reason=why,
            occurred=occurred,
            taken_by=taken_by,
            command=command,
        ),
    )
    now = loaded.case.clocks[-1].due
    said = {
        "extended": f"Extended to {day(now)}",
        "paused": f"It stands still; to be looked at again by {day(now)}",
        "resumed": f"It runs on, to {day(now)}",
    }
    tell(session, loaded, receipt, said[change], as_json=as_json)
