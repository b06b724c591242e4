"""`casework policy deadlines`: every time that a procedure sets, what it rests on, and who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer
from casework.cli.policy_choice import chosen_policy, policy_by_place
from casework.cli.session import Session
from casework.cli.tables import count, table
from casework.procedure.sentences import who_may

if TYPE_CHECKING:
    from casework.procedure.model import Deadline, Policy

BASES = {
    "statutory": "law or statutory guidance",
    "policy": "the school’s procedure",
    "good_practice": "good practice",
}
"""What a deadline rests on, in words."""

_UNITS = {
    "working_days": "day",
    "statutory_working_days": "working day",
    "calendar_days": "calendar day",
    "months": "month",
}


@click.command(
    "deadlines",
    short_help="Show every deadline, what it rests on and who must act.",
    epilog=example("casework policy deadlines", "casework policy deadlines england-maintained --json"),
)
@policy_by_place
@as_json
@pass_session
def deadlines(session: Session, named: str | None, as_json: bool) -> None:
    """Show every deadline of a procedure: in what time, on what that rests, who must act, by which rule.

    A star marks a number that the school has not confirmed. Below stand the times that are no deadline of a case, and
    where each is kept instead.
    """
    policy = chosen_policy(session, named)
    data = {
        "label": policy.label,
        "deadlines": {name: _data(policy, found) for name, found in policy.deadlines.items()},
        "counted_elsewhere": {name: found.model_dump() for name, found in policy.counted_elsewhere.items()},
    }
    own = [
        (
            found.title,
            _time(policy, found),
            BASES[found.basis],
            who_may(policy, found.act_by),
            ", ".join(found.cites),
        )
        for found in policy.deadlines.values()
    ]
    elsewhere = [
        (found.title, found.says, ", ".join(found.cites)) for found in policy.counted_elsewhere.values()
    ]
    parts = [table(["Deadline", "Within", "Rests on", "By", "Rules"], own)]
    if elsewhere:
        parts.append("Kept elsewhere\n" + table(["Time", "Where", "Rules"], elsewhere))
    answer(as_json, data, "\n\n".join(part for part in parts if part))


def _data(policy: Policy, found: Deadline) -> dict[str, Any]:
    return {
        **found.model_dump(),
        "days": policy.days(found.days),
        "setting": found.days if isinstance(found.days, str) else "",
        "unconfirmed": _unconfirmed(policy, found),
    }


def _time(policy: Policy, found: Deadline) -> str:
    days = policy.days(found.days)
    if days == 0:
        return f"the same day{'*' if _unconfirmed(policy, found) else ''}"
    first = ", the first counted" if found.count == "beginning_with" else ""
    return f"{count(days, _UNITS[found.unit])}{first}{'*' if _unconfirmed(policy, found) else ''}"


def _unconfirmed(policy: Policy, found: Deadline) -> bool:
    return isinstance(found.days, str) and policy.settings[found.days].unconfirmed
