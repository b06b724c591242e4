"""`casework policy diff`: what differs between two procedures, or two versions of one."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

import click

from casework.cli.options import as_json, example, pass_session
from casework.cli.output import answer, say, strong
from casework.cli.policy_choice import chosen_policy
from casework.cli.session import Session
from casework.cli.tables import count, listed, paragraph

if TYPE_CHECKING:
    from casework.procedure.compare import Change

_SHORT: Final = 60
"""What was and what is stand on one line, if they are no longer than this."""


@click.command(
    short_help="Say what differs between two procedures.",
    epilog=example(
        "casework policy diff england-maintained our-policy/",
        "casework policy diff england-maintained@2026.1 our-policy/ --json",
    ),
)
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@as_json
@pass_session
def diff(session: Session, old: str, new: str, as_json: bool) -> None:
    """Say what changes from procedure A to procedure B, entry by entry, and whether B asks for more or for less.

    Each is named by its id, its folder, or, where a school has adopted it, its label or digest. "Stricter" means that
    something is asked for that was not before, or that fewer people may do it; "looser" the opposite; where neither is
    said, read it. Exit code 0 if nothing differs, 1 otherwise.
    """
    from casework.procedure.compare import compare
    from casework.procedure.resolve import digest

    one, other = chosen_policy(session, old), chosen_policy(session, new)
    changes = compare(one, other)
    data = {
        "from": {"label": one.label, "digest": digest(one)},
        "to": {"label": other.label, "digest": digest(other)},
        "equal": not changes,
        "changes": [change.as_json() for change in changes],
    }
    if not changes:
        answer(as_json, data, f"{one.label} and {other.label} say the same.")
        return
    answer(as_json, {**data, "ok": False, "code": "different"}, _told(changes))
    say(f"From {one.label} to {other.label}: {_counted(changes)}.")
    raise click.exceptions.Exit(1)


def _told(changes: list[Change]) -> str:
    """The changes under their headings, each with what it was and what it is."""
    parts: list[str] = []
    for section, under in groupby(changes, key=lambda change: change.section):
        parts += ["", strong(section)] if parts else [strong(section)]
        for (entry, title), of_entry in groupby(under, key=lambda change: (change.entry, change.title)):
            indent = 2
            if entry:
                parts.append(f"  {entry}{f' ({title})' if title and title != entry else ''}")
                indent = 4
            parts += [paragraph(_line(change), indent=indent + 2, first=" " * indent) for change in of_entry]
    return "\n".join(parts)


def _line(change: Change) -> str:
    """One change: `requires.notice, stricter: was ..., is ...`."""
    head = ", ".join(part for part in (change.part, change.effect) if part)
    long = len(change.before) + len(change.after) > _SHORT
    if not change.before:
        said = f"new: {change.after}" if change.part else "new"
    elif not change.after:
        said = f"gone: {change.before}" if change.part else "gone"
    elif long:
        return f"{head}:\nwas: {change.before}\nis:  {change.after}"
    else:
        said = f"was {change.before}; is {change.after}"
    return f"{head}: {said}" if head else said


def _counted(changes: list[Change]) -> str:
    """How many changes there are, and how many of them are stricter or looser."""
    effects = [change.effect for change in changes]
    parts = [f"{effects.count(effect)} {effect}" for effect in ("stricter", "looser") if effect in effects]
    return count(len(changes), "change") + (f", {listed(parts)}" if parts else "")
