"""`casework policy`: the commands of procedures and breach catalogues by name."""

from __future__ import annotations

import click

from casework.cli.lazy import LazyGroup
from casework.cli.options import example

COMMANDS = {
    "list": ("policy_show:list_policies", "List the procedures and breach catalogues."),
    "show": ("policy_show:show", "Show a procedure or a breach catalogue."),
    "check": ("policy_check:check", "Check procedures and catalogues; every error at once."),
    "adopt": (
        "policy_adopt:adopt",
        "Make a procedure the school's own, with its values, clauses and delegations.",
    ),
    "explain": (
        "policy_explain:explain",
        "Say what a step needs and why, or what a rule or clause says.",
    ),
    "deadlines": ("policy_deadlines:deadlines", "Show every deadline, what it rests on and who must act."),
    "table": ("policy_show:permitted", "Show who may take which step in which state."),
    "diff": ("policy_diff:diff", "Say what differs between two procedures."),
    "diagram": ("policy_show:diagram", "Draw a strand of a procedure as a picture."),
}


@click.group(
    cls=LazyGroup,
    commands_at=COMMANDS,
    short_help="Read, check and adopt procedures.",
    epilog=example("casework policy list", "casework policy explain hold-hearing"),
)
def policy() -> None:
    """Procedures and breach catalogues: what may happen, as data.

    Without --policy, the procedure of your school is meant, or, where there is no school yet, the shipped one. Where
    nothing else is named by its place, --policy can be left out before the name: casework policy show social-media.
    """
