"""The letters that are due next, with the command for each: the same words in every command, with no name in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from casework.cli.shell import one_line
from casework.cli.standing import when_due

if TYPE_CHECKING:
    from casework.cli.session import Session
    from casework.services.letter_due import LetterDue
    from casework.services.loading import LoadedCase

_DO = {
    "write": "Write “{name}”",
    "approve": "Have letter {number}, “{name}”, approved",
    "issue": "Issue letter {number}, “{name}”",
    "deliver": "Deliver letter {number}, “{name}”, and record how",
}


def letters_next(session: Session, loaded: LoadedCase, today: date) -> tuple[str, list[dict[str, Any]]]:
    """Return the letters that are due next: as text under its heading, empty if there are none, and as plain data."""
    from casework.services.letter_due import letters_due

    found = letters_due(loaded, today)
    commands = [one_line(session.typed(*_command(item, loaded.case.reference))) for item in found]
    data = [
        {
            "letter": item.template,
            "act": item.act,
            "number": item.number,
            "due": item.due.isoformat() if item.due else None,
            "command": command,
        }
        for item, command in zip(found, commands, strict=True)
    ]
    return _text(found, commands, today), data


def _text(found: Sequence[LetterDue], commands: Sequence[str], today: date) -> str:
    lines = []
    for item, command in zip(found, commands, strict=True):
        what = _DO[item.act].format(name=item.template.replace("-", " "), number=item.number)
        when = f" ({when_due(item.due, today)})" if item.due else ""
        lines += [f"  {what}{when}:", f"    {command}"]
    return "\n".join(["Letters due next", *lines]) if lines else ""


def _command(item: LetterDue, reference: str) -> list[str]:
    number = str(item.number)
    return {
        "write": ["letter", "issue", reference, item.template],
        "approve": ["letter", "approve", reference, number, "--by", "NAME"],
        "issue": ["letter", "issue", reference, number],
        "deliver": ["letter", "serve", reference, number, "--method", "hand"],
    }[item.act]
