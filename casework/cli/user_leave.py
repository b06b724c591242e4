"""`casework user leave`: somebody leaves the school."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.session import Session
from casework.cli.tables import count, day, listed, paragraph
from casework.cli.user import COMMANDS
from casework.cli.values import DAY


@click.command(
    short_help=COMMANDS["leave"][1],
    epilog=example(
        'casework user leave dana.whitfield --to "Sam Reed" --reason "Her contract ends" --on 2026-12-31',
    ),
)
@click.argument("name")
@click.option("--to", default="", metavar="NAME", help="Who gets their cases.")
@click.option("--on", "last", type=DAY, help="Their last day; today if not given.")
@click.option("--reason", required=True, help="Why; it goes on record.")
@as_json
@pass_session
def leave(session: Session, name: str, to: str, last: str | None, reason: str, as_json: bool) -> None:
    """End what somebody may do at the school, for good.

    Their cases that you read too go to another, with all that was done in them; every role of theirs ends; the keys of
    the school's directory and access log are renewed, and so is the key that signs the record. What they did stays
    under their name. If the last day is still to come, type it again when it has.
    """
    from casework.services.leaving import leave as end

    done = end(
        session.workspace,
        session.school,
        name,
        reason=reason,
        last=date.fromisoformat(last) if last else None,
        to=to,
    )
    data: dict[str, Any] = {
        "name": done.member.name,
        "login": done.member.login,
        "last": done.last,
        "handed_over": list(done.passed.done),
        "left": [{"case": case, "because": why} for case, why in done.passed.left],
        "keys": done.keys,
    }
    lines = [f"{done.member.name} has no role here after {day(done.last)}."]
    if done.passed.done:
        lines.append(f"{count(len(done.passed.done), 'case')} handed over: {listed(done.passed.done)}.")
    lines += [f"Not handed over: {case}. {why}" for case, why in done.passed.left]
    if done.keys:
        lines.append(
            "The keys are renewed. These are the new public keys; give them to whoever holds the old ones:"
        )
    else:
        lines.append(
            f"Their keys still open what they opened. On {day(done.last)}, type this again without --on."
        )
    text = "\n".join([*map(paragraph, lines), *done.keys.values()])
    answer(as_json, data, text)
